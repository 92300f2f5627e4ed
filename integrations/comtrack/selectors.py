"""Reads for ComTrack's page and health."""

from datetime import datetime

from integrations.comtrack.models import Connection, QueryRun
from integrations.comtrack.services.runs import zone_of
from integrations.nightly_models import RunRow
from integrations.nights import next_begin

SHOWN = 10


def recent_runs() -> list[RunRow[QueryRun]]:
    """The newest runs."""
    rows = QueryRun.objects.select_related("started_by").order_by("-pk")[:SHOWN]
    return [_row(run) for run in rows]


def last_run() -> QueryRun | None:
    """The newest run, if there is one."""
    return QueryRun.objects.order_by("-pk").first()


def next_night(connection: Connection, *, now: datetime) -> datetime | None:
    """When the next night's run begins, in the connection's zone."""
    if not connection.is_active:
        return None
    return next_begin(now=now, start=connection.start_time, zone=zone_of(connection))


def _row(run: QueryRun) -> RunRow[QueryRun]:
    return RunRow(run, min(100, run.asked * 100 // run.total) if run.total else 100)
