"""Spreadsheets of the admin: two formats, no formulas, and a safe place for uploads to wait."""

from typing import Any
from uuid import uuid4

import tablib
from django.core.cache import cache
from django.utils.translation import gettext
from import_export.formats.base_formats import CSV, XLSX
from import_export.tmp_storages import BaseStorage

from agencyhub.lib import crypto
from agencyhub.lib.errors import DomainError
from agencyhub.lib.formulas import defuse
from agencyhub.lib.reading.limits import MEGABYTE, Limits, UnreadableFileError
from agencyhub.lib.reading.lines import read_lines

LIMITS = Limits(megabytes=5, unpacked_megabytes=60, rows=5_000, columns=200)
MAX_BYTES = LIMITS.megabytes * MEGABYTE
MAX_ROWS = LIMITS.rows
LIFETIME = 30 * 60


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
            msg = gettext("The upload has expired. Choose the file again; nothing was imported.")
            raise UploadExpiredError(msg)
        return crypto.key_ring().open(sealed, purpose=self.PURPOSE)

    def remove(self) -> None:
        """Forget the upload."""
        cache.delete(self.PREFIX + (self.name or ""))


def _defused(cell: Any) -> Any:
    """A cell that no spreadsheet program runs as a formula."""
    if isinstance(cell, str):
        return defuse(cell)
    return "" if cell is None else cell


class _Safe:
    """Formats that never write a formula, and read whatever the file is by its content."""

    def create_dataset(self, in_stream: bytes | str, **_options: Any) -> tablib.Dataset:
        """Read the first sheet.

        Raises:
            UnreadableFileError: unreadable, no rows, or outside the limits.
        """
        content = in_stream.encode() if isinstance(in_stream, str) else in_stream
        return to_dataset(read_lines(content, limits=LIMITS))

    def _escape_formulae(self, dataset: tablib.Dataset) -> None:
        rows = [[_defused(cell) for cell in row] for row in dataset]
        headers = dataset.headers
        dataset.wipe()
        dataset.headers = headers
        dataset.extend(rows)


class SafeCsv(_Safe, CSV):
    """Comma-separated text."""


class SafeXlsx(_Safe, XLSX):
    """A workbook."""


def to_dataset(lines: list[list[str]]) -> tablib.Dataset:
    """Make a data set of texts; ``lines`` on it are the row numbers a person sees in the file.

    Raises:
        UnreadableFileError: no header or no rows.
    """
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if line]
    if len(numbered) < 2:  # noqa: PLR2004 - a header and a row
        msg = gettext("The file has no rows below its header.")
        raise UnreadableFileError(msg)
    headers = [cell.strip() for cell in numbered[0][1]]
    dataset = tablib.Dataset(headers=headers)
    dataset.lines = [number for number, _ in numbered[1:]]
    dataset.extend((cells + [""] * len(headers))[: len(headers)] for _, cells in numbered[1:])
    return dataset
