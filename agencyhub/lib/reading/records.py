"""A text file as blocks of UTF-8 that end where a record ends, whatever its quotation marks hold.

Most blocks are proved regular by one expression and left to Polars. A block with a stray quotation
mark, where Polars would guess, is read record by record instead.
"""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from agencyhub.lib.reading.limits import UnreadableFileError

BLOCK = 4 * 1024 * 1024
MAX_LINE = 4 * BLOCK
# A line with more separators is no row of a table.
MAX_SEPARATORS = 100_000
QUOTE = b'"'
NEWLINE = b"\n"
# A carriage return inside of a line is no line break, whatever the csv module takes it for.
RETURN = "\U0010fffe"
REGULAR = r"\A(?:{field}(?:{delimiter}|\r?\n))*{field}\r?\z"
FIELD = r'(?:"(?:[^"]|"")*"|[^"{delimiter}\n]*)'


@dataclass(frozen=True)
class Text:
    """Where a table in plain text is, and how it is spelled.

    ``counts_records``: lines are numbered by record, as rows of a workbook are, and not by the
    line breaks in the file.
    """

    path: Path
    encoding: str = "utf-8"
    delimiter: str = ","
    has_carriage_returns_only: bool = False
    counts_records: bool = False


@dataclass(frozen=True)
class Regular:
    """Records that Polars reads as they are meant: ``line_count`` lines from ``line`` on."""

    content: bytes
    line: int
    line_count: int
    has_quotes: bool


@dataclass
class Irregular:
    """Records read one by one, each with the line that it begins in."""

    records: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def read_blocks(text: Text, *, block: int = BLOCK) -> Iterator[Regular | Irregular]:
    """Cut a text into blocks of about ``block`` bytes, from its first line on.

    Raises:
        UnreadableFileError: a quotation mark is not closed, or a line is no row of a table.
    """
    cutter = _Cutter(text, chunks=_utf8(text, block), block=block)
    while cutter.fill():
        yield cutter.cut_regular() or cutter.read_irregular()


