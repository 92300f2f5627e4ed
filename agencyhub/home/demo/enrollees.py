"""Reads the demo's policies for ``enrolled``: those that could have come as applications."""

from datetime import date
from typing import Any

from agencyhub.home.demo.enrolled import Enrolled, Sold, enroll
from agencyhub.home.demo.fields import CONFIRMATION
from policies.models import Policy

COVERAGE_TYPES = ("Medicare Advantage", "MAPD", "PDP", "Medicare Supplement")
STATUSES = ("Active", "Future effective", "Submitted", "Pending")


def latest(*, as_of: date) -> list[Enrolled]:
    """The latest enrollments of the demo; the same every time."""
    policies = Policy.objects.filter(
        coverage_type__label__in=COVERAGE_TYPES,
        status__label__in=STATUSES,
        app_submit_date__isnull=False,
        effective_date__isnull=False,
        servicing_agent__isnull=False,
        subscriber__date_of_birth__isnull=False,
        product__isnull=False,
    ).select_related("carrier", "product", "coverage_type", "servicing_agent", "subscriber")
    newest = policies.order_by("-app_submit_date", "-pk")
    homes = newest.prefetch_related("subscriber__addresses")
    return enroll((_sold(one) for one in homes[:1_000]), as_of=as_of)


def _sold(policy: Any) -> Sold:
    person, agent = policy.subscriber, policy.servicing_agent
    home = next((one for one in person.addresses.all() if one.is_primary), None)
    return Sold(
        policy_id=policy.pk,
        individual_id=person.pk,
        carrier=policy.carrier.name,
        product=policy.product.name,
        plan_id=policy.product.plan_id,
        coverage_type=policy.coverage_type.label,
        policy_number=policy.policy_number,
        confirmation_number=policy.custom.get(CONFIRMATION) or f"CN{policy.pk:09d}",
        submitted=policy.app_submit_date,
        effective_date=policy.effective_date,
        premium=policy.premium,
        first_name=person.first_name,
        middle_name=person.middle_name,
        last_name=person.last_name,
        date_of_birth=person.date_of_birth,
        state=home.state if home else "",
        zip_code=home.zip_code if home else "",
        agent_first_name=agent.first_name,
        agent_last_name=agent.last_name,
        agent_npn=agent.npn,
        mbi=person.mbi.reveal() if person.mbi else "",
    )
