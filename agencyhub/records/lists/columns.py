"""Columns of a list: what each reads, how it looks on the page, and what an export holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from html import escape
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from agencyhub.accounts.models import User
from agencyhub.lib.phones import format_phone
from agencyhub.lib.templatetags import ui
from agencyhub.records import custom
from agencyhub.records.lists.lookups import Lookups, Source, agents
from agencyhub.records.models import CustomField

Write = Callable[[Any], str]
"""Takes the values of a row by name; answers text, or the HTML of a cell."""


Fetch = Callable[[Sequence[int]], Mapping[int, Any]]
"""Reads something about many records at once, by their keys."""


@dataclass(frozen=True)
class Drawing:
    """What the columns of one page, or of one piece of an export, share."""

    lookups: Lookups
    pks: Sequence[int]
    found: dict[Fetch, Mapping[int, Any]] = field(default_factory=dict)

    def fetch(self, load: Fetch) -> Mapping[int, Any]:
        """What ``load`` answers for all rows, asked once for all columns."""
        if load not in self.found:
            self.found[load] = load(self.pks)
        return self.found[load]


@dataclass(frozen=True)
class Column:
    """One column of a list.

    ``needs`` are the values that its query reads; ``annotations`` answers those of them that are
    no fields.
    ``write`` and ``draw`` are called once per page and answer the function for each row; without
    ``draw`` the page shows what ``write`` writes. ``mask`` hides personal data in exports of those
    without the right. ``sort`` names the order that the heading offers, ``file_label`` what a file
    calls the column when that is not ``label``.
    """

    key: str
    label: Any
    needs: tuple[str, ...]
    write: Callable[[Drawing], Write]
    draw: Callable[[Drawing], Write] | None = None
    css: str = ""
    sort: str = ""
    mask: Callable[[str], str] | None = None
    is_number: bool = False
    file_label: Any = ""
    annotations: Callable[[User], Mapping[str, Any]] | None = None

    def drawer(self, drawing: Drawing) -> Write:
        """The function that answers the HTML of this column's cells."""
        if self.draw:
            return self.draw(drawing)
        write = self.write(drawing)

        def cell(row: Any) -> str:
            text = write(row)
            return escape(text) if text else ui.EMPTY

        return cell


@cache
def page_of(url_name: str, *names: str) -> str:
    """Where a page of no record is; looked up once, not once per row. ``names``: a list's key."""
    return reverse(url_name, args=names)


def value(key: str, label: Any, read: Callable[[Any], str], *needs: str, **more: Any) -> Column:
    """A column that needs nothing but the row: ``read`` turns its values into text."""
    return Column(key, label, needs, lambda _drawing: read, **more)


def text(key: str, label: Any, name: str = "", **more: Any) -> Column:
    """A column of text."""
    name = name or key
    return value(key, label, lambda row: getattr(row, name) or "", name, **more)


def phone(key: str, label: Any, **more: Any) -> Column:
    """A phone number."""
    read = lambda row: format_phone(getattr(row, key))  # noqa: E731
    return value(key, label, read, key, css="cell-nowrap", **more)


def day(key: str, label: Any, name: str = "", **more: Any) -> Column:
    """A day, or a moment of which the day matters."""
    name = name or key
    return value(key, label, lambda row: us_day(getattr(row, name)), name, **more)


def us_day(day: date | datetime | None) -> str:
    """MM/DD/YYYY; a moment is first turned into local time."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = timezone.localtime(day)
    return f"{day:%m/%d/%Y}"


def money(key: str, label: Any, **more: Any) -> Column:
    """US dollars: with sign on the page, a plain number in a file."""

    def read(row: Any) -> str:
        amount: Decimal | None = getattr(row, key)
        return "" if amount is None else f"{amount:.2f}"

    draw = lambda _drawing: lambda row: str(ui.usd(getattr(row, key)))  # noqa: E731
    return value(key, label, read, key, draw=draw, css="cell-num", is_number=True, **more)


def named(key: str, label: Any, name: str, source: Source, **more: Any) -> Column:
    """The word of a foreign key."""

    def write(drawing: Drawing) -> Write:
        words = source(drawing.lookups)
        return lambda row: words.get(getattr(row, name), "")

    return Column(key, label, (name,), write, **more)


def agent(key: str, label: Any, name: str, **more: Any) -> Column:
    """An agent's name."""
    return named(key, label, name, agents, **more)


def chip(
    key: str, label: Any, name: str, source: Source, badge: Callable[[str, str], str], **more: Any
) -> Column:
    """An option, drawn as a chip; ``badge`` draws label and meaning."""

    def draw(drawing: Drawing) -> Write:
        found = {pk: drawing.lookups.options[pk] for pk in source(drawing.lookups)}
        drawn = {pk: badge(one.words, one.meaning) for pk, one in found.items()}
        return lambda row: drawn.get(getattr(row, name), ui.EMPTY)

    return named(key, label, name, source, draw=draw, **more)


def choice(key: str, label: Any, choices: Sequence[tuple[str, Any]], **more: Any) -> Column:
    """One of a model field's own choices."""
    words = dict(choices)
    return value(key, label, lambda row: str(words.get(getattr(row, key), "")), key, **more)


def fetched(
    key: str, label: Any, load: Fetch, read: Callable[[Any], str] = str, **more: Any
) -> Column:
    """Words kept elsewhere, fetched for a whole page at once."""

    def write(drawing: Drawing) -> Write:
        found = drawing.fetch(load)
        return lambda row: read(found[row.pk]) if row.pk in found else ""

    return Column(key, label, (), write, **more)


def link(
    key: str,
    label: Any,
    address: Callable[[Any], str],
    read: Callable[[Any], str],
    *needs: str,
    sub: Callable[[Any], str] | None = None,
    **more: Any,
) -> Column:
    """A link to a record's page, with ``sub`` in small letters below it."""

    def cell(row: Any) -> str:
        url, words = address(row), escape(read(row))
        drawn = f'<a href="{escape(url)}">{words}</a>' if url else words
        below = sub(row) if sub else ""
        return with_sub(SafeString(drawn), below) if below else drawn or ui.EMPTY

    return value(key, label, read, *needs, draw=lambda _drawing: cell, **more)


def with_sub(words: str, below: str) -> str:
    """A cell with a second line in small letters; a dash when there is nothing."""
    words = words if isinstance(words, SafeString) else escape(words)
    if not below:
        return words or ui.EMPTY
    return f'<span>{words}<span class="cell-sub">{escape(below)}</span></span>'


def of_custom(own: CustomField) -> Column:
    """The column of one of the agency's own fields."""

    def read(row: Any) -> str:
        return custom.show(own, row.custom.get(own.key))

    is_amount = own.type in {CustomField.Type.NUMBER, CustomField.Type.MONEY}
    css = "cell-num" if is_amount else ""
    return value(custom.PREFIX + own.key, own.label, read, "custom", css=css)


def opening(*, label: str, css: str) -> str:
    """The start of a cell; on phones its label stands before it."""
    named = f' data-label="{label}"' if label else ""
    classed = f' class="{css}"' if css else ""
    return f"<td{named}{classed}>"
