"""What somebody decides in the studio: each button is one act, and each can be undone."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from agencyhub.accounts.models import User
from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, telling, wants_fragment
from agencyhub.records import history
from agencyhub.records.models import Batch, Change
from agencyhub.records.services import undo
from integrations.noyo import tasks
from integrations.noyo.forms.linking import AcceptAllForm, DecisionForm
from integrations.noyo.links import MODELS, Pane
from integrations.noyo.models import Mapping as MappingRow
from integrations.noyo.selectors import past
from integrations.noyo.services import acting, readiness, suggestions
from integrations.noyo.services import mapping as services
from integrations.noyo.views.studio import MAP, PAGES, Studio, find

Said = Mapping[str, Any]
Act = Callable[..., Batch]
OF_LINK: Mapping[str, Act] = {
    "accept": services.accept,
    "reject": services.reject,
    "withdraw": services.withdraw,
}


def _decide(row: MappingRow, pane: Pane, said: Said, *, user: User, at: datetime) -> Batch:
    verdict, link = said["do"]
    here: dict[str, Any] = {"mapping": row, "user": user}
    if verdict in OF_LINK:
        return OF_LINK[verdict](pane=pane, links=[link], at=at, **here)
    if verdict == "note":
        return services.annotate(pane=pane, link=link, note=said["note"], **here)
    here["at"] = at
    if verdict == "not_ours":
        return services.set_theirs_not_offered(
            pane=pane, theirs=said["theirs"] or 0, note=said["note"], **here
        )
    return (_pair if verdict == "pair" else _alone)(pane, verdict, said, here)


def _pair(pane: Pane, _verdict: str, said: Said, here: dict[str, Any]) -> Batch:
    if pane == Pane.PLANS:
        return services.pair_plans(plan=said["ours"] or 0, carrier_plan=said["theirs"], **here)
    return services.pair_unit(
        kind=said["kind"], unit=said["ours"] or 0, option=said["theirs"], **here
    )


def _alone(pane: Pane, verdict: str, said: Said, here: dict[str, Any]) -> Batch:
    here |= {"state": verdict, "note": said["note"]}
    if pane == Pane.PLANS:
        return services.set_plan_alone(plan=said["ours"] or 0, **here)
    return services.set_unit_alone(
        category=said["category"], kind=said["kind"], unit=said["ours"] or 0, **here
    )


@require_POST
@never_cache
@login_required
@permission_required(MAP, raise_exception=True)
def mapping_decide(request: SignedInRequest, pk: int, mapping_pk: int, pane: str) -> HttpResponse:
    """Take one decision about a row of a pane."""
    row, where, form = find(request, pk, mapping_pk), _pane(pane), DecisionForm(request.POST)
    if not form.is_valid():
        refusal = " ".join(str(one) for errors in form.errors.values() for one in errors)
        return _answer(request, row, where, refusal=refusal)
    try:
        batch = _decide(row, where, form.cleaned_data, user=request.user, at=timezone.now())
    except DomainError as refused:
        return _answer(request, row, where, refusal=refused.message)
    return _answer(request, row, where, done=batch)


@require_POST
@never_cache
@login_required
@permission_required(MAP, raise_exception=True)
def mapping_accept_all(
    request: SignedInRequest, pk: int, mapping_pk: int, pane: str
) -> HttpResponse:
    """Accept every suggestion of a pane that is good enough and has no equal beside it."""
    row, where, form = find(request, pk, mapping_pk), _pane(pane), AcceptAllForm(request.POST)
    if not form.is_valid():
        return _answer(request, row, where, refusal=str(form.errors["percent"][0]))
    try:
        batch, number = services.accept_all(
            mapping=row,
            pane=where,
            threshold=form.threshold,
            user=request.user,
            at=timezone.now(),
        )
    except DomainError as refused:
        return _answer(request, row, where, refusal=refused.message)
    if not number:
        return _answer(request, row, where, refusal=_("No suggestion is as good as that."))
    said = ngettext("%(number)s suggestion is accepted.", "%(number)s suggestions are accepted.",
                    number)  # fmt: skip
    return _answer(request, row, where, done=batch, said=said % {"number": number})


@require_POST
@never_cache
@login_required
@permission_required(MAP, raise_exception=True)
def mapping_undo(
    request: SignedInRequest, pk: int, mapping_pk: int, pane: str, batch_pk: int
) -> HttpResponse:
    """Take the user's own decision back."""
    row, where = find(request, pk, mapping_pk), _pane(pane)
    tables = [model._meta.db_table for model in MODELS.values()]
    touches = Change.objects.filter(batch=OuterRef("pk"), table_name__in=tables)
    own = Batch.objects.filter(Exists(touches), user=request.user)
    batch = get_object_or_404(own, pk=batch_pk)
    try:
        undo.undo_batch(batch_id=batch.pk, user=request.user, at=timezone.now())
    except DomainError as refused:
        return _answer(request, row, where, refusal=refused.message)
    return _answer(request, row, where, said=_("The decision is taken back."))


