"""Settling differences: the carrier's value or ours, for one in place or for many at once."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page, wants_fragment
from agencyhub.lib.pks import read_pk
from agencyhub.records.lists import state
from agencyhub.records.models import Batch
from integrations.errors import PartnerRejectedError, PartnerUnavailableError
from integrations.noyo.lists_differences import DIFFERENCES
from integrations.noyo.models import Difference
from integrations.noyo.selectors import inbox, people
from integrations.noyo.selectors import settling as selectors
from integrations.noyo.services import settling as services
from integrations.noyo.services.settling import Settled
from integrations.noyo.views.inbox import answer_settled

Verdict = Difference.Verdict
MOST = 500
INVALID = 422
DETAIL = "detail"


@require_POST
@never_cache
@login_required
@permission_required(inbox.CHANGE, raise_exception=True)
def difference_settle(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say of one difference which side is right."""
    one = get_object_or_404(people.differences(request.user), pk=pk)
    verdict = _verdict(request)
    done = _settle(request, Difference.objects.filter(pk=pk), verdict)
    refusal = selectors.in_words(done.left[pk]) if pk in done.left else ""
    if request.POST.get("back") == DETAIL and not wants_fragment(request):
        if refusal:
            messages.error(request, _sentence(refusal))
            return redirect_page(request, "noyo:difference_detail", pk=pk)
        following = inbox.next_open(one, user=request.user)
        url = reverse("noyo:difference_list")
        if following is not None:
            url = reverse("noyo:difference_detail", args=[following.pk])
        return redirect_page(request, f"{url}{_done(done)}")
    return answer_settled(
        request, done=done.batch if not refusal else None, refusal=_sentence(refusal)
    )


@require_POST
@never_cache
@login_required
@permission_required(inbox.CHANGE, raise_exception=True)
def difference_settle_many(request: SignedInRequest) -> HttpResponse:
    """First say what is meant; with ``sure`` settle it."""
    verdict = _verdict(request)
    ticked = {pk for text in request.POST.getlist("pk") if (pk := read_pk(text))}
    rows = people.differences(request.user).filter(pk__in=sorted(ticked)[:MOST])
    query = request.POST.get("state", "")
    back_url = _back(request, query)
    if not rows.exists():
        messages.error(request, _("Select the differences first."))
        return redirect_page(request, back_url)
    if "sure" not in request.POST:
        context = {
            "scope": selectors.scope(rows, verdict=verdict),
            "verdict": verdict,
            "is_carriers": verdict == Verdict.CARRIER,
            "query": query,
            "back_url": back_url,
        }
        return render_page(request, "noyo/difference_settle.html", context)
    done = _settle(request, Difference.objects.filter(pk__in=rows.values("pk")), verdict)
    _say(request, done)
    return redirect_page(request, f"{back_url}{'&' if '?' in back_url else '?'}{_done(done)[1:]}")


@require_POST
@never_cache
@login_required
@permission_required(inbox.CHANGE, raise_exception=True)
def difference_undo(request: SignedInRequest, batch_pk: int) -> HttpResponse:
    """Take back the user's own act."""
    own = Batch.objects.filter(user=request.user, summary__in=(services.TAKEN, services.OURS))
    batch = get_object_or_404(own, pk=batch_pk)
    try:
        services.undo(batch=batch, user=request.user, at=timezone.now())
    except (PartnerUnavailableError, PartnerRejectedError):
        messages.error(request, _("Noyo did not take it, so nothing is changed. Try again later."))
    except DomainError as refused:
        messages.error(request, _(refused.message))
    else:
        messages.success(request, _("Taken back: the differences are open again."))
    return redirect_page(request, _back(request, request.POST.get("state", "")))


def _verdict(request: SignedInRequest) -> str:
    """Which side is right; taking the carrier's values over needs the right to change people."""
    said = request.POST.get("verdict", "")
    if said not in Verdict.values:
        raise PermissionDenied
    if said == Verdict.CARRIER and not request.user.has_perms(list(inbox.RIGHTS.values())):
        raise PermissionDenied
    return said


def _settle(request: SignedInRequest, rows: QuerySet[Difference], verdict: str) -> Settled:
    settle: Any = services.take if verdict == Verdict.CARRIER else services.keep_ours
    settled: Settled = settle(rows=rows, user=request.user, at=timezone.now())
    return settled


def _say(request: SignedInRequest, done: Settled) -> None:
    """How many are left as they are, and why."""
    for why in dict.fromkeys(done.left.values()):
        number = sum(one == why for one in done.left.values())
        words = ngettext(
            "%(number)s is left alone: %(reason)s.",
            "%(number)s are left alone: %(reason)s.",
            number,
        ) % {"number": number, "reason": selectors.in_words(why).rstrip(".")}
        messages.warning(request, words)


def _sentence(words: str) -> str:
    """A reason as a sentence of its own."""
    return f"{words[:1].upper()}{words[1:].rstrip('.')}." if words else ""


def _done(done: Settled) -> str:
    return f"?done={done.batch.pk}" if done.batch and done.number else "?done="


def _back(request: SignedInRequest, query: str) -> str:
    """The list as it was; an address that nobody could have seen is not handed on."""
    asked = state.read(DIFFERENCES, QueryDict(query), user=request.user)
    return asked.url()
