"""What a row does besides filling columns of its record: addresses, further agents."""

from typing import Protocol

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

    def apply(self, rows: pl.DataFrame, batch: Batch) -> None:
        """Write what the rows say, inside the transaction that wrote their records.

        Every row has its ``record_id``. Added rows are not journalled one by one: say what was
        added with ``records.bulk.record_inserted``.
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
