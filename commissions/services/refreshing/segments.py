"""The keys of every row, kept between runs: who may be near a row that changed.

An index on the tables would do as well, and every import would pay for it (ADR 0016).
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO

import polars as pl
from django.db import connection
from psycopg import sql

from commissions.matching import keys
from commissions.matching.fields import BY_BOOK
from commissions.matching.scoring import AT_ONCE, COMPARED, THREADS, promising
from commissions.models import KeySegment

_SHORT = 2**32
_COLUMNS = ("kind", "rules", "rows", "is_base", "data", "compared")
_TYPES = ("int2", "varchar", "int4", "bool", "bytea", "bytea")


@dataclass(frozen=True)
class Segment:
    """Keys of some rows of a kind, and these rows as they are compared, but for their names."""

    kind: int
    keys: bytes
    rows: bytes
    height: int


def are_usable() -> bool:
    """Whether there are keys, all of them made by the rules of today."""
    rules = set(KeySegment.objects.values_list("rules", flat=True).distinct())
    return rules == {keys.RULES}


def heights() -> tuple[int, int]:
    """Of how many rows all keys were written, and of how many some were added since."""
    rows = {True: 0, False: 0}
    for is_base, count in KeySegment.objects.values_list("is_base", "rows"):
        rows[is_base] += count
    return rows[True], rows[False]


def of(kind: int, rows: pl.DataFrame, made: Iterable[pl.DataFrame], *, owner: str) -> Segment:
    """A segment of rows and the keys that were ``made`` of them.

    ``owner`` is the column that says whom they lead to.
    """
    told = rows.select(
        pl.col(owner).alias("owner"), *(one for one in rows.columns if one in {"via", *COMPARED})
    )
    return Segment(kind, _written(_short(made)), _written(told), rows.height)


def forget() -> None:
    """Take all segments away, for others that are then kept as ``is_base``."""
    KeySegment.objects.all().delete()


def keep(segments: Iterable[Segment], *, is_base: bool = False) -> None:
    """Add segments: of rows that changed, or, ``is_base``, of all rows."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(KeySegment._meta.db_table),
        sql.SQL(", ").join(map(sql.Identifier, _COLUMNS)),
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(_TYPES)
        for one in segments:
            copy.write_row((one.kind, keys.RULES, one.height, is_base, one.keys, one.rows))


def near(kind: int, *rows: pl.DataFrame) -> list[pl.Series]:
    """With whom of a kind rows may make a pair: a few too many, and some who are gone.

    Several frames have each their answer, for one reading of the segments. Rows that speak for
    applications (column ``via``) are compared with the kind's; for others, the kind's rows speak.
    """
    wanted = [_short(keys.of(one)) for one in rows]
    found: list[list[pl.Series]] = [[pl.Series(dtype=pl.Int64)] for _ in rows]

    def look(told: tuple[bytes, bytes]) -> list[pl.Series]:
        made, compared = (pl.read_ipc(BytesIO(one)) for one in told)
        return [
            _promising(
                own, compared, keys_of.join(made, on="key").select("at", "at_right").unique()
            )
            for own, keys_of in zip(rows, wanted, strict=True)
        ]

    if any(one.height for one in wanted):
        with ThreadPoolExecutor(THREADS) as threads:
            for met in threads.map(look, _segments(kind)):
                for owners, more in zip(found, met, strict=True):
                    owners.append(more)
    return [pl.concat(owners).unique() for owners in found]


def _promising(own: pl.DataFrame, compared: pl.DataFrame, met: pl.DataFrame) -> pl.Series:
    """Whom of ``compared`` a pair may be made with; places ``at`` are own, others theirs."""
    if "via" in own.columns:
        ones, others, mine, theirs = own, compared, "one", "other"
    else:
        via = pl.col("via") if "via" in compared.columns else pl.lit(BY_BOOK, pl.Int8).alias("via")
        ones, others, mine, theirs = compared.with_columns(via), own, "other", "one"
    pairs = met.rename({"at": mine, "at_right": theirs})
    kept = [
        promising(ones, others, keys.fitting(ones, others, part))[theirs]
        for part in pairs.iter_slices(AT_ONCE)
    ]
    return compared["owner"].gather(pl.concat([pairs[theirs].clear(), *kept]).unique())


def _segments(kind: int) -> Iterator[tuple[bytes, bytes]]:
    """The segments of a kind, one after the other: keys, and rows as they are compared."""
    query = sql.SQL(
        "COPY (SELECT data, compared FROM {} WHERE kind = {}) TO STDOUT (FORMAT binary)"
    ).format(sql.Identifier(KeySegment._meta.db_table), sql.Literal(int(kind)))
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        copy.set_types(["bytea", "bytea"])
        yield from copy.rows()


def _short(made: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Half a key is enough to find rows by: whether they share a key is looked at afterwards."""
    return pl.concat(
        one.select("at", (pl.col("key") % _SHORT).cast(pl.UInt32).alias("key")) for one in made
    )


def _written(frame: pl.DataFrame) -> bytes:
    data = BytesIO()
    frame.write_ipc(data, compression="lz4")
    return data.getvalue()
