"""Whether HealthSherpa has fallen silent, measured by the agency's own rhythm. Pure.

HealthSherpa does not say that it stopped delivering: a webhook may be switched off, a key replaced
on one side only, or a firewall changed. An agency that submits enrollments every morning misses
them after a day, one that submits twice a month does not.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

OPENS, CLOSES = 8, 20
DAY = float(CLOSES - OPENS)
"""Office hours of a business day. Nights and weekends are quiet everywhere."""
WATCHED = timedelta(days=90)
LEAST_ARRIVALS = 10
LEAST_DAYS = 5
USUALLY = 0.95
TIMES_USUAL = 3
LEAST_HOURS = 1.5 * DAY
"""A holiday alone is no silence."""
_SATURDAY = 5


@dataclass(frozen=True)
class Silence:
    """Nothing has come for much longer than usual; days are days of office hours."""

    last_at: datetime
    usual_days: float
    days: float

    @property
    def missing_from(self) -> date:
        """The first day that may be missing."""
        return self.last_at.date()


def silence(arrivals: Sequence[datetime], *, now: datetime) -> Silence | None:
    """Say whether the time since the last arrival is out of the ordinary.

    Arrivals and ``now`` are in the agency's zone. Of an irregular or a new sender nothing is said:
    it takes ten arrivals on five business days to have a rhythm.
    """
    ordered = sorted(arrivals)
    recent = [one for one in ordered if one >= ordered[-1] - WATCHED] if ordered else []
    days = {one.date() for one in recent if one.weekday() < _SATURDAY}
    if len(recent) < LEAST_ARRIVALS or len(days) < LEAST_DAYS:
        return None
    gaps = sorted(office_hours(before, after) for before, after in pairwise(recent))
    usual = gaps[math.ceil(USUALLY * len(gaps)) - 1]
    lasting = office_hours(recent[-1], now)
    if lasting <= max(LEAST_HOURS, TIMES_USUAL * usual):
        return None
    return Silence(recent[-1], usual / DAY, lasting / DAY)


def office_hours(start: datetime, end: datetime) -> float:
    """Hours between two moments that lie in the office hours of business days."""
    found = timedelta(0)
    for number in range((end.date() - start.date()).days + 1):
        day = start.date() + timedelta(days=number)
        if day.weekday() < _SATURDAY:
            opens = datetime.combine(day, time(OPENS), tzinfo=start.tzinfo)
            closes = datetime.combine(day, time(CLOSES), tzinfo=start.tzinfo)
            found += max(min(end, closes) - max(start, opens), timedelta(0))
    return found / timedelta(hours=1)
