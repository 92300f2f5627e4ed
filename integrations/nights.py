"""When partners are asked at night. Pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def due_night(*, now: datetime, start: time, zone: ZoneInfo, active_since: datetime) -> date | None:
    """The night whose run should have begun by now, or None before the first.

    A night is called by the date on which it begins. Only the last one counts: when nothing ran
    for a week, one run brings everything up to date.
    """
    today = now.astimezone(zone).date()
    for night in (today, today - timedelta(days=1)):
        begins = datetime.combine(night, start, tzinfo=zone)
        if active_since < begins <= now:
            return night
    return None


def next_begin(*, now: datetime, start: time, zone: ZoneInfo) -> datetime:
    """When the next night's run begins."""
    begins = datetime.combine(now.astimezone(zone).date(), start, tzinfo=zone)
    return begins if begins > now else begins + timedelta(days=1)
