"""Cells and tables of the demo's carriers' files. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from agencyhub.home.demo.members import Member
from commissions.ledgers.layouts.books import BOOKS
from commissions.ledgers.layouts.statements import STATEMENTS

Row = list[str]
_HEADINGS = {one.key: list(one.columns) for one in (*BOOKS, *STATEMENTS)}


def table(key: str, rows: Iterable[Mapping[str, str]]) -> list[Row]:
    """A table under the headings of a layout."""
    header = _HEADINGS[key]
    return [header, *([row.get(name, "") for name in header] for row in rows)]


def sum_row(key: str, heading: str, words: str, amount: Decimal) -> Row:
    """A row below the lines: words in the first column, the amount in its own."""
    header = _HEADINGS[key]
    row = [""] * len(header)
    row[0 if heading != header[0] else 2] = words
    row[header.index(heading)] = f"{amount}"
    return row


def listed(members: Sequence[Member]) -> Iterator[Member]:
    """The members whom the book has."""
    return (one for one in members if one.is_in_book)


def paid_ones(members: Sequence[Member], *, is_newer: bool) -> Iterator[Member]:
    """The members whom the statement pays for; a newer copy has late ones as well."""
    return (one for one in members if (one.is_paid and not one.ended) or (is_newer and one.is_late))


def last_first(one: Member) -> str:
    """An agent as LAST, FIRST."""
    return f"{one.agent_last}, {one.agent_first}".upper()


def statement_day(as_of: date) -> date:
    """Statements tell of the month that goes on, two days ago."""
    return as_of - timedelta(days=2)


def us(day: date | None) -> str:
    """A day as 03/14/1958."""
    return f"{day:%m/%d/%Y}" if day else ""


def iso(day: date | None) -> str:
    """A day as 1958-03-14."""
    return day.isoformat() if day else ""
