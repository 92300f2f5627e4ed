"""Reads for the pages of groups: their facts, what they offer, how they sort employees."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import narrow
from groups.models import (
    Benefit,
    BenefitClass,
    Division,
    Election,
    Employee,
    EmployerGroup,
    GroupPlan,
    Location,
    Unit,
)

# How groups sort their employees: the name in addresses, and the model.
UNITS: dict[str, type[Unit]] = {
    "benefit-classes": BenefitClass,
    "divisions": Division,
    "locations": Location,
}


@dataclass(frozen=True)
class Figures:
    """What the page of a group counts."""

    employees: int
    left: int
    waiting: int
    benefits: int


def for_page(user: User) -> QuerySet[EmployerGroup]:
    """The groups that the user sees, with what their pages show."""
    return EmployerGroup.objects.visible_to(user).select_related("servicing_agent")


def figures(group: EmployerGroup, *, on: Any) -> Figures:
    """Count the people of a group on a day, and those who wait for evidence: two queries."""
    rows = Employee.objects.filter(group=group)
    waits = Exists(Election.objects.waiting().filter(employee=OuterRef("pk")))
    gone = Q(termination_date__lt=on)
    counted = rows.aggregate(
        every=Count("pk"), gone=Count("pk", filter=gone), waiting=Count("pk", filter=Q(waits))
    )
    return Figures(
        employees=counted["every"] - counted["gone"],
        left=counted["gone"],
        waiting=counted["waiting"],
        benefits=group.benefits.count(),
    )


def benefits_of(group: EmployerGroup) -> QuerySet[Benefit]:
    """What a group offers, with the plans behind each, the newest first."""
    covered = Count("elections", filter=Q(elections__termination_date__isnull=True))
    plans = GroupPlan.objects.annotate(member_count=covered).select_related("carrier")
    plans = plans.prefetch_related("guaranteed_issues", "classes")
    ordered = Prefetch("plans", plans.order_by("-effective_date", "name", "pk"))
    rows = Benefit.objects.filter(group=group).order_by("line", "name", "pk")
    return rows.prefetch_related(ordered)


def plans_for_page(user: User) -> QuerySet[GroupPlan, Any]:
    """The plans that the user sees, with what the page of one shows."""
    rows: QuerySet[GroupPlan] = narrow(GroupPlan.objects.all(), user=user)
    return rows.select_related("group", "benefit", "carrier")


def units_of(group: EmployerGroup) -> list[tuple[str, type[Unit], list[Any]]]:
    """The units of a group by kind, each with ``employee_count``; a query per kind."""
    found = []
    for key, model in UNITS.items():
        rows: Any = model._default_manager.all()
        counted = rows.filter(group=group).annotate(employee_count=Count("employees"))
        found.append((key, model, list(counted.order_by("-is_active", "name", "pk"))))
    return found
