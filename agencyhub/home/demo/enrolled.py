"""Who was enrolled lately in the demo: what applications and carriers' files have in common. Pure.

Applications tell it as the agency knows it; books and statements as carriers do, and each person's
fate says what the carriers leave out or get wrong.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

# So many of the latest enrollments that have begun, and of those that will.
BEGUN, COMING = 160, 50
HUMANA = "Humana"
# Carriers whose files the demo has; nobody else's enrollments are found.
WITH_FILES = frozenset(
    {"Aetna", "Cigna Healthcare", "Devoted Health", HUMANA, "Mutual of Omaha", "UnitedHealthcare"}
)


class Fate(Enum):
    """What becomes of an enrollment at its carrier."""

    PAID = "in the book and paid"
    UNPAID = "in the book, nothing paid"
    PAID_ONLY = "paid, not in the book"
    LOST = "neither"
    TWINS = "two members of the book may be meant"
    NO_ZERO = "in the files without the zero that its number begins with"


# What happens to one enrollment after the other of a carrier, over and over.
FATES = (
    *(Fate.PAID,) * 5, Fate.UNPAID, *(Fate.PAID,) * 4, Fate.PAID_ONLY, *(Fate.PAID,) * 4,
    Fate.LOST, *(Fate.PAID,) * 3, Fate.TWINS,
)  # fmt: skip
# The last enrollments with Humana lose their zero, all at once.
WITHOUT_ZERO = 7


@dataclass(frozen=True)
class Sold:
    """A policy of the demo's book with its subscriber, as the database has it."""

    policy_id: int
    individual_id: int
    carrier: str
    product: str
    plan_id: str
    coverage_type: str
    policy_number: str
    confirmation_number: str
    submitted: date
    effective_date: date
    premium: Decimal | None
    first_name: str
    middle_name: str
    last_name: str
    date_of_birth: date | None
    state: str
    zip_code: str
    agent_first_name: str
    agent_last_name: str
    agent_npn: str
    mbi: str = field(default="", repr=False)


@dataclass(frozen=True)
class Enrolled:
    """One enrollment and its fate. ``number`` counts from 1 and never changes for one database."""

    number: int
    sold: Sold
    fate: Fate

    @property
    def policy_number(self) -> str:
        """The number as the application has it."""
        return f"0{self.carrier_number}" if self.fate is Fate.NO_ZERO else self.carrier_number

    @property
    def carrier_number(self) -> str:
        """The member's number as the carrier's files have it."""
        if self.fate is Fate.NO_ZERO:
            return f"{70_000_000 + self.sold.policy_id:08d}"
        return self.sold.policy_number or f"N{self.sold.policy_id:09d}"

    @property
    def is_in_book(self) -> bool:
        """Whether the carrier's book has the member."""
        is_found = self.fate not in (Fate.LOST, Fate.PAID_ONLY)
        return is_found and self.sold.carrier in WITH_FILES

    @property
    def is_paid(self) -> bool:
        """Whether a statement pays for the member."""
        is_paid = self.fate in (Fate.PAID, Fate.PAID_ONLY, Fate.NO_ZERO)
        return is_paid and self.sold.carrier in WITH_FILES


def enroll(sold: Iterable[Sold], *, as_of: date) -> list[Enrolled]:
    """The latest enrollments with their fates; ``sold`` in any order."""
    latest = sorted(sold, key=lambda one: (one.submitted, one.policy_id), reverse=True)
    begun = [one for one in latest if one.effective_date <= as_of][:BEGUN]
    coming = [one for one in latest if one.effective_date > as_of][:COMING]
    chosen = sorted(begun + coming, key=lambda one: one.policy_id)
    seen: dict[str, int] = {}
    humana = [one.policy_id for one in begun if one.carrier == HUMANA][:WITHOUT_ZERO]
    enrolled = []
    for number, one in enumerate(chosen, start=1):
        turn = seen[one.carrier] = seen.get(one.carrier, -1) + 1
        fate = Fate.NO_ZERO if one.policy_id in humana else FATES[turn % len(FATES)]
        if one.effective_date > as_of and fate in (Fate.PAID, Fate.PAID_ONLY):
            fate = Fate.UNPAID if fate is Fate.PAID else Fate.LOST  # nobody pays in advance
        enrolled.append(Enrolled(number, one, fate))
    return enrolled
