"""Reads for the pages of policies."""

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from agencyhub.accounts.models import Agent, User
from agencyhub.accounts.scope import Reach, reach_of, within
from agencyhub.lib.written import Written
from individuals.models import Individual
from policies.models import Policy

RELATED = (
    "subscriber__servicing_agent",
    "carrier",
    "product",
    "status",
    "coverage_type",
    "servicing_agent",
    "standing",
)
NAMED = ("carrier", "product", "status", "coverage_type", "servicing_agent", "standing")


def _written_of(reach: Reach, *, individual: Any) -> QuerySet[Policy]:
    policies = within(Policy.objects.filter(subscriber=individual), reach)
    return policies.select_related(*NAMED).order_by(
        F("effective_date").desc(nulls_first=True), "-pk"
    )


def _written_page(reach: Reach, *, pk: Any) -> QuerySet[Policy]:
    subscriber = within(Individual.objects.filter(pk=OuterRef("subscriber")), reach)
    policies = within(Policy.objects.filter(pk=pk), reach).select_related(*RELATED)
    return policies.annotate(may_open_subscriber=Exists(subscriber))


_OF, _PAGE = Written(_written_of), Written(_written_page)
_ADDITIONAL: Any = Policy.additional_agents.through
_AGENTS = Written(
    lambda *, policy: Agent.objects.filter(
        pk__in=_ADDITIONAL.objects.filter(policy=policy).values("agent")
    ).order_by("last_name", "first_name", "pk")
)


def policies_of(*, user: User, individual: Individual) -> list[Policy]:
    """An individual's policies that ``user`` may see, the latest coverage first. One query."""
    found = _OF.rows(reach_of(user), individual=individual.pk)
    for one in found:
        one.subscriber = individual
    return found


def policies_for_page(user: User) -> QuerySet[Policy]:
    """Policies with everything that the page of one shows."""
    return Policy.objects.visible_to(user).select_related(*RELATED)


def policy_for_page(user: User, *, pk: int) -> Policy | None:
    """A policy that ``user`` may see, with what its page shows, or None. One query.

    ``may_open_subscriber`` says whether the user sees its subscriber as well.
    """
    return _PAGE.one(reach_of(user), pk=pk)


def additional_agents(policy: Policy) -> list[Agent]:
    """The additional agents of a policy by name. One query."""
    return _AGENTS.rows(policy=policy.pk)
