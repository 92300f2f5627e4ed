"""The board of policies at risk, and what people say became of them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib import keyset
from agencyhub.lib.db import one_or_none
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page, wants_fragment
from agencyhub.lib.pks import read_pk
from agencyhub.records.lists import pages, selection, state
from agencyhub.records.lists.pages import ListPage, beside
from agencyhub.records.lists.state import State
from policies import risk_rows
from policies.forms.risks import REASONS, OutcomeForm, WhyForm
from policies.lists import RISKS
from policies.models import Risk
from policies.selectors import calls as of_calls
from policies.selectors import risks as selectors
from policies.services import outcomes as services

BOARD, ANSWER = "policies/risk_list.html", "policies/_risk_answer.html"
PAGE = 20


@require_GET
@never_cache
@login_required
@permission_required("policies.view_risk", raise_exception=True)
def risk_list(request: SignedInRequest) -> HttpResponse:
    """Policies at risk, the gravest first.

    ``?done=`` names the outcome that was logged last, ``?called=`` the act of the last call.
    """
    params = request.GET.copy()
    done = params.pop("done", [""])[-1]
    called = params.pop("called", [""])[-1]
    asked = state.read(RISKS, params, user=request.user)
    page = ListPage(asked, params, "filters" if params.get("panel") == "filters" else "")
    rows = asked.rows.select_related(*selectors.RELATED)
    among = RISKS.visible(request.user)
    cut = keyset.page(rows, order=asked.order, params=params, size=PAGE, among=among)
    items = selectors.items(cut, user=request.user, at=timezone.now())
    context = {
        "page": page,
        "items": items,
        "rows": risk_rows.draw(items, request=request, query=page.query),
        "prev_url": beside(page.address, before=cut.before),
        "next_url": beside(page.address, after=cut.after),
        "done": _last(request, done),
        "called": of_calls.own_call(request.user, called) if called else None,
        "reasons": REASONS,
        **progress(request, asked),
    }
    response = render_page(request, BOARD, context, fragment="risk-board")
    if wants_fragment(request):
        response["HX-Push-Url"] = page.address
    return response


@require_POST
@never_cache
@login_required
@permission_required("policies.change_risk", raise_exception=True)
def risk_close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Log that a policy is saved or lost."""
    risk = get_object_or_404(Risk.objects.visible_to(request.user), pk=pk)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        usual = [_("Choose whether it is saved or lost.")]
        return _answer(request, risk, refusal=form.errors.get("why", usual)[0])
    try:
        done = services.log_outcome(
            risk_id=pk, user=request.user, at=timezone.now(), **form.cleaned_data
        )
    except DomainError as refusal:
        return _answer(request, risk, refusal=refusal.message)
    return _answer(request, risk, done=done)


@require_POST
@never_cache
@login_required
@permission_required("policies.change_risk", raise_exception=True)
def risk_explain(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say why, after the outcome."""
    risk = get_object_or_404(Risk.objects.visible_to(request.user), pk=pk)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _answer(request, risk, refusal=form.errors["why"][0])
    try:
        done = services.explain(risk_id=pk, user=request.user, **form.cleaned_data)
    except DomainError as refusal:
        return _answer(request, risk, refusal=refusal.message)
    return _answer(request, risk, done=done)


@require_POST
@never_cache
@login_required
@permission_required("policies.change_risk", raise_exception=True)
def risk_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the user's own outcome back, and go where the policy is at risk again."""
    risk = get_object_or_404(Risk.objects.visible_to(request.user), pk=pk)
    try:
        services.reopen(risk_id=pk, user=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The outcome is taken back: the policy is at risk again."))
    return _back(request, risk)


def _answer(
    request: SignedInRequest, risk: Risk, *, done: Risk | None = None, refusal: str = ""
) -> HttpResponse:
    """For htmx what takes the row's place, else the page that the form stood on."""
    if wants_fragment(request):
        asked = state.posted(RISKS, request.POST, user=request.user)
        context = {
            "done": done,
            "refusal": refusal,
            "back": request.POST.get("back", ""),
            "reasons": REASONS,
            "page": ListPage(asked),
            **progress(request, asked),
        }
        return render_page(request, ANSWER, context)
    if refusal:
        messages.error(request, refusal)
    return _back(request, risk, done=done)


def _back(request: SignedInRequest, risk: Risk, *, done: Risk | None = None) -> HttpResponse:
    if done is None:
        return go_back(request, risk)
    words = _("Logged: %s.") % done.get_outcome_display().lower()
    return go_back(request, risk, said=words, done=done.pk)


def go_back(request: SignedInRequest, risk: Risk, *, said: Any = "", **params: int) -> HttpResponse:
    """Lead back to the client's page, which says what was done, or to the board with ``params``."""
    if request.POST.get("back") == risk_rows.CLIENT:
        if said:
            messages.success(request, said)
        return redirect_page(request, "individuals:individual_detail", pk=risk.policy.subscriber_id)
    address = state.posted(RISKS, request.POST, user=request.user).url()
    return redirect_page(request, pages.with_params(address, **params) if params else address)


def progress(request: SignedInRequest, asked: State) -> dict[str, Any]:
    """How many are left of each kind under the other filters, and how many the user has done."""
    others = {name: texts for name, texts in asked.filters.items() if name != "kind"}
    rows = selection.filterset(RISKS, others, lookups=asked.lookups).qs
    kinds = selectors.counts(rows.none() if asked.is_broken else rows)
    chosen = asked.filters.get("kind", [])
    doors = [(one, asked.url(filters={**others, "kind": [one.key]})) for one in kinds]
    return {
        "kinds": [(one, url, one.key in chosen) for one, url in doors],
        "every_url": asked.url(filters=others),
        "every_count": sum(one.count for one in kinds),
        "is_every": not chosen,
        "left": sum(one.count for one in kinds if not chosen or one.key in chosen),
        "done_today": selectors.done_today(request.user, at=timezone.now()),
    }


def _last(request: SignedInRequest, pk: str) -> Risk | None:
    """The user's own outcome, to be taken back with one key."""
    number = read_pk(pk)
    if number is None:
        return None
    own = Risk.objects.visible_to(request.user).filter(pk=number, closed_by=request.user)
    return one_or_none(own)
