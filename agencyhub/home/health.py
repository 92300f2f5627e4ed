"""Whether this installation can do its work: each check names one thing that may fail."""

from collections.abc import Callable
from datetime import datetime, timedelta

from celery import current_app
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import OperationalError

from agencyhub.lib import scanning
from integrations.models import Heartbeat

SILENCE = timedelta(seconds=90)
BROKER_SECONDS = 2


def failing(*, now: datetime) -> list[str]:
    """Names of what does not work, empty when everything does."""
    checks: dict[str, Callable[[], bool]] = {
        "database": _database,
        "migrations": _migrations,
        "broker": _broker,
        "worker": lambda: _beats("worker", now=now),
        "beat": lambda: _beats("beat", now=now),
    }
    if scanning.is_wanted():
        checks["scanner"] = scanning.answers
    return [name for name, check in checks.items() if not check()]


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrations() -> bool:
    """Every migration of the code is applied to the database."""
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def _broker() -> bool:
    try:
        with current_app.connection_for_write(connect_timeout=BROKER_SECONDS) as broker:
            broker.ensure_connection(
                max_retries=1, interval_start=0, interval_step=0, timeout=BROKER_SECONDS
            )
    except (OperationalError, OSError):
        return False
    return True


def _beats(process: str, *, now: datetime) -> bool:
    try:
        return Heartbeat.objects.filter(process=process, seen_at__gt=now - SILENCE).exists()
    except DatabaseError:
        return False
