"""Which facts of one person's record fill another's, and which of two values is the better one."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Side(StrEnum):
    """Where a value comes from when two records become one; the left one remains."""

    LEFT = "left"
    RIGHT = "right"


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


def better(left: Any, right: Any, *, right_is_newer: bool) -> Side:
    """Say which value to keep: the one that is there, the more complete one, else the newer one.

    A text is more complete when it contains the other ("Ana María" and "Ana"), or says the same
    with more care: "María Elena" and "MARIAELENA".
    """
    if _is_blank(left) or _is_blank(right):
        return Side.RIGHT if _is_blank(left) and not _is_blank(right) else Side.LEFT
    if isinstance(left, str) and isinstance(right, str):
        a, b = _letters(left), _letters(right)
        if a == b:
            return Side.RIGHT if _care(right) > _care(left) else Side.LEFT
        if a in b or b in a:
            return Side.RIGHT if len(b) > len(a) else Side.LEFT
    return Side.RIGHT if right_is_newer else Side.LEFT


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


def _letters(text: str) -> str:
    """A text without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def _care(text: str) -> tuple[bool, int, int]:
    """How carefully a text is written: in mixed case, with its accents, with its spaces."""
    return not text.isupper(), sum(not letter.isascii() for letter in text), len(text)


def _as_compared(value: Any) -> Any:
    return " ".join(value.split()).casefold() if isinstance(value, str) else value