def read_records(text: Text, *, count: int) -> list[tuple[int, list[str]]]:
    """Read the first records with the lines they begin in, and no more of the file than needed.

    Raises:
        UnreadableFileError: as ``read_blocks``.
    """
    cutter = _Cutter(text, chunks=_utf8(text, BLOCK // 16), block=BLOCK)
    records: list[tuple[int, list[str]]] = []
    while len(records) < count and (record := cutter.next_record()) is not None:
        records.append(record)
    return records


def read_one_by_one(regular: Regular, text: Text) -> Irregular:
    """Read a block record by record: one in which Polars found rows longer than the others."""
    cutter = _Cutter(text, chunks=iter([regular.content]), block=2 * len(regular.content))
    cutter.line = regular.line
    return cutter.read_irregular()


class _Cutter:
    """Holds the part of the file that is being cut: ``held`` from position ``at`` on."""

    def __init__(self, text: Text, *, chunks: Iterator[bytes], block: int) -> None:
        self.text = text
        self.block = block
        self.chunks = chunks
        self.held = b""
        self.at = 0
        self.line = 1
        self.separator = text.delimiter.encode()
        spelled = r"\t" if text.delimiter == "\t" else re.escape(text.delimiter)
        self.regular = REGULAR.format(field=FIELD.format(delimiter=spelled), delimiter=spelled)

    def fill(self) -> bool:
        """Have a block at hand, unless the file ends before; tell whether anything is left."""
        parts = [self.held[self.at :]]
        size = len(parts[0])
        while size < self.block and (chunk := next(self.chunks, None)) is not None:
            parts.append(chunk)
            size += len(chunk)
        self.held = b"".join(parts)
        self.at = 0
        return bool(self.held)

    def cut_regular(self) -> Regular | None:
        """Cut off what Polars reads as it is meant; nothing if quotation marks are irregular."""
        has_quotes = QUOTE in self.held
        end = self._last_record_end(has_quotes=has_quotes)
        content = _valid(self.held[:end])
        if not end or (has_quotes and not self._has_regular_quotes(content)):
            return None
        lines = content.count(NEWLINE) + (not content.endswith(NEWLINE))
        found = Regular(content, line=self.line, line_count=lines, has_quotes=has_quotes)
        self.at = end
        self.line += lines
        return found

    def _has_regular_quotes(self, content: bytes) -> bool:
        # Polars has a linear engine for regular expressions; by way of bytes it copies once.
        return bool(pl.Series([content]).cast(pl.String).str.contains(self.regular)[0])

    def _last_record_end(self, *, has_quotes: bool) -> int:
        """Where the last whole record ends, if quotation marks come in pairs; 0 for nowhere."""
        if len(self.held) < self.block:  # the file ends here
            return len(self.held)
        at = self.held.rfind(NEWLINE)
        if not has_quotes:
            return at + 1
        before = self.held.count(QUOTE, 0, max(at, 0))
        while at >= 0 and before % 2:
            earlier = self.held.rfind(NEWLINE, 0, at)
            before -= self.held.count(QUOTE, max(earlier, 0), at)
            at = earlier
        return at + 1

    def read_irregular(self) -> Irregular:
        """Read records one by one until a block's worth is read."""
        found = Irregular()
        size = 0
        while size < self.block and (record := self.next_record()) is not None:
            line, cells = record
            found.lines.append(line)
            found.records.append(cells)
            size += sum(map(len, cells)) + len(cells)
        return found

    def next_record(self) -> tuple[int, list[str]] | None:
        """Read one record and the line that it begins in."""
        begins = self.line
        lines = _Lines(self)
        try:
            cells = next(csv.reader(lines, delimiter=self.text.delimiter), None)
            if lines.are_doubtful:
                next(csv.reader(lines.read, delimiter=self.text.delimiter, strict=True), None)
        except csv.Error as error:
            raise UnreadableFileError(_broken(begins, lines.read)) from error
        if cells is None:
            return None
        return begins, [cell.replace(RETURN, "\r") for cell in cells]

    def next_line(self) -> str | None:
        """Take the next line, with its line break."""
        end = self.held.find(NEWLINE, self.at) + 1
        while not end and (chunk := next(self.chunks, None)) is not None:
            known = len(self.held) - self.at
            self.held = self.held[self.at :] + chunk
            self.at = 0
            end = self.held.find(NEWLINE, known) + 1
            if not end and len(self.held) > MAX_LINE:
                raise UnreadableFileError(_too_long(self.line))
        content = self.held[self.at : end or len(self.held)]
        if not content:
            return None
        if content.count(self.separator) > MAX_SEPARATORS:
            raise UnreadableFileError(_too_long(self.line))
        self.at += len(content)
        self.line += 1
        return _valid(content).decode()


class _Lines:
    """The lines of one record; a closing mark is looked for over the end of a line."""

    def __init__(self, cutter: _Cutter) -> None:
        self.cutter = cutter
        self.read: list[str] = []
        self.is_over = False

    @property
    def are_doubtful(self) -> bool:
        """Whether a mark left open may have swallowed lines, or the end of the file."""
        return len(self.read) > 1 or (self.is_over and bool(self.read))

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.cutter.next_line()
        if line is None:
            self.is_over = True
            raise StopIteration
        if "\r" in line[:-2]:
            body = line.removesuffix("\n").removesuffix("\r")
            line = body.replace("\r", RETURN) + line[len(body) :]
        self.read.append(line)
        return line


def _utf8(text: Text, size: int) -> Iterator[bytes]:
    """Read a file as UTF-8 with plain line ends and without NULs, which no database keeps.

    What claims to be UTF-8 may still have bad bytes.
    """
    decoder = codecs.getincrementaldecoder(text.encoding)("replace")
    is_utf8 = codecs.lookup(text.encoding).name == "utf-8"
    with text.path.open("rb") as file:
        if is_utf8 and file.read(3) != codecs.BOM_UTF8:
            file.seek(0)
        while chunk := file.read(size):
            spelled = chunk if is_utf8 else decoder.decode(chunk).lstrip("\ufeff").encode()
            spelled = spelled.replace(b"\0", b"")
            yield spelled.replace(b"\r", NEWLINE) if text.has_carriage_returns_only else spelled


def _valid(content: bytes) -> bytes:
    """Spell lines that are not UTF-8 as Windows-1252, which programs mix in."""
    if content.isascii():
        return content
    try:
        content.decode()
    except UnicodeDecodeError:
        return b"".join(map(_valid_line, content.splitlines(keepends=True)))
    return content


def _valid_line(line: bytes) -> bytes:
    try:
        line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace").encode()
    return line


def _broken(line: int, lines: list[str]) -> str:
    if len(lines) == 1 and lines[0].count('"') % 2 == 0:
        return (
            f"A cell in line {line:,} is too long to be a value. Remove it, or save the file again."
        )
    return (
        f"The quotation mark that opens in line {line:,} is not closed properly. "
        "Correct that line, or save the file again."
    )


def _too_long(line: int) -> str:
    return f"Line {line:,} is too long for a row of a table. Check that this is the right file."
