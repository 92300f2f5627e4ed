"""The keys of every row, kept between runs: who may be near a row that changed.

An index on the tables would do as well, and every import would pay for it (ADR 0016).
"""

from collections.abc import Iterator
from io import BytesIO

import polars as pl
from django.db import connection
from psycopg import sql

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


def near(kind: int, *rows: pl.DataFrame) -> list[pl.Series]:
    """Whom the keys of rows lead to among a kind: a few too many, and some who are gone.

    Several frames have each their answer, for one reading of the segments.
    """
    wanted = [_wanted(one) for one in rows]
    found: list[list[pl.Series]] = [[pl.Series(dtype=pl.Int64)] for _ in rows]
    if any(one.height for one in wanted):
        for data in _segments(kind):
            segment = pl.read_ipc(BytesIO(data))
            for keys_of, owners in zip(wanted, found, strict=True):
                owners.append(segment.join(keys_of, on="key", how="semi")["owner"])
    return [pl.concat(owners).unique() for owners in found]


def clear() -> None:
    """Forget all keys; within the transaction that writes them anew."""
    KeySegment.objects.all().delete()


def _wanted(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([_short(one).select("key") for one in keys.of(rows)]).unique()


def _segments(kind: int) -> Iterator[bytes]:
    """The segments of a kind, one after the other, as the bytes that they are."""
    query = sql.SQL("COPY (SELECT data FROM {} WHERE kind = {}) TO STDOUT (FORMAT binary)").format(
        sql.Identifier(KeySegment._meta.db_table), sql.Literal(int(kind))
    )
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        copy.set_types(["bytea"])
        for (data,) in copy.rows():
            yield data


def _short(made: pl.DataFrame) -> pl.DataFrame:
    """Half a key is enough to find rows by: whether they share a key is looked at afterwards."""
    return made.with_columns((pl.col("key") % _SHORT).cast(pl.UInt32))
