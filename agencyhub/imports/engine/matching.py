"""Which records rows mean: compared with the tables, one way after the other."""

import polars as pl
from django.db.models.expressions import RawSQL
from psycopg import sql

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import reach_of
from agencyhub.imports.engine import frames
from agencyhub.imports.kinds import Match, Target

KEYS, FOUND = "import_keys", "import_found"
_FOUND_IDS = f"SELECT id FROM {FOUND}"  # noqa: S608 - a constant
_EQUAL = sql.SQL("t.{0} = k.{0}")
_AGREE = sql.SQL(
    "(NULLIF(t.{0}::text, '') IS NULL OR NULLIF(k.{0}::text, '') IS NULL OR t.{0} = k.{0})"
)
_MATCH = sql.SQL(
    "SELECT k.row, min(t.id), count(*) > 1{parents} FROM {keys} AS k JOIN {table} AS t ON {on}"
    " GROUP BY k.row"
)


def key_columns(target: Target) -> set[str]:
    """Every column that some match of the target compares."""
    return {column for match in target.match for column in (*match.columns, *match.agree)}


def find(target: Target, keys: pl.DataFrame) -> pl.DataFrame:
    """Find the records of rows in the target's table; inside a transaction.

    ``keys`` has ``row`` and those columns of ``key_columns`` that the file fills. The answer has a
    line for each row that was found: ``row``, ``id``, ``several``, ``way``, and the parents' ids.
    """
    schema = {"row": pl.Int64, "id": pl.Int64, "several": pl.String}
    schema |= dict.fromkeys(target.parents, pl.Int64)
    usable = [
        (way, match)
        for way, match in enumerate(target.match)
        if set(match.columns) <= set(keys.columns)
    ]
    columns = [name for name in keys.columns if name != "row"]
    if not usable or not keys.height:
        return pl.DataFrame(schema={**schema, "several": pl.Boolean, "way": pl.Int64})
    frames.temporary(KEYS, target.model._meta.db_table, columns, keys)
    found = [
        frames.fetch(_query(target, match, set(columns)), schema).with_columns(
            pl.lit(way, pl.Int64).alias("way")
        )
        for way, match in usable
    ]
    every = pl.concat(found).sort("row", "way").unique("row", keep="first", maintain_order=True)
    return every.with_columns(pl.col("several") == "t")


def visible(target: Target, ids: pl.Series, *, user: User | None) -> pl.Series:
    """Those of ``ids`` that ``user`` may see; inside a transaction."""
    if user is None or not hasattr(target.model, "scope") or reach_of(user).sees_all:
        return ids
    frame = pl.DataFrame({"row": ids, "id": ids})
    frames.temporary(FOUND, target.model._meta.db_table, ["id"], frame)
    rows = target.model._default_manager.visible_to(user)  # type: ignore[attr-defined]
    among = RawSQL(_FOUND_IDS, [])  # noqa: S611 - a constant
    return pl.Series("id", list(rows.filter(pk__in=among).values_list("pk", flat=True)), pl.Int64)


def _query(target: Target, match: Match, columns: set[str]) -> sql.Composed:
    conditions = [_EQUAL.format(sql.Identifier(name)) for name in match.columns]
    conditions += [_AGREE.format(sql.Identifier(name)) for name in match.agree if name in columns]
    if match.among_blank:
        conditions.append(sql.SQL("t.{} IS NULL").format(sql.Identifier(match.among_blank)))
    parents = [sql.SQL(", min(t.{})").format(sql.Identifier(name)) for name in target.parents]
    return _MATCH.format(
        parents=sql.SQL("").join(parents),
        keys=sql.Identifier(KEYS),
        table=sql.Identifier(target.model._meta.db_table),
        on=sql.SQL(" AND ").join(conditions),
    )
