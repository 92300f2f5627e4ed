"""Calls about policies at risk that settled nothing: logged, and taken back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.db import one_or_none
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import render_page, wants_fragment
from agencyhub.records.lists import state
from agencyhub.records.lists.pages import ListPage
from agencyhub.records.models import Batch
from agencyhub.records.services import undo
from policies import calls, risk_rows
from policies.forms.risks import CallForm
from policies.lists import RISKS
from policies.models import Risk
from policies.selectors import calls as of_calls
from policies.selectors import risks as selectors
from policies.services import calls as services
from policies.views.common import INVALID, refuse
from policies.views.risks import go_back, progress

FORM, ANSWER = "policies/risk_call.html", "policies/_risk_call_answer.html"


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
@permission_required("policies.change_risk", raise_exception=True)
def risk_call(request: SignedInRequest, pk: int) -> HttpResponse:
    """Log a call that did not settle it; for htmx in the row, which stays on the board."""
    rows = Risk.objects.visible_to(request.user).select_related("policy__subscriber")
    risk = get_object_or_404(rows, pk=pk)
    today = timezone.localdate()
    initial = {"seen": risk.calls, "call_on": calls.next_weekday(today)}
    form = CallForm(request.POST or None, initial=initial, auto_id=f"id_{pk}_%s", today=today)
    if not form.is_bound or not form.is_valid():
        return _ask(request, risk, form)
    try:
        batch = services.log_call(
            risk_id=pk, user=request.user, at=timezone.now(), today=today, **form.cleaned_data
        )
    except DomainError as refusal:
        refuse(form, refusal)
        if isinstance(refusal, services.CalledMeanwhileError):
            # Who has read of the other call may log this one as well.
            data = request.POST.copy()
            data["seen"] = str(Risk.objects.values_list("calls", flat=True).get(pk=pk))
            form.data = data
        return _ask(request, risk, form)
    return _answer(request, risk, batch)


@require_POST
@never_cache
@login_required
@permission_required("policies.change_risk", raise_exception=True)
def risk_call_undo(request: SignedInRequest, batch_pk: int) -> HttpResponse:
    """Take back a call that the user has logged."""
    called = of_calls.own_call(request.user, batch_pk)
    if called is None:
        raise Http404
    try:
        undo.undo_batch(batch_id=batch_pk, user=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The call is taken back: it is as it was."))
    return _back(request, called.risk)


def _ask(request: SignedInRequest, risk: Risk, form: CallForm) -> HttpResponse:
    in_row = wants_fragment(request)
    sent = request.POST or request.GET
    context = {
        "risk": risk,
        "form": form,
        "query": sent.get("state", ""),
        "back": sent.get("back", ""),
        "in_row": in_row,
    }
    status = INVALID if form.is_bound else 200
    response = render_page(request, FORM, context, fragment="call-form", status=status)
    if in_row:
        response["HX-Retarget"], response["HX-Reswap"] = f"#call-{risk.pk}", "innerHTML"
    return response


def _answer(request: SignedInRequest, risk: Risk, batch: Batch) -> HttpResponse:
    """For htmx the row as it is now, or nothing where it left the list; else the page before."""
    if not wants_fragment(request):
        return _back(request, risk, batch)
    asked = state.posted(RISKS, request.POST, user=request.user)
    back = request.POST.get("back", "")
    shown: Any = asked.rows
    if back == risk_rows.CLIENT:
        shown = Risk.objects.visible_to(request.user).open()
    still = one_or_none(shown.filter(pk=risk.pk).select_related(*selectors.RELATED))
    items = selectors.items([still] if still else [], user=request.user, at=timezone.now())
    page = ListPage(asked)
    context = {
        "rows": risk_rows.draw(items, request=request, query=page.query, back=back),
        "called": of_calls.own_call(request.user, batch.pk),
        "back": back,
        "page": page,
        **progress(request, asked),
    }
    return render_page(request, ANSWER, context)


def _back(request: SignedInRequest, risk: Risk, batch: Batch | None = None) -> HttpResponse:
    if batch is None:
        return go_back(request, risk)
    return go_back(request, risk, said=_("The call is logged."), called=batch.pk)
