"""When a report comes by mail. Pure: a plan and a moment in, a day out."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from agencyhub.mailing import clock

DAILY, WEEKLY, MONTHLY = "daily", "weekly", "monthly"
DAY = timedelta(days=1)
# Nobody wants last week's figures because no worker was there: later is as good as not at all.
MADE_UP_WITHIN = timedelta(days=2)
LONGEST_MONTH = 31


@dataclass(frozen=True)
class Plan:
    """The days and the hour of one subscription; hours are those of ``zone``, Monday is 0.

    A ``month_day`` that a month does not have is its last one. Occasions up to ``since``, and
    those up to ``done_on``, have been looked after.
    """

    frequency: str
    hour: time
    weekday: int
    month_day: int
    zone: str
    quiet_from: time
    quiet_to: time
    since: datetime
    done_on: date | None = None


def day_due(plan: Plan, at: datetime) -> date | None:
    """The local day whose mail is due at a moment; None when none is.

    What quiet hours or a worker that was down have held up comes within two days, unless the next
    one has come by then; each day once.
    """
    if clock.is_quiet(at, zone=plan.zone, start=plan.quiet_from, end=plan.quiet_to):
        return None
    day = _last_occasion(plan, at)
    if day is None or (plan.done_on is not None and day <= plan.done_on):
        return None
    came = clock.moment(day, plan.hour, plan.zone)
    return day if plan.since < came and at - came < MADE_UP_WITHIN else None


def next_at(plan: Plan, at: datetime) -> datetime:
    """When the next one comes after a moment, quiet hours aside."""
    day = clock.local(at, plan.zone).date()
    while not (_falls_on(plan, day) and clock.moment(day, plan.hour, plan.zone) > at):
        day += DAY
    return clock.moment(day, plan.hour, plan.zone)


def _last_occasion(plan: Plan, at: datetime) -> date | None:
    today = clock.local(at, plan.zone).date()
    for days in range(LONGEST_MONTH + 1):
        day = today - days * DAY
        if _falls_on(plan, day) and clock.moment(day, plan.hour, plan.zone) <= at:
            return day
    return None


def _falls_on(plan: Plan, day: date) -> bool:
    if plan.frequency == DAILY:
        return True
    if plan.frequency == WEEKLY:
        return day.weekday() == plan.weekday
    return day.day == min(plan.month_day, monthrange(day.year, day.month)[1])
