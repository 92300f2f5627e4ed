"""How well pairs of rows fit: points, reasons, and whether they may be linked unseen. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from commissions.matching import weights
from commissions.matching.names import are_swapped, compare_family, compare_given
from commissions.matching.reasons import Reason
from commissions.matching.rows import NUMBERS, Names

AT_ONCE = 400_000
"""Pairs looked at together: what bounds the memory."""
OWN, BY_ALIAS, BY_BOOK = 0, 1, 2
"""How a row speaks for its application: itself, by a number learnt, as its row in the book."""
PERSON, ALIAS, KEY, SCORE = 1, 2, 3, 4
"""How a pair was found, as links keep it."""
_CODE = pl.Int8
_MONTH = 31
_BEST_NAMES = weights.PERSON[Reason.LAST_SAME] + weights.PERSON[Reason.FIRST_SAME]
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
Compare = Callable[[str, str], Reason]


@dataclass
class _Levels:
    """How pairs of names agree; each different pair is looked at once."""

    forms: dict[int, str]
    compare: Compare
    name: str
    known: pl.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        sides = {f"{self.name}_1": pl.UInt32, f"{self.name}_2": pl.UInt32}
        self.known = pl.DataFrame(schema={**sides, "level": _CODE})

    def add(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Add the column ``level``; NULL where a side has no name."""
        sides = [f"{self.name}_1", f"{self.name}_2"]
        met = pairs.select(sides).drop_nulls().unique().join(self.known, on=sides, how="anti")
        if met.height:
            levels = [
                self.compare(self.forms[one], self.forms[other]) for one, other in met.iter_rows()
            ]
            fresh = met.with_columns(pl.Series("level", levels, dtype=_CODE))
            self.known = pl.concat([self.known, fresh])
        return pairs.join(self.known, on=sides, how="left", maintain_order="left").rename(
            {"level": f"{self.name}_code"}
        )


class Scorer:
    """Compares rows that speak for applications (column ``via``) with other rows."""

    def __init__(self, names: Names) -> None:
        self._given = _Levels(names.given, compare_given, "first")
        self._family = _Levels(names.family, compare_family, "last")

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
        frame = pl.concat(
            [
                ones[part["one"]].select(pl.all().name.suffix("_1")),
                others[part["other"]].select(pl.all().name.suffix("_2")),
            ],
            how="horizontal",
        )
        frame = frame.filter(_may_fit()).with_columns(_CHEAP)
        cheap = _points(("mbi_code", "suffix_code", "born_code", "zip_code"), weights.PERSON)
        policy = _points(_POLICY, weights.POLICY)
        frame = frame.filter(cheap + policy + _BEST_NAMES >= weights.KEPT)
        frame = self._with_names(frame).with_columns(
            pl.min_horizontal(_points(_PERSON, weights.PERSON), weights.MOST_BY_PERSON).alias(
                "person"
            ),
            policy.alias("policy"),
        )
        points = pl.col("person") + pl.col("policy")
        frame = frame.filter(points >= weights.KEPT).with_columns(points.alias("points"))
        is_strong = _is_strong().fill_null(value=False)
        capped = pl.min_horizontal("points", weights.LINKED - 1)
        return frame.select(
            pl.col("application_1").alias("application"),
            pl.col("id_2").alias("row"),
            pl.when(is_strong).then("points").otherwise(capped).cast(pl.Int16).alias("points"),
            _method().alias("method"),
            _reasons(),
        )

    def _with_names(self, frame: pl.DataFrame) -> pl.DataFrame:
        frame = self._family.add(self._given.add(frame))
        unlike = frame.filter(_has("last_code", Reason.LAST_OTHER)).select(_NAMES)
        swapped = self._swapped(unlike.drop_nulls().unique())
        frame = frame.join(swapped, on=_NAMES, how="left", maintain_order="left")
        is_swapped = pl.when(pl.col("is_swapped"))
        return frame.with_columns(
            is_swapped.then(_code(Reason.NAME_SWAPPED)).otherwise("last_code").alias("last_code"),
            is_swapped.then(None).otherwise("first_code").alias("first_code"),
        )

    def _swapped(self, names: pl.DataFrame) -> pl.DataFrame:
        given, family = self._given.forms, self._family.forms
        found = [
            are_swapped(given[a], family[b], given[c], family[d]) or None
            for a, b, c, d in names.iter_rows()
        ]
        return names.with_columns(pl.Series("is_swapped", found, dtype=pl.Boolean))


