"""Uploaded CSV and XLSX as lines of text, within limits that hold before anything is built.

A workbook is hostile until shown otherwise: 2 KB of it can claim 17 thousand million cells, unpack
to gigabytes or define entities that grow. So its parts are first read as a stream, in which only
positions and counts are kept, and openpyxl sees it when these are within the limits.
"""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import DefusedXMLParser
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple

from agencyhub.lib.errors import DomainError

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
QUOTE = "'"
XLSX_MAGIC = b"PK\x03\x04"
MEGABYTE = 1024 * 1024
# Elements of the kinds that grow with a list, for each cell it may have; and of all other kinds.
CELL_ELEMENTS = {"row", "c", "v", "is", "f", "si", "t", "r"}
ELEMENTS_PER_CELL = 4
MAX_OTHER_ELEMENTS = 200_000
MAX_SHEETS = 50
# A row is held in memory as a whole: four elements for each column that Excel has.
MAX_ROW_ELEMENTS = ELEMENTS_PER_CELL * 16_384
CHUNK = 64 * 1024
TOO_MUCH = (
    "The workbook holds more cells, formatting or sheets than can be read. "
    "Copy the values of the one list into a new workbook, or save it as CSV."
)
NOT_A_WORKBOOK = (
    "This is not an Excel workbook (.xlsx) that can be read. Save it again, or save it as CSV."
)


class UnreadableSheetError(DomainError, ValueError):
    """The file as a whole cannot be read; the message says what to do."""

    code = "unreadable_sheet"


@dataclass(frozen=True)
class Limits:
    """What a file may hold at most; ``rows`` are those below the header."""

    megabytes: int
    unpacked_megabytes: int
    rows: int
    columns: int

    def check_size(self, content: bytes) -> None:
        if len(content) > self.megabytes * MEGABYTE:
            msg = f"The file is larger than {self.megabytes} MB. Split it."
            raise UnreadableSheetError(msg)

    def check_filled(self, row: int, columns: int) -> None:
        """Refuse a filled cell outside the limits."""
        if row > self.rows + 1:
            msg = f"The file has more than {self.rows:,} rows below its header. Split it."
            raise UnreadableSheetError(msg)
        if columns > self.columns:
            msg = (
                f"The file has something in column {columns:,} of row {row:,}; at most "
                f"{self.columns} columns can be read. Delete what is not needed."
            )
            raise UnreadableSheetError(msg)


def read_lines(content: bytes, *, limits: Limits) -> list[list[str]]:
    """Read the first sheet of an XLSX file, or a CSV file; every line of it from the first on.

    Raises:
        UnreadableSheetError: unreadable, or outside the limits.
    """
    read = read_xlsx if content.startswith(XLSX_MAGIC) else read_csv
    return read(content, limits=limits)


def read_csv(content: bytes, *, limits: Limits) -> list[list[str]]:
    """Read commas, semicolons or tabs, in UTF-8 or the code page of older Windows programs.

    Raises:
        UnreadableSheetError: unreadable, or outside the limits.
    """
    limits.check_size(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        msg = "This is neither a CSV nor an XLSX file. Save the sheet as one of these."
        raise UnreadableSheetError(msg)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return _within(reader, limits)
    except csv.Error as error:
        msg = "The CSV file cannot be read: a quotation mark is not closed. Save it again."
        raise UnreadableSheetError(msg) from error


def read_xlsx(content: bytes, *, limits: Limits) -> list[list[str]]:
    """Read the first sheet: values, not formulas.

    Raises:
        UnreadableSheetError: unreadable, or outside the limits.
    """
    limits.check_size(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            _refuse_bombs(parts, limits)
            return _first_sheet(content, parts, limits)
    except UnreadableSheetError:
        raise
    except Exception as error:  # whatever of its libraries a broken workbook trips
        raise UnreadableSheetError(NOT_A_WORKBOOK) from error


def defuse(cell: str) -> str:
    """Mark a text that a spreadsheet would run as a formula, so that it is shown instead."""
    return QUOTE + cell if cell.startswith(FORMULA_STARTS) else cell


def undefuse(cell: str) -> str:
    """Take off the mark of ``defuse``, so that an exported file can be read again."""
    is_defused = cell.startswith(QUOTE) and cell[1:].startswith(FORMULA_STARTS)
    return cell[1:] if is_defused else cell


def _refuse_bombs(parts: zipfile.ZipFile, limits: Limits) -> None:
    """Count what every part would unpack to, in bytes and in elements, without building it."""
    unpacked = sum(part.file_size for part in parts.infolist())
    if unpacked > limits.unpacked_megabytes * MEGABYTE:
        msg = (
            f"The workbook unpacks to more than {limits.unpacked_megabytes} MB. "
            "Save only the sheet that is needed."
        )
        raise UnreadableSheetError(msg)
    count = _Count(limits)
    for part in parts.infolist():
        with parts.open(part) as stream:
            _stream(stream, count)


def _first_sheet(content: bytes, parts: zipfile.ZipFile, limits: Limits) -> list[list[str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of formatting that openpyxl leaves out
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        with parts.open(sheet._worksheet_path) as stream:
            _stream(stream, _Bounds(limits))
        rows = sheet.iter_rows(
            min_row=1,
            max_row=limits.rows + 1,
            min_col=1,
            max_col=limits.columns,
            values_only=True,
        )
        return _within(rows, limits)


def _within(rows: Iterable[Sequence[Any]], limits: Limits) -> list[list[str]]:
    """Make texts of cells, up to the last filled cell and line."""
    lines: list[list[str]] = []
    last = 0
    for number, row in enumerate(rows, start=1):
        line = [_shown(cell) for cell in row]
        while line and not line[-1].strip():
            line.pop()
        if line:
            limits.check_filled(number, len(line))
            last = number
        lines.append(line)
    return lines[:last]


def _shown(cell: Any) -> str:
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
    return undefuse(str(cell))


class _Count:
    """Counts elements of a whole workbook; a parser calls ``start`` for each."""

    def __init__(self, limits: Limits) -> None:
        self.cells_left = ELEMENTS_PER_CELL * (limits.rows + 1) * limits.columns
        self.others_left = MAX_OTHER_ELEMENTS
        self.sheets_left = MAX_SHEETS

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name in CELL_ELEMENTS:
            self.cells_left -= 1
        else:
            self.others_left -= 1
            self.sheets_left -= name == "sheet"
        if min(self.cells_left, self.others_left, self.sheets_left) < 0:
            raise UnreadableSheetError(TOO_MUCH)


class _Bounds:
    """Finds filled cells outside the limits; counts rows and cells without a position itself."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.row = self.column = self.elements = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        self.elements = 0 if name == "row" else self.elements + 1
        if self.elements > MAX_ROW_ELEMENTS:
            raise UnreadableSheetError(TOO_MUCH)
        if name == "row":
            self.row = int(float(attributes["r"])) if "r" in attributes else self.row + 1
            self.column = 0
        elif name == "c":
            at = attributes.get("r")
            self.column = coordinate_to_tuple(at)[1] if at else self.column + 1
        elif name in {"v", "is"}:
            self.limits.check_filled(self.row, self.column)


def _stream(stream: IO[bytes], target: _Count | _Bounds) -> None:
    """Tell ``target`` of every element; a part that is no XML has none. Refuses entities."""
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    try:
        while chunk := stream.read(CHUNK):
            parser.feed(chunk)
        parser.close()
    except ParseError:
        return
