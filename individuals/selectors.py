"""Reads of people that join models or shape a page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Right

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import narrow
from agencyhub.lib.db import NameKey
from agencyhub.lib.keyset import Key
from agencyhub.records.models import Batch, Change, Entry
from individuals.models import Address, Individual, Person, RevealLog, SalesOpportunity, SalesRecord
from individuals.searching import Kind, Query

BY_NAME = (Key("last_name_key"), Key("first_name_key"), Key("pk"))
SEARCH_LIMIT = 50
PHONES = ("home_phone", "cell_phone", "business_phone")
LOCAL_DIGITS = 7
Rows = TypeVar("Rows", bound=Person)


def search(rows: QuerySet[Rows], query: Query) -> QuerySet[Rows]:
    """Narrow people to those that a typed text means; nothing typed finds nobody."""
    if query.kind is Kind.MBI:
        return rows.with_mbi(query.value)  # type: ignore[attr-defined,no-any-return]
    if query.kind is Kind.PHONE:
        return _with_phone(rows, query.value)
    if query.kind is Kind.EMAIL:
        return rows.filter(email__iexact=query.value)
    wanted = Q(pk__in=[])
    for first, last in query.names:
        wanted |= _begins("first_name_key", first) & _begins("last_name_key", last)
    return rows.filter(wanted)


def _with_phone(rows: QuerySet[Rows], digits: str) -> QuerySet[Rows]:
    """People with a number that ends so. The last seven digits are what an index can hold."""
    local = digits[-LOCAL_DIGITS:]
    wanted = Q()
    for name in PHONES:
        wanted |= Q(**{f"{name}_end": local, f"{name}__endswith": digits})
    ends = {f"{name}_end": Right(name, LOCAL_DIGITS) for name in PHONES}
    found: QuerySet[Rows] = rows.alias(**ends).filter(wanted)
    return found


def _begins(column: str, text: str) -> Q:
    return Q(**{f"{column}__startswith": NameKey(Value(text))}) if text else Q()


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
