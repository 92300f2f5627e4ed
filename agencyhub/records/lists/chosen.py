"""The filters that are chosen for a list: those of a view under those of an address. No query."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from agencyhub.records.lists.filters import ListFilter

Chosen = dict[str, list[str]]
"""The texts of each filter that narrows a list, by the filter's name."""
Filters = Mapping[str, ListFilter]


def with_defaults(filters: Filters, chosen: Mapping[str, Any]) -> Chosen:
    """In the order of the declaration, without blanks, with what applies when nothing is said."""
    found: Chosen = {}
    for name, one in filters.items():
        texts = chosen.get(name) or usual_of(one)
        if texts:
            found[name] = list(texts)
    return found


def usual(filters: Filters) -> Chosen:
    """What applies when nothing is said."""
    return with_defaults(filters, {})


def usual_of(one: ListFilter) -> list[str]:
    """What applies of one filter when nothing is said of it."""
    return [one.default] if one.default else []


def said(filters: Filters, params: QueryDict) -> tuple[Chosen, list[str]]:
    """What an address says, each text once; and the names of private filters it must not say."""
    own: Chosen = {}
    private = []
    for name, one in filters.items():
        if name not in params:
            continue
        texts = [text for text in params.getlist(name) if text]
        if texts and one.is_private:
            private.append(name)
        else:
            own[name] = list(dict.fromkeys(texts))
    return own, private


def for_address(filters: Filters, chosen: Chosen, *, kept: Mapping[str, Any]) -> Chosen:
    """What an address has to say so that a list is filtered by ``chosen``.

    Nothing of what the view has ``kept``, nor of private filters: those stay with the view that
    holds them. A blank text takes away what the view, or the default, would filter by.
    """
    told: Chosen = {}
    for name, one in filters.items():
        texts = chosen.get(name, [])
        if texts == kept.get(name, usual_of(one)):
            continue
        if not texts or not one.is_private:
            told[name] = texts or [""]
    return told
