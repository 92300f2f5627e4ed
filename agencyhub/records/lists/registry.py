"""Every list of the product. An app declares its lists in ``<app>/lists.py``."""

from typing import Any

from agencyhub.records.lists.kinds import ListKind

RESERVED = frozenset({"view", "columns", "sort", "after", "before", "panel", "count", "page"})
_kinds: dict[str, ListKind] = {}
_titles: dict[str, Any] = {}


def register(kind: ListKind) -> ListKind:
    """Make a list known under its key."""
    clashes = RESERVED & kind.filters.base_filters.keys()
    if clashes or kind.key in _kinds:
        msg = f"list {kind.key}: registered twice, or a filter is called {sorted(clashes)}"
        raise ValueError(msg)
    _kinds[kind.key] = kind
    return kind


def extend(key: str, **filters: Any) -> None:
    """Add filters to a list of a lower app: only the higher one knows what they ask for."""
    _kinds[key].more_filters.update(filters)


def of(key: str) -> ListKind:
    """The list called ``key``.

    Raises:
        KeyError: there is none.
    """
    return _kinds[key]


def every() -> list[ListKind]:
    """All lists, in the order of the apps."""
    return list(_kinds.values())


def entitle(key: str, title: Any) -> None:
    """Say what is exported under a key that is no list's."""
    _titles[key] = title


def titles() -> dict[str, str]:
    """What everything that can be exported is called, by key."""
    return {one.key: str(one.title) for one in every()} | {
        key: str(title) for key, title in _titles.items()
    }
