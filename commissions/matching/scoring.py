"""How well pairs of rows fit: points, reasons, and whether they may be linked unseen. Pure."""

from collections.abc import Callable, Collection
from functools import cache
from typing import TypeVar

import polars as pl

from commissions.matching import slips, weights
from commissions.matching.fields import BY_BOOK, CODE, FIELDS, FIT, code, has
from commissions.matching.names import are_one, compare_family, compare_given
from commissions.matching.reasons import Reason
from commissions.matching.rows import Names
from commissions.matching.strength import BEST_NAMES, is_strong, is_strong_alone

AT_ONCE = 200_000
"""Pairs that a thread looks at together: what bounds the memory."""
THREADS = 2
"""So many compare at once: while one compares names in Python, frames of the other go on."""
PERSON, ALIAS, KEY, SCORE = 1, 2, 3, 4
"""How a pair was found, as links keep it."""
_PERSON = ("mbi_code", "last_code", "first_code", "suffix_code", "born_code", "zip_code")
_POLICY = (
    "number_code",
    "carrier_code",
    "effective_code",
    "plan_code",
    "agent_code",
    "period_code",
)
_NAMES = ["first_1", "last_1", "first_2", "last_2"]
_PLACES = ["one", "other"]
# What fields are compared by is looked up for all pairs, names only for those they may decide.
_IN_PAIRS = {"via_1", *(name for field in FIELDS for name in field.meta.root_names())}
COMPARED = frozenset(name[:-2] for name in _IN_PAIRS) - {"via"} | set(FIT)
_NUMBERED = ("number_text_1", "number_text_2")
_NAMED = ("application_1", "id_2", *_NAMES)
_HASHES = 2**32
Found = TypeVar("Found")


