"""Names as they are compared, and how alike two are. Pure.

A normal form is words of plain letters: ``maria elena``, ``delacruz garcia``.
"""

import re
from collections.abc import Sequence
from functools import cache

from agencyhub.lib.text import name_key
from commissions.matching.common import COMMON_LAST_NAMES
from commissions.matching.reasons import Reason
from commissions.names import PARTICLES, read_name
from individuals.misspelling import is_typo
from individuals.nicknames import forms_of, is_given_name, stand_for_one_another

SHORTEST_WORD = 3
_BREAK = re.compile(r"[\s\-/]+")
_SUFFIXES = {
    "jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr",
    "ii": "ii", "2nd": "ii", "iii": "iii", "3rd": "iii", "iv": "iv", "4th": "iv",
}  # fmt: skip
_TITLES = {"mr", "mrs", "ms", "miss", "dr"}


def parts(first: str, last: str) -> tuple[str, str]:
    """First and last name of what may be ``LAST, FIRST MIDDLE`` in one of the two fields."""
    whole, other = (last, first) if "," in last else (first, last)
    if "," not in whole or other.strip():
        return first, last
    read = read_name(whole)
    return f"{read.first} {read.middle}", f"{read.last} {read.suffix}"


def given_form(text: str) -> str:
    """The normal form of first and middle names, without titles."""
    words = _words(text)
    return " ".join(words[1:] if len(words) > 1 and words[0] in _TITLES else words)


def family_form(text: str) -> tuple[str, str]:
    """The normal form of a last name, particles joined to what they belong to; and the suffix."""
    words = _words(text.replace(",", " "))
    suffix = _SUFFIXES.get(words[-1], "") if len(words) > 1 else ""
    return " ".join(_joined(words[:-1] if suffix else words)), suffix


def suffix_form(text: str) -> str:
    """A suffix written one way; blank for what is none."""
    return _SUFFIXES.get(name_key(text), "")


def compare_given(one: str, other: str) -> Reason:
    """How two first names, in normal form and not blank, agree."""
    ones, others = one.split(), other.split()
    a, b = ones[0], others[0]
    if "".join(ones) == "".join(others):
        return Reason.FIRST_SAME
    if len(a) == 1 or len(b) == 1:
        return Reason.FIRST_INITIAL if a[0] == b[0] else Reason.FIRST_OTHER
    if a != b and stand_for_one_another(a, b):
        return Reason.FIRST_FORM
    if _share_a_word(ones, others):
        return Reason.FIRST_PART
    return _compare_unlike(a, b)


def _compare_unlike(a: str, b: str) -> Reason:
    if is_given_name(a) and is_given_name(b):
        return Reason.FIRST_OTHER
    if is_typo(a, b):
        return Reason.FIRST_TYPO
    if _begins(a, b):
        return Reason.FIRST_PART
    return Reason.FIRST_TYPO if _is_misspelt_form(a, b) else Reason.FIRST_OTHER


def _is_misspelt_form(a: str, b: str) -> bool:
    """Whether one is a form of the other, mistyped: ``tono`` and ``anhony``."""
    return any(is_typo(form, b) for form in _meant(a)) or any(
        is_typo(form, a) for form in _meant(b)
    )


@cache
def _forms(name: str) -> tuple[str, ...]:
    return tuple(forms_of(name))


def _meant(name: str) -> tuple[str, ...]:
    """The names that may be meant by this one; few are, and theirs are worked out once."""
    return _forms(name) if is_given_name(name) else ()


def compare_family(one: str, other: str) -> Reason:
    """How two last names, in normal form and not blank, agree."""
    a, b = one.replace(" ", ""), other.replace(" ", "")
    if a == b:
        return Reason.LAST_COMMON if a in COMMON_LAST_NAMES else Reason.LAST_SAME
    if _share_a_word(one.split(), other.split()):
        return Reason.LAST_PART
    if is_typo(a, b):
        return Reason.LAST_TYPO
    return Reason.LAST_PART if _begins(a, b) else Reason.LAST_OTHER


def are_swapped(given: str, family: str, other_given: str, other_family: str) -> bool:
    """Whether two people's names agree when one's first and last name change places."""
    return are_one(given, other_family) and are_one(other_given, family)


def are_one(given: str, family: str) -> bool:
    """Whether what stands in the place of a last name is this first name, or the other way."""
    unlike = {Reason.FIRST_OTHER, Reason.FIRST_INITIAL}
    return (
        compare_given(given, family) not in unlike
        or compare_family(given, family) != Reason.LAST_OTHER
    )


def _words(text: str) -> list[str]:
    return [key for key in map(name_key, _BREAK.split(text)) if key]


def _joined(words: Sequence[str]) -> list[str]:
    joined: list[str] = []
    waiting = ""
    for word in words:
        waiting += word
        if word not in PARTICLES:
            joined.append(waiting)
            waiting = ""
    return [*joined, waiting] if waiting else joined


def _share_a_word(ones: Sequence[str], others: Sequence[str]) -> bool:
    """Whether unlike names of several words have one in common."""
    is_long = len(ones) > 1 or len(others) > 1
    return is_long and any(len(word) >= SHORTEST_WORD and word in others for word in ones)


def _begins(a: str, b: str) -> bool:
    """Whether one is the other cut off, as narrow columns do."""
    short, long = sorted((a, b), key=len)
    return len(short) > SHORTEST_WORD and long.startswith(short)
