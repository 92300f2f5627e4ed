"""The public set febrl4: Refresh's way of comparing and deciding, on fields it never saw.

What agreement is worth is not known here beforehand, so it is estimated from the pairs alone
(Fellegi and Sunter's model, by expectation and maximisation). Names are compared and pairs are
decided by the rules of the product: one to one, everything at once.
"""

import math
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import polars as pl
from rapidfuzz.distance import OSA

from bench import matching_rivals
from bench.results import Result
from commissions.matching import deciding, weights
from commissions.matching.names import are_swapped, compare_family, compare_given
from commissions.matching.reasons import Reason

NAME = "matching"
ROUNDS = 25
STRANGERS = 100_000
ENOUGH = 3
"""Eight times as likely a true pair as not, and it is linked."""
SAME, NEAR, OTHER = 2, 1, 0
_LEVELS = {
    Reason.FIRST_SAME: SAME, Reason.FIRST_OTHER: OTHER,
    Reason.LAST_SAME: SAME, Reason.LAST_COMMON: SAME, Reason.LAST_OTHER: OTHER,
}  # fmt: skip
_BLOCKS = (
    ["given_name"], ["surname"], ["date_of_birth"], ["soc_sec_id"], ["postcode", "street_number"],
    ["address_1"],
)  # fmt: skip
Compare = Callable[[str, str], int]
Shares = dict[int, float]


def _alike(one: str, other: str) -> int:
    if one == other:
        return SAME
    return NEAR if OSA.distance(one, other, score_cutoff=2) <= 2 else OTHER


def _given(one: str, other: str) -> int:
    return _LEVELS.get(compare_given(one, other), NEAR)


def _family(one: str, other: str) -> int:
    return _LEVELS.get(compare_family(one, other), NEAR)


FIELDS: dict[str, Compare] = {
    "given_name": _given, "surname": _family, "date_of_birth": _alike, "postcode": _alike,
    "street_number": _alike, "address_1": _alike, "suburb": _alike,
}  # fmt: skip
SECRET: dict[str, Compare] = {"soc_sec_id": _alike}
"""The field that makes it easy; without it the set is the hard one."""


