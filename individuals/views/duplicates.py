"""The queue of possible duplicates, and look-alikes of whom somebody is typing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.lib.db import one_or_none
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import (
    HtmxRequest,
    reads_only,
    redirect_page,
    render_page,
    wants_fragment,
)
from agencyhub.lib.pks import read_pk
from agencyhub.records.models import Batch
from individuals import duplicate_pages, lookalikes
from individuals.forms.lookalikes import typed_of
from individuals.models import DuplicatePair, Individual, Look
from individuals.services import duplicates, looks, merges

LIST = "individuals/duplicate_list.html"
ANSWER = "individuals/_duplicate_answer.html"
RIBBON = "individuals/_ribbon.html"
VIEW, CHANGE = "individuals.view_individual", "individuals.change_individual"


@require_GET
@never_cache
@login_required
@permission_required(VIEW, raise_exception=True)
def duplicate_list(request: HtmxRequest) -> HttpResponse:
    """What waits for a decision, the surest first; ``?merged=`` names the merge done last."""
    page = duplicate_pages.queue(request.user, request.GET)
    seen = [pk for pair in page for pk in (pair.first_id, pair.second_id)]
    looks.record(user=request.user, individual_ids=seen, how=Look.How.MERGE)
    url = reverse("individuals:duplicate_list")
    context = {
        "rows": duplicate_pages.rows(page),
        "is_skipped": "after" in request.GET,
        "next_url": f"{url}?after={page.after}" if page.after else "",
        "prev_url": f"{url}?before={page.before}" if page.before else "",
        "merged": _merged_last(request),
        **_progress(request),
    }
    return render_page(request, LIST, context)


def _progress(request: HtmxRequest) -> dict[str, Any]:
    return {
        "left": duplicate_pages.left(request.user),
        "done": duplicate_pages.done_today(request.user),
    }


def _merged_last(request: HtmxRequest) -> Batch | None:
    """The user's own merge, to be taken back with one key while nobody has."""
    pk = read_pk(request.GET.get("merged", ""))
    if pk is None:
        return None
    return one_or_none(Batch.objects.filter(pk=pk, user=request.user, undone_at=None))


@require_GET
@login_required
@permission_required(VIEW, raise_exception=True)
def duplicate_open(request: HtmxRequest, pk: int) -> HttpResponse:
    """Go to the two side by side, the one who should remain at the left."""
    pair = _pair(request, pk)
    survivor, loser = merges.better_survivor(pair.first, pair.second)
    url = reverse("individuals:individual_merge", args=[survivor.pk, loser.pk])
    return redirect_page(request, f"{url}?queue={pair.pk}")


@require_POST
@never_cache
@login_required
@permission_required(CHANGE, raise_exception=True)
def duplicate_dismiss(request: HtmxRequest, pk: int) -> HttpResponse:
    """Remember that the two are two people."""
    pair = _pair(request, pk)
    try:
        duplicates.decide_not_duplicate(pair_id=pk, user=request.user, at=timezone.now())
    except DomainError as refusal:
        return _answer(request, refusal=refusal.message)
    return _answer(request, dismissed=pair)


@require_POST
@never_cache
@login_required
@permission_required(CHANGE, raise_exception=True)
def duplicate_reopen(request: HtmxRequest, pk: int) -> HttpResponse:
    """Take "not a duplicate" back: the pair waits again."""
    pair = _pair(request, pk)
    try:
        duplicates.reopen(pair_id=pk, user=request.user)
    except DomainError as refusal:
        return _answer(request, refusal=refusal.message, in_place=True)
    return _answer(request, reopened=pair, in_place=True)


def _answer(
    request: HtmxRequest,
    *,
    dismissed: DuplicatePair | None = None,
    reopened: DuplicatePair | None = None,
    refusal: str = "",
    in_place: bool = False,
) -> HttpResponse:
    """What takes the row's place, with the line that says what was done last."""
    if not wants_fragment(request):
        words = refusal or (
            _("Remembered: these are two people.") if dismissed else _("The pair waits again.")
        )
        messages.add_message(request, messages.ERROR if refusal else messages.SUCCESS, words)
        return redirect_page(request, "individuals:duplicate_list")
    context = {
        "dismissed": dismissed,
        "rows": duplicate_pages.rows([reopened] if reopened else []),
        "refusal": refusal,
        "in_place": in_place,
        **_progress(request),
    }
    return render_page(request, ANSWER, context)


def _pair(request: HtmxRequest, pk: int) -> DuplicatePair:
    pairs = DuplicatePair.objects.visible_to(request.user).select_related("first", "second")
    return get_object_or_404(pairs, pk=pk)


@reads_only
@require_POST
@never_cache
@login_required
@permission_required(VIEW, raise_exception=True)
def individual_lookalikes(request: HtmxRequest, pk: int | None = None) -> HttpResponse:
    """Who looks like what stands in the form so far; ``pk`` is the individual being edited."""
    if pk is not None:
        get_object_or_404(Individual.objects.visible_to(request.user), pk=pk)
    found = lookalikes.find(typed_of(request.POST), user=request.user, individual_id=pk)
    shown = [one.individual.pk for one in found if one.individual]
    looks.record(user=request.user, individual_ids=shown, how=Look.How.MERGE)
    return render_page(request, RIBBON, {"lookalikes": found})
