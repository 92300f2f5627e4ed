"""Pages of employer groups."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from agencyhub.lib.pages import render_page
from agencyhub.records.selectors import timeline
from agencyhub.records.views import lists
from groups.lists import GROUPS
from groups.models import EmployerGroup
from groups.views.common import groups_for_page, tabs


@require_GET
@login_required
@permission_required("groups.view_employergroup", raise_exception=True)
def group_list(request: HttpRequest) -> HttpResponse:
    """Employer groups by name, with how many of their people wait for evidence."""
    return lists.show(request, GROUPS)


@require_GET
@login_required
@permission_required("groups.view_employergroup", raise_exception=True)
def group_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One employer group: its facts and its history."""
    user = request.user
    group = get_object_or_404(groups_for_page(user), pk=pk)
    context = {
        "group": group,
        "tabs": tabs(group, current="overview", user=user),
        "timeline": timeline(table=EmployerGroup._meta.db_table, record_id=pk, viewer=user),
    }
    return render_page(request, "groups/group_detail.html", context)
