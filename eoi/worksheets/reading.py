"""Reads worksheets of decisions, whatever program saved them: columns by header, rows as texts."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext_noop

from agencyhub.lib import days
from agencyhub.lib.reading import opening
from agencyhub.lib.reading.limits import Limits, UnreadableFileError
from eoi.asked import Asked
from eoi.worksheets import columns

LIMITS = Limits(megabytes=10, unpacked_megabytes=100, rows=20_000, columns=100, sheets=10)
HEADER_WITHIN = 20
"""Rows in which the headers are looked for; titles may stand above them."""
MIDDLE_OF_CENTURY = 2050
DATES = ("effective_date", "original_effective_date")


class MissingColumnsError(UnreadableFileError):
    """The file as a whole lacks columns."""

    code = "missing_columns"


@dataclass(frozen=True)
class Worksheet:
    """What a file asks for; ``undecided`` counts the rows that have no action."""

    rows: list[Asked]
    undecided: int


def read(path: Path, *, limits: Limits = LIMITS) -> Worksheet:
    """Read a worksheet (.xml, .xlsx) or CSV file; rows are counted as a spreadsheet does.

    Raises:
        MissingColumnsError: names the columns that are needed and missing.
        UnreadableFileError: it is no table, broken, or outside the limits.
    """
    with opening.open_file(path, limits=limits) as source:
        sheet = _sheet(source)
        records = source.records(sheet)
        found = _header(islice(records, HEADER_WITHIN))
        rows: list[Asked] = []
        undecided = 0
        for number, (line, cells) in enumerate((*found.rest, *records), start=1):
            limits.check_rows(number)
            asked = _asked(line, cells, found.places)
            if asked.action:
                rows.append(asked)
            else:
                undecided += any(cell.strip() for cell in cells)
    return Worksheet(rows, undecided)


@dataclass(frozen=True)
class _Header:
    places: dict[str, int]
    rest: Sequence[tuple[int, list[str]]]


def _sheet(source: opening.Source) -> opening.Sheet:
    """The sheet that is called as ours is; without one, what looks most like a list."""
    for sheet in source.sheets:
        if sheet.name.strip().casefold() == columns.SHEET.casefold():
            return sheet
    return opening.locate(source).sheet


def _header(first: Iterable[tuple[int, list[str]]]) -> _Header:
    """The row that names most of the columns, and the rows below it.

    Raises:
        MissingColumnsError: it does not name all that are needed.
    """
    rows = list(first)
    named = [columns.places(cells) for _, cells in rows]
    at = max(range(len(rows)), key=lambda one: len(named[one]), default=0)
    known = named[at] if named else {}
    lacking = columns.missing(known)
    if lacking:
        words = gettext_noop("The file lacks columns: %(columns)s. Add them and send it again.")
        raise MissingColumnsError(words % {"columns": "; ".join(lacking)})
    return _Header(known, rows[at + 1 :])


def _asked(line: int, cells: Sequence[str], places: dict[str, int]) -> Asked:
    values = {field: cells[at].strip() if at < len(cells) else "" for field, at in places.items()}
    for field in DATES:
        values[field] = _date(values.get(field, ""))
    for field in ("subscriber_id", "request_id"):
        values[field] = values.get(field, "").removesuffix(".0")
    return Asked(row=line, **{"approved_volume": "", **values})  # type: ignore[arg-type]


def _date(text: str) -> str:
    """A date that a spreadsheet saved as the number of its day, or with a year of two digits."""
    if not (re.search(days.SERIAL, text, re.ASCII) or re.search(days.US, text, re.ASCII)):
        return text
    try:
        found = days.read_day(text, this_year=MIDDLE_OF_CENTURY)
    except days.InvalidDayError:
        return text
    return found.isoformat() if found else text
