"""What is unique: no two records may get one value, whatever the rows say."""

import json
from collections.abc import Iterator
from dataclasses import replace

import polars as pl
from django.utils.translation import gettext_noop
from psycopg import sql

from agencyhub.imports.engine import frames, matching, planning
from agencyhub.imports.engine.parts import Parts
from agencyhub.imports.engine.planning import ROW, Decisions, has, record_of
from agencyhub.imports.kinds import Kind, Match, Target
from agencyhub.imports.types.custom import CustomValue
from agencyhub.records import custom
from agencyhub.records.models import CustomField

TAKEN = gettext_noop("Another record has this %(label)s already.")
TAKEN_ABOVE = gettext_noop("An earlier row gives this %(label)s to another record.")
_HELD = sql.SQL("SELECT id, custom ->> {key} FROM {table} WHERE custom ->> {key} = ANY({values})")


def refuse_taken(made: Decisions, kind: Kind, parts: Parts) -> None:
    """Refuse rows whose value another record has, or an earlier row gives to another record."""
    for target in kind.targets:
        for columns in target.unique:
            _refuse_columns(made, kind, target, columns)
    for target, name, field in _unique_fields(kind):
        if not made.rows.height:
            return
        rows = _values(made, target, name, parts)
        if not rows.height:
            continue
        label = {"label": field.label}
        made.reject(_taken_in_table(rows, target, field), TAKEN % label, name)
        first = pl.col("record").first().over("value")
        again = rows.filter(pl.col("record") != first)[ROW]
        left = made.rows.filter(pl.col(ROW).is_in(again.implode()))[ROW]
        made.reject(left, TAKEN_ABOVE % label, name)


def _refuse_columns(made: Decisions, kind: Kind, target: Target, columns: tuple[str, ...]) -> None:
    """Hold what a unique key of the table says; the last of ``columns`` is what people fill in."""
    rows = made.rows.filter(has(target))
    keys = planning.keys_of(target, rows)
    if not rows.height or not set(columns) <= set(keys.columns):
        return
    # ``keys`` leaves no row out, and keeps their order.
    named = keys.with_columns(rows[record_of(target)].alias("record")).drop_nulls(columns)
    key = planning.fields_behind(target, columns[-1])[0]
    label = {"label": next(one.label for one in kind.fields if one.key == key)}
    alone = replace(target, match=(Match("", columns),))
    found = matching.find(alone, named.drop("record"))
    held = named.join(found.select(ROW, "id"), on=ROW).filter(pl.col("record") != pl.col("id"))
    made.reject(held[ROW], TAKEN % label, key)
    free = named.join(held, on=ROW, how="anti", maintain_order="left")
    other = free.filter(pl.col("record") != pl.col("record").first().over(columns))
    made.reject(other[ROW], TAKEN_ABOVE % label, key)


def _unique_fields(kind: Kind) -> Iterator[tuple[Target, str, CustomField]]:
    fields = {one.key: one.type for one in kind.fields}
    for target in kind.targets:
        for name in target.custom:
            kind_of = fields.get(name)
            if isinstance(kind_of, CustomValue) and kind_of.field.is_unique:
                where = custom.UNIQUE_IN.get(CustomField.Target(kind_of.field.target))
                if where == target.model._meta.label:
                    yield target, name, kind_of.field


def _values(made: Decisions, target: Target, name: str, parts: Parts) -> pl.DataFrame:
    """``row``, ``record`` and ``value`` (as text) of rows that fill the field, in their order."""
    found = [pl.DataFrame(schema={ROW: pl.Int64, "record": pl.Int64, "value": pl.String})]
    named = made.rows.select(ROW, "part", record=record_of(target)).drop_nulls("record")
    for (number,), rows in named.group_by("part"):
        typed = parts.read(int(number))
        if name in typed.columns:
            values = typed.select(ROW, value=pl.col(name)).drop_nulls()
            found.append(rows.drop("part").join(values, on=ROW))
    values = pl.concat(found).sort(ROW)
    texts = {one: str(json.loads(one)) for one in values["value"].unique() if one[0] == '"'}
    return values.with_columns(pl.col("value").replace(texts))


def _taken_in_table(rows: pl.DataFrame, target: Target, field: CustomField) -> pl.Series:
    query = _HELD.format(
        key=sql.Literal(field.key),
        table=sql.Identifier(target.model._meta.db_table),
        values=sql.Literal(rows["value"].unique().to_list()),
    )
    held = frames.fetch(query, {"holder": pl.Int64, "value": pl.String})
    return rows.join(held, on="value").filter(pl.col("record") != pl.col("holder"))[ROW].unique()
