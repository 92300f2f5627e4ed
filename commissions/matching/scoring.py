"""How well pairs of rows fit: points, reasons, and whether they may be linked unseen. Pure."""

from collections.abc import Callable, Collection
from functools import cache
from typing import TypeVar

import polars as pl

from commissions.matching import slips, weights
from commissions.matching.common import COMMON_LAST_NAMES
from commissions.matching.fields import BY_BOOK, CODE, FIELDS, FIT, code, has
from commissions.matching.names import are_one, compare_family, compare_given
from commissions.matching.reasons import Reason
from commissions.matching.rows import Names, hashes
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
_NAMED = ("application_1", "id_2", *_NAMES, *_NUMBERED)
_OTHER_NUMBER = pl.col("number_code").is_null() & (pl.col(_NUMBERED[0]) != pl.col(_NUMBERED[1]))
_HASHES = 2**32
_NAMELESS = ("mbi_code", "suffix_code", "born_code", "zip_code")
# Another number is worth as much as one with a slip until it was looked at.
_AT_BEST = {**weights.POLICY, Reason.NUMBER_OTHER: weights.POLICY[Reason.NUMBER_NEAR]}
Found = TypeVar("Found")


def promising(ones: pl.DataFrame, others: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs that are worth keeping if their names agree, with the codes of all other fields.

    Another number does not count against them yet. Rows need no more for it than the columns
    ``COMPARED``, those that speak ``via`` besides.
    """
    cheap = _points(_NAMELESS, weights.PERSON)
    policy = _points(_POLICY, weights.POLICY)
    told = _side_by_side(ones, others, pairs, _IN_PAIRS).select(*_PLACES, "via_1", *FIELDS)
    return told.filter(cheap + policy + BEST_NAMES >= weights.KEPT)


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
        frame = promising(ones, others, part)
        frame = frame.hstack(_side_by_side(ones, others, frame, _NAMED).drop(_PLACES))
        is_other = pl.when(_OTHER_NUMBER).then(code(Reason.NUMBER_OTHER))
        frame = frame.with_columns(is_other.otherwise("number_code").alias("number_code"))
        frame = frame.with_columns(
            _points(_NAMELESS, weights.PERSON).alias("person"),
            _points(_POLICY, _AT_BEST).alias("policy"),
        )
        # What can come to nothing goes as soon as that is known: names and slips are looked at by
        # Python.
        frame = self._with_names(frame).filter(_reaches(pl.col("named")))
        frame = _with_slips(frame).with_columns(
            pl.min_horizontal(pl.col("person") + pl.col("named"), weights.MOST_BY_PERSON).alias(
                "person"
            ),
            _points(_POLICY, weights.POLICY).alias("policy"),
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
        """Say how names agree, and what that is worth; pairs that come to nothing may be left out.

        Last names come first: where they are unlike, the two names may have changed places.
        """
        frame = self._with_level(frame, "last")
        is_unlike = has("last_code", Reason.LAST_OTHER)
        unlike = frame.filter(is_unlike & _reaches(weights.PERSON[Reason.NAME_SWAPPED]))
        swapped = self._swapped(unlike.select(_NAMES).drop_nulls().unique())
        changed = unlike.join(swapped, on=_NAMES, how="semi").with_columns(
            code(Reason.NAME_SWAPPED).alias("last_code"),
            pl.lit(None, CODE).alias("first_code"),
        )
        left = pl.concat([frame.filter(~is_unlike), unlike.join(swapped, on=_NAMES, how="anti")])
        best = _points(("last_code",), weights.PERSON) + weights.PERSON[Reason.FIRST_SAME]
        left = self._with_level(left.filter(_reaches(best)), "first")
        named = _points(("last_code", "first_code"), weights.PERSON)
        return pl.concat([changed, left]).with_columns(named.alias("named"))

    def _with_level(self, frame: pl.DataFrame, name: str) -> pl.DataFrame:
        """Say how first or last names agree: the same have the same hash, others are looked at."""
        one, other = f"{name}_1", f"{name}_2"
        differ = pl.when(pl.col(one) != pl.col(other)).then(_both(one, other))
        frame = frame.with_columns(differ.alias("both"))
        met = frame.select("both").drop_nulls().unique()
        level = self._levels[name]
        found = pl.Series("found", list(map(level, met["both"])), dtype=CODE)
        told = frame.join(met.with_columns(found), on="both", how="left")
        is_same = pl.when(pl.col(one) == pl.col(other))
        coded = is_same.then(_same(name)).otherwise("found").alias(f"{name}_code")
        return told.with_columns(coded).drop("both", "found")

    def _swapped(self, names: pl.DataFrame) -> pl.DataFrame:
        """The pairs of names that agree when one's first and last name change places."""
        crossed = names.select(_both("first_1", "last_2"), _both("first_2", "last_1").alias("back"))
        are_one = self._are_one
        found = [are_one(there) and are_one(back) for there, back in crossed.iter_rows()]
        return names.filter(pl.Series(found, dtype=pl.Boolean))


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


def _reaches(by_names: pl.Expr | int) -> pl.Expr:
    """Whether a pair may be worth keeping when its names are worth so much."""
    person = pl.min_horizontal(pl.col("person") + by_names, weights.MOST_BY_PERSON)
    return person + pl.col("policy") >= weights.KEPT


def _side_by_side(
    ones: pl.DataFrame, others: pl.DataFrame, places: pl.DataFrame, columns: Collection[str]
) -> pl.DataFrame:
    """What both rows of each pair say in these columns of a pair, behind their places."""
    sides = [places.select(_PLACES)]
    for end, rows, place in (("_1", ones, "one"), ("_2", others, "other")):
        wanted = [name.removesuffix(end) for name in columns if name.endswith(end)]
        sides.append(rows.select(pl.col(wanted).gather(places[place]).name.suffix(end)))
    return pl.concat(sides, how="horizontal")


def _with_slips(frame: pl.DataFrame) -> pl.DataFrame:
    """Tell pairs whose numbers differ by a slip from those of another number."""
    is_other = has("number_code", Reason.NUMBER_OTHER)
    differ = frame.filter(is_other)
    found = pl.when(slips.are_slips(differ)).then(code(Reason.NUMBER_NEAR))
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


@cache
def _same(name: str) -> pl.Expr:
    """The code of two names that are the same.

    Made when it is first needed: it calculates, and Polars' threads do not live on in a worker that
    is forked after they began.
    """
    if name == "first":
        return code(Reason.FIRST_SAME)
    is_common = pl.col("last_1").is_in(hashes(pl.Series(sorted(COMMON_LAST_NAMES))).implode())
    return pl.when(is_common).then(code(Reason.LAST_COMMON)).otherwise(code(Reason.LAST_SAME))
