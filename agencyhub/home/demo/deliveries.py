"""A few enrollments, really received, so that every queue has something in it at first sign-in."""

import json
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from individuals.models import Individual, SalesRecord
from integrations import registry
from integrations.plancompare.models import Site
from integrations.services import inbox, processing

PARTNER = "plancompare"
NEW_MBI = "8WR6GX4PQ29"
CHOICE = ("Devoted Health", "Devoted CHOICE (PPO)", "H9888-001-000", "MAPD")
SPECIAL = ("Wellmark Blue Cross and Blue Shield", "Blue Rx C-SNP Care", "H7203-004-000", "C-SNP")
PREFERRED = ("UHC", "AARP Medicare Advantage from UHC IA-0004 (PPO)", "H2577-004-000", "MAPD")


def deliver(*, as_of: date) -> None:
    """Receive and process: one applied, two held for review, one failed while the site was off."""
    # An open Sales Record would be the one that the enrollment is about.
    open_records = SalesRecord.objects.filter(individual=OuterRef("pk"), converted_at=None)
    clients = Individual.objects.filter(
        ~Exists(open_records),
        type__label="Client", mbi_index__isnull=False, servicing_agent__isnull=False,
    )  # fmt: skip
    known, contradicted = clients.order_by("pk")[:2]
    stranger = _person("Rosalind", "Tillery", date(1961, 8, 9), "2QT4AE9KM71")
    latecomer = _person("Efraín", "Montalvo", date(1958, 2, 21), "5HN8DU1RF36")
    Site.objects.filter(is_active=True).update(is_active=False)
    _post(_enrollment(1, latecomer, CHOICE, as_of))
    Site.objects.filter(variant=Site.Variant.BROKER).update(is_active=True)
    _post(_enrollment(2, _same_person(contradicted, NEW_MBI), CHOICE, as_of))
    _post(_enrollment(3, stranger, SPECIAL, as_of))
    full = known.mbi.reveal()
    _post({**_enrollment(4, _same_person(known, full), PREFERRED, as_of), "username": "agent2.pc"})


def _post(body: dict[str, Any]) -> None:
    inbox.receive(partner=registry.PARTNERS[PARTNER], body=json.dumps(body).encode())
    for _ in processing.process_waiting(partners=registry.PARTNERS):
        pass


def _same_person(individual: Individual, mbi: str) -> dict[str, Any]:
    born = individual.date_of_birth
    return _person(individual.first_name, individual.last_name, born, mbi)


def _person(first_name: str, last_name: str, born: date | None, mbi: str) -> dict[str, Any]:
    return {
        "first_name": first_name,
        "last_name": last_name,
        "date_of_birth": born.isoformat() if born else None,
        "mbi": mbi,
        "part_a_effective_date": None,
        "part_b_effective_date": None,
        "email": None,
        "home_phone": "5155550187",
        "cell_phone": None,
        "business_phone": None,
        "address_1": "418 Grand Ave",
        "address_2": None,
        "city": "Des Moines",
        "state": "IA",
        "zip": "50309",
    }


def _enrollment(
    number: int, person: dict[str, Any], plan: tuple[str, str, str, str], as_of: date
) -> dict[str, Any]:
    carrier_name, plan_name, plan_id, plan_type = plan
    year = as_of.year + 1
    return {
        "enrollment_id": f"PC-DEMO-{number:04d}",
        "confirmation_number": f"CN70{number:06d}",
        "username": "agent1.pc",
        "individual_id": None,
        "sales_record_id": None,
        "beneficiary": person,
        "plan": {
            "carrier_name": carrier_name,
            "plan_name": plan_name,
            "plan_id": plan_id,
            "plan_type": plan_type,
            "plan_year": year,
            "premium_per_month": "0.00",
        },
        "submission_date": as_of.isoformat(),
        "application_effective_date": date(year, 1, 1).isoformat(),
        "site": "broker",
    }
