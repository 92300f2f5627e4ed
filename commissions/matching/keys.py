"""By what rows find each other: rows that share a key are compared, others never are. Pure.

A key is the hash of a few values that a row says. Each kind of key forgives other errors, and each
is rare enough by itself that no block has to be cut off.
"""

from collections.abc import Iterator

import polars as pl

RULES = f"1/{pl.__version__}"
"""Which rules keys and kept pairs were made by. Raise it with any change of keys, codes or points:
the next run then compares everything again. Another version of the hash makes other keys, too."""

_NAME = [pl.min_horizontal("first_head", "last_head"), pl.max_horizontal("first_head", "last_head")]
# Of each kind several ways to make a key; rows agree when any two of them do.
_KINDS: list[list[list[str | pl.Expr]]] = [
    [["number_1_digits"], ["number_2_digits"], ["number_3_digits"]],
    [["mbi"]],
    [["born", "last_letter"], ["born", "first_letter"]],
    [[*_NAME, "carrier"]],
    [[*_NAME, "effective"]],
    [
        ["last_head", "first_letter", "carrier", "effective"],
        ["last_tail", "first_letter", "carrier", "effective"],
    ],
    [["agent", "effective", "last_head"]],
    [["agent", "effective", "first_head"]],
    [["zip", "effective", "last_head"]],
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
        self._made = list(of(ones))

    def meeting(self, others: pl.DataFrame) -> pl.DataFrame:
        """The places ``one`` and ``other`` of rows that share a key, each pair once."""
        met = [
            a.join(b, on="key").select(pl.col("at").alias("one"), pl.col("at_right").alias("other"))
            for a, b in zip(self._made, of(others), strict=True)
        ]
        return pl.concat(met).unique()


def meeting(ones: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """The places ``one`` and ``other`` of rows that share a key, each pair once."""
    return Blocks(ones).meeting(others)
