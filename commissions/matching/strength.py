"""Whether a pair may be linked unseen: enough speaks for it, nothing that counts against it. Pure.

A contradiction must be outweighed by something that no twin, spouse, namesake or next year's policy
shares.
"""

import polars as pl

from commissions.matching import weights
from commissions.matching.fields import has
from commissions.matching.reasons import Reason

BEST_NAMES = weights.PERSON[Reason.LAST_SAME] + weights.PERSON[Reason.FIRST_SAME]

_IS_ALIAS = has("number_code", Reason.ALIAS)
_IS_APPLIED = has("number_code", Reason.APPLICATION_SAME)
_SAME_NUMBER = has("number_code", Reason.NUMBER_SAME, Reason.NUMBER_DIGITS)
_IS_NUMBERED = _IS_ALIAS | _IS_APPLIED | _SAME_NUMBER
_IS_MBI = has("mbi_code", Reason.MBI_SAME)
_IS_TAIL = has("mbi_code", Reason.MBI_TAIL)
_IS_BORN = has("born_code", Reason.BIRTH_SAME)
_IS_ZIP = has("zip_code", Reason.ZIP_SAME)
_IS_PLAN = has("plan_code", Reason.PLAN_SAME)
_NO_PLAN = ~has("plan_code", Reason.PLAN_OTHER)
_IS_AGENT = has("agent_code", Reason.AGENT_SAME)
_IS_EFFECTIVE = has("effective_code", Reason.EFFECTIVE_SAME)
_IS_PAID = has("period_code", Reason.PERIOD_INSIDE)
_OTHER_FIRST = has("first_code", Reason.FIRST_OTHER)
_OTHER_LAST = has("last_code", Reason.LAST_OTHER)
_IS_NAMESAKE = has("first_code", Reason.FIRST_SAME) & has(
    "last_code", Reason.LAST_SAME, Reason.LAST_COMMON
)
_IS_KNOWN = _IS_NUMBERED | _IS_MBI
_IS_CONFIRMED = _IS_KNOWN | _IS_BORN | _IS_TAIL | has("number_code", Reason.NUMBER_NEAR)
_IS_SURE = pl.col("person") >= weights.MOST_BY_PERSON - 2


def is_strong() -> pl.Expr:
    """Whether a pair, with its codes and points, may be linked when it is the best of both rows."""
    is_enough = pl.col("points") >= weights.LINKED
    is_alive = ~has("period_code", Reason.PERIOD_OUTSIDE)
    is_person = (_is_person() & _is_own()) | _IS_ALIAS
    return is_enough & is_person & _is_dated() & _is_carrier() & is_alive


def is_strong_alone() -> pl.Expr:
    """Whether a pair may be linked when nothing else fits either of its rows.

    One thing may be unknown or speak against it, the rest has to agree, and agent or number has
    to say that it is this policy. Another plan, number, year or suffix is another policy all the
    same, and somebody of another first name another person, unless birth, MBI or number tell
    otherwise.
    """
    is_swapped = has("last_code", Reason.NAME_SWAPPED)
    doubts = (
        pl.col("effective_code").is_null() | has("effective_code", Reason.EFFECTIVE_NEAR),
        pl.col("last_code").is_null() | _OTHER_LAST,
        (pl.col("first_code").is_null() & ~is_swapped) | _OTHER_FIRST,
        has("born_code", Reason.BIRTH_OTHER),
        pl.col("carrier_code").is_null(),
        has("agent_code", Reason.AGENT_OTHER),
    )
    is_another = (
        ~_NO_PLAN
        | (_OTHER_FIRST & ~_IS_KNOWN & ~_IS_BORN)
        | has("number_code", Reason.NUMBER_OTHER)
        | has("mbi_code", Reason.MBI_OTHER)
        | has("suffix_code", Reason.SUFFIX_OTHER)
        | has("period_code", Reason.PERIOD_OUTSIDE)
        | has(
            "effective_code",
            Reason.EFFECTIVE_TURN,
            Reason.EFFECTIVE_YEARS,
            Reason.EFFECTIVE_OTHER,
        )
    )
    is_enough = pl.col("points") >= weights.ALONE
    is_single = pl.sum_horizontal(doubt.cast(pl.Int8) for doubt in doubts) <= 1
    return is_enough & is_single & ~is_another & (_IS_AGENT | _IS_NUMBERED)


