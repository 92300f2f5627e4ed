"""What the page of the account shows: its readings, and the carriers at Noyo."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from integrations.nightly_models import RunRow
from integrations.nights import next_begin
from integrations.noyo.models import Account, NoyoCarrier, SyncRun

SHOWN = 10


def recent_runs() -> list[RunRow[SyncRun]]:
    """The newest readings."""
    rows = SyncRun.objects.select_related("started_by", "noyo_group")
    return [_row(run) for run in rows.order_by("-pk")[:SHOWN]]


def next_night(account: Account, *, now: datetime) -> datetime | None:
    """When the next night's reading begins, in the agency's zone."""
    if not account.is_active:
        return None
    zone = timezone.get_default_timezone()
    return next_begin(now=now, start=account.sync_time, zone=zone)


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
