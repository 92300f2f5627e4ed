"""Tables in HTML and in the XML of Excel 2003, read as streams: nothing is expanded or fetched."""

import codecs
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from agencyhub.lib.reading.converter.writing import SheetWriter, TooMuchError, number_shown
from agencyhub.lib.reading.spelling import WINDOWS, guess_encoding

CHUNK = 64 * 1024
SAMPLE = 256 * 1024
MAX_CELL = 128 * 1024
MAX_TAG = 1024 * 1024
MAX_DEPTH = 20
MAX_COLUMNS = 16_384
MAX_ROWS = 1_048_576
CELLS = {"td", "th"}
BREAKS = {"br", "p", "div", "li"}
UNSEEN = {"script", "style", "title"}
SHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
MIDNIGHT = "T00:00:00"
# Some exports break the line in which XML says what it is; the workbook behind it is whole.
DECLARED = re.compile(
    rb"""<\?xml\s+version\s*=\s*(?:"[^"]*"|'[^']*')(?:\s+[a-z]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*\?>"""
)
WIDE = re.compile(rb"""encoding\s*=\s*["']utf-?16""", re.IGNORECASE)
WORKBOOK = re.compile(rb"<(?:\w+:)?Workbook\b")
Row = tuple[str, list[str]]


class MarkupError(Exception):
    """The markup is broken."""


class EntitiesError(Exception):
    """The markup defines entities, which grow or fetch; no export does."""


def convert_html(path: Path, folder: Path, most_sheets: int) -> list[dict[str, object]]:
    """Write every table of a web page as a sheet."""
    return _write_all(_html_rows(path), SheetWriter(folder, most=most_sheets))


def convert_spreadsheetml(path: Path, folder: Path, most_sheets: int) -> list[dict[str, object]]:
    """Write every worksheet of an Excel 2003 XML file.

    Raises:
        MarkupError: it is broken.
        EntitiesError: it defines entities.
        TooMuchError: it has more sheets, columns or rows, or a longer cell, than a spreadsheet.
    """
    return _write_all(_xml_rows(path), SheetWriter(folder, most=most_sheets))


def _write_all(rows: Iterable[Row], writer: SheetWriter) -> list[dict[str, object]]:
    for name, group in groupby(rows, key=itemgetter(0)):
        writer.write(name, (cells for _, cells in group))
    return writer.sheets


def _html_rows(path: Path) -> Iterator[Row]:
    parser = _HtmlTables()
    with path.open("rb") as file:
        encoding = guess_encoding(file.read(SAMPLE)) or WINDOWS
        file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        while chunk := file.read(CHUNK):
            parser.feed(decoder.decode(chunk))
            if len(parser.rawdata) > MAX_TAG:
                raise TooMuchError
            yield from parser.take()
    parser.close()
    parser.end_row()
    yield from parser.take()


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


class _HtmlTables(HTMLParser):
    """Collects rows with the name of their table; a table inside of a cell is one of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[Row] = []
        self.open: list[tuple[str, list[str]]] = []
        self.tables = 0
        self.text: list[str] | None = None
        self.length = 0
        self.span = 1
        self.unseen = 0

    def take(self) -> list[Row]:
        rows, self.rows = self.rows, []
        return rows

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.end_cell()
            self.tables += 1
            if len(self.open) >= MAX_DEPTH:
                raise TooMuchError
            self.open.append((f"Table {self.tables}", []))
        elif tag == "tr":
            self.end_row()
        elif tag in CELLS and self.open:
            self.end_cell()
            self.text, self.length = [], 0
            self.span = _whole(dict(attrs).get("colspan"), most=MAX_COLUMNS)
        elif tag in BREAKS:
            self.handle_data(" ")
        self.unseen += tag in UNSEEN

    def handle_endtag(self, tag: str) -> None:
        if tag in CELLS:
            self.end_cell()
        elif tag == "tr":
            self.end_row()
        elif tag == "table" and self.open:
            self.end_row()
            self.open.pop()
        elif tag in UNSEEN:
            self.unseen = max(self.unseen - 1, 0)

    def handle_data(self, data: str) -> None:
        if self.text is None or self.unseen:
            return
        self.text.append(data)
        self.length += len(data)
        if self.length > MAX_CELL:
            raise TooMuchError

    def end_cell(self) -> None:
        if self.text is None or not self.open:
            return
        cells = self.open[-1][1]
        cells.append(" ".join("".join(self.text).split()))
        cells += [""] * (self.span - 1)
        self.text = None
        if len(cells) > MAX_COLUMNS:
            raise TooMuchError

    def end_row(self) -> None:
        self.end_cell()
        if self.open and self.open[-1][1]:
            name, cells = self.open[-1]
            self.rows.append((name, cells))
            self.open[-1] = (name, [])


class _Worksheets:
    """Collects rows of SpreadsheetML with the name of their sheet; told of every element."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.name = ""
        self.row = 0
        self.cells: list[str] = []
        self.kind = ""
        self.told = 0
        self.text: list[str] | None = None
        self.length = 0

    def take(self) -> list[Row]:
        rows, self.rows = self.rows, []
        return rows

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.told += 1
        if tag == f"{SHEET}Worksheet":
            self.name, self.row = attributes.get(f"{SHEET}Name", ""), 0
        elif tag == f"{SHEET}Row":
            self.start_row(attributes)
        elif tag == f"{SHEET}Cell":
            index = _whole(attributes.get(f"{SHEET}Index"), most=MAX_COLUMNS)
            self.cells += [""] * (index - 1 - len(self.cells))
        elif tag == f"{SHEET}Data":
            self.kind = attributes.get(f"{SHEET}Type", "String")
            self.text, self.length = [], 0

    def start_row(self, attributes: dict[str, str]) -> None:
        index = _whole(attributes.get(f"{SHEET}Index"), most=MAX_ROWS)
        self.rows += [(self.name, [])] * (index - 1 - self.row)
        self.row = max(self.row + 1, index)
        self.cells = []
        if self.row > MAX_ROWS:
            raise TooMuchError

    def data(self, data: str) -> None:
        self.told += 1
        if self.text is not None:
            self.text.append(data)
            self.length += len(data)
            if self.length > MAX_CELL:
                raise TooMuchError

    def end(self, tag: str) -> None:
        if tag == f"{SHEET}Data" and self.text is not None:
            self.cells.append(_value(self.kind, "".join(self.text)))
            self.text = None
        elif tag == f"{SHEET}Row":
            self.rows.append((self.name, self.cells))
            if len(self.cells) > MAX_COLUMNS:
                raise TooMuchError


def _whole(text: str | None, *, most: int) -> int:
    """A number of columns or rows; 1 if there is none.

    Raises:
        TooMuchError: more than a spreadsheet has.
    """
    number = int(text) if text and text.isdecimal() and len(text) < len(str(MAX_ROWS)) + 1 else 1
    if number > most:
        raise TooMuchError
    return number


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
