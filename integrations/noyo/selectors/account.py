"""What the page of the account shows: its readings, and the carriers at Noyo."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from integrations.noyo.models import Account, NoyoCarrier, SyncRun

State = SyncRun.State
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
    """A reading as the page shows it: how far it is in percent, and how long it took."""

    run: SyncRun
    tone: str
    percent: int
    seconds: int | None


def recent_runs() -> list[RunRow]:
    """The newest readings."""
    rows = SyncRun.objects.select_related("started_by", "noyo_group")
    return [_row(run) for run in rows.order_by("-pk")[:SHOWN]]


def last_run_row() -> RunRow | None:
    """The newest reading of all groups, as the health page shows it."""
    run = SyncRun.objects.filter(noyo_group=None).order_by("-pk").first()
    return _row(run) if run else None


def next_night(account: Account, *, now: datetime) -> datetime | None:
    """When the next night's reading begins, in the agency's zone."""
    if not account.is_active:
        return None
    zone = ZoneInfo(settings.TIME_ZONE)
    begins = datetime.combine(now.astimezone(zone).date(), account.sync_time, tzinfo=zone)
    return begins if begins > now else begins + timedelta(days=1)


def carriers() -> QuerySet[NoyoCarrier]:
    """The carriers that Noyo named, those first that are none of ours yet."""
    connected = Count("connections", filter=Q(connections__status="completed"))
    return (
        NoyoCarrier.objects.select_related("carrier")
        .annotate(connected=connected)
        .order_by("carrier__name", "name", "noyo_id")
    )


def _row(run: SyncRun) -> RunRow:
    begun, ended = run.started_at, run.finished_at
    seconds = int((ended - begun).total_seconds()) if begun and ended else None
    percent = min(100, run.groups * 100 // run.total) if run.total else 0
    return RunRow(run, TONES[State(run.state)], percent, seconds)
