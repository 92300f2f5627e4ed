"""Pages of employees."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from agencyhub.lib.pages import render_page
from agencyhub.lib.pks import read_pk
from agencyhub.records.selectors import timeline
from agencyhub.records.views import lists
from groups.lists import EMPLOYEES
from groups.models import Employee
from groups.views.common import groups_for_page, tabs


@require_GET
@login_required
@permission_required("groups.view_employee", raise_exception=True)
def employee_list(request: HttpRequest) -> HttpResponse:
    """Employees by name; those of one group stand on a tab of its pages."""
    user, asked = request.user, request.GET.getlist("group")
    key = read_pk(asked[0]) if len(asked) == 1 else None
    group = groups_for_page(user).filter(pk=key).first() if key else None
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
def employee_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One employee: elections, dependents, coverage, history."""
    rows = Employee.objects.visible_to(request.user)
    employee = get_object_or_404(
        rows.select_related("group", "benefit_class", "division", "location"), pk=pk
    )
    context = {
        "employee": employee,
        "timeline": timeline(table=Employee._meta.db_table, record_id=pk, viewer=request.user),
    }
    return render_page(request, "groups/employee_detail.html", context)
