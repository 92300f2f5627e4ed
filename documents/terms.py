"""How long a Scope of Appointment holds, and how long it has to be kept. Pure.

Source: reference of Medicare §7.4 (42 CFR 422.2264 and 422.504(d)), read 2026-11-23.
"""

from datetime import date, timedelta

from agencyhub.lib.years import add_years

VALID_YEARS = 1
KEPT_YEARS = 10
# So many days before its end it is time to ask for another one.
SOON = timedelta(days=30)


def last_valid_day(signed: date) -> date:
    """The last of the twelve months in which an appointment may rest on a Scope signed that day."""
    return add_years(signed, VALID_YEARS) - timedelta(days=1)


def kept_until(signed: date) -> date:
    """The first day on which a Scope may be removed."""
    return add_years(signed, KEPT_YEARS)
