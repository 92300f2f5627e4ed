"""Which records rows mean: compared with the tables, one way after the other.

The smaller side travels: the keys of the rows to the database, or those of a small table to us.
"""

import polars as pl
from django.db import connection
from django.db.models.expressions import RawSQL
from psycopg import sql

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import reach_of
from agencyhub.imports.engine import frames
from agencyhub.imports.kinds import Match, Target

KEYS, FOUND = "import_keys", "import_found"
# A table is fetched when it has at most this many rows for each row of the file.
FETCHED = 0.5
_FOUND_IDS = f"SELECT id FROM {FOUND}"  # noqa: S608 - a constant
_EQUAL = sql.SQL("t.{0} = k.{0}")
_AGREE = sql.SQL(
    "(NULLIF(t.{0}::text, '') IS NULL OR NULLIF(k.{0}::text, '') IS NULL OR t.{0} = k.{0})"
)
_MATCH = sql.SQL(
    "SELECT k.row, min(t.id), count(*) > 1{parents} FROM {keys} AS k JOIN {table} AS t ON {on}"
    " GROUP BY k.row"
)
_SIZE = "SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = %s::regclass"
_COUNT = sql.SQL("SELECT count(*) FROM (SELECT 1 FROM {} LIMIT {}) AS first")


def key_columns(target: Target) -> set[str]:
    """Every column that some match of the target compares."""
    return {column for match in target.match for column in (*match.columns, *match.agree)}


def find(target: Target, keys: pl.DataFrame) -> pl.DataFrame:
    """Find the records of rows in the target's table; inside a transaction.

    ``keys`` has ``row`` and those columns of ``key_columns`` that the file fills. The answer has a
    line for each row that was found: ``row``, ``id``, ``several`` (then nobody can say which),
    ``way`` (the number of the match), and the parents' ids.
    """
    usable = [
        (way, match)
        for way, match in enumerate(target.match)
        if set(match.columns) <= set(keys.columns)
    ]
    schema = {"row": pl.Int64, "id": pl.Int64, "several": pl.Boolean}
    schema |= dict.fromkeys(target.parents, pl.Int64) | {"way": pl.Int64}
    if not usable or not keys.height:
        return pl.DataFrame(schema=schema)
    search = _Fetched(target, keys) if _is_small(target, keys.height) else _Sent(target, keys)
    found = [
        search.find(match).with_columns(pl.lit(way, pl.Int64).alias("way")) for way, match in usable
    ]
    return pl.concat(found).sort("row", "way").unique("row", keep="first", maintain_order=True)


def visible(target: Target, ids: pl.Series, *, user: User | None) -> pl.Series:
    """Those of ``ids`` that ``user`` may see; inside a transaction."""
    if user is None or not hasattr(target.model, "scope") or reach_of(user).sees_all:
        return ids
    frame = pl.DataFrame({"row": ids, "id": ids})
    frames.temporary(FOUND, target.model._meta.db_table, ["id"], frame)
    rows = target.model._default_manager.visible_to(user)  # type: ignore[attr-defined]
    among = RawSQL(_FOUND_IDS, [])  # noqa: S611 - a constant
    return pl.Series("id", list(rows.filter(pk__in=among).values_list("pk", flat=True)), pl.Int64)


def _is_small(target: Target, rows: int) -> bool:
    """Whether the table is much smaller than the file; the planner's guess spares the counting."""
    table = target.model._meta.db_table
    most = int(rows * FETCHED)
    with connection.cursor() as cursor:
        cursor.execute(_SIZE, [table])
        (guess,) = cursor.fetchone()
        if guess > most:
            return False
        cursor.execute(_COUNT.format(sql.Identifier(table), sql.Literal(most + 1)))
        (counted,) = cursor.fetchone()
    return bool(counted <= most)


class _Sent:
    """The keys of the rows in a temporary table, joined by the database."""

    def __init__(self, target: Target, keys: pl.DataFrame) -> None:
        self.target = target
        self.columns = [name for name in keys.columns if name != "row"]
        frames.temporary(KEYS, target.model._meta.db_table, self.columns, keys)

    def find(self, match: Match) -> pl.DataFrame:
        """``row``, ``id``, ``several`` and parents of the rows that the match finds."""
        schema = {"row": pl.Int64, "id": pl.Int64, "several": pl.String}
        schema |= dict.fromkeys(self.target.parents, pl.Int64)
        return frames.fetch(self._query(match), schema).with_columns(pl.col("several") == "t")

    def _query(self, match: Match) -> sql.Composed:
        conditions = [_EQUAL.format(sql.Identifier(name)) for name in match.columns]
        conditions += [
            _AGREE.format(sql.Identifier(name)) for name in match.agree if name in self.columns
        ]
        if match.among_blank:
            conditions.append(sql.SQL("t.{} IS NULL").format(sql.Identifier(match.among_blank)))
        parents = [
            sql.SQL(", min(t.{})").format(sql.Identifier(name)) for name in self.target.parents
        ]
        return _MATCH.format(
            parents=sql.SQL("").join(parents),
            keys=sql.Identifier(KEYS),
            table=sql.Identifier(self.target.model._meta.db_table),
            on=sql.SQL(" AND ").join(conditions),
        )


class _Fetched:
    """The keys of a small table, joined here."""

    def __init__(self, target: Target, keys: pl.DataFrame) -> None:
        self.target, self.keys = target, keys
        names = [name for name in keys.columns if name != "row"]
        schema = {name: dtype for name, dtype in keys.schema.items() if name in names}
        blanks = sorted({match.among_blank for match in target.match if match.among_blank})
        wanted = ["id", *(name for name in names if name != "id")]
        wanted += [name for name in target.parents if name not in wanted]
        query = sql.SQL("SELECT {}{} FROM {}").format(
            sql.SQL(", ").join(sql.Identifier(name) for name in wanted),
            sql.SQL("").join(sql.SQL(", {} IS NULL").format(sql.Identifier(one)) for one in blanks),
            sql.Identifier(target.model._meta.db_table),
        )
        types = {name: schema.get(name, pl.Int64()) for name in wanted}
        found = frames.fetch(query, types | {f"{one} blank": pl.String() for one in blanks})
        self.rows = found.with_columns(pl.col(pl.String).replace("", None))

    def find(self, match: Match) -> pl.DataFrame:
        """As ``_Sent.find``."""
        table = self.rows
        if match.among_blank:
            table = table.filter(pl.col(f"{match.among_blank} blank") == "t")
        agree = [name for name in match.agree if name in self.keys.columns]
        parents = list(self.target.parents)
        side = table.select(
            *(pl.col(name) for name in match.columns),
            pl.col("id").alias("found"),
            *(pl.col(name).alias(f"{name} there") for name in (*agree, *parents)),
        )
        pairs = self.keys.join(side, on=list(match.columns), how="inner")
        pairs = pairs.filter(frames.agree(agree, " there"))
        return pairs.group_by("row").agg(
            pl.col("found").min().alias("id"),
            (pl.len() > 1).alias("several"),
            *(pl.col(f"{name} there").min().alias(name) for name in parents),
        )
