"""What coverage costs: premiums per month and deductions per pay period. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
THOUSAND = Decimal(1000)
WHOLE = Decimal(100)
MONTHS = 12


@dataclass(frozen=True)
class Rate:
    """One line of a plan's rates; the fields of ``PlanRate``."""

    start_date: date
    from_age: int = 0
    level: str = ""
    per_thousand: Decimal | None = None
    flat: Decimal | None = None


@dataclass(frozen=True)
class Shares:
    """A premium per month, shared between employer and employee to the cent."""

    employer: Decimal
    employee: Decimal


def premium(
    rates: Iterable[Rate], *, volume: Decimal, level: str, age: int | None, on: date
) -> Decimal | None:
    """What a volume and a level cost per month on a day; None where the rates do not say.

    The rates of the newest start hold. Among them a level's own line goes before one for every
    level, and the highest age that is reached. An unknown age is told nothing where age matters.
    """
    rate = _rate(rates, level=level, age=age, on=on)
    if rate is None:
        return None
    if rate.per_thousand is not None:
        return (rate.per_thousand * volume / THOUSAND).quantize(CENT, ROUND_HALF_UP)
    return rate.flat


def shares(monthly: Decimal, *, employer_percent: int) -> Shares:
    """Split a premium; the employer's share is rounded, the employee's is the rest."""
    employer = (monthly * employer_percent / WHOLE).quantize(CENT, ROUND_HALF_UP)
    return Shares(employer=employer, employee=monthly - employer)


def deduction(monthly: Decimal, *, pay_periods: int) -> Decimal:
    """What is deducted per pay period for an employee's share per month."""
    return (monthly * MONTHS / pay_periods).quantize(CENT, ROUND_HALF_UP)


def _rate(rates: Iterable[Rate], *, level: str, age: int | None, on: date) -> Rate | None:
    begun = [one for one in rates if one.start_date <= on and one.level in {level, ""}]
    newest = max((one.start_date for one in begun), default=None)
    held = [one for one in begun if one.start_date == newest]
    if level and any(one.level == level for one in held):
        held = [one for one in held if one.level == level]
    if age is None:
        return held[0] if len(held) == 1 and held[0].from_age == 0 else None
    return max(
        (one for one in held if one.from_age <= age), key=lambda one: one.from_age, default=None
    )
