"""Races between two real connections: wait until one of them waits for the other."""

from time import monotonic, sleep

import pytest
from django.db import connection

# pg_locks and not pg_stat_activity: a transaction sees the latter as it was at its first look.
WAITING = """SELECT EXISTS (
    SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
)"""
PATIENCE = 60.0


def until_somebody_waits(*, for_what: str) -> None:
    """Return once another connection waits for this one; else fail and say for what."""
    end = monotonic() + PATIENCE
    while monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        sleep(0.02)
    pytest.fail(f"nobody waited for {for_what}")
