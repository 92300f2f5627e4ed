"""Amounts in US dollars as people and spreadsheets write them. Pure."""

import re
from decimal import Decimal

from django.utils.translation import gettext

# Currency sign and thousands may be there or not; brackets or a minus behind mean less than zero.
AMOUNT = r"^(\()?([+-])?(?:USD ?)?\$? ?([+-])?((?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?)(\))?(-)?$"
DIGITS = r"\d"
TOO_FINE = r"\.\d\d0*[1-9]"
CENT = Decimal("0.01")
MAX_WHOLE_DIGITS = 12


class InvalidAmountError(ValueError):
    """Not an amount in dollars and cents."""


def read_money(text: str) -> Decimal | None:
    """Read a tidied text; blank is None.

    Raises:
        InvalidAmountError: in words, with the text.
    """
    if not text:
        return None
    found = re.search(AMOUNT, text, re.ASCII)
    if not found:
        raise _invalid(text)
    opening, sign, inner, number, closing, behind = found.groups()
    plain = number.replace(",", "")
    marks = [mark for mark in (opening, sign, inner, behind) if mark]
    is_readable = re.search(DIGITS, plain) and not re.search(TOO_FINE, plain)
    if not is_readable or len(marks) > 1 or bool(opening) != bool(closing):
        raise _invalid(text)
    if len(plain.partition(".")[0]) > MAX_WHOLE_DIGITS:
        raise _invalid(text)
    amount = Decimal(plain).quantize(CENT)
    return -amount if marks and marks[0] != "+" else amount


def _invalid(text: str) -> InvalidAmountError:
    return InvalidAmountError(
        gettext("“%(text)s” is not an amount such as 1,234.56.") % {"text": text}
    )
