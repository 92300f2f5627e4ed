"""People's names as carriers write them: "LAST, FIRST MIDDLE", "LAST FIRST M". Pure."""

from typing import NamedTuple

from agencyhub.lib.text import name_key, tidy

SUFFIXES = {"jr": "Jr.", "sr": "Sr.", "ii": "II", "iii": "III", "iv": "IV"}
# Words that begin a last name of several words.
PARTICLES = frozenset(
    {"da", "de", "del", "della", "der", "des", "di", "dos", "du", "la", "las", "le", "los", "san"}
    | {"santa", "st", "ten", "ter", "van", "vanden", "vander", "von"}
)


class Name(NamedTuple):
    """A name in its parts; blank where a part is not said."""

    first: str = ""
    middle: str = ""
    last: str = ""
    suffix: str = ""


def read_name(text: str, *, is_last_first: bool = False) -> Name:
    """Take a full name apart: what stands before a comma is the last name.

    Without a comma the last word is, unless ``is_last_first`` says that the source begins with it,
    or the name ends with an initial, as in "LAST FIRST M".
    """
    before, comma, behind = tidy(text).partition(",")
    before_words, suffix = _without_suffix(before.split())
    if comma and not _suffix(behind):
        words, more = _without_suffix(behind.split())
        first, middle = _given(words)
        return Name(first, middle, " ".join(before_words), suffix or more)
    suffix = suffix or _suffix(behind)
    ends_with_initial = len(before_words) > 2 and len(name_key(before_words[-1])) == 1  # noqa: PLR2004
    is_last_first = is_last_first or ends_with_initial
    at = _length_of_last(before_words, is_last_first=is_last_first)
    if is_last_first:
        last, given = before_words[:at], before_words[at:]
    else:
        cut = len(before_words) - at
        last, given = before_words[cut:], before_words[:cut]
    first, middle = _given(given)
    return Name(first, middle, " ".join(last), suffix)


def readings(text: str) -> frozenset[tuple[str, str]]:
    """Every way to read a name as (first, last), as name keys: one of them is somebody's."""
    read = [read_name(text)]
    if "," not in text or _suffix(text.rpartition(",")[2]):
        words, _ = _without_suffix(tidy(text.replace(",", " ")).split())
        long = [word for word in words if len(name_key(word)) > 1]
        read += [read_name(text, is_last_first=True)]
        for part in (words, long):
            for at in range(1, len(part)):
                one, other = part[:at], part[at:]
                read += [
                    Name(first=" ".join(one), last=" ".join(other)),
                    Name(first=" ".join(other), last=" ".join(one)),
                    Name(first=one[0], last=" ".join(other)),
                    Name(first=other[0], last=" ".join(one)),
                ]
    keys = {(name_key(one.first), name_key(one.last)) for one in read}
    return frozenset(one for one in keys if all(one))


def _given(words: list[str]) -> tuple[str, str]:
    return (words[0], " ".join(words[1:])) if words else ("", "")


def _suffix(text: str) -> str:
    return SUFFIXES.get(name_key(text), "")


def _without_suffix(words: list[str]) -> tuple[list[str], str]:
    if len(words) > 1 and (suffix := _suffix(words[-1])):
        return words[:-1], suffix
    return words, ""


def _length_of_last(words: list[str], *, is_last_first: bool) -> int:
    """Of how many words the last name is: particles belong to it."""
    if len(words) < 2:  # noqa: PLR2004 - a first and a last name
        return len(words)
    if is_last_first:
        length = 1
        while length < len(words) - 1 and name_key(words[length - 1]) in PARTICLES:
            length += 1
        return length
    length = 1
    while length < len(words) - 1 and name_key(words[-length - 1]) in PARTICLES:
        length += 1
    return length
