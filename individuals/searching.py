"""What a typed search text may mean: a name, a number, an address, or several of them. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from agencyhub.lib.mbi import InvalidMbiError, read_mbi
from agencyhub.lib.text import name_key, tidy

MIN_DIGITS = 3
US_DIGITS = 10
MAX_WORDS = 5
MAX_LENGTH = 100
ZIP_DIGITS = 5
# The last four of an MBI by its position rules, written alone.
_MBI_TAIL = re.compile(r"[AC-HJKMNP-RT-Y]{2}\d{2}", re.IGNORECASE)
_NUMBERS_ONLY = re.compile(r"[\d\s().+\-/]+", re.ASCII)
_DATE = re.compile(r"\d{1,2}[/-]\d{1,2}[/-]\d{4}|\d{4}-\d{1,2}-\d{1,2}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}


@dataclass(frozen=True)
class Split:
    """One way to read a name: how the first and the last name begin; either may be blank."""

    first: str
    last: str


@dataclass(frozen=True)
class Query:
    """A typed text, understood. What is blank was not meant.

    ``names`` are the ways to read a name, and ``spelling`` its words for a look at mistyped ones.
    Of ``born``, ``phone`` and ``zip_code`` beside a name one has to be true as well; without a
    name each finds people by itself.
    """

    text: str = ""
    mbi: str = ""
    mbi_tail: str = ""
    email: str = ""
    names: tuple[Split, ...] = ()
    spelling: str = ""
    phone: str = ""
    born: tuple[date, date] | None = None
    zip_code: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether something has to be true beside the name."""
        return bool(self.names and (self.phone or self.born or self.zip_code))

    @property
    def is_empty(self) -> bool:
        """Whether nobody can be meant."""
        return self == Query(self.text)


def read_query(text: str) -> Query:
    """Say what a search text may mean. One that reads as a full MBI is one and nothing else."""
    words = tidy(text[:MAX_LENGTH].replace("\0", " "))  # no text of the database has it
    full, tail = _mbi(words)
    if full:
        return Query(words, mbi=full)
    if "@" in words:
        return Query(words, email=words.replace(" ", "").lower())
    if _NUMBERS_ONLY.fullmatch(words):
        return _numbers(words)
    tokens = words.split()
    numbers = [token for token in tokens if _NUMBERS_ONLY.fullmatch(token)]
    named = [token for token in tokens if not any(letter.isdigit() for letter in token)]
    if len(numbers) + len(named) < len(tokens):  # letters and digits in one: an account, a plan
        return Query(words, mbi_tail=tail, email=words.lower() if len(tokens) == 1 else "")
    beside = _beside(" ".join(numbers))
    spelling = [key for key in map(name_key, " ".join(named).replace(",", " ").split()) if key]
    return Query(
        words,
        names=tuple(dict.fromkeys(_splits(" ".join(named)))),
        spelling=" ".join(spelling[:MAX_WORDS]),
        phone=beside.phone,
        born=beside.born,
        zip_code=beside.zip_code,
        email=words.lower() if len(tokens) == 1 and len(words) >= MIN_DIGITS else "",
    )


def _mbi(words: str) -> tuple[str, str]:
    """The full MBI that the words are, and the last four of one that they show."""
    try:
        mbi = read_mbi(words)
    except InvalidMbiError:
        return "", words.upper() if _MBI_TAIL.fullmatch(words) else ""
    return mbi.full, mbi.tail


def _numbers(words: str) -> Query:
    """A date of birth, or the digits of a phone number."""
    found = _DATE.search(words)
    day = _read_date(found[0]) if found else None
    if day:
        return Query(words, born=(day, day))
    digits = re.sub(r"\D", "", words)
    if len(digits) == US_DIGITS + 1:
        digits = digits.removeprefix("1")
    if not MIN_DIGITS <= len(digits) <= US_DIGITS:
        return Query(words)
    return Query(words, phone=digits)


def _beside(words: str) -> Query:
    """What digits beside a name can be: also the year of birth, or a ZIP code."""
    found = _numbers(words)
    year = int(words) if _YEAR.fullmatch(words) else None
    born = (date(year, 1, 1), date(year, 12, 31)) if year else found.born
    is_zip = len(found.phone) == ZIP_DIGITS
    return replace(found, born=born, zip_code=found.phone if is_zip else "")


def _read_date(text: str) -> date | None:
    for form in ("%m/%d/%Y", "%m-%d-%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, not a time
        except ValueError:
            continue
    return None


def _splits(words: str) -> Iterator[Split]:
    """Every way to cut a name in two, in both orders; a comma settles the order."""
    if "," in words:
        last, _, first = words.partition(",")
        pair = Split("".join(_keys(first)), "".join(_keys(last)))
        if pair != Split("", ""):
            yield pair
        return
    keys = _keys(words)[:MAX_WORDS]
    whole = "".join(keys)
    if not whole:
        return
    yield Split("", whole)
    yield Split(whole, "")
    for cut in range(1, len(keys)):
        yield from _both_orders("".join(keys[:cut]), "".join(keys[cut:]))
    if len(keys) > 2:  # noqa: PLR2004 - with a middle name or initial
        yield from _both_orders(keys[0], keys[-1])


def _both_orders(left: str, right: str) -> Iterator[Split]:
    yield Split(left, right)
    yield Split(right, left)


def _keys(words: str) -> Sequence[str]:
    keys = [key for key in map(name_key, words.split()) if key]
    return [key for key in keys if key not in _SUFFIXES] or keys
