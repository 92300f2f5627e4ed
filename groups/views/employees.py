"""Pages of employees and their dependents."""

from datetime import date

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.lib.pages import HtmxRequest, render_page
from agencyhub.lib.pks import read_pk
from agencyhub.records.selectors import timeline
from agencyhub.records.views import lists
from groups.forms.members import DependentForm, EmployeeForm
from groups.lists import EMPLOYEES
from groups.models import Dependent, Employee
from groups.selectors import employees as selectors
from groups.selectors import groups as group_selectors
from groups.views.common import FormPage, removed, tabs
from individuals.ages import age


@require_GET
@login_required
@permission_required("groups.view_employee", raise_exception=True)
def employee_list(request: HtmxRequest) -> HttpResponse:
    """Employees by name; those of one group stand on a tab of its pages."""
    user, asked = request.user, request.GET.getlist("group")
    key = read_pk(asked[0]) if len(asked) == 1 else None
    group = group_selectors.for_page(user).filter(pk=key).first() if key else None
    return lists.show(
        request,
        EMPLOYEES,
        template="groups/employee_list.html",
        group=group,
        tabs=tabs(group, current="employees", user=user) if group else (),
    )


@require_GET
@login_required
@permission_required("groups.view_employee", raise_exception=True)
def employee_detail(request: HtmxRequest, pk: int) -> HttpResponse:
    """One employee: elections, dependents, coverage, history."""
    user, today = request.user, timezone.localdate()
    employee = get_object_or_404(selectors.for_page(user), pk=pk)
    elections = selectors.elections_of(employee) if user.has_perm("groups.view_election") else []
    dependents = list(employee.dependents.order_by("relationship", "date_of_birth", "pk"))
    context = {
        "employee": employee,
        "age": _age(employee, today),
        "has_left": bool(employee.termination_date and employee.termination_date < today),
        "elections": elections,
        "follows_salary": any(one.election.multiple for one in elections),
        "dependents": [(one, _age(one, today)) for one in dependents],
        "may_reveal": user.has_perm("groups.reveal_ssn"),
        "reveals": (
            selectors.reveals_of(employee) if user.has_perm("groups.view_ssnreveal") else None
        ),
        "timeline": timeline(table=Employee._meta.db_table, record_id=pk, viewer=user),
    }
    return render_page(request, "groups/employee_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("groups.add_employee", raise_exception=True)
def employee_create(request: HtmxRequest, pk: int) -> HttpResponse:
    """A new employee of a group."""
    group = get_object_or_404(group_selectors.for_page(request.user), pk=pk)
    page = FormPage(
        title=gettext("New employee"),
        summary=gettext_noop("Employee added"),
        said=gettext("The employee is added."),
        back_label=group.name,
        back_url=f"{reverse('groups:employee_list')}?group={group.pk}",
        goes_to=_address,
    )
    return page.answer(request, EmployeeForm(request.POST or None, instance=Employee(group=group)))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("groups.change_employee", raise_exception=True)
def employee_edit(request: HtmxRequest, pk: int) -> HttpResponse:
    """Change an employee."""
    employee = get_object_or_404(selectors.for_page(request.user), pk=pk)
    page = FormPage(
        title=gettext("Edit employee"),
        summary=gettext_noop("Employee edited"),
        said=gettext("The employee is saved."),
        back_label=employee.full_name,
        back_url=_address(employee),
    )
    return page.answer(request, EmployeeForm(request.POST or None, instance=employee))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("groups.add_dependent", raise_exception=True)
def dependent_create(request: HtmxRequest, pk: int) -> HttpResponse:
    """A new dependent of an employee."""
    employee = get_object_or_404(selectors.for_page(request.user), pk=pk)
    page = FormPage(
        title=gettext("New dependent"),
        summary=gettext_noop("Dependent added"),
        said=gettext("The dependent is added."),
        back_label=employee.full_name,
        back_url=_address(employee),
    )
    dependent = Dependent(employee=employee, last_name=employee.last_name)
    return page.answer(request, DependentForm(request.POST or None, instance=dependent))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("groups.change_dependent", raise_exception=True)
def dependent_edit(request: HtmxRequest, pk: int) -> HttpResponse:
    """Change a dependent."""
    dependent = get_object_or_404(selectors.dependents_for_page(request.user), pk=pk)
    may_remove = request.user.has_perm("groups.delete_dependent")
    page = FormPage(
        title=gettext("Edit dependent"),
        summary=gettext_noop("Dependent edited"),
        said=gettext("The dependent is saved."),
        back_label=dependent.employee.full_name,
        back_url=_address(dependent.employee),
        remove_url=reverse("groups:dependent_remove", args=[pk]) if may_remove else "",
    )
    return page.answer(request, DependentForm(request.POST or None, instance=dependent))


@require_POST
@login_required
@permission_required("groups.delete_dependent", raise_exception=True)
def dependent_remove(request: HtmxRequest, pk: int) -> HttpResponse:
    """Remove a dependent who has no coverage."""
    dependent = get_object_or_404(selectors.dependents_for_page(request.user), pk=pk)
    return removed(
        request,
        dependent,
        summary=gettext_noop("Dependent removed"),
        said=gettext("The dependent is removed."),
        to=_address(dependent.employee),
    )


def _address(employee: Employee) -> str:
    return reverse("groups:employee_detail", args=[employee.pk])


def _age(member: Employee | Dependent, today: date) -> int | None:
    born = member.date_of_birth
    return None if born is None else age(born=born, on=today)
