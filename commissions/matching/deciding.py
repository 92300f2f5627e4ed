"""Which pairs belong together, all of a neighbourhood at once. Pure.

A pair is linked when it is the best of both its rows and ahead of everything else that either of
them could be. Linked rows step aside, and what is left is looked at again: so the policies of one
person sort themselves out, and what stays equal is left to a person. In the end, what one thing
speaks against is linked as well, where nothing else is left at all. Nothing depends on the order
of the pairs, nor on pairs that share no row with them, directly or through others.
"""

import polars as pl

from commissions.matching import weights
from commissions.matching.reasons import Reason

LINKED, SUGGESTED, PASSED = 1, 2, 3
_SIDES = ("application", "row")
_HAS_APPLICATION = pl.col("application") > 0
_TIED, _SOLE = (f",{one:d}}}" for one in (Reason.NEAR_TIE, Reason.NOTHING_ELSE))
_IS_STRONG = pl.col("points") >= weights.LINKED
_MAY_ALONE = pl.col("points") == weights.ALONE


def decide_books(pairs: pl.DataFrame) -> pl.DataFrame:
    """Give each pair its ``state``; an application has one book row, and the row one application.

    Pairs have ``application``, ``row``, ``points``, and ``is_said``: a person's word.
    """
    linked = pairs.filter("is_said").select(_SIDES)
    left = _without(pairs, linked)
    while left.height:
        found = _ahead(left, "application").join(_ahead(left, "row"), on=_SIDES, how="semi")
        found = found.filter(_IS_STRONG)
        if not found.height:
            break
        linked = pl.concat([linked, found.select(_SIDES)])
        left = _without(left, found)
    sole = left.filter(_MAY_ALONE, _is_sole("application"), _is_sole("row"))
    linked = pl.concat([linked, sole.select(_SIDES)])
    left = _without(left, sole)
    return _with_states(pairs, linked, left, per_application=weights.MOST_SUGGESTIONS, per_row=None)


def decide_lines(pairs: pl.DataFrame) -> pl.DataFrame:
    """Give each pair its ``state``; a line has one application, an application many lines.

    Below zero stand policies without an application: a line may be theirs, and is no link then.
    """
    decided, left = link_lines(pairs)
    return pl.concat([decided, suggest_lines(left)])


def link_lines(pairs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Decide about lines, each by its own pairs alone; answer those of undecided lines apart."""
    linked = pairs.filter("is_said").select(_SIDES)
    left = pairs.join(linked, on="row", how="anti")
    sole = left.filter(_MAY_ALONE, _is_sole("row"))
    found = pl.concat([_ahead(left, "row").filter(_IS_STRONG), sole]).select(_SIDES)
    linked = pl.concat([linked, found])
    decided = pairs.join(linked, on="row", how="semi")
    links, none = linked.filter(_HAS_APPLICATION), pairs.clear()
    return (
        _with_states(decided, links, none, per_application=0, per_row=0),
        left.join(found, on="row", how="anti"),
    )


def suggest_lines(left: pl.DataFrame) -> pl.DataFrame:
    """Say which pairs of undecided lines are suggested: it depends on all of an application's."""
    return _with_states(
        left, left.clear().select(_SIDES), left.filter(_HAS_APPLICATION),
        per_application=weights.MOST_LINES_SUGGESTED, per_row=weights.MOST_SUGGESTIONS,
    )  # fmt: skip


def without_doubles(pairs: pl.DataFrame, likely: pl.DataFrame) -> pl.DataFrame:
    """Lines without the claims of book rows that likely belong to an application that claims them.

    ``likely`` are suggested pairs of ``application`` and book ``row``.
    """
    mine = likely.join(pairs.select(_SIDES), on="application", suffix="_line")
    doubles = mine.select((-pl.col("row")).alias("application"), pl.col("row_line").alias("row"))
    return pairs.join(doubles, on=_SIDES, how="anti")


def _ahead(pairs: pl.DataFrame, side: str) -> pl.DataFrame:
    """The pairs that are ahead of every other pair of their application, or of their row."""
    ranked = pairs.sort(side, "points", descending=[False, True])
    is_first = (pl.col(side) != pl.col(side).shift(1)).fill_null(value=True)
    is_alone = (pl.col(side) != pl.col(side).shift(-1)).fill_null(value=True)
    lead = pl.col("points") - pl.col("points").shift(-1)
    return ranked.filter(is_first & (is_alone | (lead >= weights.MARGIN)))


def _is_sole(side: str) -> pl.Expr:
    return pl.len().over(side) == 1


def _without(pairs: pl.DataFrame, linked: pl.DataFrame) -> pl.DataFrame:
    for side in _SIDES:
        pairs = pairs.join(linked, on=side, how="anti")
    return pairs


def _with_states(
    pairs: pl.DataFrame,
    linked: pl.DataFrame,
    left: pl.DataFrame,
    *,
    per_application: int,
    per_row: int | None,
) -> pl.DataFrame:
    order = pl.struct(-pl.col("points").cast(pl.Int32), "row", "application")
    worth = left.filter(pl.col("points") >= weights.SUGGESTED)
    if per_row is not None:
        worth = worth.filter(order.rank("ordinal").over("row") <= per_row)
    worth = worth.filter(order.rank("ordinal").over("application") <= per_application)
    states = pl.concat(
        [
            linked.with_columns(pl.lit(LINKED, pl.Int8).alias("state")),
            worth.select(*_SIDES, pl.lit(SUGGESTED, pl.Int8).alias("state")),
        ]
    )
    state = pl.col("state").fill_null(PASSED)
    is_tied = (_IS_STRONG | _MAY_ALONE) & (state == SUGGESTED)
    is_sole = _MAY_ALONE & (state == LINKED)
    plain = pl.col("reasons").str.replace_many([_TIED, _SOLE], ["}", "}"])
    return pairs.join(states, on=_SIDES, how="left").with_columns(
        state,
        pl.when(is_tied)
        .then(plain.str.replace("}", _TIED, literal=True))
        .when(is_sole)
        .then(plain.str.replace("}", _SOLE, literal=True))
        .otherwise(plain),
    )
