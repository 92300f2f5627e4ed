"""What a report is, and what it answers: figures whose every number leads to its rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django import forms
from django_stubs_ext import StrOrPromise

from agencyhub.accounts.models import User

Chart = Literal["bars", "stacked", "line", ""]
ColumnKind = Literal["count", "usd", "percent"]


@dataclass(frozen=True)
class Cell:
    """One number; ``url`` leads to exactly the rows that it counts, "" where there are none."""

    value: int | Decimal | None
    url: str = ""


@dataclass(frozen=True)
class Line:
    """One row of the table, one point of a chart."""

    label: str
    cells: tuple[Cell, ...]
    url: str = ""
    key: str = ""


@dataclass(frozen=True)
class Column:
    """One column of numbers; ``tone`` is one of the design system's."""

    label: str
    kind: ColumnKind
    tone: str = ""


@dataclass(frozen=True)
class Figures:
    """A report as it was counted at ``as_of``; ``head`` is the heading of the first column."""

    head: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    total: Line | None
    as_of: datetime


@dataclass(frozen=True)
class Counting:
    """The figures are being counted by a worker; ask again in a moment."""

    since: datetime


@dataclass(frozen=True)
class Report:
    """One report: who may read it (all ``permissions``), what it asks, and how it counts.

    ``count`` takes the reader, the cleaned parameters of ``form`` and today. ``lists`` are the
    lists whose rows it counts. ``charted`` are the columns of its chart, by their places; without
    it those of the first column's kind. ``note`` says what is counted when.
    """

    key: str
    title: StrOrPromise
    text: StrOrPromise
    icon: str
    chart: Chart
    permissions: tuple[str, ...]
    form: type[forms.Form]
    count: Callable[[User, Mapping[str, Any], date], Figures]
    lists: tuple[str, ...] = ()
    charted: tuple[int, ...] | None = None
    note: StrOrPromise = ""

    def is_for(self, user: User) -> bool:
        """Whether the user may read it."""
        return all(user.has_perm(one) for one in self.permissions)
