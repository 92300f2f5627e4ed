"""The keys of every row, kept between runs: who may be near a row that changed.

An index on the tables would do as well, and every import would pay for it (ADR 0016).
"""

from collections.abc import Sequence
from io import BytesIO

import polars as pl

from commissions.matching import keys
from commissions.models import KeySegment

ROWS_PER_SEGMENT = 250_000
_SHORT = 2**32


def are_usable() -> bool:
    """Whether there are keys, all of them made by the rules of today."""
    rules = set(KeySegment.objects.values_list("rules", flat=True).distinct())
    return rules == {keys.RULES}


def share_added() -> float:
    """How much was added since all keys were written, as a part of what was there then."""
    rows = {True: 0, False: 0}
    for is_base, count in KeySegment.objects.values_list("is_base", "rows"):
        rows[is_base] += count
    return rows[False] / max(rows[True], 1)


def add(kind: int, rows: pl.DataFrame, *, owner: str, is_base: bool = False) -> None:
    """Keep the keys of rows; ``owner`` is the column that says whom they lead to."""
    for part in rows.iter_slices(ROWS_PER_SEGMENT):
        made = pl.concat([_short(one) for one in keys.of(part)])
        owners = part[owner].gather(made["at"]).alias("owner")
        frame = made.select("key").with_columns(owners)
        data = BytesIO()
        frame.write_ipc(data, compression="lz4")
        KeySegment.objects.create(
            kind=kind, rules=keys.RULES, rows=part.height, is_base=is_base, data=data.getvalue()
        )


def near(kind: int, rows: pl.DataFrame) -> pl.Series:
    """Whom the keys of rows lead to among a kind: a few too many, and some who are gone."""
    wanted = [_short(one).select("key").unique() for one in keys.of(rows)]
    wanted_keys = pl.concat(wanted).unique() if wanted else pl.DataFrame(schema={"key": pl.UInt32})
    found = [
        pl.read_ipc(BytesIO(data)).join(wanted_keys, on="key", how="semi")["owner"]
        for data in _segments(kind)
    ]
    return pl.concat(found).unique() if found else pl.Series(dtype=pl.Int64)


def clear() -> None:
    """Forget all keys; within the transaction that writes them anew."""
    KeySegment.objects.all().delete()


def _segments(kind: int) -> Sequence[bytes]:
    kept = KeySegment.objects.filter(kind=kind).values_list("data", flat=True)
    return [bytes(one) for one in kept]


def _short(made: pl.DataFrame) -> pl.DataFrame:
    """Half a key is enough to find rows by: whether they share a key is looked at afterwards."""
    return made.with_columns((pl.col("key") % _SHORT).cast(pl.UInt32))
