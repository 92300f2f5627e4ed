"""Whether a plan is offered to a person at all: who, what, which plan and when belong together."""

from datetime import date

from django.utils.translation import gettext

from agencyhub.lib.errors import DomainError
from groups.models import Benefit, Dependent, Employee, GroupPlan
from groups.selectors.choices import Asked


class ElectionRefusedError(DomainError):
    """The plan, or what is known of the person, does not allow what was chosen."""

    code = "election_refused"


def open_choice(
    *,
    employee_id: int,
    benefit_id: int,
    dependent_id: int | None,
    plan_id: int,
    effective_date: date,
) -> Asked:
    """Read what a choice is about, and lock the employee: choices of one follow each other.

    Raises:
        ElectionRefusedError: they do not belong together.
    """
    employee = Employee.objects.select_for_update(no_key=True).get(pk=employee_id)
    plan = (
        GroupPlan.objects.select_related("benefit")
        .prefetch_related("guaranteed_issues", "rates", "classes")
        .get(pk=plan_id)
    )
    asked = Asked(
        employee=employee,
        benefit=Benefit.objects.get(pk=benefit_id),
        dependent=None if dependent_id is None else Dependent.objects.get(pk=dependent_id),
        plan=plan,
        effective_date=effective_date,
    )
    _check_plan(asked)
    _check_person(asked)
    return asked


def _check_plan(asked: Asked) -> None:
    employee, plan, day = asked.employee, asked.plan, asked.effective_date
    if asked.benefit.group_id != employee.group_id or plan.benefit_id != asked.benefit.pk:
        raise ElectionRefusedError(
            gettext("The employee’s group does not offer this plan."), field="plan"
        )
    if day < plan.effective_date or (plan.termination_date and day > plan.termination_date):
        raise ElectionRefusedError(
            gettext("The plan is not offered on that day."), field="effective_date"
        )
    classes = {one.pk for one in plan.classes.all()}
    if classes and employee.benefit_class_id not in classes:
        raise ElectionRefusedError(
            gettext("The plan is not offered to the employee’s class."), field="plan"
        )


def _check_person(asked: Asked) -> None:
    if asked.dependent is not None and asked.dependent.employee_id != asked.employee.pk:
        raise ElectionRefusedError(
            gettext("This is a dependent of somebody else."), field="dependent"
        )
    if not _covers(asked.benefit, asked.dependent):
        raise ElectionRefusedError(
            gettext("The benefit does not cover this person."), field="dependent"
        )


def _covers(benefit: Benefit, dependent: Dependent | None) -> bool:
    """Children may be covered together, without naming one."""
    if benefit.covers == Benefit.Covers.SUBSCRIBER:
        return dependent is None
    if benefit.covers == Benefit.Covers.CHILD:
        return dependent is None or dependent.relationship == Dependent.Relationship.CHILD
    return dependent is not None and dependent.relationship != Dependent.Relationship.CHILD
