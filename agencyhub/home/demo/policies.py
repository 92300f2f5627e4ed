"""The coverage that a made-up person has had: consistent dates, statuses and premiums."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from agencyhub.home.demo import catalogue
from agencyhub.home.demo.people import Person
from agencyhub.lib.years import add_years

ONE_DAY = timedelta(days=1)
ANCILLARY = (catalogue.DENTAL, catalogue.VISION, catalogue.LIFE)
NOT_TAKEN_UP = ("Cancelled", "Declined", "Withdrawn", "Not taken")


@dataclass
class Coverage:
    """One policy to be: words for status and coverage type, a product by its position."""

    product: "Product"
    status: str
    submitted: date | None
    effective: date | None
    terminated: date | None
    premium: Decimal


@dataclass(frozen=True)
class Product:
    """A carrier product as the database knows it."""

    product_id: int
    carrier_id: int
    plan_id: str
    coverage_type: str
    weight: int
    states: frozenset[str]


class Shelf:
    """Products by coverage type and state, picked by how much the agency sells of their carrier."""

    def __init__(self, products: Sequence[Product]) -> None:
        self._products = products
        self._offers: dict[tuple[str, str], tuple[list[Product], list[int]]] = {}

    def pick(self, dice: Random, coverage_type: str, state: str) -> Product:
        """Pick a product of a coverage type that is sold in a state."""
        products, weights = self._offer(coverage_type, state)
        return dice.choices(products, weights)[0]

    def _offer(self, coverage_type: str, state: str) -> tuple[list[Product], list[int]]:
        if (coverage_type, state) not in self._offers:
            sold = [
                product
                for product in self._products
                if product.coverage_type == coverage_type
                and (not product.states or state in product.states)
            ]
            self._offers[coverage_type, state] = sold, [product.weight for product in sold]
        return self._offers[coverage_type, state]


class Underwriter:
    """Makes up a person's policies as of one day."""

    def __init__(self, dice: Random, shelf: Shelf, *, as_of: date) -> None:
        self.dice = dice
        self.shelf = shelf
        self.as_of = as_of

    def first_policies(self, person: Person, *, is_former: bool) -> list[Coverage]:
        """The main coverage: an Advantage plan, or a supplement with a drug plan."""
        kinds = self._path()
        if is_former:
            return [self._ended(kind, person) for kind in kinds]
        start = self._start(person)
        coverages = [self._current(kind, person, start) for kind in kinds]
        if self._is_enrollment_season() and self.dice.random() < 0.14:
            coverages.append(self._switch(person, coverages[0]))
        return coverages

    def another(self, person: Person, *, is_former: bool) -> Coverage:
        """One more policy: dental, vision, life, what came before, or what never took effect."""
        chance = self.dice.random()
        if chance < 0.42 and not is_former:
            return self._current(self.dice.choice(ANCILLARY), person, self._start(person))
        if chance < 0.82:
            return self._ended(self._path()[0], person)
        return self._never_effective(self._path()[0], person)

    def _path(self) -> list[str]:
        chance = self.dice.random()
        if chance < 0.68:
            return [catalogue.MAPD]
        if chance < 0.75:
            return [catalogue.MA]
        if chance < 0.94:
            return [catalogue.SUPPLEMENT, catalogue.PDP]
        return [catalogue.PDP]

    def _start(self, person: Person) -> date:
        """First covered day: usually 1 January, else the month Medicare began or another month."""
        earliest = person.covered_from or self.as_of
        chance = self.dice.random()
        january = date(self.as_of.year - int(self.dice.triangular(0, 6, 0)), 1, 1)
        if chance < 0.65 and january >= earliest:
            return january
        if chance < 0.85 and earliest.year > self.as_of.year - 7:
            return earliest
        month = self.dice.randrange(1, self.as_of.month + 1)
        return max(date(self.as_of.year, month, 1), earliest)

    def _submitted(self, effective: date) -> date:
        if effective.month == 1 and self.dice.random() < 0.9:
            opens = date(effective.year - 1, 10, 15)
            return min(opens + timedelta(days=self.dice.randrange(54)), self.as_of)
        return min(effective - timedelta(days=self.dice.randrange(6, 70)), self.as_of)

    def _current(self, kind: str, person: Person, start: date) -> Coverage:
        return self._coverage(kind, person, "Active", start, None)

    def _ended(self, kind: str, person: Person) -> Coverage:
        years_back = self.dice.randrange(1, 4)
        start = add_years(self._start(person), -years_back)
        effective = max(start, person.covered_from or start)
        last = date(effective.year + self.dice.randrange(years_back), 12, 31)
        status = "Lapsed" if self.dice.random() < 0.12 else "Terminated"
        if status == "Lapsed":  # for non-payment: at the end of some month
            last = date(last.year, self.dice.randrange(2, 12), 1) - ONE_DAY
        last = max(min(last, self.as_of - ONE_DAY), effective)
        return self._coverage(kind, person, status, effective, last)

    def _never_effective(self, kind: str, person: Person) -> Coverage:
        month = date(self.as_of.year, self.dice.randrange(1, 13), 1)
        effective = max(month, person.covered_from or month)
        return self._coverage(kind, person, self.dice.choice(NOT_TAKEN_UP), effective, None)

    def _is_enrollment_season(self) -> bool:
        return self.as_of >= date(self.as_of.year, 10, 20)

    def _switch(self, person: Person, current: Coverage) -> Coverage:
        """Next year's plan; the one in force ends on 31 December."""
        current.status = "Pending termination"
        current.terminated = date(self.as_of.year, 12, 31)
        status = self.dice.choices(("Submitted", "Future effective", "Pending"), (4, 4, 2))[0]
        next_year = date(self.as_of.year + 1, 1, 1)
        return self._coverage(catalogue.MAPD, person, status, next_year, None)

    def _coverage(
        self, kind: str, person: Person, status: str, effective: date, terminated: date | None
    ) -> Coverage:
        premium = catalogue.premium(kind, chance=self.dice.random())
        product = self.shelf.pick(self.dice, kind, person.home.place.state)
        submitted = self._submitted(effective)
        return Coverage(product, status, submitted, effective, terminated, premium)