@require_POST
@never_cache
@login_required
@permission_required(undo.UNDO, raise_exception=True)
@permission_required(MAP, raise_exception=True)
def act_undo(request: SignedInRequest, pk: int, mapping_pk: int, batch_pk: int) -> HttpResponse:
    """Take back an act of the mapping's history, and go back to it."""
    row = find(request, pk, mapping_pk)
    batch = past.act(row, batch_pk)
    if batch is None:
        raise Http404
    try:
        acting.undo_act(mapping=row, batch=batch, user=request.user, at=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Taken back. What was changed since stays as it is."))
    return redirect_page(request, "noyo:mapping_history", pk, mapping_pk)


@require_POST
@never_cache
@login_required
@permission_required(MAP, raise_exception=True)
def mapping_refresh(request: SignedInRequest, pk: int, mapping_pk: int, pane: str) -> HttpResponse:
    """Suggest again, after our own plans or classes have changed."""
    row, where = find(request, pk, mapping_pk), _pane(pane)
    with history.batch(
        user=request.user, channel=Batch.Channel.SCREEN, summary=gettext_noop("Suggested again")
    ):
        suggestions.refresh(mapping=row, at=timezone.now())
    return _answer(request, row, where, said=_("The suggestions are fresh."))


@require_POST
@never_cache
@login_required
@permission_required(MAP, raise_exception=True)
def mapping_ready(request: SignedInRequest, pk: int, mapping_pk: int) -> HttpResponse:
    """Mark a mapping as mapped."""
    row = find(request, pk, mapping_pk)
    done = _("Marked as mapped. It opens again automatically when the carrier changes something.")
    with telling(request, done):
        readiness.mark_ready(mapping=row, user=request.user, at=timezone.now())
        transaction.on_commit(tasks.tell_noyo_mappings.delay)
    return redirect_page(request, "noyo:mapping_detail", pk, mapping_pk)


@require_POST
@never_cache
@login_required
@permission_required(MAP, raise_exception=True)
def mapping_reopen(request: SignedInRequest, pk: int, mapping_pk: int) -> HttpResponse:
    """Open a mapping again to change it."""
    row = find(request, pk, mapping_pk)
    readiness.reopen(mapping=row, user=request.user, at=timezone.now())
    messages.success(request, _("The mapping is open. Mark it as mapped when you are done."))
    return redirect_page(request, "noyo:mapping_detail", pk, mapping_pk)


@require_POST
@never_cache
@login_required
@permission_required(MAP, raise_exception=True)
def mapping_tell(request: SignedInRequest, pk: int, mapping_pk: int) -> HttpResponse:
    """Tell Noyo once more what it did not take."""
    row = find(request, pk, mapping_pk)
    transaction.on_commit(tasks.tell_noyo_mappings.delay)
    messages.success(request, _("Sent to Noyo again. Its answer will appear here in a moment."))
    return redirect_page(request, "noyo:mapping_detail", row.group_id, row.pk)


def _pane(text: str) -> Pane:
    try:
        return Pane(text)
    except ValueError as error:
        raise Http404 from error


def _answer(
    request: SignedInRequest,
    row: MappingRow,
    pane: Pane,
    *,
    done: Batch | None = None,
    said: str = "",
    refusal: str = "",
) -> HttpResponse:
    """The pane with what was done or refused, in place or by way of its address."""
    show = request.POST.get("show", "")
    if wants_fragment(request):
        studio = Studio(request, row, done=done, said=said, refusal=refusal, show=show)
        return studio.pane(pane)
    if refusal:
        messages.error(request, refusal)
    if said:
        messages.success(request, said)
    named = f"&done={done.pk}" if done else ""
    url = reverse(PAGES[pane], args=[row.group_id, row.pk])
    return redirect_page(request, f"{url}?show={show}{named}")