def _code(reason: Reason) -> pl.Expr:
    return pl.lit(int(reason), dtype=_CODE)


def _has(column: str, *codes: Reason) -> pl.Expr:
    return pl.col(column).is_in([int(one) for one in codes]).fill_null(value=False)


def _same(name: str) -> pl.Expr:
    return pl.col(f"{name}_1") == pl.col(f"{name}_2")


def _may_fit() -> pl.Expr:
    """Another carrier's policy, or another line's, is another policy."""
    carrier = _same("carrier").fill_null(value=True)
    return carrier & _same("line").fill_null(value=True)


def _number() -> pl.Expr:
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
        .then(_code(Reason.APPLICATION_SAME))
        .when(any_same(""))
        .then(pl.when(pl.col("via_1") == BY_ALIAS).then(_code(Reason.ALIAS))
              .otherwise(_code(Reason.NUMBER_SAME)))
        .when(any_same("_digits"))
        .then(_code(Reason.NUMBER_DIGITS))
        .when(pl.col("number_1_1") != pl.col("number_1_2"))
        .then(_code(Reason.NUMBER_OTHER))
    )  # fmt: skip


def _mbi() -> pl.Expr:
    return (
        pl.when(_same("mbi"))
        .then(_code(Reason.MBI_SAME))
        .when(pl.col("tail_1") != pl.col("tail_2"))
        .then(_code(Reason.MBI_OTHER))
        .when(_same("tail") & (pl.col("mbi_1").is_null() | pl.col("mbi_2").is_null()))
        .then(_code(Reason.MBI_TAIL))
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
    years, months, days = (
        (one.dt.year() % 100, other.dt.year() % 100),
        (one.dt.month(), other.dt.month()),
        (one.dt.day(), other.dt.day()),
    )
    same = [a == b for a, b in (years, months, days)]
    is_century = one.dt.year() // 100 == other.dt.year() // 100
    is_near = is_century & (
        (same[0] & same[1] & _near(*days))
        | (same[0] & same[2] & _near(*months))
        | (same[1] & same[2] & _near(*years))
    )
    is_swapped = is_century & same[0] & (months[0] == days[1]) & (days[0] == months[1])
    return (
        pl.when(one == other)
        .then(_code(Reason.BIRTH_SAME))
        .when(is_swapped)
        .then(_code(Reason.BIRTH_SWAPPED))
        .when(is_near)
        .then(_code(Reason.BIRTH_NEAR))
        .when(one.is_not_null() & other.is_not_null())
        .then(_code(Reason.BIRTH_OTHER))
    )


def _effective() -> pl.Expr:
    one, other = pl.col("effective_1"), pl.col("effective_2")
    is_new_year = (other.dt.month() == 1) & (other.dt.day() == 1) & (other > one)
    is_near = (other - one).dt.total_days().abs() <= _MONTH
    return (
        pl.when(one == other)
        .then(_code(Reason.EFFECTIVE_SAME))
        .when(is_near & (one.dt.year() == other.dt.year()))
        .then(_code(Reason.EFFECTIVE_NEAR))
        .when(is_near)
        .then(_code(Reason.EFFECTIVE_TURN))
        .when(is_new_year)
        .then(_code(Reason.EFFECTIVE_YEARS))
        .when(one.is_not_null() & other.is_not_null())
        .then(_code(Reason.EFFECTIVE_OTHER))
    )


def _agent() -> pl.Expr:
    is_same = _same("agent").fill_null(value=False) | _same("npn").fill_null(value=False)
    is_other = (pl.col("agent_1") != pl.col("agent_2")) | (pl.col("npn_1") != pl.col("npn_2"))
    return (
        pl.when(is_same)
        .then(_code(Reason.AGENT_SAME))
        .when(is_other)
        .then(_code(Reason.AGENT_OTHER))
    )


def _period() -> pl.Expr:
    """A month that was paid for lies in the policy's life, but for a month of slack."""
    begins = pl.col("effective_1").dt.offset_by("-1mo")
    is_late = (pl.col("period_2") > pl.col("end_1").dt.offset_by("1mo")).fill_null(value=False)
    is_inside = (pl.col("period_2") >= begins) & ~is_late
    return (
        pl.when(is_inside)
        .then(_code(Reason.PERIOD_INSIDE))
        .when(is_inside.not_())
        .then(_code(Reason.PERIOD_OUTSIDE))
    )


def _two(name: str, same: Reason, other: Reason) -> pl.Expr:
    is_same = _same(name)
    return pl.when(is_same).then(_code(same)).when(is_same.not_()).then(_code(other))


_CHEAP = [
    _number().alias("number_code"),
    _mbi().alias("mbi_code"),
    _born().alias("born_code"),
    _two("zip", Reason.ZIP_SAME, Reason.ZIP_OTHER).alias("zip_code"),
    pl.when(pl.col("suffix_1") != pl.col("suffix_2"))
    .then(_code(Reason.SUFFIX_OTHER))
    .alias("suffix_code"),
    pl.when(_same("carrier"))
    .then(_code(Reason.CARRIER_SAME))
    .when(_same("carrier_word"))
    .then(_code(Reason.CARRIER_LIKE))
    .alias("carrier_code"),
    _effective().alias("effective_code"),
    _two("plan", Reason.PLAN_SAME, Reason.PLAN_OTHER).alias("plan_code"),
    _agent().alias("agent_code"),
    _period().alias("period_code"),
]


def _points(columns: tuple[str, ...], table: dict[Reason, int]) -> pl.Expr:
    codes = [int(one) for one in table]
    return pl.sum_horizontal(
        pl.col(column).replace_strict(codes, list(table.values()), default=0, return_dtype=pl.Int16)
        for column in columns
    )


def _is_strong() -> pl.Expr:
    """Whether nothing that counts speaks against a pair, and enough for it.

    A contradiction must be outweighed by something that no twin, spouse or next year's policy
    shares.
    """
    is_alias = _has("number_code", Reason.ALIAS)
    is_applied = _has("number_code", Reason.APPLICATION_SAME)
    same_number = _has("number_code", Reason.NUMBER_SAME, Reason.NUMBER_DIGITS)
    is_numbered = is_alias | is_applied | same_number
    is_known = is_numbered | _has("mbi_code", Reason.MBI_SAME)
    is_born = _has("born_code", Reason.BIRTH_SAME)
    is_plan = _has("plan_code", Reason.PLAN_SAME)
    no_plan = ~_has("plan_code", Reason.PLAN_OTHER)
    is_effective = _has("effective_code", Reason.EFFECTIVE_SAME)
    is_agent, is_zip = _has("agent_code", Reason.AGENT_SAME), _has("zip_code", Reason.ZIP_SAME)
    is_namesake = _has("first_code", Reason.FIRST_SAME) & _has("last_code", Reason.LAST_SAME)
    is_tail = _has("mbi_code", Reason.MBI_TAIL)
    is_neighbour = (
        is_namesake & (is_zip | is_tail) & (is_plan | (is_agent & no_plan)) & is_effective
    )
    no_first = _has("first_code", Reason.FIRST_OTHER)
    # Somebody who married: what neither a spouse nor a twin shares.
    is_family = (
        is_born
        & ~no_first
        & ~_has("first_code", Reason.FIRST_INITIAL)
        & (is_zip | is_tail | (is_plan & is_agent))
    )
    is_named = ~no_first & (
        _has("first_code", Reason.FIRST_SAME, Reason.FIRST_FORM, Reason.FIRST_TYPO)
        | ~_has("last_code", Reason.LAST_OTHER)
    )
    is_person = (
        ((pl.col("person") >= _BEST_NAMES - 3) | (is_numbered & is_named))
        & (~no_first | is_known)
        & (~_has("last_code", Reason.LAST_OTHER) | is_known | is_family)
        & (~_has("born_code", Reason.BIRTH_OTHER) | is_known | is_neighbour)
        & (~_has("mbi_code", Reason.MBI_OTHER) | (is_numbered & is_born))
        & (~_has("suffix_code", Reason.SUFFIX_OTHER) | is_known)
    )
    is_sure = pl.col("person") >= weights.MOST_BY_PERSON - 2
    is_paid = _has("period_code", Reason.PERIOD_INSIDE)
    is_sold = no_plan & (
        (is_sure & ~_has("agent_code", Reason.AGENT_OTHER)) | (is_namesake & is_agent & is_paid)
    )
    # Known by name alone, somebody else's policy is told by its number or by its agent.
    is_strange = _has("number_code", Reason.NUMBER_OTHER) | (
        _has("agent_code", Reason.AGENT_OTHER) & ~is_plan
    )
    is_confirmed = is_known | is_born | is_tail
    is_near = _has("effective_code", Reason.EFFECTIVE_NEAR)
    is_dated = (
        (is_effective & (no_plan | is_numbered))
        | (is_near & ((same_number & no_plan) | (is_plan & (is_confirmed | is_paid)) | is_sold))
        | (_has("effective_code", Reason.EFFECTIVE_TURN) & is_plan)
        | (pl.col("effective_code").is_null() & no_plan & ((same_number & is_sure) | is_plan))
        | (_has("effective_code", Reason.EFFECTIVE_YEARS) & is_plan & (same_number | is_sure))
        | (_has("effective_code", Reason.EFFECTIVE_OTHER) & same_number & is_plan & is_born)
        | (is_applied & no_plan)
        | (is_alias & ~_has("effective_code", Reason.EFFECTIVE_OTHER, Reason.EFFECTIVE_YEARS))
    )
    is_carrier = (
        pl.col("carrier_code").is_not_null()
        | is_numbered
        | is_plan
        | (is_sure & is_effective & (is_agent | _has("mbi_code", Reason.MBI_SAME)))
    )
    is_alive = ~_has("period_code", Reason.PERIOD_OUTSIDE)
    is_enough = pl.col("points") >= weights.LINKED
    is_own = is_confirmed | is_zip | ~is_strange
    return is_enough & (is_person | is_alias) & is_dated & is_carrier & is_alive & is_own


def _method() -> pl.Expr:
    number = [Reason.APPLICATION_SAME, Reason.NUMBER_SAME, Reason.NUMBER_DIGITS]
    return (
        pl.when(_has("number_code", Reason.ALIAS))
        .then(pl.lit(ALIAS, pl.Int8))
        .when(_has("number_code", *number) | _has("mbi_code", Reason.MBI_SAME))
        .then(pl.lit(KEY, pl.Int8))
        .otherwise(pl.lit(SCORE, pl.Int8))
    )


def _reasons() -> pl.Expr:
    """The codes of a pair as PostgreSQL writes an array of them."""
    via = pl.when(pl.col("via_1") == BY_BOOK).then(_code(Reason.BY_BOOK)).cast(pl.String)
    codes = [pl.col(one).cast(pl.String) for one in (*_POLICY, *_PERSON)]
    joined = pl.concat_str([via, *codes], separator=",", ignore_nulls=True)
    return pl.concat_str([pl.lit("{"), joined, pl.lit("}")]).alias("reasons")
