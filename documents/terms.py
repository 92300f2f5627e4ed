"""How long a Scope of Appointment holds, and how long it has to be kept. Pure.

Source: reference of Medicare §7.4 (42 CFR 422.2264 and 422.504(d)), read 2026-11-23.
"""

from datetime import date, timedelta

VALID_YEARS = 1
KEPT_YEARS = 10
# So many days before its end it is time to ask for another one.
SOON = timedelta(days=30)


def anniversary(day: date, *, years: int) -> date:
    """The same day so many years later; of February 29, March 1 where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def last_valid_day(signed: date) -> date:
    """The last of the twelve months in which an appointment may rest on a Scope signed that day."""
    return anniversary(signed, years=VALID_YEARS) - timedelta(days=1)


def kept_until(signed: date) -> date:
    """The first day on which a Scope may be removed."""
    return anniversary(signed, years=KEPT_YEARS)
