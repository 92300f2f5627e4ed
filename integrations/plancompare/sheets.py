"""CSV and XLSX as rows of text, read within limits and written without formulas. No database."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from python_calamine import CalamineError, CalamineWorkbook

MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED_BYTES = 40 * 1024 * 1024
MAX_ROWS = 5_000
MAX_COLUMNS = 50
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
XLSX_MAGIC = b"PK\x03\x04"
COLUMN_WIDTH = 28


class SheetError(ValueError):
    """The file as a whole cannot be read; the message says what to do."""


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
        SheetError: too large, unreadable, without a header, or with a heading twice.
    """
    if len(content) > MAX_BYTES:
        msg = f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Split it."
        raise SheetError(msg)
    lines = _xlsx_lines(content) if content.startswith(XLSX_MAGIC) else _csv_lines(content)
    if not lines or not any(lines[0]):
        msg = "The first line is empty; it must hold the headings. Start from the template."
        raise SheetError(msg)
    if len(lines) - 1 > MAX_ROWS:
        msg = f"The file has more than {MAX_ROWS:,} rows. Split it."
        raise SheetError(msg)
    header = tuple(lines[0][:MAX_COLUMNS])
    named = [name.casefold() for name in header if name]
    twice = next((name for name in header if name and named.count(name.casefold()) > 1), "")
    if twice:
        msg = f'The heading "{twice}" stands in two columns. Remove one of them.'
        raise SheetError(msg)
    rows = [
        Row(number, {name.casefold(): cell for name, cell in zip(header, line, strict=False)})
        for number, line in enumerate(lines[1:], start=2)
        if any(line)
    ]
    return Sheet(header, tuple(rows))


def _csv_lines(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        msg = "This is neither a CSV nor an XLSX file. Save the sheet as one of these."
        raise SheetError(msg)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return [[_clean(cell) for cell in line] for line in reader]
    except csv.Error as error:
        msg = "The CSV file cannot be read: a quotation mark is not closed. Save it again."
        raise SheetError(msg) from error


def _xlsx_lines(content: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            msg = "The XLSX file unpacks to more than 40 MB. Save only the sheet that is needed."
            raise SheetError(msg)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        lines = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS + 2)
    except (zipfile.BadZipFile, CalamineError, IndexError) as error:
        msg = "The XLSX file cannot be read. Save it again, or save it as CSV."
        raise SheetError(msg) from error
    return [[_clean(_shown(cell)) for cell in line] for line in lines]


def _shown(value: object) -> str:
    """A cell as a person sees it: a whole number has no decimals."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _clean(text: str) -> str:
    """Trim a cell, and take off the mark that ``defuse`` put before a formula's first letter."""
    text = " ".join(text.split())
    return text[1:] if text.startswith("'") and text[1:2] in FORMULA_STARTS else text


def defuse(text: str) -> str:
    """Mark a text that a spreadsheet would run as a formula, so that it is shown instead."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


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
