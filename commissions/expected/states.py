"""In which state a month's pay is, and on which day that changes by itself. Pure."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from commissions.expected import months
from commissions.expected.types import Rules

NOT_DUE: Final = "not_due"
DUE: Final = "due"
PAID: Final = "paid"
SHORT: Final = "short"
OVER: Final = "over"
LATE_30: Final = "late_30"
LATE_60: Final = "late_60"
LATE_90: Final = "late_90"
CHARGEBACK_EXPECTED: Final = "chargeback_expected"
CHARGEBACK_UNEXPECTED: Final = "chargeback_unexpected"
ZERO_BY_CONTRACT: Final = "zero_by_contract"
NO_RATE: Final = "no_rate"

LATE = (LATE_30, LATE_60, LATE_90)
# The carrier owes something since a day.
OWED = (SHORT, *LATE)
# Somebody has to do something about these.
OPEN = (SHORT, OVER, *LATE, CHARGEBACK_EXPECTED, CHARGEBACK_UNEXPECTED, NO_RATE)
# What somebody can act on first: what a carrier owes or took without a reason, then what is to be
# checked, then what the carrier will take by itself. What is not open comes after all of these.
RANKS = ((*OWED, CHARGEBACK_UNEXPECTED), (OVER, NO_RATE), (CHARGEBACK_EXPECTED,))
# After so many days beyond the due date: the next age.
AGES = ((60, LATE_90), (30, LATE_60), (0, LATE_30))
ONE_DAY = timedelta(days=1)


def tolerance(expected: Decimal, rules: Rules) -> Decimal:
    """The largest difference that is none: the amount or the percent, whichever is more."""
    share = months.cents(abs(expected) * rules.tolerance_percent / months.WHOLE)
    return max(rules.tolerance_amount, share)


def due_date(month: date, rules: Rules) -> date:
    """The last day on which pay for a month is in time."""
    return month + timedelta(days=rules.days_until_due)


def of_pay(
    expected: Decimal | None, paid: Decimal, *, month: date, rules: Rules, today: date
) -> str:
    """The state of what is to be paid."""
    if expected is None:
        return NO_RATE
    within = tolerance(expected, rules)
    if paid < -within:
        return CHARGEBACK_UNEXPECTED
    if paid > expected + within:
        return OVER
    if expected == 0:
        return ZERO_BY_CONTRACT
    if paid > 0 and paid >= expected - within:
        return PAID
    return _unpaid(paid, month, rules, today)


def of_chargeback(
    expected: Decimal, taken: Decimal, *, month: date, rules: Rules, today: date
) -> str:
    """The state of what is to be taken back; both amounts are zero or below."""
    within = tolerance(expected, rules)
    if taken < expected - within:
        return CHARGEBACK_UNEXPECTED
    if taken <= expected + within and (taken < 0 or expected == 0):
        return PAID
    return NOT_DUE if today < month else CHARGEBACK_EXPECTED


def _unpaid(paid: Decimal, month: date, rules: Rules, today: date) -> str:
    due = due_date(month, rules)
    if today <= due:
        return NOT_DUE if today < month else DUE
    if paid > 0:
        return SHORT
    late = (today - due).days
    return next(state for days, state in AGES if late > days)


def changes_on(state: str, *, month: date, rules: Rules, today: date) -> date | None:
    """The next day on which the state is another although nobody did anything; None for never."""
    if state not in (NOT_DUE, DUE, LATE_30, LATE_60):
        return None
    after = due_date(month, rules) + ONE_DAY
    days = (month, *(after + timedelta(days=days) for days, _state in reversed(AGES)))
    return next((day for day in days if day > today), None)
