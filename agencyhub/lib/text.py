"""Text from people and partners, tidied the same way everywhere."""

import re
import unicodedata

from django.utils.translation import gettext

_NO_LETTER = re.compile(
    r"[\u0300-\u036f\s!-/:-@\[-`{-~\u00a0\u2018\u2019\u02bc\u2013\u2014\u00ae\u2122\u00b7]"
)
_LETTERS = str.maketrans("øłđðıæœß", "olddiaos")
ZIP = re.compile(r"(\d{5})(?:-?(\d{4}))?")


class InvalidZipError(ValueError):
    """Not a US ZIP code."""


def tidy(text: str | None) -> str:
    """Trim, and fold every run of white space (no-break spaces too) into one space."""
    return " ".join((text or "").split())


def name_key(text: str) -> str:
    """A name without case, accents, spaces and punctuation: the SQL function ``name_key``."""
    plain = _NO_LETTER.sub("", unicodedata.normalize("NFKD", text).lower())
    return plain.translate(_LETTERS)


def read_zip(text: str) -> str:
    """Return ``12345`` or ``12345-6789`` without any white space; blank stays blank.

    Raises:
        InvalidZipError: with what is wrong.
    """
    compact = "".join(text.split())
    if not compact:
        return ""
    found = ZIP.fullmatch(compact)
    if not found:
        msg = gettext("A ZIP code has 5 digits, or 9 with a dash.")
        raise InvalidZipError(msg)
    return f"{found[1]}-{found[2]}" if found[2] else found[1]


def zip5(text: str) -> str:
    """The first five digits, which say whether two ZIP codes name the same place."""
    return "".join(text.split())[:5]


def house_number(line_1: str) -> str:
    """The characters before the first space of an address line, in lower case."""
    return tidy(line_1).split(" ", 1)[0].lower()
