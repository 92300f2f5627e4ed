"""CSV and XLSX as rows of text, read within limits and written without formulas. No database."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from agencyhub.lib.formulas import defuse
from agencyhub.lib.reading.limits import MEGABYTE, Limits, UnreadableFileError
from agencyhub.lib.reading.lines import read_lines

LIMITS = Limits(megabytes=2, unpacked_megabytes=40, rows=5_000, columns=50)
MAX_BYTES = LIMITS.megabytes * MEGABYTE
COLUMN_WIDTH = 28


@dataclass(frozen=True)
class Row:
    """One row under the header; ``number`` is the line a person sees (the header is line 1)."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A header as written and its rows; empty rows are left out but keep the numbering."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sheet(content: bytes) -> Sheet:
    """Read the first sheet of an XLSX file, or a CSV file in UTF-8 or Windows spelling.

    Raises:
        UnreadableFileError: unreadable, outside the limits, without a header, or with a heading
            twice.
    """
    lines = [
        [" ".join(cell.split()) for cell in line] for line in read_lines(content, limits=LIMITS)
    ]
    if not lines or not any(lines[0]):
        msg = "The first line is empty; it must hold the headings. Start from the template."
        raise UnreadableFileError(msg)
    header = tuple(lines[0])
    named = [name.casefold() for name in header if name]
    twice = next((name for name in header if name and named.count(name.casefold()) > 1), "")
    if twice:
        msg = f'The heading "{twice}" stands in two columns. Remove one of them.'
        raise UnreadableFileError(msg)
    names = [name.casefold() for name in header]
    rows = [
        Row(number, dict(zip_longest(names, line[: len(names)], fillvalue="")))
        for number, line in enumerate(lines[1:], start=2)
        if any(line)
    ]
    return Sheet(header, tuple(rows))


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write UTF-8 with a byte order mark, which Excel needs to read accents."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([defuse(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[str]], *, title: str) -> bytes:
    """Write one sheet whose every cell is text, with the header kept in sight."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for column in range(len(header)):
        sheet.column_dimensions[chr(ord("A") + column)].width = COLUMN_WIDTH
    heading = []
    for name in header:
        cell = WriteOnlyCell(sheet, value=name)
        cell.font = Font(bold=True)
        heading.append(cell)
    sheet.append(heading)
    for row in rows:
        sheet.append([_text_cell(sheet, text) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text_cell(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=defuse(text))
    cell.data_type = "s"
    cell.number_format = "@"
    return cell
