"""Workers are forked: what the product loads before that must not have begun any threads."""

import subprocess
import sys
from pathlib import Path

LOADED = """
from pathlib import Path
import django
django.setup()
from agencyhub import celery_app
celery_app.autodiscover_tasks(force=True)
names = {one.read_text().strip() for one in Path("/proc/self/task").glob("*/comm")}
print([name for name in names if name.removeprefix("polars-").isdigit()])
"""


def test_loading_the_product_starts_no_threads_of_polars():
    """They would be missing in a forked worker, which then waits for them for ever."""
    if not Path("/proc/self/task").is_dir():
        return
    told = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, timeout=300, check=True
    )

    assert told.stdout.strip().splitlines()[-1] == "[]"
