"""Pairs as they are kept: read for a neighbourhood, and brought up to what was decided."""

from collections.abc import Iterable

import polars as pl
from django.db import connection
from psycopg import sql

from agencyhub.imports.engine import frames
from commissions.matching import deciding, weights
from commissions.services.refreshing import reading
from commissions.services.refreshing.sides import Side

SCHEMA = {
    "application": pl.Int64, "row": pl.Int64, "state": pl.Int8, "method": pl.Int8,
    "score": pl.Float64, "reasons": pl.String,
}  # fmt: skip
_LINKS = "SELECT application_id, {row}, state, method, score, reasons FROM {link} WHERE {which}"
_RIVALS = "SELECT {party}, {row}, {passed}, method, score, reasons FROM {rival} WHERE {which}"
# One index answers each. Of two conditions in one the server expects so much work that it starts
# processes for it.
_OF_APPLICATIONS = ((_LINKS, "application_id = ANY({keys})"), (_RIVALS, "{party} = ANY({keys})"))
_OPEN_OF_APPLICATIONS = (
    (_LINKS, "state <> {linked} AND application_id = ANY({keys})"),
    _OF_APPLICATIONS[1],
)
_OF_ROWS = (
    (_LINKS, "state = {linked} AND {row} = ANY({keys})"),
    (_LINKS, "state <> {linked} AND {row} = ANY({keys})"),
    (_RIVALS, "{row} = ANY({keys})"),
)
_ALL = ((_LINKS, "true"), (_RIVALS, "true"))
_PAIR = ["application", "row"]


def everything(side: Side) -> pl.DataFrame:
    """All pairs of a side."""
    return _with_points(_fetched(side, _ALL))


def of_lines(
    side: Side, *, parties: pl.Series, lines: pl.Series
) -> tuple[pl.DataFrame, pl.Series, pl.Series]:
    """What deciding about lines anew has to look at; which lines and applications it is about.

    A line is decided about by its own pairs alone; which of what is left is suggested depends on
    the application's other suggestions as well, and on nothing further away.
    """
    found = _touching(side, parties, lines)
    others = _others(found["row"], lines)
    found = pl.concat([found, _fetched(side, _OF_ROWS, others)])
    applications = pl.concat([parties, found["application"]]).unique()
    applications = applications.filter(applications > 0)
    open_pairs = _fetched(side, _OPEN_OF_APPLICATIONS, applications)
    lines = pl.concat([lines, others])
    further = _fetched(side, _OF_ROWS, _others(open_pairs["row"], lines))
    return _with_points(pl.concat([found, further]).unique(_PAIR)), lines, applications


def neighbourhood(side: Side, *, applications: pl.Series, rows: pl.Series) -> pl.DataFrame:
    """Every pair that hangs together with these rows, directly or through other pairs."""
    found = pl.DataFrame(schema=SCHEMA)
    new_applications, new_rows = applications.unique(), rows.unique()
    while len(new_applications) or len(new_rows):
        met = _touching(side, new_applications, new_rows)
        found = pl.concat([found, met]).unique(_PAIR)
        new_applications = _others(met["application"], applications)
        new_rows = _others(met["row"], rows)
        applications = pl.concat([applications, new_applications])
        rows = pl.concat([rows, new_rows])
    return _with_points(found)


def write(side: Side, *, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Bring the pairs that are kept from ``before`` to ``after``; answer those that differ.

    ``after`` has points in the place of a score. Within a transaction that holds the lock.
    """
    whole = ["application", "row", "state", "method", "points", "reasons"]
    gone = before.select(whole).join(after, on=whole, how="anti")
    fresh = after.select(whole).join(before, on=whole, how="anti")
    _delete(side, gone)
    # In the order of an index: rows all over it cost twice as much.
    fresh = fresh.with_columns(_score().alias("score")).drop("points").sort("row", "application")
    passed = fresh["state"] == deciding.PASSED
    columns = {"application": "application_id", "row": side.column}
    frames.insert(side.link._meta.db_table, fresh.filter(~passed).rename(columns))
    rivals = fresh.filter(passed).drop("state")
    frames.insert(side.rival._meta.db_table, rivals.rename(columns | {"application": side.party}))
    return pl.concat([gone.select("application", "row"), fresh.select("application", "row")])


def analyze(side: Side) -> None:
    """Let the server know how much there is: the next run asks it for a few pairs of many.

    Only of the columns that it asks by.
    """
    with connection.cursor() as cursor:
        for model, asked in ((side.link, "application_id"), (side.rival, side.party)):
            columns = frames.names([asked, side.column])
            table = sql.Identifier(model._meta.db_table)
            cursor.execute(sql.SQL("ANALYZE {} ({})").format(table, columns))


def _others(met: pl.Series, known: pl.Series) -> pl.Series:
    return met.unique().filter(~met.unique().is_in(known.implode()))


def _touching(side: Side, applications: pl.Series, rows: pl.Series) -> pl.DataFrame:
    """The pairs of any of these applications or rows."""
    found = [_fetched(side, _OF_APPLICATIONS, applications), _fetched(side, _OF_ROWS, rows)]
    return pl.concat(found).unique(_PAIR)


def _fetched(
    side: Side, asked: Iterable[tuple[str, str]], keys: pl.Series | None = None
) -> pl.DataFrame:
    """The pairs that are asked for, of these keys."""
    if keys is not None and not len(keys):
        return pl.DataFrame(schema=SCHEMA)
    names = {
        "row": sql.Identifier(side.column),
        "party": sql.Identifier(side.party),
        "link": sql.Identifier(side.link._meta.db_table),
        "rival": sql.Identifier(side.rival._meta.db_table),
        "linked": sql.Literal(deciding.LINKED),
        "passed": sql.Literal(deciding.PASSED),
        "keys": sql.SQL("NULL") if keys is None else reading.array(keys),
    }
    parts = [
        sql.SQL(table).format(**names, which=sql.SQL(which).format(**names))
        for table, which in asked
    ]
    return frames.fetch(sql.SQL(" UNION ALL ").join(parts), SCHEMA)


def _delete(side: Side, gone: pl.DataFrame) -> None:
    """Take away pairs that are no more, or are another way."""
    for table, party in ((side.link, "application_id"), (side.rival, side.party)):
        is_passed = pl.col("state") == deciding.PASSED
        part = gone.filter(is_passed if table is side.rival else ~is_passed)
        if part.height:
            _delete_from(table._meta.db_table, part, [party, side.column])


def _delete_from(name: str, part: pl.DataFrame, columns: list[str]) -> None:
    """Delete pairs from a table where they are called so."""
    query = sql.SQL("DELETE FROM {} AS kept USING unnest({}, {}) AS gone ({}) WHERE {}").format(
        sql.Identifier(name),
        reading.array(part["application"]),
        reading.array(part["row"]),
        frames.names(columns),
        sql.SQL(" AND ").join(
            sql.SQL("kept.{0} = gone.{0}").format(sql.Identifier(one)) for one in columns
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(query)


def _score() -> pl.Expr:
    """Points as they are shown: each step halves what is missing to 1."""
    return 1 - pl.lit(2.0).pow(-pl.col("points").cast(pl.Float64) / weights.HALF_DOUBT)


def _with_points(pairs: pl.DataFrame) -> pl.DataFrame:
    missing = (1 - pl.col("score")).clip(1e-9)
    points = (-weights.HALF_DOUBT * missing.log(2)).round().cast(pl.Int16)
    return pairs.with_columns(points.alias("points"))
