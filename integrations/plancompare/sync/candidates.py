"""Individuals whom an enrollment may be about, locked against changes; ten at the most."""

from typing import Any

from individuals.models import Individual
from integrations.plancompare.mapping import Beneficiary


def with_mbi(person: Beneficiary) -> list[Individual]:
    """Those with the person's full MBI; nobody where it is not known."""
    if not person.mbi or not person.mbi.full:
        return []
    return locked(Individual.objects.with_mbi(person.mbi.full))


def named(person: Beneficiary) -> list[Individual]:
    """Those with the same name and date of birth."""
    rows = Individual.objects.filter(date_of_birth=person.date_of_birth).named(
        first_name=person.first_name, last_name=person.last_name
    )
    return locked(rows)


def locked(rows: Any) -> list[Individual]:
    """The first of some individuals, by number."""
    return list(rows.select_for_update(of=("self",), no_key=True).order_by("pk")[:10])
