"""Reads for ComTrack's page and health."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.comtrack.models import Connection, QueryRun
from integrations.comtrack.services.runs import zone_of

State = QueryRun.State
SHOWN = 10
TONES = {
    State.WAITING: "info",
    State.RUNNING: "info",
    State.DONE: "success",
    State.INCOMPLETE: "warning",
    State.FAILED: "danger",
}


@dataclass(frozen=True)
class RunRow:
    """A run as the page shows it. ``percent`` is how far it is, ``seconds`` how long it took."""

    run: QueryRun
    tone: str
    percent: int
    seconds: int | None


def recent_runs() -> list[RunRow]:
    """The newest runs."""
    rows = QueryRun.objects.select_related("started_by").order_by("-pk")[:SHOWN]
    return [_row(run) for run in rows]


def last_run_row() -> RunRow | None:
    """The newest run as the health page shows it."""
    run = last_run()
    return _row(run) if run else None


def last_run() -> QueryRun | None:
    """The newest run, if there is one."""
    return QueryRun.objects.order_by("-pk").first()


def next_night(connection: Connection, *, now: datetime) -> datetime | None:
    """When the next night's run begins, in the connection's zone."""
    if not connection.is_active:
        return None
    zone = zone_of(connection)
    here = now.astimezone(zone)
    begins = datetime.combine(here.date(), connection.start_time, tzinfo=zone)
    return begins if begins > here else begins + timedelta(days=1)


def _row(run: QueryRun) -> RunRow:
    begun, ended = run.started_at, run.finished_at
    seconds = int((ended - begun).total_seconds()) if begun and ended else None
    percent = min(100, run.asked * 100 // run.total) if run.total else 100
    return RunRow(run, TONES[State(run.state)], percent, seconds)
