"""Social security numbers as people, payroll files and spreadsheets write them. Pure.

A spreadsheet drops leading zeros, so fewer digits are filled up; which numbers the authority gives
out is not checked, for partners test with numbers that it never gave.
"""

import re

from django.utils.translation import gettext_noop

DIGITS = 9
FEWEST = 7
TAIL = 4
WRONG = gettext_noop("A Social Security number has nine digits, such as 123-45-6789.")


class InvalidSsnError(ValueError):
    """Not nine digits, or all of them zeros."""


def read_ssn(text: str) -> str:
    """Return the nine digits of a number in any spelling; blank is blank.

    Raises:
        InvalidSsnError: with a sentence that does not repeat the number.
    """
    compact = re.sub(r"[\s\-]", "", text).removesuffix(".0")
    if not compact:
        return ""
    if not FEWEST <= len(compact) <= DIGITS or not re.fullmatch(r"\d+", compact, re.ASCII):
        raise InvalidSsnError(WRONG)
    if not int(compact):
        raise InvalidSsnError(WRONG)
    return compact.zfill(DIGITS)


def spelled(ssn: str) -> str:
    """Write nine digits as people do: 123-45-6789."""
    return f"{ssn[:3]}-{ssn[3:5]}-{ssn[5:]}"
