"""Pages of expected pay: the list, why an amount is what it is, and what carriers are to pay."""

from typing import Any

from django.contrib import messages
from django.forms import ModelForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib import keyset
from agencyhub.lib.keyset import NEWEST_FIRST
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.records.views import lists
from commissions.forms.rates import PayRateForm, PaySettingsForm, PayTermForm
from commissions.lists.expected import EXPECTED, chip
from commissions.models import PayRate, PaySettings, PayTerm
from commissions.paywords import month_words
from commissions.selectors import disputes
from commissions.selectors import expected as selectors
from policies.views.common import INVALID, act

TERM, RATE, SETTINGS = (
    "commissions.{}_payterm", "commissions.{}_payrate", "commissions.{}_paysettings",
)  # fmt: skip
TERMS, RATES = "commissions:payterm_list", "commissions:payrate_list"
EDIT_SETTINGS = "commissions:paysettings"


@require_GET
@any_permission(selectors.VIEW)
def expectedpay_list(request: SignedInRequest) -> HttpResponse:
    """What is expected of carriers and was not paid, recoverable first."""
    return lists.show(request, EXPECTED, template="commissions/expectedpay_list.html")


@require_GET
@any_permission(selectors.VIEW)
def expectedpay_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Why an amount is expected, step by step, and the lines that paid it."""
    row = get_object_or_404(selectors.rows_for_page(request.user), pk=pk)
    item = disputes.item(row, today=timezone.localdate())
    context = {
        "row": row,
        "item": item,
        "timeline": disputes.timeline(item.dispute, user=request.user),
        "months": month_words(row.month, row.through),
        "state": chip(row.state),
        "why": selectors.why(row, user=request.user, today=timezone.localdate()),
    }
    return render_page(request, "commissions/expectedpay_detail.html", context)


@require_GET
@any_permission(TERM.format("view"))
def payterm_list(request: SignedInRequest) -> HttpResponse:
    """What carriers pay, the newest terms first."""
    rows = PayTerm.objects.select_related("carrier")
    return _list(request, rows, TERMS, "commissions/payterm_list.html")


@require_http_methods(["GET", "POST"])
@any_permission(TERM.format("add"))
def payterm_create(request: SignedInRequest) -> HttpResponse:
    """Add a carrier's terms."""
    form = PayTermForm(request.POST or None)
    return _save(request, form, gettext_noop("Carrier’s terms added"), TERMS)


@require_http_methods(["GET", "POST"])
@any_permission(TERM.format("change"))
def payterm_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a carrier's terms."""
    form = PayTermForm(request.POST or None, instance=get_object_or_404(PayTerm, pk=pk))
    return _save(request, form, gettext_noop("Carrier’s terms changed"), TERMS)


@require_POST
@any_permission(TERM.format("delete"))
def payterm_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back terms that were a mistake."""
    with act(request, gettext_noop("Carrier’s terms removed")):
        get_object_or_404(PayTerm, pk=pk).delete()
    messages.success(request, _("The terms are removed."))
    return redirect_page(request, TERMS)


@require_GET
@any_permission(RATE.format("view"))
def payrate_list(request: SignedInRequest) -> HttpResponse:
    """What CMS allows, the newest rates first."""
    return _list(request, PayRate.objects.all(), RATES, "commissions/payrate_list.html")


@require_http_methods(["GET", "POST"])
@any_permission(RATE.format("add"))
def payrate_create(request: SignedInRequest) -> HttpResponse:
    """Add a rate."""
    return _save(request, PayRateForm(request.POST or None), gettext_noop("Rate added"), RATES)


@require_http_methods(["GET", "POST"])
@any_permission(RATE.format("change"))
def payrate_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a rate."""
    form = PayRateForm(request.POST or None, instance=get_object_or_404(PayRate, pk=pk))
    return _save(request, form, gettext_noop("Rate changed"), RATES)


@require_POST
@any_permission(RATE.format("delete"))
def payrate_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back a rate that was a mistake."""
    with act(request, gettext_noop("Rate removed")):
        get_object_or_404(PayRate, pk=pk).delete()
    messages.success(request, _("The rate is removed."))
    return redirect_page(request, RATES)


@require_http_methods(["GET", "POST"])
@any_permission(SETTINGS.format("change"))
def paysettings(request: SignedInRequest) -> HttpResponse:
    """Say when pay is due, and which difference is none."""
    form = PaySettingsForm(request.POST or None, instance=PaySettings.objects.get(pk=1))
    return _save(request, form, gettext_noop("Settings of pay changed"), EDIT_SETTINGS)


# What each form is about, and where its record is taken back.
_ABOUT: dict[type[ModelForm], tuple[Any, str, str]] = {
    PayTermForm: (gettext_lazy("Carrier’s terms"), "commissions:payterm_remove", TERM),
    PayRateForm: (gettext_lazy("CMS rate"), "commissions:payrate_remove", RATE),
    PaySettingsForm: (gettext_lazy("When pay is due"), "", SETTINGS),
}


def _save(request: SignedInRequest, form: ModelForm, summary: str, then: str) -> HttpResponse:
    if form.is_bound and form.is_valid():
        with act(request, summary):
            form.save()
        messages.success(request, _("Saved. Expected pay follows within a minute or so."))
        return redirect_page(request, then)
    title, remove, right = _ABOUT[type(form)]
    may_remove = remove and form.instance.pk and request.user.has_perm(right.format("delete"))
    context = {
        "form": form,
        "title": title,
        "tabs": _tabs(request, then),
        "cancel_url": reverse(then if then != EDIT_SETTINGS else TERMS),
        "remove_url": reverse(remove, args=[form.instance.pk]) if may_remove else "",
    }
    status = INVALID if form.is_bound else 200
    return render_page(request, "commissions/pay_form.html", context, status=status)


def _list(request: SignedInRequest, rows: Any, current: str, template: str) -> HttpResponse:
    page = keyset.page(rows, order=NEWEST_FIRST, params=request.GET)
    return render_page(request, template, {"page": page, "tabs": _tabs(request, current)})


def _tabs(request: SignedInRequest, current: str) -> list[dict[str, Any]]:
    places = (
        (_("Carriers’ terms"), TERMS, "file-text", TERM.format("view")),
        (_("CMS rates"), RATES, "building-bank", RATE.format("view")),
        (_("When pay is due"), EDIT_SETTINGS, "clock", SETTINGS.format("change")),
    )
    return [
        {"label": label, "url": reverse(name), "icon": icon, "is_current": name == current}
        for label, name, icon, permission in places
        if request.user.has_perm(permission)
    ]
