"""Whom the demo's carriers insure: the latest enrollments as their fates want it, and others. Pure.

The same seed gives the same members.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from agencyhub.home.demo.catalogue import MA, MAPD, PDP, ProductRow
from agencyhub.home.demo.enrolled import Enrolled, Fate, Sold
from agencyhub.home.demo.people import people
from agencyhub.lib.years import add_years

# So many members of every carrier came with nobody's application.
OTHERS = 60
INITIAL, RENEWAL = Decimal("694.00"), Decimal("28.92")
DRUG_INITIAL, DRUG_RENEWAL = Decimal("114.00"), Decimal("4.75")
SUPPLEMENT_SHARE = Decimal("0.18")
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Member:
    """One member of a carrier, as its files know them."""

    first: str
    middle: str
    last: str
    born: date | None
    number: str
    product: str
    plan_id: str
    coverage: str
    effective: date
    premium: Decimal
    agent_first: str
    agent_last: str
    npn: str
    state: str = ""
    zip_code: str = ""
    ended: date | None = None
    is_in_book: bool = True
    is_paid: bool = True
    is_late: bool = False
    mbi: str = field(default="", repr=False)

    @property
    def commission(self) -> Decimal:
        """What the carrier pays: for the first year at once, later by the month."""
        if self.coverage in (MA, MAPD):
            return INITIAL if self.is_new else RENEWAL
        if self.coverage == PDP:
            return DRUG_INITIAL if self.is_new else DRUG_RENEWAL
        return (self.premium * SUPPLEMENT_SHARE).quantize(CENT)

    @property
    def is_new(self) -> bool:
        """Whether the first year is paid for."""
        return self.number[-1] in "02468"

    @property
    def place(self) -> tuple[str, str, str]:
        """Contract, plan and segment; blank where CMS knows none."""
        parts = self.plan_id.split("-")
        is_cms = len(parts) == 3 and parts[1].isdigit()
        return (parts[0], parts[1], parts[2]) if is_cms else ("", "", "")


def members_of(
    carrier: str,
    enrolled: Sequence[Enrolled],
    products: Sequence[ProductRow],
    agents: Sequence[tuple[str, str, str]],
    *,
    as_of: date,
) -> list[Member]:
    """Everybody whom a carrier's files know; ``agents`` are first name, last name, NPN."""
    found = [member for one in enrolled if one.sold.carrier == carrier for member in _of(one)]
    sold = [one for one in products if one.coverage_type in (MA, MAPD, PDP)] or list(products)
    if sold:
        found += _others(carrier, sold, agents, as_of=as_of)
    return found


def _of(one: Enrolled) -> Iterator[Member]:
    member = _known(one.sold, one.carrier_number)
    if one.fate is Fate.TWINS:  # the same person twice, and nothing that tells which
        for mark in "AB":
            yield replace(member, number=f"{member.number[:-1]}{mark}", mbi="", is_paid=False)
    elif one.is_in_book or one.is_paid:
        is_late = one.fate is Fate.UNPAID and one.number % 2 == 0
        yield replace(member, is_in_book=one.is_in_book, is_paid=one.is_paid, is_late=is_late)


def _known(sold: Sold, number: str) -> Member:
    return Member(
        first=sold.first_name, middle=sold.middle_name, last=sold.last_name,
        born=sold.date_of_birth, number=number, product=sold.product, plan_id=sold.plan_id,
        coverage=sold.coverage_type, effective=sold.effective_date,
        premium=sold.premium or Decimal(0), agent_first=sold.agent_first_name,
        agent_last=sold.agent_last_name, npn=sold.agent_npn, state=sold.state,
        zip_code=sold.zip_code, mbi=sold.mbi,
    )  # fmt: skip


def _others(
    carrier: str,
    sold: Sequence[ProductRow],
    agents: Sequence[tuple[str, str, str]],
    *,
    as_of: date,
) -> Iterator[Member]:
    dice = Random(f"members of {carrier}")
    letter = carrier[0].upper()
    for at, person in enumerate(people(dice, count=OTHERS, as_of=as_of)):
        product = dice.choice(sold)
        effective = date(as_of.year - dice.randrange(4), dice.randrange(1, 13), 1)
        effective = min(effective, as_of.replace(day=1))
        ended = as_of - timedelta(days=dice.randrange(20, 200)) if at % 9 == 4 else None
        if ended and ended < effective:
            effective = add_years(effective.replace(month=1), -1)
        first, last, npn = dice.choice(agents)
        yield Member(
            first=person.first_name, middle=person.middle_name, last=person.last_name,
            born=person.date_of_birth, number=f"{letter}{dice.randrange(10**8, 10**9)}",
            product=product.name, plan_id=product.plan_id, coverage=product.coverage_type,
            effective=effective, premium=Decimal(dice.randrange(0, 90)), agent_first=first,
            agent_last=last, npn=npn, state=person.home.place.state,
            zip_code=person.home.zip_code, ended=ended, is_paid=at % 5 != 0, mbi=person.mbi,
        )  # fmt: skip
