"""The XML of Excel 2003, read as a stream: nothing is expanded or fetched."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from agencyhub.lib.reading.converter.writing import (
    CHUNK,
    MAX_CELL,
    MAX_COLUMNS,
    MAX_DEPTH,
    MAX_ROWS,
    MAX_TAG,
    SAMPLE,
    Row,
    SheetWriter,
    TooMuchError,
    number_shown,
    whole,
)
from agencyhub.lib.reading.spelling import guess_encoding

SHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
MIDNIGHT = "T00:00:00"
# Some exports break the line in which XML says what it is; the workbook behind it is whole.
DECLARED = re.compile(
    rb"""<\?xml\s+version\s*=\s*(?:"[^"]*"|'[^']*')(?:\s+[a-z]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*\?>"""
)
WIDE = re.compile(rb"""encoding\s*=\s*["']utf-?16""", re.IGNORECASE)
WORKBOOK = re.compile(rb"<(?:\w+:)?Workbook\b")


class MarkupError(Exception):
    """The markup is broken."""


class EncodingError(Exception):
    """The markup says that it is in an encoding that is not read."""


class EntitiesError(Exception):
    """The markup defines entities, which grow or fetch; no export does."""


def convert(path: Path, folder: Path, most_sheets: int) -> list[dict[str, object]]:
    """Write every worksheet of an Excel 2003 XML file.

    Raises:
        MarkupError: it is broken.
        EncodingError: it is in an encoding that is not read.
        EntitiesError: it defines entities.
        TooMuchError: it has more sheets, columns or rows, or a longer cell, than a spreadsheet.
    """
    writer = SheetWriter(folder, most=most_sheets)
    writer.write_all(_xml_rows(path))
    return writer.sheets


def _xml_rows(path: Path) -> Iterator[Row]:
    target = _Worksheets()
    start, encoding = _beginning(path)
    parser = DefusedXMLParser(target=target, forbid_dtd=True, encoding=encoding)
    told = silent = 0
    try:
        with path.open("rb") as file:
            file.seek(start)
            while chunk := file.read(CHUNK):
                parser.feed(chunk)
                silent = silent + len(chunk) if target.told == told else 0
                told = target.told
                if silent > MAX_TAG:  # one tag: the parser begins anew with each chunk
                    raise TooMuchError
                yield from target.take()
        parser.close()
    except ParseError as error:
        raise MarkupError from error
    except DefusedXmlException as error:
        raise EntitiesError from error
    except (LookupError, ValueError) as error:  # of an encoding that the parser does not know
        raise EncodingError from error
    yield from target.take()


def _beginning(path: Path) -> tuple[int, str | None]:
    """Where to begin, and the encoding if the file does not say it rightly itself."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if head.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return 0, None
    declared = DECLARED.match(head.lstrip())
    if head.startswith(b"<") and (declared or not head.startswith((b"<?xml", b"<xml"))):
        is_lying = declared is not None and WIDE.search(declared[0]) is not None
        if not is_lying:
            return 0, None
    workbook = WORKBOOK.search(head)
    return (workbook.start() if workbook else 0), guess_encoding(head)


class _Worksheets:
    """Collects rows of SpreadsheetML with the name of their sheet; told of every element.

    Cells and rows say where they stand only where something was left out before them: an empty
    cell counts, so do those that another one is merged over, and rows that one stands for.
    """

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.name = ""
        self.row = 0
        self.repeated = 0
        self.cells: list[str] = []
        self.column = 0
        self.merged = 0
        self.value = ""
        self.kind = ""
        self.told = 0
        self.text: list[str] | None = None
        self.length = 0
        self.depth = 0
        self.cell_depth = 0

    def take(self) -> list[Row]:
        rows, self.rows = self.rows, []
        return rows

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.told += 1
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooMuchError
        if tag == f"{SHEET}Worksheet":
            self.name, self.row = attributes.get(f"{SHEET}Name", ""), 0
        elif tag == f"{SHEET}Row":
            self.start_row(attributes)
        elif tag == f"{SHEET}Cell":
            self.start_cell(attributes)
        elif tag == f"{SHEET}Data" and self.depth == self.cell_depth + 1:  # a comment has one, too
            self.kind = attributes.get(f"{SHEET}Type", "String")
            self.text, self.length = [], 0

    def start_row(self, attributes: dict[str, str]) -> None:
        index = whole(attributes.get(f"{SHEET}Index"), most=MAX_ROWS)
        self.rows += [(self.name, [])] * (index - 1 - self.row)
        self.row = max(self.row + 1, index)
        self.repeated = whole(attributes.get(f"{SHEET}Span"), most=MAX_ROWS, none=0)
        self.cells, self.column = [], 0
        if self.row + self.repeated > MAX_ROWS:
            raise TooMuchError

    def start_cell(self, attributes: dict[str, str]) -> None:
        index = whole(attributes.get(f"{SHEET}Index"), most=MAX_COLUMNS)
        self.column = max(self.column + 1, index)
        self.merged = whole(attributes.get(f"{SHEET}MergeAcross"), most=MAX_COLUMNS, none=0)
        self.value, self.cell_depth = "", self.depth

    def data(self, data: str) -> None:
        self.told += 1
        if self.text is not None:
            self.text.append(data)
            self.length += len(data)
            if self.length > MAX_CELL:
                raise TooMuchError

    def end(self, tag: str) -> None:
        self.depth -= 1
        if tag == f"{SHEET}Data" and self.text is not None:
            self.value = _value(self.kind, "".join(self.text))
            self.text = None
        elif tag == f"{SHEET}Cell":
            self.end_cell()
        elif tag == f"{SHEET}Row":
            self.rows += [(self.name, self.cells), *[(self.name, [])] * self.repeated]
            self.row += self.repeated

    def end_cell(self) -> None:
        if self.column > MAX_COLUMNS:
            raise TooMuchError
        if self.value:
            self.cells += [""] * (self.column - 1 - len(self.cells))
            self.cells.append(self.value)
        self.column += self.merged


def _value(kind: str, text: str) -> str:
    if kind == "Number":
        try:
            return number_shown(float(text))
        except (ValueError, OverflowError):
            return text
    if kind == "Boolean":
        return "TRUE" if text.strip() == "1" else "FALSE"
    if kind == "DateTime":
        return text.partition(".")[0].removesuffix(MIDNIGHT)
    return text
