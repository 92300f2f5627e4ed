"""Settings of the ledgers: contracts of agents, and carriers' numbers for them."""

from typing import Any

from django.contrib import messages
from django.forms import ModelForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib import keyset
from agencyhub.lib.keyset import NEWEST_FIRST
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.lib.pks import read_pk
from commissions.forms.contracts import ContractForm, WritingNumberForm
from commissions.models import AgentContract, WritingNumber
from commissions.services.contracts import follow_number, share_waiting
from policies.views.common import INVALID, act

CONTRACT, NUMBER = "commissions.{}_agentcontract", "commissions.{}_writingnumber"
CONTRACTS, NUMBERS = "commissions:agentcontract_list", "commissions:writingnumber_list"


@require_GET
@any_permission(CONTRACT.format("view"))
def agentcontract_list(request: SignedInRequest) -> HttpResponse:
    """Contracts, the newest first."""
    rows = AgentContract.objects.select_related("agent", "carrier", "upline")
    return _list(request, rows, CONTRACTS, "commissions/agentcontract_list.html")


@require_http_methods(["GET", "POST"])
@any_permission(CONTRACT.format("add"))
def agentcontract_create(request: SignedInRequest) -> HttpResponse:
    """Add a contract; what waits for it is shared by it. ``?agent=&carrier=`` are chosen."""
    return _contract(request, AgentContract(), gettext_noop("Agent contract added"))


@require_http_methods(["GET", "POST"])
@any_permission(CONTRACT.format("change"))
def agentcontract_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a contract: lines that are shared keep their shares."""
    contract = get_object_or_404(AgentContract, pk=pk)
    return _contract(request, contract, gettext_noop("Agent contract changed"))


@require_POST
@any_permission(CONTRACT.format("delete"))
def agentcontract_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back a contract that was a mistake: lines that are shared keep their shares."""
    with act(request, gettext_noop("Agent contract removed")):
        get_object_or_404(AgentContract, pk=pk).delete()
    messages.success(request, _("The contract is removed."))
    return redirect_page(request, CONTRACTS)


@require_GET
@any_permission(NUMBER.format("view"))
def writingnumber_list(request: SignedInRequest) -> HttpResponse:
    """What carriers call our agents, the newest first."""
    rows = WritingNumber.objects.select_related("agent", "carrier")
    return _list(request, rows, NUMBERS, "commissions/writingnumber_list.html")


@require_http_methods(["GET", "POST"])
@any_permission(NUMBER.format("add"))
def writingnumber_create(request: SignedInRequest) -> HttpResponse:
    """Add a number; rows that wait for it get their agent."""
    return _number(request, WritingNumber(), gettext_noop("Writing number added"))


@require_http_methods(["GET", "POST"])
@any_permission(NUMBER.format("change"))
def writingnumber_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Correct a number: rows that have an agent keep them."""
    number = get_object_or_404(WritingNumber, pk=pk)
    return _number(request, number, gettext_noop("Writing number changed"))


@require_POST
@any_permission(NUMBER.format("delete"))
def writingnumber_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back a number that was a mistake: rows that have an agent keep them."""
    with act(request, gettext_noop("Writing number removed")):
        get_object_or_404(WritingNumber, pk=pk).delete()
    messages.success(request, _("The number is removed."))
    return redirect_page(request, NUMBERS)


def _contract(request: SignedInRequest, contract: AgentContract, summary: str) -> HttpResponse:
    chosen = {name: read_pk(request.GET.get(name, "")) for name in ("agent", "carrier")}
    initial = {name: pk for name, pk in chosen.items() if pk}
    form = ContractForm(request.POST or None, instance=contract, initial=initial)
    if form.is_bound and form.is_valid():
        with act(request, summary):
            number = share_waiting(contract=form.save())
        waited = ngettext("%s share was added.", "%s shares were added.", number) % f"{number:,}"
        saved = _("The contract is saved.")
        messages.success(request, f"{saved} {waited}" if number else saved)
        return redirect_page(request, CONTRACTS)
    return _form(request, form, "commissions/agentcontract_form.html")


def _number(request: SignedInRequest, number: WritingNumber, summary: str) -> HttpResponse:
    form = WritingNumberForm(request.POST or None, instance=number)
    if form.is_bound and form.is_valid():
        with act(request, summary):
            told = follow_number(number=form.save())
        waited = ngettext("%s row got its agent.", "%s rows got their agent.", told) % f"{told:,}"
        saved = _("The number is saved.")
        messages.success(request, f"{saved} {waited}" if told else saved)
        return redirect_page(request, NUMBERS)
    return _form(request, form, "commissions/writingnumber_form.html")


def _form(request: SignedInRequest, form: ModelForm, template: str) -> HttpResponse:
    status = INVALID if form.is_bound else 200
    return render_page(request, template, {"form": form, "one": form.instance}, status=status)


def _list(request: SignedInRequest, rows: Any, current: str, template: str) -> HttpResponse:
    page = keyset.page(rows, order=NEWEST_FIRST, params=request.GET)
    places = (
        (_("Contracts"), CONTRACTS, "file-text", CONTRACT.format("view")),
        (_("Writing numbers"), NUMBERS, "id", NUMBER.format("view")),
    )
    tabs = [
        {"label": label, "url": reverse(name), "icon": icon, "is_current": name == current}
        for label, name, icon, permission in places
        if request.user.has_perm(permission)
    ]
    return render_page(request, template, {"page": page, "tabs": tabs})
