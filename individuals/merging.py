"""Which facts of one person's record fill another's: a fact that is there already is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fill:
    """``values`` to set, and the names of fields where both sides know something different."""

    values: dict[str, Any] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)


def fill_gaps(*, own: Mapping[str, Any], incoming: Mapping[str, Any]) -> Fill:
    """Take what ``own`` lacks from ``incoming``; texts that differ only in case are equal."""
    found = Fill()
    for name, value in incoming.items():
        mine = own.get(name)
        if _is_blank(value) or _as_compared(mine) == _as_compared(value):
            continue
        if _is_blank(mine):
            found.values[name] = value
        else:
            found.conflicts.append(name)
    return found


def joined_notes(*, own: str, incoming: str, heading: str) -> str:
    """Put notes below the notes that are there, under a heading that says where they come from.

    Notes that are already contained are not repeated.
    """
    own, incoming = own.strip(), incoming.strip()
    if not incoming or incoming in own:
        return own
    return f"{own}\n\n{heading}\n{incoming}" if own else incoming


def _is_blank(value: Any) -> bool:
    return value is None or value in ("", [])


def _as_compared(value: Any) -> Any:
    return " ".join(value.split()).casefold() if isinstance(value, str) else value
