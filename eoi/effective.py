"""From when an approved amount holds, where nobody says otherwise. Pure."""

from datetime import date

FIRST_OF_NEXT_MONTH = "first_of_next_month"
DECEMBER = 12


def suggested(takes_effect: str, *, decided: date, asked_for: date | None) -> date:
    """The day that a plan's setting (``GroupPlan.Takes``) means for a decision of a day.

    Never before the day that the member asked for; a decision on the first of a month waits for the
    next one. A coverage without a plan takes the first of the next month, as most carriers do.
    Source: reference/groups_eoi.md B7, read 2026-11-22.
    """
    day = decided
    if takes_effect in ("", FIRST_OF_NEXT_MONTH):
        is_last = decided.month == DECEMBER
        day = date(decided.year + is_last, 1 if is_last else decided.month + 1, 1)
    return max(day, asked_for) if asked_for else day
