"""What of a first year is kept when a policy ends within it. Pure.

Leaving in months 1 to 3 takes back everything; leaving later takes back the months that are left.
Who joined in the last quarter and moves to a January plan takes nothing back.

Source: reference/medicare.md 7.6 (read 2026-11-22).
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from commissions.expected import months
from commissions.expected.types import Coverage, Due, Step

RAPID_MONTHS = 3
LAST_QUARTER = 10


class Kept(NamedTuple):
    """What is earned of an amount, and the step that says why."""

    earned: Decimal
    why: Step


def earned(due: Due, coverage: Coverage) -> Kept | None:
    """What is kept of a first year; None while nothing is to be taken back."""
    if coverage.last is None or due.expected is None:
        return None
    covered = months.between(due.month, months.first(coverage.last))
    paid_for = months.between(due.month, due.through)
    if covered <= RAPID_MONTHS and not is_january_move(coverage):
        return Kept(Decimal(0), Step("rapid", Decimal(0), {"months": covered}))
    if covered >= paid_for:
        return None
    kept = months.cents(due.expected * covered / paid_for)
    return Kept(kept, Step("left_later", kept, {"months": covered, "of": paid_for}))


def is_january_move(coverage: Coverage) -> bool:
    """Whether it began in the last quarter and ended with the year."""
    last = coverage.last
    return (
        last is not None
        and coverage.first.month >= LAST_QUARTER
        and last == date(coverage.first.year, 12, 31)
    )


def settle(gross: Decimal, kept: Decimal, paid: Decimal) -> tuple[Decimal, Decimal]:
    """What is expected as pay, and what is to be taken back of it (zero or below).

    What was never paid is not taken back: then only what is earned is still to be paid.
    """
    expected = min(max(paid, kept), gross)
    return expected, kept - expected
