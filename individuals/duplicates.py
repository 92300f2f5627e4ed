"""Whether two individuals are one person: a score, and every reason for and against, in words."""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import NamedTuple

from django.utils.translation import gettext_noop
from rapidfuzz.distance import OSA

from individuals.misspelling import is_typo
from individuals.nicknames import is_given_name, stand_for_one_another

CERTAIN = 100
REVIEW = 60
"""From this score on a person decides."""
LIKELY = 80

SHORTEST_PART, SHORTEST_REST = 4, 3
MOST_BY_CONTACT = 50
SAME_MBI, SAME_TAIL = 80, 15
PHONE, EMAIL, HOME, ZIP = 30, 30, 20, 5
BORN_SAME, BORN_SWAPPED, BORN_NEAR, BORN_OTHER = 40, 18, 15, -50
SWAPPED_NAMES = 38
OTHER_MBI, OTHER_SUFFIX, OTHER_GENDER, OTHER_MIDDLE = -60, -50, -20, -10
_JUNIOR = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "2nd": "ii", "3rd": "iii"}


class Home(NamedTuple):
    """Five digits of the ZIP code and the house number: what tells addresses apart."""

    zip_code: str
    house: str


@dataclass(frozen=True)
class Facts:
    """What is known of one person; names as ``name_key`` writes them, blank for unknown."""

    first_name: str
    last_name: str
    middle_name: str = ""
    suffix: str = ""
    nickname: str = ""
    date_of_birth: date | None = None
    gender: str = ""
    mbi: str = field(default="", repr=False)
    """The blind index of the full MBI, or blank."""
    mbi_tail: str = ""
    phones: frozenset[str] = frozenset()
    email: str = ""
    homes: frozenset[Home] = frozenset()


@dataclass(frozen=True)
class Likeness:
    """How alike two people are, 0 to 100, and why; certain when nothing speaks against it."""

    score: int
    reasons: tuple[str, ...]
    is_certain: bool

    @property
    def is_worth_a_look(self) -> bool:
        """Whether a person should decide."""
        return self.score >= REVIEW


class _Same(Enum):
    """How two names agree; the numbers are the points of the first and of the last name."""

    EQUAL = (20, 20)
    SHORT_FORM = (14, 0)
    PART = (13, 13)
    TYPO = (11, 11)
    INITIAL = (6, 0)
    OTHER = (-55, -15)


class _Part(NamedTuple):
    """Points and the words for them; ``speaks_against`` forbids certainty."""

    points: int
    words: str = ""
    speaks_against: bool = False


NOTHING = _Part(0)


def score(one: Facts, other: Facts) -> Likeness:
    """Say how likely two people are one, whichever comes first."""
    name, is_same_name = _names(one, other)
    born = _born(one.date_of_birth, other.date_of_birth)
    mbi = _mbi(one, other)
    contact = _contact(one, other)
    doubts = [_suffix(one, other), _gender(one, other), _middle(one, other)]
    parts = [mbi, *name, born, *contact.parts, *doubts]
    total = sum(part.points for part in (mbi, *name, born, *doubts)) + contact.points
    has_doubt = any(part.speaks_against for part in parts)
    is_known = is_same_name and born.points == BORN_SAME
    is_confirmed = is_known and (contact.points >= HOME or mbi.points == SAME_TAIL)
    is_certain = not has_doubt and (mbi.points == SAME_MBI or is_confirmed)
    least = REVIEW if mbi.points == SAME_MBI else 0
    reasons = [part for part in parts if part.words]
    reasons.sort(key=lambda part: part.speaks_against)
    return Likeness(
        score=CERTAIN if is_certain else max(least, min(total, CERTAIN - 1), 0),
        reasons=tuple(
            gettext_noop("but %(words)s") % {"words": p.words} if p.speaks_against else p.words
            for p in reasons
        ),
        is_certain=is_certain,
    )


def _names(one: Facts, other: Facts) -> tuple[list[_Part], bool]:
    first, last = _first_names(one, other), _last_names(one.last_name, other.last_name)
    if first is _Same.EQUAL and last is _Same.EQUAL:
        return [_Part(first.value[0] + last.value[1], gettext_noop("same name"))], True
    if (one.first_name, one.last_name) == (other.last_name, other.first_name):
        return [_Part(SWAPPED_NAMES, gettext_noop("first and last name swapped"))], False
    return [
        _Part(first.value[0], _FIRST_WORDS[first], first is _Same.OTHER),
        _Part(last.value[1], _LAST_WORDS[last], last is _Same.OTHER),
    ], False


