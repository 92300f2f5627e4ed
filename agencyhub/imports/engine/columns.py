"""The columns of a target's table, computed from the fields of rows."""

from functools import cache
from typing import cast

import polars as pl
from django.db import connection, models

from agencyhub.imports.kinds import Target
from agencyhub.imports.types.contacts import MASKED
from agencyhub.lib.crypto import blind_indexes
from agencyhub.lib.db import NameKey
from agencyhub.lib.fields import SealedTextField

CUSTOM = "custom."
INDEX, TAIL = "_index", "_tail"
# A column beside a field's values: their blind indexes.
INDEX_OF = "index of "
# What ``name_key`` takes away from names that are ASCII; the others are asked for in SQL.
ASCII_MARKS = r"[\t-\r !-/:-@\[-`{-~]"
NOT_ASCII = r"[^\x00-\x7f]"
_KEYS = "SELECT name_key(name) FROM unnest(%s::text[]) WITH ORDINALITY AS n(name, at) ORDER BY at"


def record(target: Target, typed: pl.DataFrame) -> pl.DataFrame:
    """The columns that rows fill, under the names of the model's columns.

    A sealed value becomes its index and its last four; ``custom`` values get a column each, as
    JSON.
    """
    columns = [
        typed[key].alias(column) for column, key in target.columns.items() if key in typed.columns
    ]
    for column, key in target.sealed.items():
        if key in typed.columns:
            known = typed[INDEX_OF + key] if INDEX_OF + key in typed.columns else None
            columns += _sealed(target.model, column, typed[key], known)
    columns += [
        typed[key].alias(CUSTOM + key.removeprefix("custom_"))
        for key in target.custom
        if key in typed.columns
    ]
    return pl.DataFrame(columns)


def _sealed(
    model: type[models.Model], column: str, values: pl.Series, known: pl.Series | None
) -> list[pl.Series]:
    """Index (32 bytes; None where the source masks the value) and the last characters.

    ``known`` are the indexes, if they were computed before.
    """
    index = blind_index_of(model, column, values) if known is None else known
    return [index.alias(column + INDEX), values.str.tail(4).alias(column + TAIL)]


def blind_index_of(model: type[models.Model], column: str, values: pl.Series) -> pl.Series:
    """The blind index of each full value: a digest under a key, so the dearest of all columns."""
    is_masked = values.str.starts_with(MASKED)
    full = values.set(is_masked.fill_null(value=False), None)
    filled = full.drop_nulls()
    if not len(filled):
        return pl.Series([None], dtype=pl.Binary).new_from_index(0, len(values))
    field = cast("SealedTextField", model._meta.get_field(column))
    indexes = blind_indexes(filled.to_list(), purpose=field.index_purpose)
    return scatter(full, pl.Series(indexes, dtype=pl.Binary))


def scatter(places: pl.Series, values: pl.Series) -> pl.Series:
    """``values`` in the places that are not null, in order."""
    if len(values) == len(places):
        return values
    at = (places.is_not_null().cum_sum() - 1).cast(pl.UInt32)
    return values.gather(at.set(places.is_null(), None))


def name_keys(names: pl.Series) -> pl.Series:
    """``name_key`` of a column."""
    is_odd = names.str.contains(NOT_ASCII).fill_null(value=False)
    keys = names.str.to_lowercase().str.replace_all(ASCII_MARKS, "")
    if not is_odd.any():
        return keys
    odd = names.filter(is_odd).unique().to_list()
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, [odd])
        found = [key for (key,) in cursor.fetchall()]
    known = names.replace_strict(odd, found, default=None, return_dtype=pl.String)
    return known.zip_with(is_odd, keys)


@cache
def named_by(model: type[models.Model], column: str) -> str:
    """The column whose ``name_key`` a generated column holds; blank for any other column."""
    field = model._meta.get_field(column) if _has(model, column) else None
    expression = getattr(field, "expression", None)
    if isinstance(expression, NameKey):
        return str(expression.get_source_expressions()[0].name)
    return ""


def with_keys(target: Target, frame: pl.DataFrame, columns: set[str]) -> pl.DataFrame:
    """Add the generated name keys among ``columns`` to a record frame."""
    sources = {column: named_by(target.model, column) for column in columns}
    return frame.with_columns(
        name_keys(frame[source]).alias(column)
        for column, source in sources.items()
        if source and source in frame.columns
    )


def _has(model: type[models.Model], column: str) -> bool:
    return any(column == field.name for field in model._meta.concrete_fields)
