"""Which rate and which terms hold on a day, and whether a first year or a renewal is paid. Pure.

Source: reference/medicare.md 7.6, from the compensation rules of CMS as agents are told them
(read 2026-11-22).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain

from commissions.expected import months
from commissions.expected.types import (
    INITIAL,
    RENEWAL,
    SAME,
    UNLIKE,
    Coverage,
    Rate,
    Step,
    Term,
)

# Part B and the plan begin together for whoever is new to Medicare.
NEW_WITHIN_MONTHS = 3


def rate_on(rates: Sequence[Rate], line: str, state: str, day: date) -> Rate | None:
    """The rate of a state on a day: its own, else everybody's.

    A state that ever had its own rate never takes everybody's: rates differ by a quarter, and next
    year's are published for the other states first.
    """
    of_line = [one for one in rates if one.line == line]
    own = [one for one in of_line if one.state and one.state == state]
    candidates = own or [one for one in of_line if not one.state]
    return next((one for one in candidates if _holds(one, day)), None)


def term_on(terms: Iterable[Term], line: str, day: date) -> Term | None:
    """The terms of a line of business on a day."""
    return next((one for one in terms if one.line == line and _holds(one, day)), None)


def _holds(one: Rate | Term, day: date) -> bool:
    return one.start <= day and (one.end is None or day <= one.end)


def enrollment(coverage: Coverage) -> tuple[str, Step]:
    """Whether the first year is paid at the initial or the renewal rate, and why.

    New to Medicare, or from an unlike plan: initial. From a similar plan: renewal. Where we know
    neither, the carrier does: CMS told it the plan before, so its class of the line that it paid
    stands; until it paid, the renewal rate is what comes first.
    """
    known = chain(_said(coverage), _held_before(coverage), _began(coverage))
    kind, why = next(known, ("", ""))
    if kind:
        return kind, Step(why)
    if coverage.paid_as == INITIAL:
        return INITIAL, Step("carrier_says_initial")
    if coverage.is_new_to_medicare is False:
        return RENEWAL, Step("not_new")
    return RENEWAL, Step("nothing_known")


def _said(coverage: Coverage) -> Iterable[tuple[str, str]]:
    if coverage.is_new_to_medicare:
        yield INITIAL, "new_to_medicare"


def _held_before(coverage: Coverage) -> Iterable[tuple[str, str]]:
    if coverage.before == SAME:
        yield RENEWAL, "similar_plan"
    elif coverage.before == UNLIKE:
        yield INITIAL, "unlike_plan"


def _began(coverage: Coverage) -> Iterable[tuple[str, str]]:
    if is_begun_with_part_b(coverage):
        yield INITIAL, "part_b_began"


def is_begun_with_part_b(coverage: Coverage) -> bool:
    """Whether Part B began at most three months before the plan, of who may be new to Medicare."""
    began = coverage.part_b
    if began is None or coverage.is_new_to_medicare is False or began > coverage.first:
        return False
    return months.between(began, coverage.first) <= NEW_WITHIN_MONTHS
