"""Coverage from day to day, as elections change it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

DAY = timedelta(days=1)
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Stretch:
    """What is in force from a day to a day, both covered; without an end it goes on.

    ``decision_id`` is the decision on evidence that began it, if one did.
    """

    start_date: date
    end_date: date | None
    plan_id: int
    volume: Decimal
    level: str = ""
    decision_id: int | None = None

    def covers(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.start_date <= day and (self.end_date is None or day <= self.end_date)


def elected(stretches: Sequence[Stretch], new: Stretch, *, is_less: bool) -> list[Stretch]:
    """Let a choice hold from its first day on, whatever was to come later.

    Less takes away and never adds: where a carrier's approval begins only later, the days before
    it keep the smaller amount that they have.
    """
    kept = ended(stretches, new.start_date - DAY)
    later = [
        replace(one, start_date=max(one.start_date, new.start_date))
        for one in sorted(stretches, key=lambda one: one.start_date)
        if one.end_date is None or one.end_date >= new.start_date
    ]
    if not is_less or not later or later[0].start_date > new.start_date:
        return [*kept, new]
    return _joined([*kept, *(_at_most(one, new) for one in later)])


def ended(stretches: Iterable[Stretch], last_day: date) -> list[Stretch]:
    """Let everything end on a day at the latest."""
    return [
        replace(one, end_date=last_day if one.end_date is None else min(one.end_date, last_day))
        for one in stretches
        if one.start_date <= last_day
    ]


def volume_on(stretches: Iterable[Stretch], day: date) -> Decimal:
    """The volume in force on a day."""
    return max((one.volume for one in stretches if one.covers(day)), default=NOTHING)


def best_without_gap(stretches: Iterable[Stretch]) -> Decimal:
    """The highest volume since coverage last began: what lies before a day without any is over."""
    best, begin = NOTHING, None
    for one in sorted(stretches, key=lambda one: one.start_date, reverse=True):
        if begin is not None and (one.end_date is None or one.end_date + DAY < begin):
            break
        best, begin = max(best, one.volume), one.start_date
    return best


def _at_most(one: Stretch, new: Stretch) -> Stretch:
    if one.volume > new.volume or one.plan_id != new.plan_id or one.level != new.level:
        return replace(
            new,
            start_date=one.start_date,
            end_date=one.end_date,
            volume=min(one.volume, new.volume),
        )
    return one


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Neighbours that say the same become one."""
    joined: list[Stretch] = []
    for one in stretches:
        last = joined[-1] if joined else None
        is_same = last is not None and one == replace(
            last, start_date=one.start_date, end_date=one.end_date
        )
        if last is not None and is_same and last.end_date == one.start_date - DAY:
            joined[-1] = replace(last, end_date=one.end_date)
        else:
            joined.append(one)
    return joined
