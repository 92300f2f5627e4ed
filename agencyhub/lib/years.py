"""Whole years between days. Pure."""

from datetime import date


def in_year(day: date, year: int) -> date:
    """The same day of another year; of February 29, March 1 where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def add_years(day: date, years: int) -> date:
    """The same day so many years later, or earlier; see ``in_year``."""
    return in_year(day, day.year + years)
