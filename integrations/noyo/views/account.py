"""Noyo's settings: the account, its test, its readings, and the carriers behind it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page, telling
from integrations.noyo import tasks
from integrations.noyo.forms.account import AccountForm, CarrierForm
from integrations.noyo.models import NoyoCarrier
from integrations.noyo.selectors import account as selectors
from integrations.noyo.selectors import joining
from integrations.noyo.services import accounts, carriers, runs
from integrations.permissions import MANAGE

PAGE = "noyo:account_detail"
TEMPLATE = "noyo/account_detail.html"


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def account_detail(request: SignedInRequest) -> HttpResponse:
    """The settings, the readings and the carriers."""
    account = accounts.SETTINGS.current()
    form = AccountForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        accounts.save(account=account, secrets=form.secrets(), user=request.user)
        if "test" not in request.POST:
            messages.success(request, gettext("The settings are saved."))
            return redirect_page(request, PAGE)
        return _test(request)
    context = _runs() | {
        "form": form,
        "carriers": selectors.carriers(),
        "unlinked": joining.unlinked(request.user).count(),
        "hook_url": request.build_absolute_uri(reverse("hooks:noyo")),
    }
    return render_page(request, TEMPLATE, context, status=422 if form.is_bound else 200)


def _test(request: SignedInRequest) -> HttpResponse:
    try:
        problem = accounts.test(account=accounts.SETTINGS.current())
    except DomainError as refusal:
        problem = refusal.message
    if problem:
        words = gettext("The settings are saved. The test failed: %(problem)s")
        messages.error(request, words % {"problem": gettext(problem)})
    else:
        messages.success(request, gettext("The settings are saved, and Noyo answers."))
    return redirect_page(request, PAGE)


@require_GET
@login_required
@permission_required(MANAGE, raise_exception=True)
def run_list(request: SignedInRequest) -> HttpResponse:
    """The readings alone, for the page that looks again while one is under way."""
    if not request.htmx:
        return redirect_page(request, PAGE)
    return render_page(request, TEMPLATE, _runs(), fragment="run-list")


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def account_activate(request: SignedInRequest) -> HttpResponse:
    """Read every night from now on."""
    with telling(request, gettext("Noyo will be read every night from now on.")):
        accounts.activate(user=request.user, at=timezone.now())
    return redirect_page(request, PAGE)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def account_deactivate(request: SignedInRequest) -> HttpResponse:
    """Read no more."""
    accounts.deactivate(user=request.user)
    messages.success(request, gettext("Noyo is no longer read. What it reported stays."))
    return redirect_page(request, PAGE)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def run_start(request: SignedInRequest) -> HttpResponse:
    """Read all groups now."""
    with telling(request, gettext("Reading from Noyo now.")):
        run = runs.start_run(user=request.user, at=timezone.now())
        transaction.on_commit(partial(tasks.sync_noyo_run.delay, run_id=run.pk))
    return redirect_page(request, PAGE)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def carrier_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say which of our carriers one of Noyo's is."""
    carrier = get_object_or_404(NoyoCarrier, pk=pk)
    form = CarrierForm(request.POST or None, instance=carrier)
    if request.method == "POST" and form.is_valid():
        carriers.match(
            carrier=carrier,
            ours=form.cleaned_data["carrier"],
            name=form.cleaned_data["name"],
            user=request.user,
        )
        messages.success(request, gettext("The carrier is saved."))
        return redirect_page(request, PAGE)
    context = {"form": form, "carrier": carrier}
    status = 422 if form.is_bound else 200
    return render_page(request, "noyo/carrier_edit.html", context, status=status)


def _runs() -> dict[str, Any]:
    account, rows = accounts.SETTINGS.current(), selectors.recent_runs()
    return {
        "account": account,
        "next_night": selectors.next_night(account, now=timezone.now()),
        "rows": rows,
        "is_open": any(row.run.is_open for row in rows),
    }
