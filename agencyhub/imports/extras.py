"""What a row does besides filling columns of its record: addresses, further agents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import polars as pl
from django.db import models

from agencyhub.records.models import Batch


class Extra(Protocol):
    """Records that hang on the record of a row.

    Frames have the columns of ``fields`` and ``record``, which names the record (below zero: the
    file adds it), in the order of the file.
    """

    fields: tuple[str, ...]

    def adds(self, rows: pl.DataFrame) -> pl.Series:
        """Say of each row whether it would add something to a record that is there."""

    def apply(self, rows: pl.DataFrame, batch: Batch) -> pl.DataFrame | None:
        """Write what the rows say, inside the transaction that wrote their records.

        Every row has its ``row`` and its ``record_id``. Added rows are not journalled one by one:
        say what was added with ``records.bulk.record_inserted``. Rows that a rule refuses only
        now are answered, with ``row``, ``field`` and ``message``.
        """


class Exact(Protocol):
    """Judges a file that says how things shall be: all of it is imported, or nothing.

    Its blank cells clear what is there, and what was imported before does not count: the file is
    compared with what is there now. ``models`` are what it compares with. Frames have the fields of
    the kind's first target and its extras, ``row``, and ``record``: the record of the row.
    """

    models: tuple[type[models.Model], ...]

    def refused(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Of all rows of the file those that cannot stand: ``row``, ``field``, ``message``."""

    def changes(self, rows: pl.DataFrame) -> pl.DataFrame:
        """What rows change, in words: ``row``, ``field``, ``before``, ``after``."""


@dataclass(frozen=True)
class Derived:
    """Columns that follow from the cells of rows; those of fields may be replaced.

    ``errors`` by field (blank: of the whole row), None where nothing is wrong.
    """

    columns: pl.DataFrame
    errors: Mapping[str, pl.Series] = field(default_factory=dict)


class Settle(Protocol):
    """Decides what rows may say about the records that they mean.

    ``beside`` are columns that it needs besides those that rows fill. ``nothing`` is there because
    blanks say nothing: a column becomes empty by a value of its own.
    """

    @property
    def beside(self) -> Mapping[str, Any]:
        """Columns of the records, and their types."""

    @property
    def nothing(self) -> Mapping[str, Any]:
        """By column the value that means "nothing"."""

    def __call__(
        self, values: pl.DataFrame, stored: pl.DataFrame, rows: pl.DataFrame
    ) -> pl.DataFrame:
        """Answer ``values`` without what rows may not say.

        All frames lie beside each other, row by row in the order of the file: the values of the
        target's columns, those of the records, and the typed rows with their ``record`` (below
        zero: the file adds it).
        """
