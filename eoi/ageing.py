"""How long a request for evidence has waited, in business days, and when that is too long. Pure.

Business days are Mondays to Fridays, federal holidays among them: an age may be told a day or two
too high, and never too low.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

WEEK, WORKDAYS = 7, 5
WEEKEND = timedelta(days=2)


@dataclass(frozen=True)
class Band:
    """Ages from ``start`` business days up to the next band."""

    key: str
    start: int
    label: Any
    tone: str
    icon: str


BANDS: Final = (
    Band("20", 20, _("20+ business days"), "danger", "alert-circle"),
    Band("15", 15, _("15–19 business days"), "warning", "alert-triangle"),
    Band("10", 10, _("10–14 business days"), "info", "clock"),
    Band("0", 0, _("Under 10 business days"), "neutral", "clock"),
)
"""The oldest first."""


def business_days(opened: date, today: date) -> int:
    """How many business days lie after ``opened``, ``today`` among them; 0 for days ahead."""
    if today <= opened:
        return 0
    weeks, days = divmod((today - opened).days, WEEK)
    rest = (today - timedelta(days=ahead) for ahead in range(days))
    return weeks * WORKDAYS + sum(day.weekday() < WORKDAYS for day in rest)


def band_of(opened: date, today: date) -> Band:
    """The band that a request opened on ``opened`` is in."""
    age = business_days(opened, today)
    return next(band for band in BANDS if age >= band.start)


def opened_by(age: int, today: date) -> date:
    """The last day on which a request was opened that is ``age`` business days old today."""
    day = min(today, today - timedelta(weeks=age // WORKDAYS) + WEEKEND)
    while business_days(day, today) < age:
        day -= timedelta(days=1)
    return day


def opened_between(band: Band, today: date) -> tuple[date, date]:
    """The days on which requests were opened that are in a band: after the one, up to the other."""
    at = BANDS.index(band)
    after = opened_by(BANDS[at - 1].start, today) if at else date.min
    return after, opened_by(band.start, today) if band.start else date.max
