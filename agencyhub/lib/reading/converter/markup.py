"""Tables in web pages, read as streams: nothing is fetched."""

import codecs
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from agencyhub.lib.reading.converter.writing import (
    CHUNK,
    MAX_CELL,
    MAX_COLUMNS,
    MAX_DEPTH,
    MAX_TAG,
    SAMPLE,
    Row,
    SheetWriter,
    TooMuchError,
    whole,
)
from agencyhub.lib.reading.spelling import WINDOWS, guess_encoding

CELLS = {"td", "th"}
BREAKS = {"br", "p", "div", "li"}
UNSEEN = {"script", "style", "title"}


def convert(path: Path, folder: Path, most_sheets: int) -> list[dict[str, object]]:
    """Write every table of a web page as a sheet."""
    writer = SheetWriter(folder, most=most_sheets)
    writer.write_all(_html_rows(path))
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
            self.span = whole(dict(attrs).get("colspan"), most=MAX_COLUMNS)
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
