"""Pages of employer groups."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from agencyhub.lib.pages import HtmxRequest, render_page
from agencyhub.records.selectors import timeline
from agencyhub.records.views import lists
from groups.forms.groups import GroupForm
from groups.lists import GROUPS
from groups.models import EmployerGroup
from groups.selectors import groups as selectors
from groups.views.common import FormPage, tabs


@require_GET
@login_required
@permission_required("groups.view_employergroup", raise_exception=True)
def group_list(request: HtmxRequest) -> HttpResponse:
    """Employer groups by name, with how many of their people wait for evidence."""
    return lists.show(request, GROUPS)


@require_GET
@login_required
@permission_required("groups.view_employergroup", raise_exception=True)
def group_detail(request: HtmxRequest, pk: int) -> HttpResponse:
    """One employer group: its facts and its history."""
    user = request.user
    group = get_object_or_404(selectors.for_page(user), pk=pk)
    context = {
        "group": group,
        "tabs": tabs(group, current="overview", user=user),
        "people_url": f"{reverse('groups:employee_list')}?group={pk}",
        "figures": selectors.figures(group, on=timezone.localdate()),
        "timeline": timeline(table=EmployerGroup._meta.db_table, record_id=pk, viewer=user),
    }
    return render_page(request, "groups/group_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("groups.add_employergroup", raise_exception=True)
def group_create(request: HtmxRequest) -> HttpResponse:
    """A new employer group."""
    page = FormPage(
        title=gettext("New group"),
        summary=gettext_noop("Employer group added"),
        said=gettext("The group is added. Say next what it offers, or import its census."),
        back_label=gettext("Groups"),
        back_url=reverse("groups:group_list"),
        goes_to=_address,
    )
    return page.answer(request, GroupForm(request.POST or None))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("groups.change_employergroup", raise_exception=True)
def group_edit(request: HtmxRequest, pk: int) -> HttpResponse:
    """Change an employer group."""
    group = get_object_or_404(selectors.for_page(request.user), pk=pk)
    page = FormPage(
        title=gettext("Edit group"),
        summary=gettext_noop("Employer group edited"),
        said=gettext("The group is saved."),
        back_label=group.name,
        back_url=_address(group),
    )
    return page.answer(request, GroupForm(request.POST or None, instance=group))


def _address(group: EmployerGroup) -> str:
    return reverse("groups:group_detail", args=[group.pk])
