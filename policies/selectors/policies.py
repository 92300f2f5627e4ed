"""Reads for the pages of policies."""

from typing import Any, NamedTuple

from django.db import models
from django.db.models import F, Func, QuerySet

from agencyhub.accounts.models import Agent, User
from agencyhub.records.models import Option
from individuals.models import Individual
from policies.models import Policy
from policies.numbers import number_key

UNASSIGNED = "none"
SEARCH_LIMIT = 50
# What a row of a list shows; models of six tables per row would cost more than the query.
JOINED = {
    "subscriber_first_name": F("subscriber__first_name"),
    "subscriber_last_name": F("subscriber__last_name"),
    "carrier_name": F("carrier__name"),
    "product_name": F("product__name"),
    "status_label": F("status__label"),
    "status_meaning": F("status__meaning"),
    "coverage_label": F("coverage_type__label"),
    "agent_first_name": F("servicing_agent__first_name"),
    "agent_last_name": F("servicing_agent__last_name"),
}
OWN = ("pk", "policy_number", "effective_date", "termination_date", "premium", "subscriber_id")
RELATED = (
    "subscriber__servicing_agent",
    "carrier",
    "product",
    "status",
    "coverage_type",
    "servicing_agent",
)


class NumberKey(Func):
    """A policy number without case, spaces, punctuation and leading zeros (``number_key``)."""

    template = "ltrim(name_key(%(expressions)s), '0')"
    arity = 1
    output_field = models.CharField()


class FilterChoices(NamedTuple):
    """What the filters of the list offer: keys and words."""

    statuses: list[tuple[int, str]]
    coverage_types: list[tuple[int, str]]
    agents: list[tuple[int, str]]


def policies_for_list(
    *,
    user: User,
    status: int | None = None,
    carrier: int | None = None,
    coverage_type: int | None = None,
    product: int | None = None,
    agent: str = "",
) -> QuerySet[Policy]:
    """Policies that fit every filter, as rows of ``OWN`` and ``JOINED`` values."""
    wanted: dict[str, Any] = {
        "status": status,
        "carrier": carrier,
        "coverage_type": coverage_type,
        "product": product,
    }
    policies = Policy.objects.visible_to(user)
    policies = policies.filter(**{name: value for name, value in wanted.items() if value})
    if agent == UNASSIGNED:
        policies = policies.filter(servicing_agent__isnull=True)
    elif agent:
        policies = policies.filter(servicing_agent=int(agent))
    return _rows(policies)


def policies_by_number(*, user: User, text: str) -> list[Any]:
    """Policies whose number starts with ``text``, zeros, dashes, spaces and case aside.

    Newest first, and one more than ``SEARCH_LIMIT`` at the most.
    """
    key = number_key(text)
    if not key:
        return []
    policies = Policy.objects.visible_to(user).alias(number_key=NumberKey("policy_number"))
    found = policies.filter(number_key__startswith=key)
    return list(_rows(found).order_by("-pk")[: SEARCH_LIMIT + 1])


def policies_of(*, user: User, individual: Individual) -> list[Any]:
    """An individual's policies that ``user`` may see, as rows, the latest coverage first."""
    policies = Policy.objects.visible_to(user).filter(subscriber=individual)
    latest = F("effective_date").desc(nulls_first=True)
    return list(_rows(policies).order_by(latest, "-pk"))


def policies_for_page(user: User) -> QuerySet[Policy]:
    """Policies with everything that the page of one shows."""
    return Policy.objects.visible_to(user).select_related(*RELATED)


def filter_choices() -> FilterChoices:
    """Statuses and coverage types (one query) and agents, inactive ones included."""
    lists = (Option.List.POLICY_STATUS, Option.List.COVERAGE_TYPE)
    options = Option.objects.filter(list__in=lists).order_by("list", "position", "pk")
    found = list(options.values_list("list", "pk", "label"))
    agents = Agent.objects.order_by("last_name", "first_name", "pk")
    names = agents.values_list("pk", "first_name", "last_name")
    return FilterChoices(
        statuses=[(pk, label) for kind, pk, label in found if kind == lists[0]],
        coverage_types=[(pk, label) for kind, pk, label in found if kind == lists[1]],
        agents=[(pk, f"{first} {last}") for pk, first, last in names],
    )


def _rows(policies: QuerySet[Policy]) -> QuerySet[Any]:
    return policies.annotate(**JOINED).values_list(*OWN, *JOINED, named=True)
