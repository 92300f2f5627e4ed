"""A text as blocks that end where a record ends, whatever its quotation marks hold.

What one expression proves regular is left to Polars. Records with a stray quotation mark, where
Polars would guess, are read one by one.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import polars as pl
from django.utils.translation import gettext_noop

from agencyhub.lib.reading.limits import UnreadableFileError
from agencyhub.lib.reading.texts import MAX_LINE, NEWLINE, Text, read_utf8

BLOCK = 4 * 1024 * 1024
# Blank lines take a byte in the file and a row in memory.
MAX_BLOCK_LINES = 200_000
# After a stray quotation mark so much is read one by one; twice as much if there are more.
IRREGULAR = 64 * 1024
# One quotation mark in so many bytes: then only the lines that have one are looked at.
SPARSE = 256
# A line with more separators is no row of a table.
MAX_SEPARATORS = 100_000
QUOTE = b'"'
FIELD = r'(?:"(?:[^"]|"")*"|[^"{delimiter}\n]*)'
RECORDS = r"\A(?:{field}(?:{delimiter}{field})*\r?\n)*"
# A carriage return inside of a line is no line break, whatever the csv module takes it for.
RETURN = "\U0010fffe"


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
    """Cut a text into blocks of at most about ``block`` bytes, from its first line on.

    Raises:
        UnreadableFileError: a quotation mark is not closed, or a line is no row of a table.
    """
    cutter = _Cutter(text, chunks=read_utf8(text, size=block), block=block)
    while cutter.fill():
        yield cutter.cut()


def read_records(text: Text) -> Iterator[tuple[int, list[str]]]:
    """Read records one by one, each with its line; for the first of them, or for a small file.

    Raises:
        UnreadableFileError: as ``read_blocks``.
    """
    cutter = _Cutter(text, chunks=read_utf8(text, size=BLOCK // 16), block=BLOCK)
    for number in count(1):
        record = cutter.next_record()
        if record is None:
            return
        line, cells = record
        yield number if text.counts_records else line, cells


def read_one_by_one(regular: Regular, text: Text) -> Irregular:
    """Read a block record by record: one in which Polars found rows longer than the others."""
    cutter = _Cutter(text, chunks=iter([regular.content]), block=len(regular.content))
    cutter.line = regular.line
    return cutter.read_irregular(len(regular.content))


class _Cutter:
    """Holds the part of the file that is being cut: ``held`` from position ``at`` on."""

    def __init__(self, text: Text, *, chunks: Iterator[bytes], block: int) -> None:
        self.block = block
        self.chunks = chunks
        self.is_over = False
        self.held = b""
        self.at = 0
        self.line = 1
        self.irregular = IRREGULAR
        self.separator = text.delimiter.encode()
        self.lines = _Lines(self)
        self.reader = csv.reader(self.lines, delimiter=text.delimiter)
        self.delimiter = text.delimiter
        spelled = r"\t" if text.delimiter == "\t" else re.escape(text.delimiter)
        regular = FIELD.format(delimiter=spelled)
        self.regular = RECORDS.format(field=regular, delimiter=spelled)

    def fill(self) -> bool:
        """Have half a block at hand, unless the file ends before; tell whether anything is left."""
        if len(self.held) - self.at >= self.block // 2 or self.is_over:
            return self.at < len(self.held)
        parts = [self.held[self.at :]]
        size = len(parts[0])
        while size < self.block and not self.is_over:
            chunk = next(self.chunks, None)
            self.is_over = chunk is None
            parts.append(chunk or b"")
            size += len(parts[-1])
        self.held, self.at = b"".join(parts), 0
        return bool(self.held)

    def cut(self) -> Regular | Irregular:
        """Cut off what Polars reads as it is meant; if that is next to nothing, something else."""
        content = self._whole_lines()
        has_quotes = QUOTE in content
        regular = content
        if has_quotes and not self._is_regular(_quoted_lines(content)):
            regular = self._regular_part(content)
        if len(regular) < min(len(content), IRREGULAR) or not content:
            self.irregular = min(2 * self.irregular, self.block // 4)
            return self.read_irregular(self.irregular)
        self.irregular = IRREGULAR
        lines = regular.count(NEWLINE) + (not regular.endswith(NEWLINE))
        found = Regular(regular, line=self.line, line_count=lines, has_quotes=has_quotes)
        self.at += len(regular)
        self.line += lines
        return found

    def _whole_lines(self) -> bytes:
        """What is held but for the beginning of a line whose end is not known yet."""
        end = len(self.held) if self.is_over else self.held.rfind(NEWLINE, self.at) + 1
        content = self.held[self.at : end]
        if content.count(NEWLINE) <= MAX_BLOCK_LINES:
            return content
        short = content[: MAX_BLOCK_LINES // 2]
        return short[: short.rfind(NEWLINE) + 1] or content

    def _is_regular(self, content: bytes) -> bool:
        return len(self._regular_part(content)) == len(content)

    def _regular_part(self, content: bytes) -> bytes:
        """The records at the beginning whose quotation marks are as they should be."""
        lines = content if content.endswith(NEWLINE) else content + NEWLINE
        # Polars has a linear engine for regular expressions; by way of bytes it copies once.
        rest = pl.Series([lines]).cast(pl.String).str.replace(self.regular, "")[0]
        return content[: len(lines) - len(rest.encode())]

    def read_irregular(self, size: int) -> Irregular:
        """Read about ``size`` bytes record by record."""
        found = Irregular()
        while size > 0 and (record := self.next_record()) is not None:
            line, cells = record
            found.lines.append(line)
            found.records.append(cells)
            size -= sum(map(len, cells)) + len(cells) + 1
        return found

    def next_record(self) -> tuple[int, list[str]] | None:
        """Read one record and the line that it begins in."""
        begins = self.line
        read = self.lines.begin()
        try:
            cells = next(self.reader, None)
            if self.lines.are_doubtful:
                next(csv.reader(read, delimiter=self.delimiter, strict=True), None)
        except csv.Error as error:
            raise UnreadableFileError(_broken(begins, read)) from error
        if cells is None:
            return None
        if self.lines.has_returns:
            cells = [cell.replace(RETURN, "\r") for cell in cells]
        return begins, cells

    def next_line(self) -> str | None:
        """Take the next line, with its line break."""
        end = self.held.find(NEWLINE, self.at) + 1
        while not end and (chunk := next(self.chunks, None)) is not None:
            known = len(self.held) - self.at
            self.held, self.at = self.held[self.at :] + chunk, 0
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
        return content.decode()


def _quoted_lines(content: bytes) -> bytes:
    """The lines with quotation marks if they are few; the others change nothing between them."""
    if content.count(QUOTE) > len(content) // SPARSE:
        return content
    found = []
    at = content.find(QUOTE)
    while at >= 0:
        begins = content.rfind(NEWLINE, 0, at) + 1
        ends = content.find(NEWLINE, at) + 1 or len(content)
        found.append(content[begins:ends])
        at = content.find(QUOTE, ends)
    return b"".join(found)


class _Lines:
    """Gives the csv module the lines of a record, and remembers them: ``read``."""

    def __init__(self, cutter: _Cutter) -> None:
        self.cutter = cutter
        self.read: list[str] = []
        self.has_returns = False
        self.is_over = False

    def begin(self) -> list[str]:
        """Begin a record: its lines will be in the list."""
        self.read, self.has_returns = [], False
        return self.read

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
            self.has_returns = True
        self.read.append(line)
        return line


def _broken(line: int, lines: list[str]) -> str:
    if len(lines) == 1 and lines[0].count('"') % 2 == 0:
        return gettext_noop(
            "A cell in line %(line)s is too long to be a value. Remove it, or export again."
        ) % {"line": f"{line:,}"}
    return gettext_noop(
        "The quotation mark that opens in line %(line)s is not closed properly. "
        "Correct that line, or save the file again."
    ) % {"line": f"{line:,}"}


def _too_long(line: int) -> str:
    return gettext_noop(
        "Line %(line)s is too long for a row of a table. Check that this is the right file."
    ) % {"line": f"{line:,}"}
