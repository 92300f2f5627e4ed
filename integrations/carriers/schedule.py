"""When a connection is due: weekdays and a time of day in the agency's zone. Pure rules."""

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = 7


def last_due(*, days: Collection[int], at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """Say when it was due last, at the latest now. Monday is 0.

    A time of day that a change of the clocks leaves out counts as the hour after it; one that
    comes twice counts once, the first time.
    """
    today = now.astimezone(zone).date()
    moments = (
        _moment(datetime.combine(today - timedelta(days=back), at, zone))
        for back in range(WEEK + 1)
        if (today - timedelta(days=back)).weekday() in days
    )
    return next(moment for moment in moments if moment <= now)


def next_due(*, days: Collection[int], at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """Say when it will be due next, later than now."""
    today = now.astimezone(zone).date()
    moments = (
        _moment(datetime.combine(today + timedelta(days=ahead), at, zone))
        for ahead in range(WEEK + 1)
        if (today + timedelta(days=ahead)).weekday() in days
    )
    return next(moment for moment in moments if moment > now)


def _moment(local: datetime) -> datetime:
    return local.astimezone(UTC)
