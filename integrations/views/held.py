"""Held messages: a person decides, nothing is guessed."""

import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib.errors import DomainError
from agencyhub.lib.midnights import midnight
from agencyhub.lib.pages import redirect_page, render_page, wants_fragment
from agencyhub.lib.pks import read_pk
from integrations import registry, selectors, tasks
from integrations.catalogue import SCREENS
from integrations.models import InboundMessage
from integrations.permissions import REVIEW
from integrations.screens import ValueGroup
from integrations.services import release, review

State = InboundMessage.State
MOST_AT_ONCE = 20
"""Waiting messages that one request applies itself; more are left to the workers."""
CHOICES = {"individual": "individual_id", "sales_record": "sales_record_id"}


@dataclass(frozen=True)
class Outcome:
    """How a decision ended, for the line that takes the card's place."""

    message: InboundMessage
    tone: str
    words: str
    links: list[selectors.TouchedLink]


@require_GET
@never_cache
@any_permission(REVIEW)
def held_list(request: SignedInRequest) -> HttpResponse:
    """Unknown plan types to map once, then each message that is decided alone."""
    page = selectors.held_people(params=request.GET)
    reviews = [SCREENS[one.partner].review(one, user=request.user) for one in page]
    url = reverse("integrations:held_list")
    context = {
        "groups": _groups() if "after" not in request.GET else [],
        "reviews": reviews,
        "is_skipped": "after" in request.GET,
        "next_url": f"{url}?after={page.after}" if page.after else "",
        "prev_url": f"{url}?before={page.before}" if page.before else "",
        **_progress(),
    }
    return render_page(request, "integrations/held_list.html", context)


def _groups() -> list[ValueGroup]:
    return [
        replace(group, choices=SCREENS[group.partner].value_choices())
        for group in selectors.held_values()
    ]


def _progress() -> dict[str, Any]:
    today = midnight(timezone.localdate())
    return {"left": selectors.held_left(), "done": selectors.decided_since(today)}


@require_POST
@never_cache
@any_permission(REVIEW)
def held_decide(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Apply one message to the chosen record, or to a new Individual."""
    message = get_object_or_404(InboundMessage, public_id=public_id)
    choice = request.POST.get("choice", "")
    decision = _decision(choice)
    if decision is None or not _is_offered(request, message, choice):
        return _answer(
            request, message, "danger", gettext("Choose a record, or a new Individual, first.")
        )
    try:
        after = review.decide(
            message_id=message.pk,
            decision=decision,
            user=request.user,
            at=timezone.now(),
            partners=registry.PARTNERS,
        )
    except DomainError as error:
        return _answer(request, message, "danger", error.message)
    if after.state == State.APPLIED:
        return _answer(request, after, "success", gettext("Decided and applied."))
    return _answer(request, after, "warning", f"{after.get_state_display()}: {after.reason}")


def _decision(choice: str) -> dict[str, Any] | None:
    if choice == "new":
        return {"new": True}
    kind, _, number = choice.partition("-")
    pk = read_pk(number)
    return {CHOICES[kind]: pk} if kind in CHOICES and pk is not None else None


def _is_offered(request: SignedInRequest, message: InboundMessage, choice: str) -> bool:
    """Whether a record is among those that the user sees; the service checks everything else."""
    if choice == "new" or message.state != State.HELD:
        return True
    one = SCREENS[message.partner].review(message, user=request.user)
    return choice in {candidate.choice for candidate in one.candidates}


def _answer(
    request: SignedInRequest, message: InboundMessage, tone: str, words: str
) -> HttpResponse:
    """The card as it is now: decided, or still held with the reason it could not be."""
    if not wants_fragment(request):
        level = {"success": messages.SUCCESS, "warning": messages.WARNING}.get(tone, messages.ERROR)
        messages.add_message(request, level, words)
        return redirect_page(request, "integrations:held_list")
    context: dict[str, Any] = {**_progress(), "refusal": words}
    if message.state == State.HELD:
        context["one"] = SCREENS[message.partner].review(message, user=request.user)
        status = 422
    else:
        context["outcome"] = Outcome(message, tone, words, selectors.touched_links(message))
        status = 200
    return render_page(request, "integrations/_held_answer.html", context, status=status)


@require_POST
@any_permission(REVIEW)
def held_map(request: SignedInRequest, partner: str) -> HttpResponse:
    """Map an unknown value once, and apply everything that waits for it."""
    if partner not in SCREENS:
        raise Http404
    value, choice = request.POST.get("value", ""), request.POST.get("choice", "")
    waiting = selectors.held_with_value(partner=partner, value=value)
    if not waiting:
        messages.info(request, gettext("Nothing is waiting for this value anymore."))
        return redirect_page(request, "integrations:held_list")
    try:
        SCREENS[partner].map_value(value=value, choice=choice, user=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect_page(request, "integrations:held_list")
    _apply_waiting(request, value, waiting)
    return redirect_page(request, "integrations:held_list")


def _apply_waiting(request: SignedInRequest, value: str, waiting: list[int]) -> None:
    """Apply a few messages at once and leave many to the workers; say which in a message."""
    if len(waiting) > MOST_AT_ONCE:
        released = release.release(message_ids=waiting, user=request.user)
        tasks.wake_inbox()
        words = gettext(
            "“%(value)s” is mapped. %(released)s waiting messages are being applied now."
        ) % {"value": value, "released": released}
        messages.success(request, words)
        return
    ended = [_retry(pk, request) for pk in waiting]
    applied = sum(1 for state in ended if state == State.APPLIED)
    rest = len(ended) - applied
    words = gettext(
        "“%(value)s” is mapped. %(applied)s of %(count)s waiting messages were applied."
    ) % {"value": value, "applied": applied, "count": len(ended)}
    more = (
        gettext(" %(rest)s still need somebody: see below and the inbox.") % {"rest": rest}
        if rest
        else ""
    )
    messages.add_message(request, messages.WARNING if rest else messages.SUCCESS, words + more)


def _retry(message_id: int, request: SignedInRequest) -> str:
    try:
        after = review.retry(
            message_id=message_id,
            user=request.user,
            at=timezone.now(),
            partners=registry.PARTNERS,
        )
    except DomainError:
        return ""  # somebody else decided about it a moment ago
    return after.state
