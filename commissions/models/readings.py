"""Which books of business were read, so that an undo takes back what they told again."""

from datetime import date
from typing import Any

import pgtrigger
import polars as pl
from django.db import connection, models, transaction
from psycopg import sql

from agencyhub.imports.engine import frames, ledger
from agencyhub.imports.models import Import, ImportedRows
from agencyhub.records.models import Batch
from agencyhub.records.triggers import history
from commissions.models.book import BookRow

RECORDS = "book_records"
# A row keeps the newest day; of two files of one day the later one is its source.
_TOLD = sql.SQL(
    "UPDATE commissions_bookrow AS b SET as_of_date = r.as_of_date, source_id = r.source_id"
    " FROM {records} AS r WHERE b.id = r.id"
    " AND coalesce(b.as_of_date, '-infinity') <= r.as_of_date"
    " AND (b.as_of_date, b.source_id) IS DISTINCT FROM (r.as_of_date, r.source_id)"
)
_TAKEN_BACK = sql.SQL(
    "UPDATE commissions_bookrow AS b SET as_of_date = r.as_of_date, source_id = r.source_id"
    " FROM {records} AS r WHERE b.id = r.id AND b.source_id = {run}"
)


class BookReading(models.Model):
    """That an imported book told its rows on a day; gone when the import is undone.

    A hundred thousand members who stay are told again each month. That is no change of theirs, so
    it stands in the journal as one row, this one.
    """

    is_bookkeeping = True

    run = models.OneToOneField(Import, on_delete=models.CASCADE, related_name="book_reading")
    as_of_date = models.DateField("as of")

    class Meta:
        default_permissions = ()
        triggers = history()

    def __str__(self) -> str:
        return f"book reading {self.pk}"

    @classmethod
    def before_undo(cls, batch: Batch) -> None:
        """Let ``records.services.undo`` take a book back at any time."""

    @classmethod
    def after_undo(cls, batch: Batch) -> list[str]:
        """Let rows say again who told them before; or, where an undo was undone, that this did."""
        changes = batch.changes.filter(table_name=cls._meta.db_table).order_by("pk")
        for before, after in changes.values_list("before", "after"):
            run_id = (after or before or {})["run_id"]
            reading = cls.objects.filter(run=run_id).first()
            if reading is None:
                _take_back(run_id)
            else:
                reading.tell()
        return []

    def tell(self) -> None:
        """Note of every row of the book that it told them: outside the journal. May run twice."""
        _write(_TOLD, [_told(records_of(self.run_id), self.as_of_date, self.run_id)])


def records_of(run_id: int) -> pl.Series:
    """The records that the rows of an import went to, or were."""
    pages = ImportedRows.objects.filter(run=run_id).order_by("first_line")
    held = [ledger.unpack(data, pl.Int64) for data in pages.values_list("records", flat=True)]
    return pl.concat(held).unique() if held else pl.Series("id", [], pl.Int64)


def _take_back(run_id: int) -> None:
    """Give the rows of an undone book the newest of the other books that told them."""
    left, told = records_of(run_id), []
    others = BookReading.objects.exclude(run=run_id).order_by("-as_of_date", "-run")
    for other, as_of in others.values_list("run", "as_of_date").iterator():
        if not len(left):
            break
        is_told = left.is_in(records_of(other).implode())
        told.append(_told(left.filter(is_told), as_of, other))
        left = left.filter(~is_told)
    if told:
        _write(_TAKEN_BACK, told, run=sql.Literal(run_id))


def _told(records: pl.Series, as_of: date, run_id: int) -> pl.DataFrame:
    frame = pl.DataFrame({"row": records, "id": records})
    return frame.with_columns(as_of_date=pl.lit(as_of, pl.Date), source_id=pl.lit(run_id, pl.Int64))


def _write(query: sql.SQL, told: list[pl.DataFrame], **more: Any) -> None:
    ignored = pgtrigger.ignore("commissions.BookRow:history_update")
    with transaction.atomic(), ignored, connection.cursor() as cursor:
        names = ["id", "as_of_date", "source_id"]
        frames.temporary(RECORDS, BookRow._meta.db_table, names, pl.concat(told))
        cursor.execute(query.format(records=sql.Identifier(RECORDS), **more))
