"""The work queue of missing pay: one list, worked off from the keyboard."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib.db import one_or_none
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page, wants_fragment
from agencyhub.lib.pks import read_pk
from agencyhub.records.lists import pages, selection, state
from agencyhub.records.lists.lookups import Lookups
from agencyhub.records.lists.pages import ListPage
from agencyhub.records.lists.state import State
from agencyhub.records.models import Batch
from agencyhub.records.services import undo
from commissions.forms.disputes import AnswerForm, AssignForm, SnoozeForm, WakeForm
from commissions.lists.disputes import PAY_QUEUE, users
from commissions.models import Dispute, ExpectedPay
from commissions.selectors import disputes as selectors
from commissions.services import disputes as services
from policies.views.common import INVALID

LIST, FORM, ANSWER = (
    "commissions/dispute_list.html",
    "commissions/dispute_act.html",
    "commissions/_dispute_answer.html",
)
DAYS_SNOOZED = 14
ASSIGN, SNOOZE, WAKE, STATE = "assign", "snooze", "wake", "state"
FORMS: dict[str, type[Form]] = {
    ASSIGN: AssignForm, SNOOZE: SnoozeForm, WAKE: WakeForm, STATE: AnswerForm,
}  # fmt: skip


@require_GET
@never_cache
@any_permission(services.VIEW)
def dispute_list(request: SignedInRequest) -> HttpResponse:
    """Months of pay to act on, recoverable first; ``?done=`` names the act done last."""
    params = request.GET.copy()
    done = params.pop("done", [""])[-1]
    asked = state.read(PAY_QUEUE, params, user=request.user)
    if not request.GET and asked.choice.default_view_id:
        return redirect(f"{PAY_QUEUE.url}?view={asked.choice.default_view_id}")
    panel = "filters" if params.get("panel") == "filters" else ""
    page = ListPage(asked, params, panel, related=selectors.RELATED)
    context = {
        "page": page,
        "items": selectors.items(page.cut.rows, today=timezone.localdate()),
        "prev_url": page.prev_url,
        "next_url": page.next_url,
        "done": _own(request, done),
        "may_change": request.user.has_perm(services.CHANGE),
        "reasons": selectors.reasons(),
        **_progress(asked),
    }
    response = render_page(request, LIST, context, fragment="dispute-queue")
    if wants_fragment(request):
        response["HX-Push-Url"] = page.address
    return response


@require_http_methods(["GET", "POST"])
@never_cache
@any_permission(services.CHANGE)
def dispute_act(request: SignedInRequest, pk: int, act: str) -> HttpResponse:
    """Assign, snooze or wake one month, or say how far its dispute is; for htmx in its row.

    ``?cancel`` takes the form out of the row again.
    """
    if act not in FORMS:
        raise Http404
    if "cancel" in request.GET and wants_fragment(request):
        return HttpResponse()
    row = get_object_or_404(_rows(request), pk=pk)
    form = _form(request, row, act)
    if not form.is_bound or not form.is_valid():
        return _ask(request, row, act, form)
    try:
        batch = _do(request, row, act, form.cleaned_data)
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _ask(request, row, act, form)
    return _answer(request, row, batch)


@require_POST
@never_cache
@any_permission(services.CHANGE)
def dispute_undo(request: SignedInRequest, batch_pk: int) -> HttpResponse:
    """Take back the user's own act; the page comes back at the month it was about."""
    own = Batch.objects.filter(user=request.user, summary__in=services.ACTS)
    batch = get_object_or_404(own, pk=batch_pk)
    try:
        undo.undo_batch(batch_id=batch.pk, user=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Taken back: it is as it was."))
    month = read_pk(request.POST.get("month", ""))
    return redirect_page(request, _asked(request).url() + (f"#pay-{month}" if month else ""))


def _form(request: SignedInRequest, row: ExpectedPay, act: str) -> Form:
    seen = selectors.item(row, today=timezone.localdate())
    dispute = seen.dispute
    initial: dict[str, Any] = {"seen": seen.seen}
    more: dict[str, Any] = {}
    if act == ASSIGN:
        more = {"names": dict(users(Lookups(request.user))), "me": request.user}
        if dispute and dispute.assigned_to_id:
            initial["to"] = dispute.assigned_to_id
    elif act == SNOOZE:
        initial["until"] = timezone.localdate() + timedelta(days=DAYS_SNOOZED)
    elif act == STATE:
        initial["state"] = Dispute.State.IN_RECONCILIATION  # nobody opens it to leave it undisputed
        if dispute:
            initial |= {"note": dispute.note, "reference": dispute.reference}
            if dispute.state != Dispute.State.TO_DO:
                initial["state"] = dispute.state
    prefix = f"id_{row.pk}_%s"
    return FORMS[act](request.POST or None, initial=initial, auto_id=prefix, **more)


def _do(request: SignedInRequest, row: ExpectedPay, act: str, said: dict[str, Any]) -> Batch:
    common: dict[str, Any] = {"pay_id": row.pk, "user": request.user, "at": timezone.now()}
    if act == ASSIGN:
        return services.assign(**said, **common)
    if act == SNOOZE:
        return services.snooze(**said, **common, today=timezone.localdate())
    if act == WAKE:
        return services.wake(**said, **common)
    return services.answer(**said, **common)


def _ask(request: SignedInRequest, row: ExpectedPay, act: str, form: Form) -> HttpResponse:
    context = {
        "row": row,
        "item": selectors.item(row, today=timezone.localdate()),
        "act": act,
        "form": form,
        "reasons": selectors.reasons(),
        "query": request.POST.get("state_of_list", request.GET.get("state_of_list", "")),
        "back": request.POST.get("back", request.GET.get("back", "")),
        "in_row": wants_fragment(request),
    }
    context["leave_url"] = _left_for(request, row, context)
    status = INVALID if form.is_bound else 200
    response = render_page(request, FORM, context, fragment="dispute-form", status=status)
    if context["in_row"]:
        response["HX-Retarget"], response["HX-Reswap"] = f"#act-{row.pk}", "innerHTML"
    return response


def _left_for(request: SignedInRequest, row: ExpectedPay, said: dict[str, Any]) -> str:
    """Where somebody goes who leaves a form without doing anything."""
    if said["back"] == "month":
        return reverse("commissions:expectedpay_detail", args=[row.pk])
    return state.read(PAY_QUEUE, QueryDict(said["query"]), user=request.user).url()


def _answer(request: SignedInRequest, row: ExpectedPay, batch: Batch) -> HttpResponse:
    """For htmx the row as it is now, or nothing where it left the list; else the page before."""
    asked = _asked(request)
    if wants_fragment(request):
        still = one_or_none(asked.rows.filter(pk=row.pk).select_related(*selectors.RELATED))
        context = {
            "item": selectors.item(still, today=timezone.localdate()) if still else None,
            "done": batch,
            "month": row.pk,
            "page": ListPage(asked),
            "may_change": True,
            **_progress(asked),
        }
        return render_page(request, ANSWER, context)
    if request.POST.get("back") == "month":
        messages.success(request, _("Saved."))
        return redirect_page(request, "commissions:expectedpay_detail", pk=row.pk)
    return redirect_page(request, pages.with_params(asked.url(), done=batch.pk))


def _rows(request: SignedInRequest) -> Any:
    rows = ExpectedPay.objects.visible_to(request.user)
    return rows.select_related(*selectors.RELATED)


def _asked(request: SignedInRequest) -> State:
    """The list as it was; an address that nobody could have seen is not handed on."""
    return state.posted(PAY_QUEUE, request.POST, user=request.user, name="state_of_list")


def _own(request: SignedInRequest, text: str) -> Batch | None:
    """The user's own act, to be taken back with one key while nobody has."""
    own = Batch.objects.filter(user=request.user, summary__in=services.ACTS, undone_at=None)
    return one_or_none(own.filter(pk=read_pk(text) or 0))


def _progress(asked: State) -> dict[str, Any]:
    """How many fit the filters."""
    count = None if asked.is_broken else selection.count(asked.rows)
    return {"left": pages.count_words(count), "number": count}
