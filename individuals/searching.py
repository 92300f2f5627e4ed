"""What a typed search text means: an MBI, a phone number, an email address or a name."""

import re
from dataclasses import dataclass, field
from enum import Enum

from agencyhub.lib.mbi import InvalidMbiError, read_mbi
from agencyhub.lib.text import tidy

MIN_PHONE_DIGITS = 7
US_DIGITS = 10
MAX_WORDS = 5
_PHONE = re.compile(r"[\d\s().+\-/]+")


class Kind(Enum):
    """Which field is searched; the value completes "Found by …"."""

    NOTHING = ""
    MBI = "MBI"
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"


@dataclass(frozen=True)
class Query:
    """A typed text, understood.

    ``value`` is the full MBI, the digits or the address. ``names`` are the ways to read a name:
    pairs of how the first and the last name begin, either of which may be empty.
    """

    kind: Kind
    value: str = ""
    names: list[tuple[str, str]] = field(default_factory=list)


def read_query(text: str) -> Query:
    """Say what a search text means; one that reads as an MBI is one."""
    words = tidy(text)
    if not words:
        return Query(Kind.NOTHING)
    full = _full_mbi(words)
    if full:
        return Query(Kind.MBI, full)
    digits = re.sub(r"\D", "", words)
    if _PHONE.fullmatch(words) and len(digits) >= MIN_PHONE_DIGITS:
        return Query(Kind.PHONE, digits[-US_DIGITS:])
    if "@" in words:
        return Query(Kind.EMAIL, words)
    return Query(Kind.NAME, names=_names(words))


def _full_mbi(words: str) -> str:
    try:
        return read_mbi(words).full
    except InvalidMbiError:
        return ""


def _names(words: str) -> list[tuple[str, str]]:
    """Every split into first and last name, in both orders; a comma settles the order."""
    if "," in words:
        last, _, first = words.partition(",")
        return [(first.strip(), last.strip())]
    parts = words.split()[:MAX_WORDS]
    found = [("", " ".join(parts))]
    for cut in range(1, len(parts)):
        left, right = " ".join(parts[:cut]), " ".join(parts[cut:])
        found += [(left, right), (right, left)]
    if len(parts) == 1:
        found.append((parts[0], ""))
    return found
