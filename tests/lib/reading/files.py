"""What the tests of reading share: files from rows, and rows from files."""

import csv
import io
import zipfile
from pathlib import Path

from openpyxl import Workbook

from agencyhub.lib.reading.limits import Limits
from agencyhub.lib.reading.opening import locate, open_file
from agencyhub.lib.reading.tables import Batches, read_batches

SAMPLES = Path(__file__).parent / "samples"
SMALL = Limits(megabytes=50, unpacked_megabytes=100, rows=200_000, columns=100, sheets=20)


def as_csv(rows, *, delimiter=",", encoding="utf-8", newline="\r\n"):
    """Write rows as a program would."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx(*rows, **sheets) -> bytes:
    """Write a workbook: rows of its first sheet, and further sheets by name."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name, more in sheets.items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    """Pack parts under their names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def with_parts(content: bytes, parts: dict[str, bytes]) -> bytes:
    """Replace or add parts of a packed file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        old = {name: archive.read(name) for name in archive.namelist()}
    return zipped(old | parts)


def read(path: Path, *, header_line: int | None = None, sheet: str | None = None, limits=SMALL):
    """Read the list of a file: its batches after the last one, and its rows with their lines."""
    with open_file(path, limits=limits) as source:
        located = locate(source)
        chosen = source.sheet(sheet) if sheet else located.sheet
        batches = read_batches(source, chosen, header_line or located.header_line)
        rows = [row for frame in batches for row in frame.select("line", "^c[0-9]+$").rows()]
    return batches, rows


def read_bytes(tmp_path: Path, content: bytes, **kwargs) -> tuple[Batches, list[tuple]]:
    """Read the list in some bytes."""
    path = tmp_path / "upload"
    path.write_bytes(content)
    return read(path, **kwargs)


def torn(content: bytes, name: str) -> bytes:
    """The same packed file, with a part whose stream cannot be inflated."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        at = archive.getinfo(name).header_offset
    lengths = content[at + 26 : at + 30]
    start = at + 30 + int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
    return content[:start] + b"\xff\xff" + content[start + 2 :]
