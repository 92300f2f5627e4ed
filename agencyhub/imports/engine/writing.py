"""Planned rows into tables: new records by ``COPY``, changed ones by one guarded UPDATE."""

from datetime import datetime
from typing import Any, cast

import polars as pl
from django.db import connection, models
from psycopg import sql

from agencyhub.imports.engine import columns, frames
from agencyhub.imports.engine.columns import CUSTOM, INDEX, INDEX_OF
from agencyhub.imports.engine.comparing import AFTER, BEFORE, INSERT, UPDATE, WRITE, plan_column
from agencyhub.imports.engine.planning import record_of
from agencyhub.imports.kinds import Target
from agencyhub.imports.types.contacts import MASKED
from agencyhub.lib.crypto import key_ring
from agencyhub.lib.fields import SealedTextField
from agencyhub.records import bulk

CHANGES = "import_changes"
_CREATE = sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP")
_UPDATE = sql.SQL(
    "UPDATE {table} AS t SET {sets} FROM {changes} AS s WHERE t.id = s.id AND {same} RETURNING t.id"
)
_SET = sql.SQL(
    "{name} = CASE WHEN {after} IS DISTINCT FROM {before} THEN {after} ELSE t.{name} END"
)
_SAME = sql.SQL("({after} IS NOT DISTINCT FROM {before} OR {now} IS NOT DISTINCT FROM {before})")


