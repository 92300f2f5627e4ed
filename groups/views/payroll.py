"""What payroll deducts and carriers bill: approved coverage, and nothing that waits."""

from datetime import date

from django import forms
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from agencyhub.lib.pages import HtmxRequest, render_page
from agencyhub.records.views import lists
from groups.lists import COVERAGE
from groups.selectors import groups as selectors
from groups.selectors import payroll
from groups.views.common import tabs

RIGHT = "groups.view_coverageperiod"
SHOWN = 50


class DayForm(forms.Form):
    """The day to count on."""

    on = forms.DateField(
        label=_("In force on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


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


def _day(form: DayForm) -> date:
    day = form.cleaned_data["on"] if form.is_valid() else None
    return day or timezone.localdate()
