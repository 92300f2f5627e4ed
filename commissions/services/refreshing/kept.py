"""Pairs as they are kept: read for a neighbourhood, and brought up to what was decided."""

import polars as pl
from django.db import connection
from psycopg import sql

from agencyhub.imports.engine import frames
from commissions.matching import deciding, weights
from commissions.services.refreshing.sides import Side

SCHEMA = {
    "application": pl.Int64, "row": pl.Int64, "state": pl.Int8, "method": pl.Int8,
    "score": pl.Float64, "reasons": pl.String,
}  # fmt: skip
_BOTH = (
    "SELECT application_id, {row}, state, method, score, reasons FROM {link} {which} UNION ALL"
    " SELECT {party}, {row}, {passed}, method, score, reasons FROM {rival} {which_rival}"
)
_GONE = "match_gone"


def everything(side: Side) -> pl.DataFrame:
    """All pairs of a side."""
    return _with_points(frames.fetch(_query(side), SCHEMA))


def neighbourhood(side: Side, *, applications: pl.Series, rows: pl.Series) -> pl.DataFrame:
    """Every pair that hangs together with these rows, directly or through other pairs."""
    found = pl.DataFrame(schema=SCHEMA)
    new_applications, new_rows = applications.unique(), rows.unique()
    while len(new_applications) or len(new_rows):
        met = _touching(side, new_applications.to_list(), new_rows.to_list())
        found = pl.concat([found, met]).unique(["application", "row"])
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
    fresh = fresh.with_columns(_score().alias("score")).drop("points")
    passed = fresh["state"] == deciding.PASSED
    columns = {"application": "application_id", "row": side.column}
    frames.insert(side.link._meta.db_table, fresh.filter(~passed).rename(columns))
    rivals = fresh.filter(passed).drop("state")
    frames.insert(side.rival._meta.db_table, rivals.rename(columns | {"application": side.party}))
    return pl.concat([gone.select("application", "row"), fresh.select("application", "row")])


def _others(met: pl.Series, known: pl.Series) -> pl.Series:
    return met.unique().filter(~met.unique().is_in(known.implode()))


def _touching(side: Side, applications: list[int], rows: list[int]) -> pl.DataFrame:
    return frames.fetch(_query(side, (applications, rows)), SCHEMA)


def _query(side: Side, near: tuple[list[int], list[int]] | None = None) -> sql.Composed:
    row, party = sql.Identifier(side.column), sql.Identifier(side.party)

    def which(party: sql.Composable) -> sql.Composable:
        if near is None:
            return sql.SQL("")
        applications, rows = near
        return sql.SQL("WHERE {} = ANY({}) OR {} = ANY({})").format(
            party, sql.Literal(applications), row, sql.Literal(rows)
        )

    return sql.SQL(_BOTH).format(
        row=row,
        party=party,
        link=sql.Identifier(side.link._meta.db_table),
        rival=sql.Identifier(side.rival._meta.db_table),
        passed=sql.Literal(deciding.PASSED),
        which=which(sql.Identifier("application_id")),
        which_rival=which(party),
    )


def _delete(side: Side, gone: pl.DataFrame) -> None:
    """Take away pairs that are no more, or are another way."""
    for table, party in ((side.link, "application_id"), (side.rival, side.party)):
        is_passed = pl.col("state") == deciding.PASSED
        part = gone.filter(is_passed if table is side.rival else ~is_passed)
        if part.height:
            _delete_from(table._meta.db_table, part, [party, side.column])


def _delete_from(name: str, part: pl.DataFrame, columns: list[str]) -> None:
    keys = part.select(pl.lit(0).alias("at"), "application", "row")
    keys.columns = ["row", *columns]
    frames.temporary(_GONE, name, columns, keys)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("DELETE FROM {} AS kept USING {} AS gone WHERE {}").format(
                sql.Identifier(name),
                sql.Identifier(_GONE),
                sql.SQL(" AND ").join(
                    sql.SQL("kept.{0} = gone.{0}").format(sql.Identifier(one)) for one in columns
                ),
            )
        )


def _score() -> pl.Expr:
    """Points as they are shown: each step halves what is missing to 1."""
    return 1 - pl.lit(2.0).pow(-pl.col("points").cast(pl.Float64) / weights.HALF_DOUBT)


def _with_points(pairs: pl.DataFrame) -> pl.DataFrame:
    missing = (1 - pl.col("score")).clip(1e-9)
    points = (-weights.HALF_DOUBT * missing.log(2)).round().cast(pl.Int16)
    return pairs.with_columns(points.alias("points"))
