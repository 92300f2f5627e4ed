"""What triggers noted as changed since the last run."""

from dataclasses import dataclass

import polars as pl
from django.db import connection
from psycopg import sql

from agencyhub.imports.engine import frames
from commissions.models import MatchChange
from commissions.services.refreshing import reading

_SCHEMA = {"id": pl.Int64, "kind": pl.Int16, "first_id": pl.Int64, "last_id": pl.Int64}


@dataclass(frozen=True)
class Noted:
    """Lines of the list of changes, and how many rows they may be about."""

    lines: pl.DataFrame

    @property
    def rows(self) -> int:
        return int((self.lines["last_id"] - self.lines["first_id"] + 1).sum())

    def of(self, kind: int) -> list[int]:
        """The keys of the rows of a kind: added, changed or gone."""
        lines = self.lines.filter(pl.col("kind") == kind)
        ranges = lines.select(pl.int_ranges("first_id", pl.col("last_id") + 1).alias("id"))
        return ranges.explode("id")["id"].drop_nulls().unique().sort().to_list()

    def forget(self) -> None:
        """Take the lines off the list, in the transaction that wrote what follows from them."""
        query = sql.SQL("DELETE FROM {} WHERE id = ANY({})").format(
            sql.Identifier(MatchChange._meta.db_table), reading.array(self.lines["id"])
        )
        with connection.cursor() as cursor:
            cursor.execute(query)


def read() -> Noted:
    """Everything that is noted by now."""
    query = sql.SQL("SELECT id, kind, first_id, last_id FROM {}").format(
        sql.Identifier(MatchChange._meta.db_table)
    )
    return Noted(frames.fetch(query, _SCHEMA))
