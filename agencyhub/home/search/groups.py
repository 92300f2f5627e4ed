"""Employer groups and their employees, by names and partners' numbers."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from agencyhub.accounts.models import User
from agencyhub.home.search.results import Group, Result
from groups.selectors.search import employees_found, groups_found


def employer_groups(user: User, *, text: str, limit: int) -> Iterator[Group]:
    """Employer groups and employees, as far as the user may see them: a query each."""
    if user.has_perm("groups.view_employergroup"):
        groups = list(groups_found(user, text=text)[: limit + 1])
        results = [
            Result(
                group.name,
                reverse("groups:group_detail", args=[group.pk]),
                "building",
                text=group.dba_name or group.get_status_display(),
            )
            for group in groups[:limit]
        ]
        yield Group(_("Employer groups"), results, has_more=len(groups) > limit)
    if user.has_perm("groups.view_employee"):
        employees = list(employees_found(user, text=text)[: limit + 1])
        results = [
            Result(
                f"{employee.last_name}, {employee.first_name}",
                reverse("groups:employee_detail", args=[employee.pk]),
                "id",
                text=" · ".join(filter(None, (employee.group.name, employee.external_id))),
            )
            for employee in employees[:limit]
        ]
        yield Group(_("Employees"), results, has_more=len(employees) > limit)
