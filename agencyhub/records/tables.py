"""What the history knows of a tracked table: columns that mean something, and names of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db import models

from agencyhub.lib.fields import SealedTextField
from agencyhub.records.triggers import HistoryTrigger

ID = "id"
CUSTOM = "custom"
DOT = "."


@dataclass(frozen=True)
class Table:
    """One tracked table, seen through its model."""

    model: type[models.Model]
    columns: Mapping[str, models.Field[Any, Any]]
    computed: frozenset[str]
    touched: frozenset[str]
    sealed: frozenset[str]
    individual: str | None = None
    """The column that says on whose timeline a row's changes belong."""

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def noun(self) -> str:
        """The kind of record, capitalised: "Sales record"."""
        return capital(str(self.model._meta.verbose_name))

    def group(self, column: str) -> str:
        """Columns that only make sense together have one group: a sealed value and its index."""
        return next((one for one in self.sealed if column.startswith(f"{one}_")), column)

    def is_known(self, column: str) -> bool:
        """Whether the column still exists; a custom value always has a place."""
        return column in self.columns or column.startswith(CUSTOM + DOT)

    def is_comparable(self, column: str) -> bool:
        """Whether a differing value means that somebody edited the row.

        A sealed value is told by its index: sealing the same text again gives other bytes.
        """
        return self.is_known(column) and not (
            column in self.computed
            or column in self.touched
            or (column in self.sealed and f"{column}_index" in self.columns)
        )

    def label(self, column: str) -> str:
        """The words a screen uses for a column."""
        field = self.columns.get(self.group(column))
        if field:
            return capital(str(field.verbose_name))
        return column.removeprefix(CUSTOM + DOT).replace("_", " ")


@lru_cache(maxsize=64)
def table_of(name: str) -> Table | None:
    """Find the model behind a table name; None for a table that no longer exists."""
    for model in apps.get_models():
        if model._meta.db_table == name:
            return _describe(model)
    return None


def is_tracked(model: type[models.Model]) -> bool:
    """Whether triggers write the changes of the model's table into the history."""
    triggers = getattr(model._meta, "triggers", ())
    return any(isinstance(one, HistoryTrigger) for one in triggers)


@lru_cache(maxsize=1)
def bookkeeping() -> frozenset[str]:
    """Tables whose models say ``is_bookkeeping``: undone with the rest, but no news to anybody."""
    kept = (model for model in apps.get_models() if getattr(model, "is_bookkeeping", False))
    return frozenset(model._meta.db_table for model in kept)


@lru_cache(maxsize=1)
def with_undo_rules() -> Mapping[str, Any]:
    """Models that have a say in the undo of a batch which touched their table, by table.

    ``before_undo(batch)`` raises a ``DomainError`` to refuse it. ``after_undo(batch)`` does so when
    too little came back, and answers what else stays as it is, in words. ``redo_refusal`` says why
    an undo of such a batch cannot be undone in turn, and what to do instead.
    """
    ruled = (model for model in apps.get_models() if hasattr(model, "before_undo"))
    return {model._meta.db_table: model for model in ruled}


@lru_cache(maxsize=1)
def of_individuals() -> tuple[tuple[Table, str], ...]:
    """Tracked tables whose rows belong to an individual, with the column that says to whom."""
    known = (table_of(model._meta.db_table) for model in apps.get_models())
    return tuple(
        (one, one.individual)
        for one in known
        if one and one.individual is not None and one.individual != ID
    )


def referring_first(names: Iterable[str]) -> list[str]:
    """Order tables so that each comes before those that its rows refer to."""
    wanted = {name: table_of(name) for name in names}
    graph = {
        name: {
            field.related_model._meta.db_table
            for field in (table.columns.values() if table else ())
            if isinstance(field, models.ForeignKey)
        }
        & (wanted.keys() - {name})
        for name, table in wanted.items()
    }
    return list(reversed(list(TopologicalSorter(graph).static_order())))


def _describe(model: type[models.Model]) -> Table:
    fields = {str(field.column): field for field in model._meta.local_concrete_fields}
    generated = {c for c, f in fields.items() if isinstance(f, models.GeneratedField)}
    touched = {c for c, f in fields.items() if getattr(f, "auto_now", False)}
    sealed = {c for c, f in fields.items() if isinstance(f, SealedTextField)}
    triggers = getattr(model._meta, "triggers", ())
    return Table(
        model=model,
        columns=fields,
        computed=frozenset(generated),
        touched=frozenset(touched),
        sealed=frozenset(sealed),
        individual=next(
            (one.individual for one in triggers if isinstance(one, HistoryTrigger)), None
        ),
    )


def capital(words: str) -> str:
    """Upper-case the first letter only: "MBI" and "ZIP code" stay as they are."""
    return words[:1].upper() + words[1:]


def row_name(table: str, record_id: int) -> str:
    """Name a row without personal data: "Policy 42"."""
    known = table_of(table)
    return f"{known.noun if known else table} {record_id}"


def flatten(values: Mapping[str, Any]) -> dict[str, Any]:
    """Spread the custom values over columns of their own: ``custom.loyalty_number``."""
    flat = {column: value for column, value in values.items() if column != CUSTOM}
    custom = values.get(CUSTOM)
    if isinstance(custom, Mapping):
        flat.update({CUSTOM + DOT + key: value for key, value in custom.items()})
    elif custom is not None:
        flat[CUSTOM] = custom
    return flat
