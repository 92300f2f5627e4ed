"""A list as a file: CSV in a stream, or a workbook; piece by piece, whatever the size."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.utils import translation
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from agencyhub.accounts.models import User
from agencyhub.lib import keyset
from agencyhub.lib.formulas import defuse
from agencyhub.lib.keyset import Key
from agencyhub.records.lists import registry, selection
from agencyhub.records.lists.columns import Column, Drawing
from agencyhub.records.lists.filtersets import Texts
from agencyhub.records.lists.lookups import Lookups

PERSONAL_DATA = "records.export_personal_data"
PIECE = 2_000
XLSX_ROWS = 50_000
COLUMN_WIDTH = 22
BYTE_ORDER_MARK = "\ufeff"  # without it Excel cannot read accents


@dataclass(frozen=True)
class Piece:
    """Some rows of an export: their keys, and their cells as text."""

    pks: list[int]
    lines: list[list[str]]


def may_see_personal_data(user: User) -> bool:
    """Whether the user's exports hold phones, emails, birth dates and addresses in full."""
    return user.has_perm(PERSONAL_DATA)


def pieces(
    rows: Any, *, order: Sequence[Key], columns: Sequence[Column], user: User
) -> Iterator[Piece]:
    """The rows of a list in order, masked as the user's rights say."""
    is_masked = not may_see_personal_data(user)
    found = selection.values(rows, columns, user=user, order=order)
    lookups = Lookups(user)
    for some in keyset.pieces(found, order=order, size=PIECE):
        pks = [row.pk for row in some]
        drawing = Drawing(lookups, pks)
        with _own_words():
            writers = [_writer(column, drawing, is_masked=is_masked) for column in columns]
            lines = [[write(row) for write in writers] for row in some]
        yield Piece(pks, lines)


def pks(list_key: str, *, user: User, filters: Texts) -> Iterator[int]:
    """The keys of the rows that an export of a list holds, in its usual order.

    Raises:
        BadFilterError: see ``selection.rows``.
    """
    kind = registry.of(list_key)
    rows = selection.rows(list_key, user=user, filters=filters)
    order = kind.order(kind.default_sort)
    found = pieces(rows, order=order, columns=kind.columns[:1], user=user)
    return chain.from_iterable(piece.pks for piece in found)


def _writer(column: Column, drawing: Drawing, *, is_masked: bool) -> Callable[[Any], str]:
    write, mask = column.write(drawing), column.mask
    if mask is None or not is_masked:
        return write
    return lambda row: mask(write(row))


def as_csv(columns: Sequence[Column], found: Iterable[Piece]) -> Iterator[bytes]:
    """The file in parts: a header, then the rows; no cell runs as a formula."""
    yield (BYTE_ORDER_MARK + _csv([[_label(column) for column in columns]])).encode()
    numbers = [column.is_number for column in columns]
    for piece in found:
        yield _csv(_defused(line, numbers) for line in piece.lines).encode()


def _own_words() -> translation.override:
    """Imports and programs know files by their English words, whoever asks."""
    return translation.override(settings.LANGUAGE_CODE)


def _label(column: Column) -> str:
    with _own_words():
        return defuse(str(column.file_label or column.label))


def _csv(lines: Iterable[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(lines)
    return out.getvalue()


def _defused(line: Sequence[str], numbers: Sequence[bool]) -> list[str]:
    """A column of numbers holds nothing but numbers, of which some begin with a minus."""
    return [
        text if is_number else defuse(text) for text, is_number in zip(line, numbers, strict=True)
    ]


def as_xlsx(columns: Sequence[Column], found: Iterable[Piece], *, title: str) -> IO[bytes]:
    """A workbook on disk that goes when it is closed: texts, and numbers that can be added up."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for at in range(len(columns)):
        sheet.column_dimensions[get_column_letter(at + 1)].width = COLUMN_WIDTH
    sheet.append([_heading(sheet, _label(column)) for column in columns])
    numbers = [column.is_number for column in columns]
    for piece in found:
        for line in piece.lines:
            cells = zip(line, numbers, strict=True)
            sheet.append([_cell(sheet, text, is_number=is_number) for text, is_number in cells])
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return file


def _heading(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, text: str, *, is_number: bool) -> Any:
    if not text:
        return None
    if is_number:
        return Decimal(text)
    cell = WriteOnlyCell(sheet, value=defuse(ILLEGAL_CHARACTERS_RE.sub("", text)))
    cell.data_type, cell.number_format = "s", "@"
    return cell
