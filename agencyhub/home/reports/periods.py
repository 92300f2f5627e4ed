"""The periods that reports are about: whole months, or days of one's own. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS_IN_YEAR = 12
LONGEST_MONTHS = 60


@dataclass(frozen=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date

    def months(self) -> Iterator[date]:
        """The first day of each month that it touches."""
        day = self.first.replace(day=1)
        while day <= self.last:
            yield day
            day = months_later(day, 1)

    def within(self, month: date) -> "Period":
        """The part of it that lies in a month, of which ``month`` is the first day."""
        return Period(max(self.first, month), min(self.last, last_day(month)))


def months_later(month: date, number: int) -> date:
    """The first day of the month so many months after (before, below zero) ``month``'s."""
    count = month.year * MONTHS_IN_YEAR + month.month - 1 + number
    return date(count // MONTHS_IN_YEAR, count % MONTHS_IN_YEAR + 1, 1)


def last_day(month: date) -> date:
    """The last day of the month of which ``month`` is the first day."""
    return months_later(month, 1) - timedelta(days=1)


def last_months(number: int, on: date) -> Period:
    """The month of ``on`` and those before it, ``number`` in all, as whole months."""
    this = on.replace(day=1)
    return Period(months_later(this, 1 - number), last_day(this))


def month_before(on: date) -> Period:
    """The whole month before that of ``on``."""
    first = months_later(on, -1)
    return Period(first, last_day(first))


def year(number: int) -> Period:
    """A calendar year."""
    return Period(date(number, 1, 1), date(number, 12, 31))
