"""The few filters above a list, and its order: select boxes drawn in one go.

Forms would build and draw a template for each option, which costs more than the rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import parse_qsl

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from agencyhub.records.lists.filters import AnyOf, Pick
from agencyhub.records.lists.state import State

SORT = "sort"


@dataclass(frozen=True)
class QuickField:
    """One of them; ``html`` is the control."""

    name: str
    label: str
    html: SafeString

    @property
    def id(self) -> str:
        return f"quick_{self.name}"


def quick_fields(state: State) -> list[QuickField]:
    """The controls, filled with what the list is asked for."""
    fields = []
    for name, one in state.filterset.filters.items():
        chosen = state.filters.get(name, [])
        # A select box cannot show several chosen values: those stay in the panel.
        # What tells who somebody is has a form of its own, which is posted.
        if not one.is_quick or one.is_private or len(chosen) > 1:
            continue
        text = chosen[0] if chosen else ""
        if isinstance(one, AnyOf | Pick):
            fields.append(_select(name, str(one.label), _offered(one, text), text))
        else:
            fields.append(_search(name, str(one.label), text))
    return [*fields, _select(SORT, gettext("Order"), _orders(state), state.sort)]


def kept(state: State, fields: Iterable[QuickField]) -> list[tuple[str, str]]:
    """What the address says besides."""
    names = {field.name for field in fields}
    said = parse_qsl(state.query(), keep_blank_values=True)
    return [(name, text) for name, text in said if name not in names]


def _select(name: str, label: str, choices: Iterable[tuple[str, Any]], chosen: str) -> QuickField:
    options = _options(tuple((key, str(words)) for key, words in choices))
    one = f'<option value="{escape(chosen)}"'
    options = options.replace(f"{one}>", f"{one} selected>", 1)
    start = f'<select class="form-select" id="quick_{name}" name="{name}">'
    return QuickField(name, label, SafeString(f"{start}{options}</select>"))


@lru_cache(maxsize=128)
def _options(choices: tuple[tuple[str, str], ...]) -> str:
    """Mostly the same as on the page before: hundreds of agents."""
    return "".join(
        f'<option value="{escape(key)}">{escape(words)}</option>' for key, words in choices
    )


def _search(name: str, label: str, text: str) -> QuickField:
    start = f'<input class="form-control" type="search" id="quick_{name}" name="{name}"'
    html = f'{start} value="{escape(text)}" autocomplete="off" hx-preserve="true">'
    return QuickField(name, label, SafeString(html))


def _offered(one: AnyOf | Pick, chosen: str) -> Sequence[tuple[str, Any]]:
    offered = [(key, words) for key, words in one.choices if key]
    is_lost = chosen and chosen not in {key for key, _ in offered}
    blank = [] if one.default else [("", gettext("All"))]
    return [*blank, *offered, *([(chosen, one.words([chosen]))] if is_lost else [])]


def _orders(state: State) -> list[tuple[str, Any]]:
    orders: list[tuple[str, Any]] = []
    for sort in state.kind.sorts:
        orders += [(sort.key, sort.label), (f"-{sort.key}", sort.turned_label)]
    usual = state.kind.default_sort
    return sorted(orders, key=lambda one: one[0] != usual)
