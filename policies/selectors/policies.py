"""Reads for the pages of policies."""

from django.db.models import F, QuerySet

from agencyhub.accounts.models import User
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


def policies_of(*, user: User, individual: Individual) -> list[Policy]:
    """An individual's policies that ``user`` may see, the latest coverage first. One query."""
    policies = Policy.objects.visible_to(user).filter(subscriber=individual)
    latest = F("effective_date").desc(nulls_first=True)
    found = list(policies.select_related(*NAMED).order_by(latest, "-pk"))
    for one in found:
        one.subscriber = individual
    return found


def policies_for_page(user: User) -> QuerySet[Policy]:
    """Policies with everything that the page of one shows."""
    return Policy.objects.visible_to(user).select_related(*RELATED)