_FIRST_WORDS = {
    _Same.EQUAL: gettext_noop("same first name"),
    _Same.SHORT_FORM: gettext_noop("first name is a form of the other"),
    _Same.PART: gettext_noop("first name is part of the other"),
    _Same.TYPO: gettext_noop("first name differs by a letter or two"),
    _Same.INITIAL: gettext_noop("first name is the initial of the other"),
    _Same.OTHER: gettext_noop("another first name"),
}
_LAST_WORDS = {
    _Same.EQUAL: gettext_noop("same last name"),
    _Same.PART: gettext_noop("last name is part of the other"),
    _Same.TYPO: gettext_noop("last name differs by a letter or two"),
    _Same.OTHER: gettext_noop("another last name"),
}


def _first_names(one: Facts, other: Facts) -> _Same:
    a, b = one.first_name, other.first_name
    if a == b or a + one.middle_name == b + other.middle_name:
        return _Same.EQUAL
    if a == other.nickname or b == one.nickname or stand_for_one_another(a, b):
        return _Same.SHORT_FORM
    if min(len(a), len(b)) == 1 and a[:1] == b[:1]:
        return _Same.INITIAL
    if _is_one_of_two(a, b):
        return _Same.PART
    if is_given_name(a) and is_given_name(b):
        return _Same.OTHER
    return _Same.PART if _is_part(a, b) else _Same.TYPO if is_typo(a, b) else _Same.OTHER


def _last_names(a: str, b: str) -> _Same:
    if a == b:
        return _Same.EQUAL
    return _Same.PART if _is_part(a, b) else _Same.TYPO if is_typo(a, b) else _Same.OTHER


def _is_one_of_two(a: str, b: str) -> bool:
    """Ana and Ana María, María Elena and Elena."""
    short, long = sorted((a, b), key=len)
    begins, ends = long.removeprefix(short), long.removesuffix(short)
    return any(rest != long and is_given_name(rest) for rest in (begins, ends))


def _is_part(a: str, b: str) -> bool:
    """One of two family names: García and García López."""
    short, long = sorted((a, b), key=len)
    is_whole = len(short) >= SHORTEST_PART and len(long) - len(short) >= SHORTEST_REST
    return is_whole and (long.startswith(short) or long.endswith(short))


def _born(a: date | None, b: date | None) -> _Part:
    if a is None or b is None:
        return NOTHING
    if a == b:
        return _Part(BORN_SAME, gettext_noop("same date of birth"))
    if a.year == b.year and (a.month, a.day) == (b.day, b.month):
        return _Part(BORN_SWAPPED, gettext_noop("day and month of birth swapped"))
    if OSA.distance(f"{a:%Y%m%d}", f"{b:%Y%m%d}", score_cutoff=1) <= 1:
        return _Part(BORN_NEAR, gettext_noop("dates of birth differ by one digit"))
    return _Part(BORN_OTHER, gettext_noop("another date of birth"), speaks_against=True)


def _mbi(one: Facts, other: Facts) -> _Part:
    if one.mbi and other.mbi:
        if one.mbi == other.mbi:
            return _Part(SAME_MBI, gettext_noop("same MBI"))
        return _Part(OTHER_MBI, gettext_noop("another MBI"), speaks_against=True)
    if one.mbi_tail and other.mbi_tail:
        if one.mbi_tail == other.mbi_tail:
            return _Part(SAME_TAIL, gettext_noop("same last characters of the MBI"))
        return _Part(OTHER_MBI, gettext_noop("another MBI"), speaks_against=True)
    return NOTHING


class _Contact(NamedTuple):
    points: int
    parts: list[_Part]


def _contact(one: Facts, other: Facts) -> _Contact:
    """What a household shares as well, so that all of it together counts no more than so much."""
    parts = []
    if one.phones & other.phones:
        parts.append(_Part(PHONE, gettext_noop("same phone")))
    if one.email and one.email == other.email:
        parts.append(_Part(EMAIL, gettext_noop("same email")))
    if one.homes & other.homes:
        parts.append(_Part(HOME, gettext_noop("same address")))
    elif {home.zip_code for home in one.homes} & {home.zip_code for home in other.homes}:
        parts.append(_Part(ZIP, gettext_noop("same ZIP code")))
    return _Contact(min(sum(part.points for part in parts), MOST_BY_CONTACT), parts)


def _suffix(one: Facts, other: Facts) -> _Part:
    a, b = _JUNIOR.get(one.suffix, one.suffix), _JUNIOR.get(other.suffix, other.suffix)
    if a and b and a != b:
        return _Part(
            OTHER_SUFFIX,
            gettext_noop("another suffix, as father and son have"),
            speaks_against=True,
        )
    return NOTHING


def _gender(one: Facts, other: Facts) -> _Part:
    if one.gender and other.gender and one.gender != other.gender:
        return _Part(OTHER_GENDER, gettext_noop("another gender"), speaks_against=True)
    return NOTHING


def _middle(one: Facts, other: Facts) -> _Part:
    """A middle initial stands for every name that begins with it."""
    a, b = one.middle_name, other.middle_name
    if a and b and not (a.startswith(b) or b.startswith(a)):
        return _Part(OTHER_MIDDLE, gettext_noop("another middle name"), speaks_against=True)
    return NOTHING