class Writer:
    """Writes the rows of one chunk to one target."""

    def __init__(self, target: Target, rows: pl.DataFrame, *, at: datetime) -> None:
        """``rows``: typed rows with their plan, in the order in which records shall be added."""
        self.target = target
        self.model = target.model
        self.rows = rows
        self.at = at
        write = plan_column(WRITE, target)
        self.new = rows.filter(pl.col(write) == INSERT) if write in rows.columns else rows.clear()
        self.changed = (
            rows.filter(pl.col(write) == UPDATE) if write in rows.columns else rows.clear()
        )

    def add(self) -> pl.DataFrame:
        """Add the new records; answer ``record`` (its negative name) and ``id``, ids ascending."""
        ids = pl.Series("id", bulk.reserve(self.model, count=self.new.height), pl.Int64)
        if self.new.height:
            frames.insert(self.model._meta.db_table, self._insertable(ids))
        return pl.DataFrame({"record": self.new[record_of(self.target)], "id": ids})

    def change(self) -> pl.Series:
        """Change records; answer those that somebody else changed since they were compared."""
        if not self.changed.height:
            return pl.Series("id", [], pl.Int64)
        names = self._changeable()
        self._stage(names)
        done = self._update(names)
        return self.changed[record_of(self.target)].filter(
            ~self.changed[record_of(self.target)].is_in(done.implode())
        )

    def _insertable(self, ids: pl.Series) -> pl.DataFrame:
        """Every column of new rows: the file's values, the parents', or defaults."""
        record = columns.record(self.target, self.new)
        finals = {
            name: self.new[plan_column(AFTER, self.target, name)]
            for name in record.columns
            if plan_column(AFTER, self.target, name) in self.new.columns
        }
        record = record.with_columns(
            values.fill_null(record[name]).alias(name) for name, values in finals.items()
        )
        given = {name: record[name] for name in record.columns if not name.startswith(CUSTOM)}
        given |= {column: self.new[f"id:{key}"] for column, key in self.target.parents.items()}
        for column, key in self.target.sealed.items():
            if key in self.new.columns:
                given[column] = seal(self.model, column, self._full(column, key, record))
        customs = [name for name in record.columns if name.startswith(CUSTOM)]
        if customs:
            given["custom"] = _as_json(record.select(customs))
        fields = [field for field in self._fields() if not self._is_left_out(field, given)]
        return pl.DataFrame([ids, *(self._column(field, given) for field in fields)])

    def _is_left_out(self, field: models.Field[Any, Any], given: dict[str, pl.Series]) -> bool:
        """Whether the database fills the column by itself, for less than sending it costs."""
        is_ours = field.column in given or field.attname in self.target.defaults
        return not is_ours and field.has_db_default()

    def _full(self, column: str, key: str, record: pl.DataFrame) -> pl.Series:
        """The value that each record gets: of the row that says it, where several rows mean one."""
        own = self.new[key]
        if plan_column(AFTER, self.target, column + INDEX) not in self.new.columns:
            return own
        index = self._indexes(column, key)
        known = pl.DataFrame({"index": index, "full": self.rows[key]}).drop_nulls("index")
        wanted = pl.DataFrame({"index": record[column + INDEX]})
        found = wanted.join(
            known.unique("index", keep="any"), on="index", how="left", maintain_order="left"
        )
        return found["full"]

    def _indexes(self, column: str, key: str) -> pl.Series:
        known = self.rows.get_column(INDEX_OF + key, default=None)
        if known is None:
            return columns.blind_index_of(self.model, column, self.rows[key])
        return known

    def _fields(self) -> list[models.Field[Any, Any]]:
        return [
            field
            for field in self.model._meta.concrete_fields
            if not field.generated and not field.primary_key
        ]

    def _column(self, field: models.Field[Any, Any], given: dict[str, pl.Series]) -> pl.Series:
        name = str(field.column)
        default = self._default(field)
        values = given.get(name)
        if values is None:
            return pl.repeat(default, self.new.height, eager=True).alias(name)
        if default is not None and values.null_count():
            values = values.fill_null(default)
        return values.alias(name)

    def _default(self, field: models.Field[Any, Any]) -> Any:
        if field.attname in self.target.defaults:
            return self.target.defaults[field.attname]
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            return self.at.isoformat()
        if isinstance(field, models.JSONField):
            return "{}"
        value = field.get_default()
        return "" if value is None and not field.null and field.empty_strings_allowed else value

    def _changeable(self) -> list[str]:
        start = plan_column(BEFORE, self.target)
        return [name.removeprefix(start) for name in self.changed.columns if name.startswith(start)]

    def _stage(self, names: list[str]) -> None:
        """Put before and after of the changed rows into a temporary table."""
        parts: list[sql.Composable] = [sql.SQL("id bigint")]
        frame = self.changed.select(pl.col(record_of(self.target)).alias("id"))
        for name in names:
            kind = sql.SQL(self._type(name))
            for what in (BEFORE, AFTER):
                parts.append(sql.SQL("{} {}").format(sql.Identifier(f"{what} {name}"), kind))
                values = self.changed[plan_column(what, self.target, name)]
                frame = frame.with_columns(values.alias(f"{what} {name}"))
        for column, key in self.target.sealed.items():
            if key in self.changed.columns:
                parts.append(sql.SQL("{} bytea").format(sql.Identifier(column)))
                frame = frame.with_columns(self._resealed(column, key).alias(column))
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(CHANGES)))
            cursor.execute(_CREATE.format(sql.Identifier(CHANGES), sql.SQL(", ").join(parts)))
        frames.insert(CHANGES, frame)

    def _resealed(self, column: str, key: str) -> pl.Series:
        """The sealed value of rows that bring a new one."""
        before = self.changed[plan_column(BEFORE, self.target, column + INDEX)]
        after = self.changed[plan_column(AFTER, self.target, column + INDEX)]
        index = self._indexes(column, key)
        known = pl.DataFrame({"index": index, "full": self.rows[key]}).drop_nulls("index")
        found = pl.DataFrame({"index": after}).join(
            known.unique("index", keep="any"), on="index", how="left", maintain_order="left"
        )["full"]
        return seal(self.model, column, found.set(before.eq_missing(after), None))

    def _type(self, name: str) -> str:
        if name.startswith(CUSTOM):
            return "text"
        field = next(one for one in self._fields() if one.column == name)
        return str(field.db_type(connection))

    def _now(self, name: str) -> sql.Composable:
        """What a record says now; blank texts are nothing, as in files."""
        if name.startswith(CUSTOM):
            key = sql.Literal(name.removeprefix(CUSTOM))
            return sql.SQL("(t.custom -> {})::text").format(key)
        column = sql.SQL("t.{}").format(sql.Identifier(name))
        is_text = self._type(name).startswith(("varchar", "text"))
        return sql.SQL("NULLIF({}, '')").format(column) if is_text else column

    def _update(self, names: list[str]) -> pl.Series:
        plain = [name for name in names if not name.startswith(CUSTOM)]
        customs = [name for name in names if name.startswith(CUSTOM)]
        sets: list[sql.Composable] = [_filled(_SET, name) for name in plain]
        sets += [
            sql.SQL("{0} = COALESCE(s.{0}, t.{0})").format(sql.Identifier(column))
            for column, key in self.target.sealed.items()
            if key in self.changed.columns
        ]
        if customs:
            sets.append(_custom_set(customs))
        sets += [
            sql.SQL("{} = now()").format(sql.Identifier(str(field.column)))
            for field in self._fields()
            if getattr(field, "auto_now", False)
        ]
        query = _UPDATE.format(
            table=sql.Identifier(self.model._meta.db_table),
            changes=sql.Identifier(CHANGES),
            sets=sql.SQL(", ").join(sets),
            same=sql.SQL(" AND ").join(_filled(_SAME, name, self._now(name)) for name in names),
        )
        with connection.cursor() as cursor:
            cursor.execute(query)
            return pl.Series("id", [pk for (pk,) in cursor.fetchall()], pl.Int64)


