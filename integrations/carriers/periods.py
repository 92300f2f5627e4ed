"""Which month a file tells of, read from its name. Pure rules."""

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR_FIRST = re.compile(r"(?<!\d)(20\d\d)[-_. ]?(0[1-9]|1[0-2])(?:[-_. ]?([0-3]\d))?(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(0[1-9]|1[0-2])[-_. ](?:([0-3]\d)[-_. ])?(20\d\d)(?!\d)")
_IN_WORDS = re.compile(rf"({'|'.join(_MONTHS)})[a-z]*[-_. ]?(20\d\d)(?!\d)", re.IGNORECASE)


def period_of(name: str, *, file_date: date | None) -> str:
    """Name the month, such as ``2026-11``: the last one in the name, else that of the file's day.

    Blank when neither tells.
    """
    if found := list(_YEAR_FIRST.finditer(name)):
        return f"{found[-1][1]}-{found[-1][2]}"
    if found := list(_YEAR_LAST.finditer(name)):
        return f"{found[-1][3]}-{found[-1][1]}"
    if found := list(_IN_WORDS.finditer(name)):
        return f"{found[-1][2]}-{_MONTHS.index(found[-1][1].lower()) + 1:02d}"
    return f"{file_date:%Y-%m}" if file_date else ""


def is_current(period: str, *, today: date) -> bool:
    """Whether the month is not over; a file that tells no month is none of a month that is."""
    return bool(period) and period >= f"{today:%Y-%m}"
