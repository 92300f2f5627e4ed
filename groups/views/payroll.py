"""What payroll deducts and carriers bill: approved coverage, and nothing that waits."""

from datetime import date

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from agencyhub.lib.pages import HtmxRequest, render_page
from agencyhub.records.views import lists
from groups.forms.payroll import DayForm, DeductionForm
from groups.lists import COVERAGE
from groups.models import Election
from groups.selectors import groups as selectors
from groups.selectors import payroll
from groups.views.common import FormPage, tabs

RIGHT = "groups.view_coverageperiod"
SHOWN = 50


@require_GET
@login_required
@permission_required(RIGHT, raise_exception=True)
def coverage_list(request: HtmxRequest) -> HttpResponse:
    """Coverage from day to day, to be filtered and exported."""
    return lists.show(request, COVERAGE)


@require_GET
@login_required
@permission_required(RIGHT, raise_exception=True)
def group_payroll(request: HtmxRequest, pk: int) -> HttpResponse:
    """What a group pays on a day, plan by plan, and where payroll takes more than is approved."""
    group = get_object_or_404(selectors.for_page(request.user), pk=pk)
    form = DayForm(request.GET or None)
    on = _day(form)
    found = list(payroll.excesses(user=request.user, group=group)[: SHOWN + 1])
    bills = payroll.bills(group, on=on)
    context = {
        "group": group,
        "tabs": tabs(group, current="payroll", user=request.user),
        "form": form,
        "on": on,
        "bills": bills,
        "total": payroll.total(bills),
        "excesses": found[:SHOWN],
        "are_more": len(found) > SHOWN,
        "query": f"group={pk}&on={on:%Y-%m-%d}",
    }
    return render_page(request, "groups/group_payroll.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("groups.change_election", raise_exception=True)
def election_deduction(request: HtmxRequest, pk: int) -> HttpResponse:
    """Say what payroll deducts for an election."""
    visible = Election.objects.visible_to(request.user).select_related("employee", "benefit")
    election = get_object_or_404(visible, pk=pk)
    page = FormPage(
        title=gettext("Payroll deducts for %(benefit)s") % {"benefit": election.benefit.name},
        summary=gettext_noop("Deduction noted"),
        said=gettext("The deduction is saved."),
        back_label=election.employee.full_name,
        back_url=reverse("groups:employee_detail", args=[election.employee_id]),
    )
    return page.answer(request, DeductionForm(request.POST or None, instance=election))


def _day(form: DayForm) -> date:
    day = form.cleaned_data["on"] if form.is_valid() else None
    return day or timezone.localdate()
