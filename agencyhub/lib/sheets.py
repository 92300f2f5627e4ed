"""Spreadsheets of the admin: two formats, no formulas, and a safe place for uploads to wait."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import tablib
from django.core.cache import cache
from import_export.formats.base_formats import CSV, XLSX
from import_export.tmp_storages import BaseStorage
from python_calamine import CalamineError, CalamineWorkbook

from agencyhub.lib import crypto
from agencyhub.lib.errors import DomainError

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED_BYTES = 60 * 1024 * 1024
MAX_ROWS = 5_000
MAX_COLUMNS = 200
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
QUOTE = "'"
LIFETIME = 30 * 60


class UnreadableSheetError(DomainError, ValueError):
    """The file is not a spreadsheet that can be imported."""

    code = "unreadable_sheet"


class UploadExpiredError(DomainError):
    """The upload waited too long for its confirmation."""

    code = "upload_expired"


class SealedCacheStorage(BaseStorage):
    """Keeps an upload between preview and confirmation: sealed, in the cache, for half an hour."""

    PREFIX = "sheet-upload-"
    PURPOSE = "cache.sheet_upload"

    def save(self, data: bytes | str) -> None:
        """Seal and keep."""
        self.name: str = self.name or uuid4().hex
        plain = data.encode() if isinstance(data, str) else data
        sealed = crypto.key_ring().seal(plain, purpose=self.PURPOSE)
        cache.set(self.PREFIX + self.name, sealed, LIFETIME)

    def read(self) -> bytes:
        """Open what ``save`` kept.

        Raises:
            UploadExpiredError: it is gone.
        """
        sealed = cache.get(self.PREFIX + (self.name or ""))
        if sealed is None:
            msg = "The upload has expired. Choose the file again; nothing was imported."
            raise UploadExpiredError(msg)
        return crypto.key_ring().open(sealed, purpose=self.PURPOSE)

    def remove(self) -> None:
        """Forget the upload."""
        cache.delete(self.PREFIX + (self.name or ""))


def disarm(cell: Any) -> Any:
    """Put a quote before text that a spreadsheet program would run as a formula."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return QUOTE + cell
    return "" if cell is None else cell


def _rearm(cell: str) -> str:
    """Undo ``disarm``, so that an exported file can be imported again."""
    is_disarmed = cell.startswith(QUOTE) and cell[1:].startswith(FORMULA_STARTS)
    return cell[1:] if is_disarmed else cell


class _Disarming:
    """Formats that never write a formula."""

    def _escape_formulae(self, dataset: tablib.Dataset) -> None:
        rows = [[disarm(cell) for cell in row] for row in dataset]
        headers = dataset.headers
        dataset.wipe()
        dataset.headers = headers
        dataset.extend(rows)


class SafeCsv(_Disarming, CSV):
    """Comma-separated text in UTF-8, or in the code page of older Windows programs."""

    def create_dataset(self, in_stream: bytes | str, **_options: Any) -> tablib.Dataset:
        """Read a file.

        Raises:
            UnreadableSheetError: no rows, or too many.
        """
        text = in_stream if isinstance(in_stream, str) else _decode(in_stream)
        try:
            rows = list(csv.reader(io.StringIO(text, newline="")))
        except csv.Error as error:
            msg = f"This is not a CSV file: {error}."
            raise UnreadableSheetError(msg) from error
        return to_dataset(rows)


class SafeXlsx(_Disarming, XLSX):
    """The first sheet of a workbook."""

    def create_dataset(self, in_stream: bytes, **_options: Any) -> tablib.Dataset:
        """Read a file.

        Raises:
            UnreadableSheetError: not a workbook, unpacks to too much, no rows, or too many.
        """
        try:
            with zipfile.ZipFile(io.BytesIO(in_stream)) as parts:
                unpacked = sum(part.file_size for part in parts.infolist())
            if unpacked > MAX_UNPACKED_BYTES:
                msg = "The workbook unpacks to more than 60 MB. Save only the sheet to import."
                raise UnreadableSheetError(msg)
            sheet = CalamineWorkbook.from_filelike(io.BytesIO(in_stream)).get_sheet_by_index(0)
        except (zipfile.BadZipFile, CalamineError) as error:
            msg = "This is not an Excel workbook (.xlsx)."
            raise UnreadableSheetError(msg) from error
        return to_dataset(sheet.to_python(skip_empty_area=False))


def to_dataset(rows: Iterable[Sequence[Any]]) -> tablib.Dataset:
    """Make a data set of texts; ``lines`` on it are the row numbers a person sees in the file.

    Raises:
        UnreadableSheetError: no header, no rows, or too many of them.
    """
    numbered = [
        (number, [_text(cell) for cell in row])
        for number, row in enumerate(rows, start=1)
        if any(str(cell).strip() for cell in row if cell is not None)
    ]
    if len(numbered) < 2:  # noqa: PLR2004 - a header and a row
        msg = "The file has no rows below its header."
        raise UnreadableSheetError(msg)
    if len(numbered) - 1 > MAX_ROWS:
        msg = f"The file has {len(numbered) - 1:,} rows; at most {MAX_ROWS:,} can be imported here."
        raise UnreadableSheetError(msg)
    headers = [cell.strip() for cell in numbered[0][1]]
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > MAX_COLUMNS:
        msg = f"The file has {len(headers)} columns; at most {MAX_COLUMNS} can be read."
        raise UnreadableSheetError(msg)
    dataset = tablib.Dataset(headers=headers)
    dataset.lines = [number for number, _ in numbered[1:]]
    dataset.extend((cells + [""] * len(headers))[: len(headers)] for _, cells in numbered[1:])
    return dataset


def _text(cell: Any) -> str:
    """What a person sees in a cell: whole numbers without ``.0``, days as ISO dates."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return _rearm(str(cell))


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