def _is_person() -> pl.Expr:
    is_neighbour = (
        _IS_NAMESAKE & (_IS_ZIP | _IS_TAIL) & (_IS_PLAN | (_IS_AGENT & _NO_PLAN)) & _IS_EFFECTIVE
    )
    # Somebody who married: what neither a spouse nor a twin shares.
    is_family = (
        _IS_BORN
        & ~has("first_code", Reason.FIRST_OTHER, Reason.FIRST_INITIAL)
        & (_IS_ZIP | _IS_TAIL | (_IS_PLAN & _IS_AGENT))
    )
    is_first = has("first_code", Reason.FIRST_SAME, Reason.FIRST_FORM, Reason.FIRST_TYPO)
    is_named = ~_OTHER_FIRST & (is_first | ~_OTHER_LAST)
    return (
        ((pl.col("person") >= BEST_NAMES - 3) | (_IS_NUMBERED & is_named))
        & (~_OTHER_FIRST | _IS_KNOWN)
        & (~_OTHER_LAST | _IS_KNOWN | is_family)
        & (~has("born_code", Reason.BIRTH_OTHER) | _IS_KNOWN | is_neighbour)
        & (~has("mbi_code", Reason.MBI_OTHER) | (_IS_NUMBERED & _IS_BORN))
        & (~has("suffix_code", Reason.SUFFIX_OTHER) | _IS_KNOWN)
    )


def _is_own() -> pl.Expr:
    """Known by name alone, somebody else's policy is told by its number or by its agent.

    Another agent may be a slip when the plan is the same and few people have that name.
    """
    is_slip = _IS_PLAN & has("last_code", Reason.LAST_SAME)
    is_strange = has("number_code", Reason.NUMBER_OTHER) | (
        has("agent_code", Reason.AGENT_OTHER) & ~is_slip
    )
    return _IS_CONFIRMED | _IS_ZIP | ~is_strange


def _is_dated() -> pl.Expr:
    """Whether the dates are one policy's, not those of the year before or after."""
    is_near = has("effective_code", Reason.EFFECTIVE_NEAR)
    is_sold = _NO_PLAN & (
        (_IS_SURE & ~has("agent_code", Reason.AGENT_OTHER)) | (_IS_NAMESAKE & _IS_AGENT & _IS_PAID)
    )
    is_planned = _IS_PLAN & (_IS_CONFIRMED | _IS_PAID)
    return (
        (_IS_EFFECTIVE & (_NO_PLAN | _IS_NUMBERED))
        | (is_near & ((_SAME_NUMBER & _NO_PLAN) | is_planned | is_sold))
        | (has("effective_code", Reason.EFFECTIVE_TURN) & _IS_PLAN)
        | (pl.col("effective_code").is_null() & _NO_PLAN & ((_SAME_NUMBER & _IS_SURE) | _IS_PLAN))
        | (has("effective_code", Reason.EFFECTIVE_YEARS) & _IS_PLAN & (_SAME_NUMBER | _IS_SURE))
        | (has("effective_code", Reason.EFFECTIVE_OTHER) & _SAME_NUMBER & _IS_PLAN & _IS_BORN)
        | (_IS_APPLIED & _NO_PLAN)
        | (_IS_ALIAS & ~has("effective_code", Reason.EFFECTIVE_OTHER, Reason.EFFECTIVE_YEARS))
    )


def _is_carrier() -> pl.Expr:
    """Whether the carrier is the same, or told by what only it knows."""
    return (
        pl.col("carrier_code").is_not_null()
        | _IS_NUMBERED
        | _IS_PLAN
        | (_IS_SURE & _IS_EFFECTIVE & (_IS_AGENT | _IS_MBI))
    )
