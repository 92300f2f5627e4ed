"""Months and cents of expected pay. Pure."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
WHOLE = Decimal(100)
YEAR = 12


def cents(amount: Decimal) -> Decimal:
    """Round to the cent; half a cent goes away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def of_year(annual: Decimal, month: int) -> Decimal:
    """The part of a calendar month (1 to 12) of a yearly amount: the twelve add up to it.

    Each month is what is earned by its end less what was earned by the end of the month before.
    """
    return cents(annual * month / YEAR) - cents(annual * (month - 1) / YEAR)


def first(day: date) -> date:
    """The month of a day."""
    return day.replace(day=1)


def add(month: date, count: int) -> date:
    """The month so many months later."""
    years, at = divmod(month.year * YEAR + month.month - 1 + count, YEAR)
    return date(years, at + 1, 1)


def between(start: date, end: date) -> int:
    """How many months there are from one to the other, both included; 0 when they are turned."""
    return max((end.year - start.year) * YEAR + end.month - start.month + 1, 0)


def span(start: date, end: date) -> list[date]:
    """Every month from one to the other, both included."""
    return [add(start, count) for count in range(between(start, end))]
