"""A refresh in a process of its own, as a worker does it: ``python -m bench.matching_refresh 7``.

Prints its seconds, its processor time with that of its server process, and the most memory that it
took by itself, in MiB, as JSON.
"""

import json
import os
import re
import sys
import time
from pathlib import Path

import django
from django.utils import timezone

_TICKS = os.sysconf("SC_CLK_TCK")


def _processor(pid: int) -> float:
    """Seconds that a process kept processors busy."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / _TICKS


def _peak() -> float:
    """The most memory of this process; what ``getrusage`` says begins with its parent's."""
    told = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(told[1]) / 1024 if told else 0.0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agencyhub.settings.local")
    django.setup()
    from django.db import connection

    from commissions.services import refresh

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (server,) = cursor.fetchone()
    before = _processor(os.getpid()) + _processor(server)
    began = time.perf_counter()
    refresh.run(run_id=int(sys.argv[1]), at=timezone.now())
    seconds = time.perf_counter() - began
    processor = _processor(os.getpid()) + _processor(server) - before
    print(json.dumps({"seconds": seconds, "processor": processor, "peak": _peak()}))
