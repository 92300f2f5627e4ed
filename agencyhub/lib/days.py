"""Dates as people and spreadsheets write them. Pure.

The patterns are plain enough to mean the same to Python's and to Polars' regular expressions: the
import reads whole columns by them (``imports.types.days``), and a test holds the two together.
"""

import re
from datetime import date, timedelta

from django.utils.translation import gettext

_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?Z?)?"
US = rf"^(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}}|\d{{2}}){_TIME}$"
ISO = rf"^(\d{{4}})[/.-](\d{{1,2}})[/.-](\d{{1,2}}){_TIME}$"
COMPACT = r"^(\d{4})(\d{2})(\d{2})$"
DAY_FIRST = r"^(\d{1,2})[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4}|\d{2})$"
MONTH_FIRST = r"^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})$"
SERIAL = r"^(\d{5})(?:\.0+)?$"

# What a spreadsheet counts days from.
SERIAL_ZERO = date(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1900, 2100
# A year of two digits lies at most this far ahead; a birth never does.
AHEAD = 20

_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}


class InvalidDayError(ValueError):
    """Not a date, or one whose century nobody can tell."""


def full_year(short: int, *, this_year: int, is_birth: bool) -> int | None:
    """The year that two digits mean; None where a birth could lie in either century."""
    century = this_year - this_year % 100
    limit = this_year % 100 + (0 if is_birth else AHEAD)
    if short > limit:
        return century - 100 + short
    return None if is_birth else century + short


def read_day(text: str, *, this_year: int, is_birth: bool = False) -> date | None:
    """Read a tidied text; blank is None. Times of day are left out.

    Raises:
        InvalidDayError: in words, with the text.
    """
    if not text:
        return None
    parts = _parts(text)
    if parts is None:
        raise _invalid(text)
    year, month, day = parts
    if len(year) == 2:  # noqa: PLR2004 - two digits
        full = full_year(int(year), this_year=this_year, is_birth=is_birth)
        if full is None:
            msg = gettext("“%(text)s” may mean two centuries. Write the year with four digits.") % {
                "text": text
            }
            raise InvalidDayError(msg)
        year = str(full)
    try:
        found = date(int(year), month, int(day))
    except ValueError as error:
        raise _invalid(text) from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise _invalid(text)
    return found


def _parts(text: str) -> tuple[str, int, str] | None:
    if found := re.search(US, text, re.ASCII):
        return found[3], int(found[1]), found[2]
    if found := re.search(ISO, text, re.ASCII) or re.search(COMPACT, text, re.ASCII):
        return found[1], int(found[2]), found[3]
    if found := re.search(DAY_FIRST, text, re.ASCII):
        return found[3], MONTHS.get(found[2].lower(), 0), found[1]
    if found := re.search(MONTH_FIRST, text, re.ASCII):
        return found[3], MONTHS.get(found[1].lower(), 0), found[2]
    if found := re.search(SERIAL, text, re.ASCII):
        counted = SERIAL_ZERO + timedelta(days=int(found[1]))
        return str(counted.year), counted.month, str(counted.day)
    return None


def _invalid(text: str) -> InvalidDayError:
    return InvalidDayError(gettext("“%(text)s” is not a date such as 03/14/1958.") % {"text": text})
