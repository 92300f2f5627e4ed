"""The inbox: what arrived and what became of it, without personal data."""

import json
import uuid
from contextlib import suppress

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib.crypto import UnreadableSecretError
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.records import history
from agencyhub.records.models import Batch, Entry
from integrations import registry, selectors
from integrations.models import InboundMessage
from integrations.permissions import MANAGE, RAW_BODY, REVIEW
from integrations.services import attention, review

State = InboundMessage.State
FILTERS = [("", _("All")), ("attention", _("Needs attention")), *State.choices]
SHOWN = _("Raw message body shown")
RETRYABLE = (State.FAILED, State.IGNORED)


@require_GET
@any_permission(MANAGE, REVIEW)
def inbox_list(request: SignedInRequest) -> HttpResponse:
    """Messages, newest first, of one state or all."""
    state = request.GET.get("state", "")
    state = state if state in dict(FILTERS) else ""
    page = selectors.inbox_page(state=state, params=request.GET)
    url = reverse("integrations:inbox_list")
    keep = f"state={state}&" if state else ""
    context = {
        "rows": [{"message": one, "tone": selectors.TONES[State(one.state)]} for one in page],
        "filters": [
            {
                "label": label,
                "url": f"{url}?state={key}" if key else url,
                "is_current": key == state,
            }
            for key, label in FILTERS
        ],
        "state": state,
        "prev_url": f"{url}?{keep}before={page.before}" if page.before else "",
        "next_url": f"{url}?{keep}after={page.after}" if page.after else "",
    }
    return render_page(request, "integrations/inbox_list.html", context, fragment="inbox-table")


@require_GET
@any_permission(MANAGE, REVIEW)
def inbox_detail(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """One message: state, reasons, attempts and the records it touched."""
    message = get_object_or_404(
        InboundMessage.objects.select_related("duplicate_of", "decided_by", "batch"),
        public_id=public_id,
    )
    return _detail(request, message)


def _detail(
    request: SignedInRequest, message: InboundMessage, *, body: str | None = None
) -> HttpResponse:
    state = State(message.state)
    partner = registry.PARTNERS.get(message.partner)
    reasons = message.details.get("reasons") or []
    table = InboundMessage._meta.db_table
    entries = Entry.objects.filter(table_name=table, record_id=message.pk).select_related("user")
    context = {
        "message": message,
        "title": partner.title if partner else message.partner,
        "tone": selectors.TONES[state],
        "reasons": reasons,
        "reason": "" if reasons else message.reason,
        "attention": message.details.get("attention") or [],
        "touched": selectors.touched_links(message),
        "pairs": _pairs(message),
        "is_held": state == State.HELD,
        "can_retry": _is_retryable(message) and request.user.has_perm(REVIEW),
        "can_review": request.user.has_perm(REVIEW),
        "can_show": bool(message.body) and request.user.has_perm(RAW_BODY),
        "body": body,
        "looks": entries.filter(text=SHOWN).order_by("-pk")[:10],
    }
    return render_page(request, "integrations/inbox_detail.html", context)


def _is_retryable(message: InboundMessage) -> bool:
    """Failed or ignored, or what it did was undone."""
    is_undone = message.batch is not None and message.batch.undone_at is not None
    return message.state in RETRYABLE or is_undone


def _pairs(message: InboundMessage) -> list[dict[str, object]]:
    took = (
        ""
        if message.duration_ms is None
        else gettext("%(duration_ms)s ms") % {"duration_ms": f"{message.duration_ms:,}"}
    )
    decided = message.decided_by.display_name if message.decided_by else ""
    facts = [
        (gettext("Message id"), str(message.public_id)),
        (gettext("Partner's id"), message.external_id),
        (gettext("Attempts"), message.attempts),
        (gettext("Took"), took),
        (gettext("Code"), message.code),
        (gettext("Decided by"), decided),
    ]
    return [
        {"label": label, "value": value, "is_copyable": label == "Message id"}
        for label, value in facts
    ]


@require_POST
@never_cache
@login_required
@permission_required(RAW_BODY, raise_exception=True)
def inbox_body(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the raw body; who looks is noted on the message before it is shown."""
    message = get_object_or_404(InboundMessage, public_id=public_id, body__isnull=False)
    try:
        text = message.body.reveal()
    except UnreadableSecretError as error:
        messages.error(request, error.message)
        return _detail(request, message)
    screen = Batch.Channel.SCREEN
    with history.batch(user=request.user, channel=screen, summary=SHOWN) as batch:
        history.write(history.entry(batch=batch, record=message, text=SHOWN))
    with suppress(ValueError):  # a rejected body may be no JSON; it is shown as it came
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return _detail(request, message, body=text)


@require_POST
@login_required
@permission_required(REVIEW, raise_exception=True)
def inbox_settle(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note that what a message left to do is done."""
    message = get_object_or_404(InboundMessage, public_id=public_id)
    if attention.settle(message_id=message.pk, user=request.user):
        messages.success(request, gettext("The message needs no more attention."))
    return redirect_page(request, "integrations:inbox_detail", public_id)


@require_POST
@login_required
@permission_required(REVIEW, raise_exception=True)
def inbox_retry(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Apply a failed message once more, as it came."""
    message = get_object_or_404(InboundMessage, public_id=public_id)
    try:
        after = review.retry(
            message_id=message.pk,
            user=request.user,
            at=timezone.now(),
            partners=registry.PARTNERS,
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        tone = messages.SUCCESS if after.state == State.APPLIED else messages.WARNING
        words = gettext("The message is %(lower)s now.") % {
            "lower": after.get_state_display().lower()
        }
        messages.add_message(request, tone, words)
    return redirect_page(request, "integrations:inbox_detail", public_id)
