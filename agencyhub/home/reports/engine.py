"""Counts what lists show: a number and the list that it leads to come from the same filters."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Sum
from django.utils import timezone

from agencyhub.accounts.models import User
from agencyhub.home.reports.base import Cell, Column, ColumnKind, Figures, Line
from agencyhub.home.reports.periods import Period
from agencyhub.records.lists import registry, selection
from agencyhub.records.lists.lookups import Lookups

Filters = Mapping[str, Sequence[str]]
HUNDRED = Decimal(100)
_BY = "report_by"


@dataclass(frozen=True)
class Grouping:
    """How the rows of one list fall into groups.

    ``expression`` is what rows of one group have in common. ``key`` turns a value of it into the
    key of a line: several values may be one line. ``filters`` leads from the key to the rows.
    """

    expression: Any
    filters: Callable[[Any], Filters]
    key: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class Rows:
    """Rows of a list: those that fit ``filters``, each group by its own ``groupings``.

    ``dated`` names the pair of filters ("effective_from", "effective_to") that a period sets.
    """

    list_key: str
    filters: Filters
    groupings: Mapping[str, Grouping]
    dated: str = ""

    def __hash__(self) -> int:
        return hash(self.identity)

    @property
    def identity(self) -> tuple[Any, ...]:
        """Rows of the same identity are the same rows."""
        said = tuple((name, tuple(texts)) for name, texts in sorted(self.filters.items()))
        return self.list_key, said, self.dated


@dataclass(frozen=True)
class Counted:
    """One column: how many rows there are, the sum of ``value``, or their percentage of ``among``.

    ``permission`` is needed beside the report's own; without it the column is not there.
    """

    label: Any
    rows: Rows
    kind: ColumnKind = "count"
    value: str = ""
    tone: str = ""
    among: tuple[Rows, ...] = ()
    permission: str = ""


@dataclass(frozen=True)
class Lines:
    """The lines of a report: the heading above them, and their words.

    ``keys`` are lines that are there even when they count nothing, in this order; without them
    the largest comes first. ``name`` says what a key is called.
    """

    by: str
    head: Any
    name: Callable[[Any], str]
    keys: Sequence[Any] | None = None


@dataclass
class Asked:
    """What one reader asks: which rows, over which days, in which lines."""

    user: User
    lines: Lines
    filters: Mapping[str, Filters] = field(default_factory=dict)
    """What the reader chose, as filters of each list."""
    period: Period | None = None

    @cached_property
    def lookups(self) -> Lookups:
        """The words of all filters, read once."""
        return Lookups(self.user)

    def rows_filters(self, rows: Rows, period: Period | None = None) -> dict[str, list[str]]:
        """Every filter of some rows: their own, the reader's, and the days."""
        said: dict[str, Sequence[str]] = {**rows.filters, **self.filters.get(rows.list_key, {})}
        days = period or self.period
        if rows.dated and days:
            said[f"{rows.dated}_from"] = [days.first.isoformat()]
            said[f"{rows.dated}_to"] = [days.last.isoformat()]
        return {name: list(texts) for name, texts in said.items()}

    def url(self, rows: Rows, key: Any = None, *, is_total: bool = False) -> str:
        """The list of exactly the rows of a line, or of all lines."""
        if is_total:
            said = self.rows_filters(rows)
        elif self.lines.by == "month" and self.period:
            said = self.rows_filters(rows, self.period.within(key))
        else:
            chosen = rows.groupings[self.lines.by].filters(key)
            said = {**self.rows_filters(rows), **{one: list(chosen[one]) for one in chosen}}
        query = urlencode(said, doseq=True) or urlencode({"view": "all"})
        return f"{registry.of(rows.list_key).url}?{query}"


Number = int | Decimal
Tally = dict[Any, dict[str, Number]]
"""By key of a line: the sum of each column of the table, and under "" the number of rows."""