def run() -> Iterator[Result]:
    """How many pairs are right and found: all fields, and without the social security number."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        matching_rivals.febrl(folder)
        ones, others = (pl.read_parquet(folder / f"{one}.parquet") for one in ("ones", "others"))
        truth = pl.read_parquet(folder / "truth.parquet").select("one", "other")
        splink = pl.read_parquet(folder / "splink.parquet")
        rival = max(
            _f1(splink.filter(pl.col("p") > least).select("one", "other"), truth)
            for least in (0.5, 0.95)
        )
        own = _f1(link(ones, others, FIELDS | SECRET), truth)
        yield Result(
            NAME, "febrl4_f1", round(own, 5), "", baseline=round(rival, 5),
            baseline_name="Splink 5, its own example's settings, best pair",
            ratio=round(own / rival, 5), target=1, ok=own >= rival,
        )  # fmt: skip
        hard = _f1(link(ones, others, FIELDS), truth)
        yield Result(NAME, "febrl4_without_number_f1", round(hard, 5), "")


def link(ones: pl.DataFrame, others: pl.DataFrame, fields: dict[str, Compare]) -> pl.DataFrame:
    """The pairs of ``one`` and ``other`` that belong together, told by these fields."""
    levels = _levels(ones, others, _pairs(ones, others, fields), fields)
    names = list(fields)
    patterns = levels.group_by(names).len().sort(names)
    strangers = _levels(ones, others, _strangers(ones, others), fields)
    worth = Worth.estimated(patterns, [_seen(strangers[name]) for name in names])
    worth = replace(worth, doubt=math.log2(ones.height * others.height / worth.matches))
    points = [worth.points(row) for row in patterns.select(names).iter_rows()]
    judged = levels.join(
        patterns.with_columns(pl.Series("points", points, dtype=pl.Int16)),
        on=names,
        nulls_equal=True,
    )
    states = deciding.decide_books(
        judged.select(
            pl.col("one").alias("application"),
            pl.col("other").alias("row"),
            "points",
            pl.lit("{}").alias("reasons"),
            pl.lit(value=False).alias("is_said"),
        )
    ).filter(pl.col("state") == deciding.LINKED)
    return pl.DataFrame(
        {"one": ones["rec_id"][states["application"]], "other": others["rec_id"][states["row"]]}
    )


@dataclass(frozen=True)
class Worth:
    """How much likelier each level of each field is among true pairs, as binary logarithms.

    ``doubt`` is what it takes to make up for all the pairs of strangers that there are.
    """

    fields: list[Shares]
    matches: float
    doubt: float = 0.0

    def points(self, levels: tuple[int | None, ...]) -> int:
        """What all fields of a pair are worth; a pair of even chances is just short of a link."""
        met = zip(self.fields, levels, strict=True)
        evidence = sum(of[level] for of, level in met if level is not None)
        return round(evidence - self.doubt) + weights.LINKED - ENOUGH

    @classmethod
    def estimated(cls, patterns: pl.DataFrame, false: list[Shares]) -> "Worth":
        """Estimate from patterns of levels, how often each was seen, and what strangers share."""
        rows = [(levels, count) for *levels, count in patterns.iter_rows()]
        share = 0.2
        true: list[Shares] = [{SAME: 0.8, NEAR: 0.15, OTHER: 0.05} for _ in false]
        for _ in range(ROUNDS):
            sides = [
                (levels, count * _chance(levels, true, false, share)) for levels, count in rows
            ]
            matches = sum(weight for _, weight in sides)
            share = matches / sum(count for _, count in rows)
            true = [
                _shares((one[place], weight) for one, weight in sides)
                for place in range(len(false))
            ]
        logs = [
            {level: math.log2(of_true[level] / of_false[level]) for level in of_true}
            for of_true, of_false in zip(true, false, strict=True)
        ]
        return cls(logs, matches)


def _chance(
    levels: list[int | None],
    true: list[Shares],
    false: list[Shares],
    share: float,
) -> float:
    ratio = share / (1 - share)
    for of_true, of_false, level in zip(true, false, levels, strict=True):
        if level is not None:
            ratio *= of_true[level] / of_false[level]
    return ratio / (1 + ratio)


def _shares(seen: Iterable[tuple[int | None, float]]) -> Shares:
    sums: Shares = dict.fromkeys((SAME, NEAR, OTHER), 0.5)
    for level, weight in seen:
        if level is not None:
            sums[level] += weight
    whole = sum(sums.values())
    return {level: value / whole for level, value in sums.items()}


def _seen(levels: pl.Series) -> Shares:
    return _shares((level, 1.0) for level in levels)


def _strangers(ones: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Pairs at random: hardly any of them is a true one."""
    random = Random(1)
    sides = {"one": ones.height, "other": others.height}
    return pl.DataFrame(
        {name: [random.randrange(count) for _ in range(STRANGERS)] for name, count in sides.items()}
    )


def _pairs(ones: pl.DataFrame, others: pl.DataFrame, fields: dict[str, Compare]) -> pl.DataFrame:
    a, b = ones.with_row_index("one"), others.with_row_index("other")
    met = [
        a.drop_nulls(columns).join(b, on=columns).select("one", "other")
        for columns in _BLOCKS
        if set(columns) <= fields.keys()
    ]
    return pl.concat(met).unique().cast(pl.Int64)


def _levels(
    ones: pl.DataFrame, others: pl.DataFrame, pairs: pl.DataFrame, fields: dict[str, Compare]
) -> pl.DataFrame:
    columns = []
    for name, compare in fields.items():
        sides = zip(ones[name][pairs["one"]], others[name][pairs["other"]], strict=True)
        known = [compare(a, b) if a and b else None for a, b in sides]
        columns.append(pl.Series(name, known, dtype=pl.Int8))
    names = [frame[name][pairs[side]] for side, frame in (("one", ones), ("other", others))
             for name in ("given_name", "surname")]  # fmt: skip
    swapped = pl.Series(
        [None not in four and are_swapped(*four) for four in zip(*names, strict=True)]
    )
    judged = pairs.with_columns(columns)
    is_swapped = swapped & (judged["surname"] == OTHER)
    return judged.with_columns(
        pl.when(is_swapped).then(NEAR).otherwise(name).cast(pl.Int8).alias(name)
        for name in ("given_name", "surname")
    )


def _f1(found: pl.DataFrame, truth: pl.DataFrame) -> float:
    right = found.join(truth, on=["one", "other"], how="semi").height
    return 2 * right / ((found.height + truth.height) or 1)
