"""Sheets of cells as CSV files; what a cell shows as text."""

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

# From here on a spreadsheet has lost digits of a whole number; the form with a power tells so.
EXACT = 10**15
ALMOST_A_SECOND = 999_500
# How much of a text is read at once, and looked at to tell its encoding.
CHUNK = 64 * 1024
SAMPLE = 256 * 1024
# What no list needs more of.
MAX_CELL = 128 * 1024
MAX_TAG = 1024 * 1024
MAX_DEPTH = 20
MAX_COLUMNS = 16_384
MAX_ROWS = 1_048_576
# The name of a sheet, and the cells of one of its rows.
Row = tuple[str, list[str]]


class TooMuchError(Exception):
    """The file has more sheets, or longer cells, than a list has."""


class SheetWriter:
    """Writes sheets as ``0.csv``, ``1.csv`` … and remembers what they were called."""

    def __init__(self, folder: Path, *, most: int) -> None:
        self.folder = folder
        self.most = most
        self.sheets: list[dict[str, object]] = []

    def write(self, name: str, rows: Iterable[Sequence[Any]], *, is_hidden: bool = False) -> None:
        """Write one sheet; one without a filled cell is left out.

        Raises:
            TooMuchError: there are more sheets than allowed.
        """
        if len(self.sheets) >= self.most:
            raise TooMuchError
        path = self.folder / f"{len(self.sheets)}.csv"
        count = filled = 0
        with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
            put = csv.writer(file, lineterminator="\n").writerow
            for row in rows:
                cells = [cell if cell.__class__ is str else shown(cell) for cell in row]
                while cells and not cells[-1]:
                    cells.pop()
                put(cells)
                count += 1
                if cells:
                    filled = count
        if filled:
            self.sheets.append(
                {"name": name, "file": path.name, "rows": filled, "is_hidden": is_hidden}
            )

    def write_all(self, rows: Iterable[Row]) -> None:
        """Write rows that come with the name of their sheet, one sheet after the other.

        Raises:
            TooMuchError: there are more sheets than allowed.
        """
        for name, group in groupby(rows, key=itemgetter(0)):
            self.write(name, (cells for _, cells in group))


def shown(cell: Any) -> str:
    """What a person sees in a cell, with dates in ISO and numbers without grouping."""
    return _SHOWN[cell.__class__](cell)


def number_shown(cell: float) -> str:
    """A number with as many digits as a spreadsheet keeps."""
    if abs(cell) >= EXACT:
        return f"{cell:.14E}"
    if cell.is_integer():
        return str(int(cell))
    return format(Decimal(f"{cell:.15g}"), "f")


def _moment(cell: datetime) -> str:
    if cell.microsecond >= ALMOST_A_SECOND:
        cell += timedelta(seconds=1)
    return cell.isoformat(timespec="seconds")


def _hours(cell: timedelta) -> str:
    minutes, seconds = divmod(round(cell.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


_SHOWN: dict[type, Callable[[Any], str]] = {
    str: str,
    type(None): lambda _: "",
    bool: lambda cell: "TRUE" if cell else "FALSE",
    int: lambda cell: number_shown(float(cell)) if abs(cell) >= EXACT else str(cell),
    float: number_shown,
    datetime: _moment,
    date: date.isoformat,
    time: lambda cell: cell.isoformat(timespec="seconds"),
    timedelta: _hours,
}


def whole(text: str | None, *, most: int, none: int = 1) -> int:
    """A number of columns or rows; ``none`` if there is none.

    Raises:
        TooMuchError: more than a spreadsheet has.
    """
    number = int(text) if text and text.isdecimal() and len(text) < len(str(MAX_ROWS)) + 1 else none
    if number > most:
        raise TooMuchError
    return number
