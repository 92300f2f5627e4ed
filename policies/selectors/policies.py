"""Reads for the pages of policies."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F, QuerySet

from agencyhub.accounts.models import Agent, User
from agencyhub.records.models import Option
from individuals.models import Individual
from policies.models import Policy
from policies.selectors.carriers import carrier_choices

# Carriers, statuses, coverage types and agents are few and are read for the filters anyway: joining
# them would cost PostgreSQL ten times as long to plan the list as to read it.
OWN = (
    "pk",
    "policy_number",
    "effective_date",
    "termination_date",
    "premium",
    "carrier_id",
    "status_id",
    "coverage_type_id",
    "servicing_agent_id",
)
JOINED = {
    "first_name": F("subscriber__first_name"),
    "last_name": F("subscriber__last_name"),
    "product_name": F("product__name"),
}
RELATED = (
    "subscriber__servicing_agent",
    "carrier",
    "product",
    "status",
    "coverage_type",
    "servicing_agent",
)


class Names(NamedTuple):
    """Words of what policies point to, by key and in the order of a filter."""

    carriers: dict[int, str]
    statuses: dict[int, str]
    meanings: dict[int, str]
    coverage_types: dict[int, str]
    agents: dict[int, str]


class PolicyRow(NamedTuple):
    """One row of a list of policies."""

    pk: int
    policy_number: str
    effective_date: date | None
    termination_date: date | None
    premium: Decimal | None
    individual: str
    carrier_id: int
    carrier: str
    product: str
    coverage_type: str
    status: str
    meaning: str
    agent: str


def policies_of(*, user: User, individual: Individual) -> list[PolicyRow]:
    """An individual's policies that ``user`` may see, the latest coverage first."""
    policies = Policy.objects.visible_to(user).filter(subscriber=individual)
    latest = F("effective_date").desc(nulls_first=True)
    found = list(_rows(policies).order_by(latest, "-pk"))
    return with_names(found, names()) if found else []


def with_names(rows: Iterable[Any], known: Names) -> list[PolicyRow]:
    """Complete the values of a list with the words that a page shows."""
    return [
        PolicyRow(
            pk=row.pk,
            policy_number=row.policy_number,
            effective_date=row.effective_date,
            termination_date=row.termination_date,
            premium=row.premium,
            individual=f"{row.first_name} {row.last_name}",
            carrier_id=row.carrier_id,
            carrier=known.carriers.get(row.carrier_id, ""),
            product=row.product_name or "",
            coverage_type=known.coverage_types.get(row.coverage_type_id, ""),
            status=known.statuses.get(row.status_id, ""),
            meaning=known.meanings.get(row.status_id, ""),
            agent=known.agents.get(row.servicing_agent_id, ""),
        )
        for row in rows
    ]


def policies_for_page(user: User) -> QuerySet[Policy]:
    """Policies with everything that the page of one shows."""
    return Policy.objects.visible_to(user).select_related(*RELATED)


def names() -> Names:
    """Carriers, statuses, coverage types and agents: three queries, inactive ones included."""
    lists = (Option.List.POLICY_STATUS, Option.List.COVERAGE_TYPE)
    options = Option.objects.filter(list__in=lists).order_by("list", "position", "pk")
    statuses, coverage_types = ([one for one in options if one.list == kind] for kind in lists)
    agents = Agent.objects.order_by("last_name", "first_name", "pk")
    return Names(
        carriers=dict(carrier_choices()),
        statuses={one.pk: one.words for one in statuses},
        meanings={one.pk: one.meaning for one in statuses},
        coverage_types={one.pk: one.words for one in coverage_types},
        agents={
            pk: f"{first} {last}"
            for pk, first, last in agents.values_list("pk", "first_name", "last_name")
        },
    )


def _rows(policies: QuerySet[Policy]) -> QuerySet[Any]:
    return policies.annotate(**JOINED).values_list(*OWN, *JOINED, named=True)