def seal(model: type[models.Model], column: str, values: pl.Series) -> pl.Series:
    """Encrypt full values for a model's column; None where there is none, or only its end."""
    field = cast("SealedTextField", model._meta.get_field(column))
    is_masked = values.str.starts_with(MASKED).fill_null(value=False)
    full = values.set(is_masked, None)
    texts = [text.encode() for text in full.drop_nulls().to_list()]
    sealed = pl.Series(key_ring().seal_many(texts, purpose=field.purpose), dtype=pl.Binary)
    if not texts:
        return pl.Series([None], dtype=pl.Binary).new_from_index(0, len(values))
    return columns.scatter(full, sealed)


def _filled(template: sql.SQL, name: str, now: sql.Composable | None = None) -> sql.Composed:
    return template.format(
        name=sql.Identifier(name),
        before=sql.SQL("s.{}").format(sql.Identifier(f"{BEFORE} {name}")),
        after=sql.SQL("s.{}").format(sql.Identifier(f"{AFTER} {name}")),
        now=now or sql.SQL(""),
    )


def _custom_set(names: list[str]) -> sql.Composed:
    """Put the custom values that differ over the stored ones."""
    pairs = [
        sql.SQL("{}, CASE WHEN {after} IS DISTINCT FROM {before} THEN {after}::jsonb END").format(
            sql.Literal(name.removeprefix(CUSTOM)),
            before=sql.SQL("s.{}").format(sql.Identifier(f"{BEFORE} {name}")),
            after=sql.SQL("s.{}").format(sql.Identifier(f"{AFTER} {name}")),
        )
        for name in names
    ]
    return sql.SQL("custom = t.custom || jsonb_strip_nulls(jsonb_build_object({}))").format(
        sql.SQL(", ").join(pairs)
    )


def _as_json(values: pl.DataFrame) -> pl.Series:
    """One object per row of the columns (JSON already) that have a value."""
    parts = [
        pl.concat_str(pl.lit(f'"{name.removeprefix(CUSTOM)}":'), pl.col(name))
        for name in values.columns
    ]
    inside = pl.concat_str(*parts, separator=",", ignore_nulls=True)
    return values.select(
        pl.concat_str(pl.lit("{"), inside, pl.lit("}")).alias("custom")
    ).to_series()
