"""What the tests of reading share: a file on disk in, plain Python values out."""

import csv
import io
from pathlib import Path

from agencyhub.lib.reading.limits import Limits
from agencyhub.lib.reading.opening import locate, open_file
from agencyhub.lib.reading.tables import Batches, read_batches

SMALL = Limits(megabytes=50, unpacked_megabytes=100, rows=200_000, columns=100, sheets=20)


def as_csv(rows, *, delimiter=",", encoding="utf-8", newline="\r\n"):
    """Write rows as a program would."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return text.getvalue().encode(encoding)


def read(path: Path, *, header_line: int | None = None, sheet: str | None = None, limits=SMALL):
    """Read the list of a file: its batches after the last one, and its rows with their lines."""
    with open_file(path, limits=limits) as source:
        located = locate(source)
        chosen = source.sheet(sheet) if sheet else located.sheet
        batches = read_batches(source, chosen, header_line or located.header_line)
        rows = [row for frame in batches for row in frame.select("line", "^c[0-9]+$").rows()]
    return batches, rows


def rows_of(path: Path, **kwargs) -> list[tuple[object, ...]]:
    """Read the rows of a file, with their lines."""
    return read(path, **kwargs)[1]


def totals_of(batches: Batches) -> list[tuple[int, str, dict[int, str]]]:
    return [(one.line, one.label, one.values) for one in batches.totals]
