"""By what rows find each other: rows that share a key are compared, others never are. Pure.

A key is the hash of a few values that a row says. Each kind of key forgives other errors, and each
is rare enough by itself that no block has to be cut off.
"""

from collections.abc import Iterable, Iterator

import polars as pl

from commissions.matching.fields import FIT, may_fit

RULES = f"5/{pl.__version__}"
"""Which rules keys and kept pairs were made by. Raise it with any change of keys, codes or points:
the next run then compares everything again. Another version of the hash makes other keys, too."""

_NAME = [pl.min_horizontal("first_head", "last_head"), pl.max_horizontal("first_head", "last_head")]
_PLACES = 2**32
# Of each kind several ways to make a key; rows agree when any two of them do.
_KINDS: list[list[list[str | pl.Expr]]] = [
    [["number_1_digits"], ["number_2_digits"], ["number_3_digits"]],
    [["mbi"]],
    [["born", "last_letter"], ["born", "first_letter"]],
    [[*_NAME, "carrier"]],
    [[*_NAME, "effective"]],
    [["last_head", "plan", "effective"], ["last_tail", "plan", "effective"]],
    [["first_head", "last_letter", "plan", "effective"]],
    [["agent", "last_letter", "plan", "effective"]],
    [["agent", "effective", "last_head"]],
    [["agent", "effective", "first_head"]],
    [["zip", "last_head"]],
    [["zip", "effective", "first_head"]],
]


def of(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """For every kind of key: each ``key``, and the place ``at`` of the row that has it."""
    for seed, ways in enumerate(_KINDS):
        made = [_made(rows, parts, seed) for parts in ways]
        yield made[0] if len(made) == 1 else pl.concat(made).unique()


def _made(rows: pl.DataFrame, parts: list[str | pl.Expr], seed: int) -> pl.DataFrame:
    values = rows.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("at"),
        *(
            (pl.col(part) if isinstance(part, str) else part).alias(f"part_{place}")
            for place, part in enumerate(parts)
        ),
    ).drop_nulls()
    key = pl.struct(pl.exclude("at")).hash(seed=seed)
    return values.select("at", key.alias("key"))


class Blocks:
    """Rows by their keys, for others to be looked up among them, some at a time."""

    def __init__(self, ones: pl.DataFrame) -> None:
        self.ones = ones
        self._made = list(of(ones))

    def meeting(self, others: pl.DataFrame, made: Iterable[pl.DataFrame] = ()) -> pl.DataFrame:
        """The places ``one`` and ``other`` of rows that share a key and may fit, each pair once.

        ``made`` are the keys of the others, where they are known already.
        """
        # Both places in one number: telling those apart costs a fifth.
        both = pl.col("at").cast(pl.UInt64) * _PLACES + pl.col("at_right")
        met = [
            a.join(b, on="key").select(both.alias("both"))
            for a, b in zip(self._made, made or of(others), strict=True)
        ]
        pairs = (
            pl.concat(met)
            .unique()
            .select(
                (pl.col("both") // _PLACES).cast(pl.UInt32).alias("one"),
                (pl.col("both") % _PLACES).cast(pl.UInt32).alias("other"),
            )
        )
        return fitting(self.ones, others, pairs)


def apart(
    ones: pl.DataFrame, others: pl.DataFrame, *, at_once: int
) -> Iterator[tuple[Blocks, pl.DataFrame]]:
    """Parts of the others, each with those among whom they are to be looked up.

    Rows of different carriers never fit, so they do not even meet: as many carriers are looked at
    together as have ``at_once`` rows.
    """
    counts = others.group_by("carrier").len().sort("len", "carrier", descending=True)
    before = pl.col("len").cum_sum() - pl.col("len")
    batches = counts.select("carrier", (before // at_once).alias("batch"))
    told = others.select("carrier").join(
        batches, on="carrier", how="left", nulls_equal=True, maintain_order="left"
    )
    if not others.height:
        yield Blocks(ones), others
    for rows in others.with_columns(told["batch"]).partition_by("batch", include_key=False):
        carriers = rows["carrier"].unique()
        blocks = Blocks(
            ones
            if carriers.has_nulls()
            else ones.filter(
                pl.col("carrier").is_in(carriers.implode()) | pl.col("carrier").is_null()
            )
        )
        for part in rows.iter_slices(at_once):
            yield blocks, part


def fitting(ones: pl.DataFrame, others: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs that may be of one policy: most that share a key are of two carriers or lines."""
    sides = (
        pairs,
        ones.select(pl.col(FIT).gather(pairs["one"]).name.suffix("_1")),
        others.select(pl.col(FIT).gather(pairs["other"]).name.suffix("_2")),
    )
    return pl.concat(sides, how="horizontal").filter(may_fit()).select("one", "other")


def meeting(ones: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """The places ``one`` and ``other`` of rows that share a key and may fit, each pair once."""
    return Blocks(ones).meeting(others)
