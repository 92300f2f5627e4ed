"""Enrollments as PlanCompare sends them, for the people of a made-up book."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db.models import Count, Exists, OuterRef

from agencyhub.home.demo.people import make_mbi
from individuals.models import Individual, SalesRecord
from integrations import registry
from integrations.services import inbox, processing
from policies.models import CarrierProduct

FIRST = ("Ada", "Bela", "Cora", "Dina", "Elmo", "Fritz", "Greta", "Hugo", "Ines", "Jonas")
SYLLABLES = ("bar", "den", "fin", "gol", "hub", "kel", "lor", "mar", "nor", "pol")
USERNAMES = ("agent1.pc", "agent2.pc", "owner.pc", "callcenter1.pc")
PLAN_TYPES = {
    "Medicare Advantage": "MA",
    "MAPD": "MAPD",
    "PDP": "PDP",
    "Medicare Supplement": "Medicare Supplement",
}
SEED = 1


@dataclass(frozen=True)
class Plan:
    """A carrier product in PlanCompare's words."""

    carrier_name: str
    plan_name: str
    plan_id: str
    plan_type: str


class Mix:
    """Enrollments in the mix of a working day, none about the same person as another."""

    def __init__(self, *, count: int) -> None:
        self.dice = Random(SEED)
        self.plans = _plans()
        self.count = count
        self._number = 0

    def bodies(self) -> list[dict[str, Any]]:
        """Shuffled: 40 % new people, 30 % echoed Sales Records, 20 % found by name, 10 % replays.

        The replays name confirmation numbers that ``earlier`` has sent.
        """
        share = self.count // 10
        earlier = self.earlier()
        found = [
            *(self.new_person() for _ in range(self.count - 6 * share)),
            *self._echoed(3 * share),
            *self._matched(2 * share),
            *(self._replayed(body) for body in earlier),
        ]
        apply_all(earlier)
        self.dice.shuffle(found)
        return found

    def earlier(self) -> list[dict[str, Any]]:
        """Enrollments that are applied before the measurement begins."""
        return [self.new_person() for _ in range(self.count // 10)]

    def new_person(self) -> dict[str, Any]:
        """An enrollment of somebody whom nobody knows."""
        number = self._number
        first = FIRST[number % 10]
        last = "".join(SYLLABLES[int(digit)] for digit in f"{number:05d}").title()
        born = date(1940, 1, 1) + timedelta(days=self.dice.randrange(7000))
        return self._enrollment({"first_name": first, "last_name": last, "born": born})

    def _echoed(self, count: int) -> Iterator[dict[str, Any]]:
        known = Individual.objects.filter(
            last_name_key=OuterRef("last_name_key"), date_of_birth=OuterRef("date_of_birth")
        )
        records = SalesRecord.objects.filter(converted_at=None, stage__meaning="open")
        records = records.exclude(Exists(known), individual=None).select_related("individual")
        # One for each person: PlanCompare would know the MBI of a linked Individual.
        people = {record.individual_id or -record.pk: record for record in records.order_by("-pk")}
        for record in _enough(list(people.values())[:count], count, "open Sales Records"):
            person = _person(record) | {"mbi": _mbi(record.individual or record)}
            yield {**self._enrollment(person), "sales_record_id": str(record.pk)}

    def _matched(self, count: int) -> Iterator[dict[str, Any]]:
        names = ("last_name_key", "first_name_key", "date_of_birth")
        worked = SalesRecord.objects.filter(**{name: OuterRef(name) for name in names})
        unique = Individual.objects.filter(mbi_index=None, mbi_tail="").exclude(Exists(worked))
        twins = Individual.objects.values(*names).annotate(n=Count("pk")).filter(n__gt=1)
        doubled = set(twins.values_list(*names))
        people = [
            row
            for row in unique.order_by("pk").iterator(chunk_size=1000)
            if tuple(getattr(row, name) for name in names) not in doubled
        ]
        for row in _enough(people[:count], count, "Individuals without an MBI"):
            yield self._enrollment(_person(row))

    def _replayed(self, body: dict[str, Any]) -> dict[str, Any]:
        plan = {**body["plan"], "premium_per_month": f"{self.dice.randrange(90)}.75"}
        return {**body, "enrollment_id": f"{body['enrollment_id']}-AGAIN", "plan": plan}

    def _enrollment(self, person: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        number = self._number
        born, plan = person.pop("born"), self.dice.choice(self.plans)
        return {
            "enrollment_id": f"PC-BENCH-{number:06d}",
            "confirmation_number": f"CNB{number:07d}",
            "username": self.dice.choice(USERNAMES),
            "individual_id": None,
            "sales_record_id": None,
            "beneficiary": {
                **person,
                "date_of_birth": born.isoformat() if born else None,
                "mbi": person.get("mbi") or make_mbi(self.dice),
                "part_a_effective_date": "2023-03-01",
                "part_b_effective_date": "2023-03-01",
                "email": f"person{number}@example.com",
                "home_phone": f"515555{number % 10000:04d}",
                "cell_phone": None,
                "business_phone": None,
                "address_1": f"{number} Grand Ave",
                "address_2": "Apt 4",
                "city": "Des Moines",
                "state": "IA",
                "zip": "50309",
            },
            "plan": {
                **vars(plan),
                "plan_year": 2027,
                "premium_per_month": f"{self.dice.randrange(90)}.50",
            },
            "submission_date": "2026-10-15",
            "application_effective_date": "2027-01-01",
            "site": "broker",
        }


def receive_all(bodies: list[dict[str, Any]]) -> None:
    """Store enrollments as the hook does."""
    for body in bodies:
        inbox.receive(partner=registry.PARTNERS["plancompare"], body=json.dumps(body).encode())


def apply_all(bodies: list[dict[str, Any]]) -> None:
    """Store and apply enrollments."""
    receive_all(bodies)
    for _ in processing.process_waiting(partners=registry.PARTNERS):
        pass


def _plans() -> list[Plan]:
    products = CarrierProduct.objects.filter(coverage_type__label__in=PLAN_TYPES, is_active=True)
    return [
        Plan(
            product.carrier.name,
            product.name,
            product.plan_id,
            PLAN_TYPES[product.coverage_type.label],  # type: ignore[union-attr]
        )
        for product in products.select_related("carrier", "coverage_type").order_by("pk")
    ]


def _person(row: Individual | SalesRecord) -> dict[str, Any]:
    names = {"first_name": row.first_name, "last_name": row.last_name}
    return {**names, "born": row.date_of_birth, "mbi": _mbi(row)}


def _mbi(row: Individual | SalesRecord) -> str | None:
    return row.mbi.reveal() if row.mbi else None


def _enough(rows: list[Any], count: int, what: str) -> list[Any]:
    if len(rows) < count:
        msg = f"The book has {len(rows)} {what}; {count} are needed."
        raise ValueError(msg)
    return rows
