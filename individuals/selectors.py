"""Reads of people that join models or shape a page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import QuerySet

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import narrow
from agencyhub.lib.keyset import Key
from agencyhub.records.models import Batch, Change, Entry
from individuals.models import Address, Individual, Person, RevealLog, SalesOpportunity, SalesRecord

BY_NAME = (Key("last_name_key"), Key("first_name_key"), Key("pk"))
PHONES = ("home_phone", "cell_phone", "business_phone")
Rows = TypeVar("Rows", bound=Person)


def places(individual_ids: Iterable[int]) -> dict[int, str]:
    """City and state of the primary addresses of some individuals: one query."""
    found = Address.objects.filter(individual_id__in=list(individual_ids), is_primary=True)
    rows = found.values_list("individual_id", "city", "state")
    return {pk: place(city, state) for pk, city, state in rows}


def place(city: str, state: str) -> str:
    """City and state on one line."""
    return ", ".join(filter(None, (city, state)))


@dataclass(frozen=True)
class ConversionFacts:
    """How a sales record was converted: the batch, if it is known, and its reasons."""

    batch: Batch | None = None
    reasons: list[str] = field(default_factory=list)


def conversion_of(record: SalesRecord) -> ConversionFacts:
    """Find the act that converted a sales record, and what it said."""
    changes = Change.objects.filter(
        table_name=SalesRecord._meta.db_table, record_id=record.pk, after__has_key="converted_at"
    )
    last = changes.select_related("batch__user").order_by("-pk").first()
    if last is None or last.batch is None:
        return ConversionFacts()
    entries = Entry.objects.filter(batch=last.batch).order_by("pk")
    reasons = [reason for entry in entries for reason in entry.reasons]
    return ConversionFacts(last.batch, list(dict.fromkeys(reasons)))


def opportunities(*, user: User) -> QuerySet[SalesOpportunity]:
    """The sales opportunities that ``user`` sees, with what their pages show."""
    rows = SalesOpportunity.objects.select_related(
        "individual", "stage", "coverage_type", "primary_producer"
    )
    return narrow(rows, user=user)


def reveals(*, person: Individual | SalesRecord, limit: int = 20) -> list[RevealLog]:
    """Who uncovered the person's MBI, newest first."""
    owner = "individual" if isinstance(person, Individual) else "sales_record"
    rows: Any = RevealLog.objects.filter(**{owner: person})
    return list(rows.select_related("user").order_by("-pk")[:limit])
