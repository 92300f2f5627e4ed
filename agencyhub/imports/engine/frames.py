"""Frames to and from the database: ``COPY`` both ways, nothing per row in Python."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

import polars as pl
from django.db import connection
from psycopg import sql

PIECE = 10_000


def insert(table: str, frame: pl.DataFrame) -> None:
    """Append a frame's rows to a table that has columns of the same names.

    Binary columns arrive as bytes, lists are not known. NULL and the empty text stay apart.
    """
    if not frame.height:
        return
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(table), names(frame.columns)
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for piece in frame.iter_slices(PIECE):  # the next is made while the database has this one
            copy.write(_csv(piece))


def agree(columns: Iterable[str], other: str) -> pl.Expr:
    """That columns say the same as those that are named alike with ``other`` behind.

    Whatever one of the two does not say is no contradiction.
    """
    pairs = ((pl.col(name), pl.col(f"{name}{other}")) for name in columns)
    same = (ours.is_null() | theirs.is_null() | (ours == theirs) for ours, theirs in pairs)
    return pl.all_horizontal(pl.lit(value=True), *same)


def filled(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that hold anything: what is NULL by default need not be written for each row."""
    return frame.select(one.name for one in frame if one.null_count() < len(one))


def temporary(name: str, like: str, columns: Sequence[str], frame: pl.DataFrame) -> None:
    """Put a frame into a new temporary table whose columns have the types of ``like``'s.

    The column ``row`` may come along; the table lives as long as the transaction.
    """
    query = sql.SQL(
        "CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT 0::bigint AS row, {} FROM {}"
        " WITH NO DATA"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(name)))
        cursor.execute(query.format(sql.Identifier(name), names(columns), sql.Identifier(like)))
    insert(name, frame.select("row", *columns))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(name)))


def fetch(
    query: sql.Composable, schema: Mapping[str, Any], params: Sequence[Any] = ()
) -> pl.DataFrame:
    """The rows of a query, read by ``schema`` (in the order of its columns)."""
    hexed = [name for name, dtype in schema.items() if dtype == pl.Binary]
    types = {name: pl.String if name in hexed else dtype for name, dtype in schema.items()}
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query)
    received = BytesIO()
    with connection.cursor() as cursor, cursor.copy(statement, params or None) as copy:
        for piece in copy:
            received.write(piece)
    if not received.tell():
        return pl.DataFrame(schema=schema)
    received.seek(0)
    found = pl.read_csv(received, has_header=False, schema=types)
    return found.with_columns(pl.col(name).str.slice(2).str.decode("hex") for name in hexed)


def names(columns: Sequence[str]) -> sql.Composed:
    """Column names between commas."""
    return sql.SQL(", ").join(sql.Identifier(name) for name in columns)


def _csv(frame: pl.DataFrame) -> bytes:
    hexed = [
        (pl.lit("\\x") + pl.col(name).bin.encode("hex")).alias(name)
        for name, dtype in frame.schema.items()
        if dtype == pl.Binary
    ]
    received = BytesIO()
    frame.with_columns(hexed).write_csv(received, include_header=False)
    return received.getvalue()
