"""Reads for the page of an employee."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from agencyhub.accounts.models import User
from groups.models import (
    CoverageLock,
    CoveragePeriod,
    Dependent,
    Election,
    Employee,
    SsnReveal,
)

REVEALS_SHOWN = 20
ORDER = ("-waiting_for_eoi", "benefit__line", "benefit__name", "dependent", "pk")


@dataclass(frozen=True)
class Covered:
    """One election as the page shows it: its three sets, what was in force when, and its lock."""

    election: Election
    periods: list[CoveragePeriod] = field(default_factory=list)
    lock: CoverageLock | None = None


def for_page(user: User) -> QuerySet[Employee, Any]:
    """The employees whom the user sees, with what the page of one shows."""
    rows = Employee.objects.visible_to(user)
    return rows.select_related("group", "benefit_class", "division", "location")


def dependents_for_page(user: User) -> QuerySet[Dependent, Any]:
    """The dependents whom the user sees, with their employees."""
    return Dependent.objects.visible_to(user).select_related("employee__group")


def elections_of(employee: Employee) -> list[Covered]:
    """What an employee and the dependents have chosen, what waits first: three queries."""
    rows = Election.objects.filter(employee=employee).select_related(
        "benefit", "plan__carrier", "requested_plan__carrier", "dependent"
    )
    periods: dict[int, list[CoveragePeriod]] = {}
    told = CoveragePeriod.objects.filter(election__employee=employee).select_related("plan")
    for period in told.order_by("-start_date", "-pk"):
        periods.setdefault(period.election_id, []).append(period)
    locks = {
        (lock.benefit_id, lock.dependent_id): lock
        for lock in CoverageLock.objects.filter(employee=employee, lifted_at=None)
    }
    return [
        Covered(one, periods.get(one.pk, []), locks.get((one.benefit_id, one.dependent_id)))
        for one in rows.order_by(*ORDER)
    ]


def reveals_of(employee: Employee) -> QuerySet[SsnReveal]:
    """Who uncovered the SSN of the employee or of a dependent, newest first."""
    rows = SsnReveal.objects.filter(employee=employee).select_related("user", "dependent")
    return rows.order_by("-pk")[:REVEALS_SHOWN]
