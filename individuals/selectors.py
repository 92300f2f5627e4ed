"""Reads of people that join models or shape a page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import QuerySet

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import narrow, reach_of, within
from agencyhub.lib.keyset import Key
from agencyhub.lib.written import Written
from agencyhub.records.models import Batch, Change, Entry
from individuals.models import Address, Individual, Person, RevealLog, SalesOpportunity, SalesRecord

BY_NAME = (Key("last_name_key"), Key("first_name_key"), Key("pk"))
PHONES = ("home_phone", "cell_phone", "business_phone")
Rows = TypeVar("Rows", bound=Person)
_INDIVIDUAL = Written(
    lambda reach, *, pk: within(
        Individual.objects.filter(pk=pk).select_related("type", "status", "servicing_agent"), reach
    )
)
_SALES_RECORD = Written(
    lambda reach, *, pk: within(
        SalesRecord.objects.filter(pk=pk).select_related(
            "stage", "lead_source", "assigned_agent", "individual", "address_type"
        ),
        reach,
    )
)
_REVEALS = Written(
    lambda owner, most, *, person: (
        RevealLog.objects.filter(**{owner: person}).select_related("user").order_by("-pk")[:most]
    )
)


def individual_for_page(user: User, *, pk: int) -> Individual | None:
    """An individual whom ``user`` may see, with what their page shows, or None. One query."""
    return _INDIVIDUAL.one(reach_of(user), pk=pk)


def sales_record_for_page(user: User, *, pk: int) -> SalesRecord | None:
    """A sales record that ``user`` may see, with what its page shows, or None. One query."""
    return _SALES_RECORD.one(reach_of(user), pk=pk)


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
    return _REVEALS.rows(owner, limit, person=person.pk)
