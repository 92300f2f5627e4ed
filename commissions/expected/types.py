"""What the rules of expected pay take and answer. Pure.

Money is USD as ``Decimal``; a month is its first day; percents are 0 to 100.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

MED_ADV: Final = "med_adv"
MED_SUPP: Final = "med_supp"
PDP: Final = "pdp"
OTHER: Final = "other"

# How a carrier's terms are reckoned: as a share of the CMS maximum, or of the premium.
CMS: Final = "cms"
PREMIUM: Final = "premium"

# What an amount is expected as.
INITIAL: Final = "initial"
RENEWAL: Final = "renewal"
CHARGEBACK: Final = "chargeback"

# What was held before, as far as we know.
SAME, UNLIKE, UNKNOWN = "same", "unlike", ""


@dataclass(frozen=True)
class Rate:
    """The most that CMS lets a carrier pay a year; ``state`` "" is every state without its own."""

    line: str
    state: str
    start: date
    end: date | None
    initial: Decimal
    renewal: Decimal


@dataclass(frozen=True)
class Term:
    """What a carrier pays us for one line of business from ``start`` to ``end``, both included.

    ``pays_years`` is how many years of a policy are paid at all; None is for as long as it lasts.
    ``prorates_new``: whoever is new to Medicare during a year is paid for by the months left, too.
    """

    line: str
    start: date
    end: date | None
    basis: str
    initial_percent: Decimal
    renewal_percent: Decimal
    pays_years: int | None = None
    prorates_new: bool = True


@dataclass(frozen=True)
class Coverage:
    """A policy, as far as its pay depends on it. ``last`` is the last covered day, if any.

    ``is_void``: it never took effect. ``before`` is what the person held until then: ``SAME``,
    ``UNLIKE`` or ``UNKNOWN``. ``paid_as`` is how the carrier classed the first line it paid.
    """

    line: str
    first: date
    last: date | None = None
    state: str = ""
    premium: Decimal | None = None
    is_void: bool = False
    is_new_to_medicare: bool | None = None
    part_b: date | None = None
    before: str = UNKNOWN
    paid_as: str = ""


@dataclass(frozen=True)
class Paid:
    """A line that a carrier paid, or took back, for a policy.

    ``month`` is the first month that it names, else that of its ``day``.
    """

    pk: int
    kind: str
    amount: Decimal
    month: date
    months: int = 1


@dataclass(frozen=True)
class Rules:
    """What the agency set: when pay is due, and which difference is none."""

    days_until_due: int
    tolerance_amount: Decimal
    tolerance_percent: Decimal


@dataclass(frozen=True)
class Step:
    """One step of "why this amount?": what it is, with its values, and the amount it leads to."""

    code: str
    amount: Decimal | None = None
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Due:
    """What is to be paid for a month, or for all months from ``month`` to ``through``.

    ``expected`` is None where a rate or a fact is missing; the last step says which.
    ``as_renewal`` is what the same months come to at the renewal rate, until the true-up.
    """

    month: date
    through: date
    kind: str
    expected: Decimal | None
    steps: tuple[Step, ...] = ()
    as_renewal: Decimal | None = None

    @property
    def is_zero(self) -> bool:
        """Whether the contract says that nothing is paid."""
        return self.expected == 0
