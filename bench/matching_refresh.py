"""A refresh in a process of its own, as a worker does it: ``python -m bench.matching_refresh 7``.

Prints its seconds and the most memory that it took, in MiB, as JSON.
"""

import json
import os
import resource
import sys
import time

import django
from django.utils import timezone

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agencyhub.settings.local")
    django.setup()
    from commissions.services import refresh

    began = time.perf_counter()
    refresh.run(run_id=int(sys.argv[1]), at=timezone.now())
    spent = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": spent, "peak": peak}))
