"""A text file in any encoding as a stream of UTF-8."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agencyhub.lib.reading.spelling import WINDOWS

NEWLINE = b"\n"
# A line may be this long while it is looked for; more is no row of a table.
MAX_LINE = 16 * 1024 * 1024


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


def read_utf8(text: Text, *, size: int) -> Iterator[bytes]:
    """Read a file in pieces of about ``size`` bytes, as UTF-8.

    Lines that are not in the encoding of the file are taken for Windows-1252, which programs mix
    in. NULs, which no database keeps, are left out.
    """
    chunks = _whole_lines(text.path, size) if text.encoding == "utf-8" else _decoded(text, size)
    for chunk in chunks:
        spelled = chunk.replace(b"\0", b"")
        yield spelled.replace(b"\r", NEWLINE) if text.has_carriage_returns_only else spelled


def _whole_lines(path: Path, size: int) -> Iterator[bytes]:
    """Pieces that end where a line ends, so that no character is cut."""
    with path.open("rb") as file:
        if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
            file.seek(0)
        held = b""
        while chunk := file.read(size):
            held += chunk
            end = held.rfind(NEWLINE) + 1
            if not end and len(held) > MAX_LINE:
                end = len(held)
            if end:
                yield _valid(held[:end])
                held = held[end:]
        if held:
            yield _valid(held)


def _decoded(text: Text, size: int) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(text.encoding)("replace")
    with text.path.open("rb") as file:
        while chunk := file.read(size):
            yield decoder.decode(chunk).lstrip("\ufeff").encode()
        yield decoder.decode(b"", final=True).encode()


def _valid(content: bytes) -> bytes:
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
        return line.decode(WINDOWS, "replace").encode()
    return line
