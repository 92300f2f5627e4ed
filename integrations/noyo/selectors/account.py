"""What the page of the account shows: its readings, and the carriers at Noyo."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from integrations.nights import RunRow, next_begin
from integrations.noyo.models import Account, NoyoCarrier, SyncRun

SHOWN = 10


def recent_runs() -> list[RunRow[SyncRun]]:
    """The newest readings."""
    rows = SyncRun.objects.select_related("started_by", "noyo_group")
    return [_row(run) for run in rows.order_by("-pk")[:SHOWN]]


def last_run_row() -> RunRow[SyncRun] | None:
    """The newest reading of all groups, as the health page shows it."""
    run = SyncRun.objects.filter(noyo_group=None).order_by("-pk").first()
    return _row(run) if run else None


def next_night(account: Account, *, now: datetime) -> datetime | None:
    """When the next night's reading begins, in the agency's zone."""
    if not account.is_active:
        return None
    return next_begin(now=now, start=account.sync_time, zone=ZoneInfo(settings.TIME_ZONE))


def carriers() -> QuerySet[NoyoCarrier]:
    """The carriers that Noyo named, those first that are none of ours yet."""
    connected = Count("connections", filter=Q(connections__status="completed"))
    return (
        NoyoCarrier.objects.select_related("carrier")
        .annotate(connected=connected)
        .order_by("carrier__name", "name", "noyo_id")
    )


def _row(run: SyncRun) -> RunRow[SyncRun]:
    return RunRow(run, min(100, run.groups * 100 // run.total) if run.total else 0)
