"""Which field of a person a search hit, and where in it. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.phones import format_phone
from agencyhub.lib.text import name_key
from individuals.searching import Query, Split

MASK = "•" * 7

AREA_DIGITS = 3
LAST_FOUR = 4
LOCAL_DIGITS = 7
PHONES = (
    ("home_phone", _("Home phone")),
    ("cell_phone", _("Cell phone")),
    ("business_phone", _("Business phone")),
)
_REST = re.compile(r"[\s-]+(.*)$")
_LAST_WORD = re.compile(r"[\s-]([^\s-]+)$")


class Searched(Protocol):
    """The fields of a person that are searched."""

    @property
    def first_name(self) -> str: ...
    @property
    def last_name(self) -> str: ...
    @property
    def nickname(self) -> str: ...
    @property
    def home_phone(self) -> str: ...
    @property
    def cell_phone(self) -> str: ...
    @property
    def business_phone(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def mbi_tail(self) -> str: ...
    @property
    def date_of_birth(self) -> date | None: ...
    @property
    def zip_code(self) -> str: ...


@dataclass(frozen=True)
class Hit:
    """The field that was hit, and its value around the part that was typed.

    ``is_whole`` says that the whole value was typed: such people come first.
    """

    field: str
    before: str = ""
    mark: str = ""
    after: str = ""
    is_whole: bool = False

    @property
    def words(self) -> str:
        """The field inside a sentence: "cell phone", but "MBI"."""
        return self.field if self.field[:2].isupper() else self.field[:1].lower() + self.field[1:]


def explain(person: Searched, query: Query) -> Hit | None:
    """Say why a person fits, or None when they do not; MBIs themselves cannot be compared here."""
    if query.mbi:
        return Hit("MBI", MASK, person.mbi_tail, is_whole=True)
    if query.names:
        return _named(person, query) or _email(person, query.email)
    return (
        _email(person, query.email)
        or _mbi_tail(person, query.mbi_tail)
        or _born(person, query)
        or _phone(person, query.phone)
    )


def spelled_like(person: Searched) -> Hit:
    """What is said of somebody whose name resembles the typed one."""
    return Hit(gettext("Spelled like"), mark=f"{person.first_name} {person.last_name}")


def phone_place(number: str, digits: str) -> int:
    """Where typed digits hit a number, or -1: the start of one of its three parts, or its end."""
    if not digits:
        return -1
    for start in (0, AREA_DIGITS, len(number) - LAST_FOUR):
        if start >= 0 and number.startswith(digits, start):
            return start
    if len(digits) >= LAST_FOUR and number.endswith(digits):
        return len(number) - len(digits)
    return -1


def _named(person: Searched, query: Query) -> Hit | None:
    hits = [hit for split in query.names if (hit := _split_hit(person, split))]
    if not hits:
        return None
    best = max(hits, key=lambda hit: hit.is_whole)
    if not query.is_narrowed:
        return best
    zip_code = person.zip_code or ""
    is_near = bool(query.zip_code) and zip_code.startswith(query.zip_code)
    beside = (
        _born(person, query)
        or _phone(person, query.phone)
        or (Hit(gettext("ZIP code"), mark=zip_code) if is_near else None)
    )
    if beside is None:
        return None
    field = gettext("%(field)s and %(words)s") % {"field": best.field, "words": beside.words}
    return Hit(field, beside.before, beside.mark, beside.after, is_whole=best.is_whole)


def _split_hit(person: Searched, split: Split) -> Hit | None:
    for field, first, last, shown in _forms(person):
        if first.startswith(split.first) and last.startswith(split.last):
            is_whole = all(
                typed in ("", key) for typed, key in ((split.first, first), (split.last, last))
            )
            return Hit(field, mark=shown, is_whole=is_whole)
    return None


def _forms(person: Searched) -> Iterator[tuple[str, str, str, str]]:
    """What people may call somebody: the field, the keys of both names, what is shown of it."""
    first, last = name_key(person.first_name), name_key(person.last_name)
    yield gettext("Name"), first, last, ""
    if person.nickname:
        yield gettext("Nickname"), name_key(person.nickname), last, person.nickname
    if rest := _REST.search(person.first_name):
        yield gettext("Name"), name_key(rest[1]), last, ""
    for later in (_REST.search(person.last_name), _LAST_WORD.search(person.last_name)):
        if later:
            yield gettext("Name"), first, name_key(later[1]), ""


def _email(person: Searched, typed: str) -> Hit | None:
    if not typed or not person.email.lower().startswith(typed):
        return None
    size = len(typed)
    return Hit(
        gettext("Email"),
        "",
        person.email[:size],
        person.email[size:],
        is_whole=len(person.email) == size,
    )


def _mbi_tail(person: Searched, typed: str) -> Hit | None:
    return Hit("MBI", MASK, typed, is_whole=True) if typed and person.mbi_tail == typed else None


def _born(person: Searched, query: Query) -> Hit | None:
    born = person.date_of_birth
    if not (query.born and born and query.born[0] <= born <= query.born[1]):
        return None
    if query.born[0] == query.born[1]:
        return Hit(gettext("Date of birth"), mark=f"{born:%m/%d/%Y}", is_whole=True)
    return Hit(gettext("Date of birth"), f"{born:%m/%d/}", f"{born:%Y}")


def _phone(person: Searched, digits: str) -> Hit | None:
    for name, label in PHONES:
        number: str = getattr(person, name)
        place = phone_place(number, digits)
        if place >= 0:
            before, mark, after = _marked(number, place, place + len(digits))
            return Hit(str(label), before, mark, after, is_whole=len(digits) >= LOCAL_DIGITS)
    return None


def _marked(number: str, start: int, end: int) -> tuple[str, str, str]:
    """Cut the number as it is written around the digits from ``start`` to ``end``."""
    shown = format_phone(number)
    places = [at for at, sign in enumerate(shown) if sign.isdigit()]
    first, last = places[start] if start else 0, places[end - 1] + 1
    return shown[:first], shown[first:last], shown[last:]
