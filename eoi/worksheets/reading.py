"""Reads worksheets of decisions, whatever program saved them: columns by header, rows as texts."""

import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain, islice
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_noop

from agencyhub.lib import days
from agencyhub.lib.memory import no_cycles_sought
from agencyhub.lib.reading import opening, sniffing
from agencyhub.lib.reading.limits import MEGABYTE, Limits, UnreadableFileError
from agencyhub.lib.text import tidy
from eoi.asked import ACTIONS, Asked
from eoi.models import Decision
from eoi.worksheets import columns

# 10,000 rows of Excel 2003 take 14 MB and 2 seconds of the processor.
LIMITS = Limits(megabytes=16, unpacked_megabytes=24, rows=20_000, columns=100, sheets=10, seconds=4)
KINDS = (sniffing.Kind.SPREADSHEETML, sniffing.Kind.XLSX, sniffing.Kind.CSV)
MACROS = "xl/vbaProject.bin"
HEADER_WITHIN = 20
"""Rows in which the headers are looked for; titles may stand above them."""
MIDDLE_OF_CENTURY = 2050
TOO_LARGE = gettext_noop(
    "The file is larger than %(megabytes)s MB: often a spreadsheet has saved blank rows to the end"
    " of the sheet. Copy the rows with a decision into a new worksheet, or save it as CSV."
)
OTHER_KIND = gettext_noop(
    "Decisions are read from XML Spreadsheet 2003 (.xml), Excel workbooks (.xlsx) and CSV. Save the"
    " worksheet as one of these."
)
HAS_MACROS = gettext_noop(
    "The workbook has macros, which a worksheet of decisions does not need. Save it as .xlsx or as"
    " XML Spreadsheet 2003, without macros."
)
LACKS_COLUMNS = gettext_noop("The file lacks columns: %(columns)s. Add them and send it again.")


class MissingColumnsError(UnreadableFileError):
    """The file as a whole lacks columns."""

    code = "missing_columns"


@dataclass
class Worksheet:
    """What a file asks for, row by row as a spreadsheet counts them.

    ``cells`` are the rows with an action as they stand there. ``undecided`` counts the rows
    without one; ``forgotten`` are those of them that all the same say from when, or how much.
    """

    headings: list[str]
    rows: list[Asked] = field(default_factory=list)
    cells: dict[int, list[str]] = field(default_factory=dict, repr=False)
    undecided: int = 0
    forgotten: list[int] = field(default_factory=list)


def read(path: Path, *, limits: Limits = LIMITS) -> Worksheet:
    """Read a worksheet (.xml, .xlsx) or CSV file.

    Raises:
        MissingColumnsError: names the columns that are needed and missing.
        UnreadableFileError: it is no such table, broken, or outside the limits; says what to do.
    """
    _check(path, limits)
    with no_cycles_sought(), opening.open_file(path, limits=limits) as source:
        sheet = _sheet(source)
        records = source.records(sheet)
        header = _header(islice(records, HEADER_WITHIN))
        limits.check_columns(len(header.cells), line=header.line)
        reader = _Reader(header, limits)
        for line, cells in chain(header.rest, records):
            reader.take(line, cells)
    return reader.found


def _check(path: Path, limits: Limits) -> None:
    """Refuse what need not be opened to be refused."""
    if path.stat().st_size > limits.megabytes * MEGABYTE:
        raise UnreadableFileError(TOO_LARGE % {"megabytes": limits.megabytes})
    kind = sniffing.sniff(path).kind
    if kind not in KINDS:
        raise UnreadableFileError(OTHER_KIND)
    if kind is sniffing.Kind.XLSX:
        with zipfile.ZipFile(path) as archive:
            if MACROS in archive.namelist():
                raise UnreadableFileError(HAS_MACROS)


@dataclass(frozen=True)
class _Header:
    line: int
    cells: list[str]
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
    if lacking := columns.missing(known):
        raise MissingColumnsError(LACKS_COLUMNS % {"columns": "; ".join(lacking)})
    line, cells = rows[at]
    return _Header(line, cells, known, rows[at + 1 :])


class _Reader:
    """Collects rows."""

    def __init__(self, header: _Header, limits: Limits) -> None:
        self.places = header.places
        self.width = len(header.cells)
        self.limits = limits
        self.found = Worksheet(header.cells)
        self.filled = 0

    def take(self, line: int, cells: list[str]) -> None:
        """Read one row; a blank one is none."""
        if not any(map(str.strip, cells)):
            return
        self.filled += 1
        self.limits.check_rows(self.filled)
        asked = _asked(line, cells, self.places)
        if asked.action:
            self.found.rows.append(asked)
            self.found.cells[line] = cells[: self.width]
            return
        self.found.undecided += 1
        if asked.effective_date or asked.approved_volume or asked.approved_amount:
            self.found.forgotten.append(line)


def _asked(line: int, cells: Sequence[str], places: dict[str, int]) -> Asked:
    def of(name: str) -> str:
        at = places.get(name)
        return tidy(cells[at]) if at is not None and at < len(cells) else ""

    return Asked(
        row=line,
        subscriber_id=of("subscriber_id").removesuffix(".0"),
        ssn=of("ssn"),
        benefit_lookup_code=of("benefit_lookup_code"),
        action=_action(of("action")),
        approved_volume=of("approved_volume") or None,
        approved_amount=of("approved_amount") or None,
        effective_date=_date(of("effective_date")),
        original_effective_date=_date(of("original_effective_date")),
        request_id=of("request_id").removesuffix(".0"),
        covered=of("covered"),
        reference_number=of("reference_number"),
    )


def _action(text: str) -> str:
    """The code of a label in any of our languages; what is none of them stays as it is written."""
    return _labels().get(text.casefold(), text) if text else ""


@cache
def _labels() -> dict[str, str]:
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {str(Decision.Action(code).label).casefold(): code for code in ACTIONS}
    return found


@lru_cache(maxsize=4096)
def _date(text: str) -> str:
    """A date that a spreadsheet saved as the number of its day, or with a year of two digits."""
    if not (re.search(days.SERIAL, text, re.ASCII) or re.search(days.US, text, re.ASCII)):
        return text
    try:
        found = days.read_day(text, this_year=MIDDLE_OF_CENTURY)
    except days.InvalidDayError:
        return text
    return found.isoformat() if found else text
