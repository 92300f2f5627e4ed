"""Which plan year a group is in with a carrier, and when the next one begins. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agencyhub.lib.years import add_years, in_year

LONGEST_YEAR = timedelta(days=550)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """A plan year as the carrier has it; None is open, or not said."""

    start: date | None
    end: date | None
    renewal: date | None = None


@dataclass(frozen=True)
class Period:
    """A plan year, both days included."""

    start: date
    end: date


def plan_year(told: Sequence[Told], *, renewal_date: date | None, on: date) -> Period:
    """The plan year of a day.

    What the carrier ends within a year and a half is one; else the years between the anniversaries
    of the renewal date, ours before the carrier's, or of the first day told; else the calendar's.
    """
    current = [
        Period(one.start, one.end)
        for one in told
        if one.start and one.end and one.start <= on <= one.end
        and one.end - one.start <= LONGEST_YEAR
    ]  # fmt: skip
    if current:
        return max(current, key=lambda one: (one.start, one.end))
    begun = [one.start for one in told if one.start and one.start <= on]
    coming = [one.start for one in told if one.start and one.start > on]
    renewals = [one.renewal for one in told if one.renewal]
    if not begun and coming:
        return year_from(min(coming), told)
    turn = renewal_date or max(renewals, default=None) or max(begun, default=date(on.year, 1, 1))
    start = in_year(turn, on.year)
    if start > on:
        start = in_year(turn, on.year - 1)
    return Period(start, in_year(turn, start.year + 1) - DAY)


def next_start(
    told: Sequence[Told], *, renewal_date: date | None, on: date, days: int
) -> date | None:
    """The first day of the next plan year, when it begins within so many days; else None."""
    known = [
        one
        for one in (renewal_date, *(t.start for t in told), *(t.renewal for t in told))
        if one and one > on
    ]
    if not known:
        known = [plan_year(told, renewal_date=renewal_date, on=on).end + DAY]
    first = min(known)
    return first if on < first <= on + timedelta(days=days) else None


def year_from(start: date, told: Sequence[Told]) -> Period:
    """The plan year that begins on a day: until when the carrier says, else a year."""
    ends = [one.end for one in told if one.start == start and one.end]
    ends = [end for end in ends if end - start <= LONGEST_YEAR]
    return Period(start, max(ends, default=add_years(start, 1) - DAY))
