"""Local hours of people in their zones. Pure: moments in, answers out."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def local(at: datetime, zone: str) -> datetime:
    """A moment as a clock in ``zone`` shows it."""
    return at.astimezone(ZoneInfo(zone))


def moment(day: date, hour: time, zone: str) -> datetime:
    """When a clock in ``zone`` shows ``hour`` on ``day``, in UTC.

    An hour that the spring leaves out comes as much later as was left out; of one that the autumn
    repeats it is the first.
    """
    return datetime.combine(day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def is_quiet(at: datetime, *, zone: str, start: time, end: time) -> bool:
    """Whether a moment lies in the quiet hours of a zone."""
    return lies_within(local(at, zone).time(), start=start, end=end)


def lies_within(hour: time, *, start: time, end: time) -> bool:
    """Whether an hour is quiet: ``start`` is, ``end`` is not any more.

    Quiet hours may last over midnight; equal ends mean that there are none.
    """
    if start <= end:
        return start <= hour < end
    return hour >= start or hour < end


def end_of_day(at: datetime, *, zone: str, quiet_from: time) -> datetime:
    """When the local day of a moment is over for mail: at midnight, or where quiet hours begin."""
    day = local(at, zone).date()
    midnight = moment(day + timedelta(days=1), time(0), zone)
    evening = moment(day, quiet_from, zone)
    return evening if at < evening < midnight else midnight
