"""A page of a list as a table, drawn in one go: a template for each cell would cost too much."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.records.lists import selection
from agencyhub.records.lists.columns import Column, Drawing, opening
from agencyhub.records.lists.kinds import ListKind
from agencyhub.records.lists.lookups import Lookups
from agencyhub.records.lists.models import choice_of

BULK_FORM = "bulk"


@dataclass(frozen=True)
class Head:
    """A heading; ``url`` sorts by it, ``turned`` is "ascending", "descending" or blank."""

    label: str
    css: str = ""
    url: str = ""
    turned: str = ""


@dataclass(frozen=True)
class Table:
    """Headings and rows, ready to be written down; ``pks`` are the records on the page."""

    label: str
    heads: Sequence[Head]
    body: SafeString
    pks: list[int] = field(default_factory=list)
    is_selectable: bool = False

    def __len__(self) -> int:
        return len(self.pks)


def draw(
    kind: ListKind,
    found: Sequence[Any],
    columns: Sequence[Column],
    *,
    lookups: Lookups,
    heads: Sequence[Head] | None = None,
    is_selectable: bool = False,
) -> Table:
    """Draw the rows of ``selection.values``."""
    pks = [row.pk for row in found]
    drawing = Drawing(lookups, pks)
    parts = [_cells(one, found, drawing, is_title=one.key == kind.title_column) for one in columns]
    if is_selectable:
        parts.insert(0, _boxes(kind, pks))
    lines = (f"<tr>{''.join(cells)}</tr>" for cells in zip(*parts, strict=True))
    return Table(
        label=str(kind.title),
        heads=heads or [Head(str(column.label), column.css) for column in columns],
        body=SafeString("".join(lines)),
        pks=pks,
        is_selectable=is_selectable,
    )


def found(kind: ListKind, rows: QuerySet[Any], *, user: User, limit: int) -> tuple[Table, bool]:
    """Draw what a search found, ``limit`` rows at most, in the columns that the user chose last.

    The answer also says whether there are more. ``rows`` are in order and within the user's reach.
    """
    lookups = Lookups(user)
    known = kind.columns_for(lookups)
    chosen = choice_of(kind.key, user=user).columns or kind.default_columns
    columns = [known[key] for key in chosen if key in known]
    some = list(selection.values(rows, columns, user=user)[: limit + 1])
    return draw(kind, some[:limit], columns, lookups=lookups), len(some) > limit


def _cells(column: Column, found: Sequence[Any], drawing: Drawing, *, is_title: bool) -> list[str]:
    draw_cell = column.drawer(drawing)
    label = "" if is_title else escape(str(column.label))
    start = opening(label=label, css=f"cell-title {column.css}" if is_title else column.css)
    return [f"{start}{draw_cell(row)}</td>" for row in found]


def _boxes(kind: ListKind, pks: Sequence[int]) -> list[str]:
    label = escape(gettext("Select %(noun)s") % {"noun": kind.noun})
    start = '<td class="cell-check"><input class="form-check-input" type="checkbox" name="pk"'
    return [
        f'{start} value="{pk}" form="{BULK_FORM}" aria-label="{label} {pk}"></td>' for pk in pks
    ]