def promising(ones: pl.DataFrame, others: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs that are worth keeping if their names agree, with the codes of all other fields.

    Another number does not count against them yet: it may be a slip. Rows need no more for it than
    the columns ``COMPARED``, those that speak ``via`` besides.
    """
    cheap = _points(("mbi_code", "suffix_code", "born_code", "zip_code"), weights.PERSON)
    policy = _points(_POLICY, weights.POLICY)
    told = _side_by_side(ones, others, pairs, _IN_PAIRS).select(*_PLACES, "via_1", *FIELDS)
    is_other = pl.col("number_code") == Reason.NUMBER_OTHER
    spared = pl.when(is_other).then(-weights.POLICY[Reason.NUMBER_OTHER]).otherwise(0)
    return told.filter(cheap + policy + spared + BEST_NAMES >= weights.KEPT)


class Scorer:
    """Compares rows that speak for applications (column ``via``) with other rows."""

    def __init__(self, names: Names) -> None:
        given, family = names.given, names.family
        self._levels = {
            "first": _once(compare_given, given, given),
            "last": _once(compare_family, family, family),
        }
        self._are_one = _once(are_one, given, family)

    def score(self, ones: pl.DataFrame, others: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
        """Judge pairs of places ``one`` and ``other``; those worth keeping come back.

        With ``application``, ``row``, ``points``, ``reasons``, and ``method``. What may not be
        linked unseen has too few points for it.
        """
        judged = [self._judge(ones, others, part) for part in pairs.iter_slices(AT_ONCE)]
        empty = self._judge(ones.clear(), others.clear(), pairs.clear())
        kept = pl.concat([empty, *judged])
        order = ["application", "row", "points", "reasons"]
        best = kept.sort(order, descending=[False, False, True, False])
        return best.unique(["application", "row"], keep="first", maintain_order=True)

    def _judge(self, ones: pl.DataFrame, others: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
        policy = _points(_POLICY, weights.POLICY)
        frame = _with_slips(ones, others, promising(ones, others, part))
        frame = frame.hstack(_side_by_side(ones, others, frame, _NAMED).drop(_PLACES))
        frame = self._with_names(frame).with_columns(
            pl.min_horizontal(_points(_PERSON, weights.PERSON), weights.MOST_BY_PERSON).alias(
                "person"
            ),
            policy.alias("policy"),
        )
        points = pl.col("person") + pl.col("policy")
        frame = frame.filter(points >= weights.KEPT).with_columns(points.alias("points"))
        may_link = is_strong().fill_null(value=False)
        may_alone = is_strong_alone().fill_null(value=False)
        capped = pl.when(may_alone).then(weights.ALONE).otherwise(weights.KEPT)
        return frame.select(
            pl.col("application_1").alias("application"),
            pl.col("id_2").alias("row"),
            pl.when(may_link).then("points").otherwise(capped).cast(pl.Int16).alias("points"),
            _method().alias("method"),
            _reasons(),
        )

    def _with_names(self, frame: pl.DataFrame) -> pl.DataFrame:
        for name, level in self._levels.items():
            both = _both(f"{name}_1", f"{name}_2")
            met = frame.select(both).drop_nulls().unique()
            found = pl.Series(f"{name}_code", list(map(level, met["both"])), dtype=CODE)
            known = met.with_columns(found)
            frame = frame.with_columns(both).join(known, on="both", how="left").drop("both")
        unlike = frame.filter(has("last_code", Reason.LAST_OTHER)).select(_NAMES)
        swapped = self._swapped(unlike.drop_nulls().unique())
        frame = frame.join(swapped, on=_NAMES, how="left")
        is_swapped = pl.when(pl.col("is_swapped"))
        return frame.with_columns(
            is_swapped.then(code(Reason.NAME_SWAPPED)).otherwise("last_code").alias("last_code"),
            is_swapped.then(None).otherwise("first_code").alias("first_code"),
        )

    def _swapped(self, names: pl.DataFrame) -> pl.DataFrame:
        """Which pairs of names agree when one's first and last name change places."""
        crossed = names.select(_both("first_1", "last_2"), _both("first_2", "last_1").alias("back"))
        found = [
            (self._are_one(there) and self._are_one(back)) or None
            for there, back in crossed.iter_rows()
        ]
        return names.with_columns(pl.Series("is_swapped", found, dtype=pl.Boolean))


def _once(
    compare: Callable[[str, str], Found], ones: dict[int, str], others: dict[int, str]
) -> Callable[[int], Found]:
    """Compare names told by both their hashes; each different pair is looked at once."""

    @cache
    def compared(both: int) -> Found:
        one, other = divmod(both, _HASHES)
        return compare(ones[one], others[other])

    return compared


def _both(one: str, other: str) -> pl.Expr:
    """Two hashes as one number."""
    return (pl.col(one).cast(pl.UInt64) * _HASHES + pl.col(other)).alias("both")


def _side_by_side(
    ones: pl.DataFrame, others: pl.DataFrame, places: pl.DataFrame, columns: Collection[str]
) -> pl.DataFrame:
    """What both rows of each pair say in these columns of a pair, behind their places."""
    sides = [places.select(_PLACES)]
    for end, rows, place in (("_1", ones, "one"), ("_2", others, "other")):
        wanted = [name.removesuffix(end) for name in columns if name.endswith(end)]
        sides.append(rows.select(pl.col(wanted).gather(places[place]).name.suffix(end)))
    return pl.concat(sides, how="horizontal")


def _with_slips(ones: pl.DataFrame, others: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """Tell pairs whose numbers differ by a slip from those of another number."""
    is_other = has("number_code", Reason.NUMBER_OTHER)
    differ = frame.filter(is_other)
    numbers = _side_by_side(ones, others, differ, _NUMBERED)
    found = pl.when(slips.are_slips(numbers)).then(code(Reason.NUMBER_NEAR))
    fixed = differ.with_columns(found.otherwise("number_code").alias("number_code"))
    return pl.concat([frame.filter(~is_other), fixed])


def _points(columns: tuple[str, ...], table: dict[Reason, int]) -> pl.Expr:
    points = [0] * (max(Reason) + 1)
    for reason, worth in table.items():
        points[reason] = worth
    of_code = pl.lit(pl.Series(points, dtype=pl.Int16))
    return pl.sum_horizontal(of_code.gather(pl.col(column)).fill_null(0) for column in columns)


def _method() -> pl.Expr:
    number = [Reason.APPLICATION_SAME, Reason.NUMBER_SAME, Reason.NUMBER_DIGITS]
    return (
        pl.when(has("number_code", Reason.ALIAS))
        .then(pl.lit(ALIAS, pl.Int8))
        .when(has("number_code", *number) | has("mbi_code", Reason.MBI_SAME))
        .then(pl.lit(KEY, pl.Int8))
        .otherwise(pl.lit(SCORE, pl.Int8))
    )


def _reasons() -> pl.Expr:
    """The codes of a pair as PostgreSQL writes an array of them."""
    via = pl.when(pl.col("via_1") == BY_BOOK).then(code(Reason.BY_BOOK)).cast(pl.String)
    codes = [pl.col(one).cast(pl.String) for one in (*_POLICY, *_PERSON)]
    joined = pl.concat_str([via, *codes], separator=",", ignore_nulls=True)
    return pl.concat_str([pl.lit("{"), joined, pl.lit("}")]).alias("reasons")
