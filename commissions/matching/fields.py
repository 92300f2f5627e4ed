"""What comparing one field of two rows finds: expressions over a pair, one for each code. Pure.

A pair has the columns of both sides: of the one with ``_1`` behind, of the other with ``_2``.
"""

import polars as pl

from commissions.matching.reasons import Reason
from commissions.matching.rows import NUMBERS

OWN, BY_ALIAS, BY_BOOK = 0, 1, 2
"""How a row speaks for its application: itself, by a number learnt, as its row in the book."""
CODE = pl.Int8
FIT = ("carrier", "line")
_MONTH = 31


def code(reason: Reason) -> pl.Expr:
    """A code as a value of a column."""
    return pl.lit(int(reason), dtype=CODE)


def has(column: str, *codes: Reason) -> pl.Expr:
    """Whether a column of codes has one of these."""
    return pl.col(column).is_in([int(one) for one in codes]).fill_null(value=False)


def same(name: str) -> pl.Expr:
    """Whether both sides say the same; NULL where one says nothing."""
    return pl.col(f"{name}_1") == pl.col(f"{name}_2")


def may_fit() -> pl.Expr:
    """Another carrier's policy, or another line's, is another policy."""
    return pl.all_horizontal(same(one).fill_null(value=True) for one in FIT)


def _number() -> pl.Expr:
    """Whether a number is the same; ``slips`` tells whether another one may be."""

    def any_same(suffix: str) -> pl.Expr:
        return pl.any_horizontal(
            (pl.col(f"{a}{suffix}_1") == pl.col(f"{b}{suffix}_2")).fill_null(value=False)
            for a in NUMBERS
            for b in NUMBERS
        )

    is_applied = pl.any_horizontal(
        (pl.col(f"{one}_1") == pl.col("number_3_2")).fill_null(value=False) for one in NUMBERS[1:]
    )
    return (
        pl.when(is_applied)
        .then(code(Reason.APPLICATION_SAME))
        .when(any_same(""))
        .then(pl.when(pl.col("via_1") == BY_ALIAS).then(code(Reason.ALIAS))
              .otherwise(code(Reason.NUMBER_SAME)))
        .when(any_same("_digits"))
        .then(code(Reason.NUMBER_DIGITS))
    )  # fmt: skip


def _mbi() -> pl.Expr:
    return (
        pl.when(same("mbi"))
        .then(code(Reason.MBI_SAME))
        .when(pl.col("tail_1") != pl.col("tail_2"))
        .then(code(Reason.MBI_OTHER))
        .when(same("tail") & (pl.col("mbi_1").is_null() | pl.col("mbi_2").is_null()))
        .then(code(Reason.MBI_TAIL))
    )


def _near(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Whether numbers of two digits differ in one of them, or have them the other way round."""
    tens, units = one // 10, one % 10
    other_tens, other_units = other // 10, other % 10
    return (
        (tens == other_tens)
        | (units == other_units)
        | ((tens == other_units) & (units == other_tens))
    )


def _born() -> pl.Expr:
    one, other = pl.col("born_1"), pl.col("born_2")
    centuries, years, months, days = (
        (pl.col(f"born_{part}_1"), pl.col(f"born_{part}_2"))
        for part in ("century", "year", "month", "day")
    )
    same = [a == b for a, b in (years, months, days)]
    is_century = centuries[0] == centuries[1]
    is_near = is_century & (
        (same[0] & same[1] & _near(*days))
        | (same[0] & same[2] & _near(*months))
        | (same[1] & same[2] & _near(*years))
    )
    is_swapped = is_century & same[0] & (months[0] == days[1]) & (days[0] == months[1])
    return (
        pl.when(one == other)
        .then(code(Reason.BIRTH_SAME))
        .when(is_swapped)
        .then(code(Reason.BIRTH_SWAPPED))
        .when(is_near)
        .then(code(Reason.BIRTH_NEAR))
        .when(one.is_not_null() & other.is_not_null())
        .then(code(Reason.BIRTH_OTHER))
    )


def _effective() -> pl.Expr:
    one, other = pl.col("effective_1"), pl.col("effective_2")
    is_new_year = (other.dt.month() == 1) & (other.dt.day() == 1) & (other > one)
    is_near = (other - one).dt.total_days().abs() <= _MONTH
    return (
        pl.when(one == other)
        .then(code(Reason.EFFECTIVE_SAME))
        .when(is_near & (one.dt.year() == other.dt.year()))
        .then(code(Reason.EFFECTIVE_NEAR))
        .when(is_near)
        .then(code(Reason.EFFECTIVE_TURN))
        .when(is_new_year)
        .then(code(Reason.EFFECTIVE_YEARS))
        .when(one.is_not_null() & other.is_not_null())
        .then(code(Reason.EFFECTIVE_OTHER))
    )


def _agent() -> pl.Expr:
    is_same = same("agent").fill_null(value=False) | same("npn").fill_null(value=False)
    is_other = (pl.col("agent_1") != pl.col("agent_2")) | (pl.col("npn_1") != pl.col("npn_2"))
    return (
        pl.when(is_same).then(code(Reason.AGENT_SAME)).when(is_other).then(code(Reason.AGENT_OTHER))
    )


def _period() -> pl.Expr:
    """A month that was paid for lies in the policy's life, but for a month of slack."""
    begins = pl.col("effective_1").dt.offset_by("-1mo")
    is_late = (pl.col("period_2") > pl.col("end_1").dt.offset_by("1mo")).fill_null(value=False)
    is_inside = (pl.col("period_2") >= begins) & ~is_late
    return (
        pl.when(is_inside)
        .then(code(Reason.PERIOD_INSIDE))
        .when(is_inside.not_())
        .then(code(Reason.PERIOD_OUTSIDE))
    )


def _two(name: str, agree: Reason, differ: Reason) -> pl.Expr:
    is_same = same(name)
    return pl.when(is_same).then(code(agree)).when(is_same.not_()).then(code(differ))


FIELDS = [
    _number().alias("number_code"),
    _mbi().alias("mbi_code"),
    _born().alias("born_code"),
    _two("zip", Reason.ZIP_SAME, Reason.ZIP_OTHER).alias("zip_code"),
    pl.when(pl.col("suffix_1") != pl.col("suffix_2"))
    .then(code(Reason.SUFFIX_OTHER))
    .alias("suffix_code"),
    pl.when(same("carrier"))
    .then(code(Reason.CARRIER_SAME))
    .when(same("carrier_word"))
    .then(code(Reason.CARRIER_LIKE))
    .alias("carrier_code"),
    _effective().alias("effective_code"),
    _two("plan", Reason.PLAN_SAME, Reason.PLAN_OTHER).alias("plan_code"),
    _agent().alias("agent_code"),
    _period().alias("period_code"),
]
