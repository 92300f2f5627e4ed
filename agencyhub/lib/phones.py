"""US phone numbers: stored as ten digits, shown as (515) 555-0100."""

import phonenumbers
from django.utils.translation import gettext

US_DIGITS = 10


class InvalidPhoneError(ValueError):
    """Not a phone number that can be dialled in the United States."""


def read_phone(text: str) -> str:
    """Return the ten digits of a US number in any spelling; blank stays blank.

    Raises:
        InvalidPhoneError: with what is wrong.
    """
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException as error:
        msg = gettext("This is not a phone number. Use ten digits, for example (515) 555-0100.")
        raise InvalidPhoneError(msg) from error
    digits = str(number.national_number)
    if number.country_code != 1 or len(digits) != US_DIGITS:
        msg = gettext("Use a US number of ten digits, for example (515) 555-0100.")
        raise InvalidPhoneError(msg)
    return digits


def format_phone(digits: str) -> str:
    """Show ten digits the US way; anything else as it is."""
    if len(digits) != US_DIGITS or not digits.isdigit():
        return digits
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