def count(asked: Asked, columns: Iterable[Counted], *, now: datetime | None = None) -> Figures:
    """Count the columns that the reader may see, and that the lines can be told apart by."""
    shown = [
        one
        for one in columns
        if asked.lines.by in one.rows.groupings
        and (not one.permission or asked.user.has_perm(one.permission))
    ]
    as_of = now or timezone.now()
    tallies = _tallies(asked, shown)
    keys = asked.lines.keys
    if keys is None:
        keys = _largest_first(asked, shown, tallies)
    lines = tuple(_line(asked, shown, tallies, key) for key in keys)
    return Figures(
        head=str(asked.lines.head),
        columns=tuple(Column(str(one.label), one.kind, one.tone) for one in shown),
        lines=lines,
        total=_total(asked, shown, tallies) if lines else None,
        as_of=as_of,
    )


def _tallies(asked: Asked, columns: Sequence[Counted]) -> dict[Rows, Tally]:
    """Ask the database once for each kind of rows, whatever is counted of them."""
    sums: dict[Rows, set[str]] = {}
    for column in columns:
        for rows in (column.rows, *column.among):
            wanted = sums.setdefault(rows, set())
            if column.value and rows is column.rows:
                wanted.add(column.value)
    return {rows: _tally(asked, rows, sorted(values)) for rows, values in sums.items()}


def _tally(asked: Asked, rows: Rows, values: Sequence[str]) -> Tally:
    grouping = rows.groupings[asked.lines.by]
    found = selection.rows(
        rows.list_key, user=asked.user, filters=asked.rows_filters(rows), lookups=asked.lookups
    )
    grouped = found.order_by().annotate(**{_BY: grouping.expression}).values(_BY)
    sums = {f"sum_{name}": Sum(name) for name in values}
    tally: Tally = {}
    for row in grouped.annotate(number=Count("pk"), **sums):
        into = tally.setdefault(grouping.key(row[_BY]), {"": 0})
        into[""] += row["number"]
        for name in values:
            into[name] = into.get(name, Decimal(0)) + (row[f"sum_{name}"] or Decimal(0))
    return tally


def _largest_first(
    asked: Asked, columns: Sequence[Counted], tallies: Mapping[Rows, Tally]
) -> list[Any]:
    keys = dict.fromkeys(key for tally in tallies.values() for key in tally)

    def weight(key: Any) -> tuple[Any, ...]:
        numbers = [tallies[one.rows].get(key, {}).get(one.value, 0) for one in columns]
        return (*(-abs(float(number)) for number in numbers), asked.lines.name(key))

    return sorted(keys, key=weight)


def _line(
    asked: Asked, columns: Sequence[Counted], tallies: Mapping[Rows, Tally], key: Any
) -> Line:
    cells = []
    for one in columns:
        value = _value(one, lambda rows: tallies[rows].get(key, {}))
        has_rows = bool(tallies[one.rows].get(key, {}).get("", 0))
        cells.append(Cell(value, asked.url(one.rows, key) if has_rows else ""))
    return Line(asked.lines.name(key), tuple(cells), key=str(key))


def _total(asked: Asked, columns: Sequence[Counted], tallies: Mapping[Rows, Tally]) -> Line:
    cells = []
    for one in columns:
        value = _value(one, lambda rows: _added(tallies[rows]))
        has_rows = bool(tallies[one.rows])
        cells.append(Cell(value, asked.url(one.rows, is_total=True) if has_rows else ""))
    return Line("", tuple(cells), key="total")


def _added(tally: Tally) -> dict[str, Number]:
    found: dict[str, Number] = {}
    for one in tally.values():
        for name, number in one.items():
            found[name] = found.get(name, 0) + number
    return found


def _value(column: Counted, of: Callable[[Rows], Mapping[str, Number]]) -> Number | None:
    """A number of a line; no percentage of nothing."""
    if column.kind != "percent":
        return of(column.rows).get(column.value, Decimal(0) if column.value else 0)
    among = sum(of(rows).get("", 0) for rows in column.among)
    if not among:
        return None
    return (of(column.rows).get("", 0) * HUNDRED / among).quantize(Decimal("0.1"))


def month_key(value: Any) -> date:
    """The first day of the month that PostgreSQL cut a day or a moment to."""
    return value.date() if isinstance(value, datetime) else value
