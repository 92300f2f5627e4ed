"""Workers fork: what runs threads of its own must not have begun before."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SAY_THREADS = """
from pathlib import Path
import django
django.setup()
from agencyhub.celery import app
from django.core.checks import run_checks
app.loader.import_default_modules()
run_checks()
print(*((task / "comm").read_text().strip() for task in Path("/proc/self/task").iterdir()))
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="Linux tells names of threads.")
def test_starting_a_worker_computes_nothing_with_polars():
    """Children would wait for ever for threads that only their parent has."""
    said = subprocess.run(
        [sys.executable, "-c", SAY_THREADS],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "agencyhub.settings.test"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "python" in said.stdout
    assert "polars-0" not in said.stdout
