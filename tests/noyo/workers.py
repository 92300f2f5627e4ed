"""A worker that reads until it is killed, in a process of its own.

``python -c "from tests.noyo.workers import read; read(RUN)"`` with the tests' database.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import django
from django.conf import settings
from django.db import connection

WAIT_SECONDS = 120


def read(run_id: int) -> None:
    """Work on a reading of Noyo for as long as it takes."""
    django.setup()
    from integrations.noyo.services import reading  # noqa: PLC0415 - the apps are loaded now

    reading.work(run_id=run_id, seconds=float("inf"))


@contextmanager
def worker(run_id: int) -> Iterator[subprocess.Popen[bytes]]:
    """The process; it is killed at the end, as a machine that loses its power does."""
    database = connection.settings_dict
    host = f"host={database['OPTIONS'].get('host') or database['HOST']}&port={database['PORT']}"
    env = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?{host}",
        "DJANGO_SETTINGS_MODULE": "agencyhub.settings.test",
    }
    script = f"from tests.noyo.workers import read; read({run_id})"
    process = subprocess.Popen([sys.executable, "-c", script], cwd=settings.BASE_DIR, env=env)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait(30)


def until(condition: Callable[[], object]) -> None:
    """Wait for something that another process brings about."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.05)
