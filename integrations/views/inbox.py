"""The inbox: what arrived and what became of it, without personal data."""

import json
import uuid
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlencode

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
from agencyhub.lib.pks import read_pk
from agencyhub.records.models import Entry
from integrations import problems, registry, selectors
from integrations.models import InboundMessage
from integrations.permissions import MANAGE, RAW_BODY, REVIEW
from integrations.services import attention, correcting, looking, review

State = InboundMessage.State
FILTERS = [
    ("", _("All")),
    ("attention", _("Needs attention")),
    ("waiting", _("Waiting")),
    *(choice for choice in State.choices if choice[0] not in InboundMessage.WAITING),
]
RETRYABLE = (State.FAILED, State.IGNORED)
MOST_DAYS = 3650
KEPT = ("partner", "code", "like", "retry", "days")


@require_GET
@any_permission(MANAGE, REVIEW)
def inbox_list(request: SignedInRequest) -> HttpResponse:
    """Messages, newest first: of one state or all, of a partner, an error or a retry."""
    asked = {key: request.GET[key] for key in KEPT if request.GET.get(key)}
    state = request.GET.get("state", "")
    state = state if state in dict(FILTERS) or state in State.values else ""
    page = selectors.inbox_page(shown=_shown(asked, state), params=request.GET)
    url = reverse("integrations:inbox_list")
    keep = urlencode({**asked, **({"state": state} if state else {})})
    keep = f"{keep}&" if keep else ""
    context = {
        "rows": [{"message": one, "tone": selectors.TONES[State(one.state)]} for one in page],
        "filters": [
            {
                "label": label,
                "url": _address(url, {**asked, **({"state": key} if key else {})}),
                "is_current": key == state,
            }
            for key, label in FILTERS
        ],
        "state": state,
        "only": _only(asked),
        "is_narrowed": bool(asked),
        "all_url": _address(url, {"state": state} if state else {}),
        "prev_url": f"{url}?{keep}before={page.before}" if page.before else "",
        "next_url": f"{url}?{keep}after={page.after}" if page.after else "",
    }
    return render_page(request, "integrations/inbox_list.html", context, fragment="inbox-table")


def _shown(asked: dict[str, str], state: str) -> selectors.Shown:
    """What is asked for; what makes no sense does not matter."""
    retry, days = asked.get("retry", ""), asked.get("days", "")
    since = None
    if days.isdecimal() and int(days) <= MOST_DAYS:
        since = timezone.now() - timedelta(days=int(days))
    return selectors.Shown(
        state=state,
        partner=asked.get("partner", ""),
        code=asked.get("code", ""),
        like=asked.get("like", ""),
        retry=read_pk(retry) if retry else None,
        since=since,
    )


def _only(asked: dict[str, str]) -> str:
    """What is shown, in words."""
    partner = registry.PARTNERS.get(asked.get("partner", ""))
    code = asked.get("code", "")
    retry, days = asked.get("retry", ""), asked.get("days", "")
    parts = [
        gettext(partner.title) if partner else "",
        str(problems.WORDS.get(code, code.replace("_", " "))),
        gettext("retry %(number)s") % {"number": retry} if retry else "",
        gettext("received in the last %(days)s days") % {"days": days} if days else "",
    ]
    return ", ".join(part for part in parts if part)


def _address(url: str, filters: dict[str, str]) -> str:
    return f"{url}?{urlencode(filters)}" if filters else url


@require_GET
@any_permission(MANAGE, REVIEW)
def inbox_detail(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """One message: state, reasons, attempts and the records it touched."""
    message = get_object_or_404(
        InboundMessage.objects.select_related(
            "duplicate_of", "decided_by", "batch", "correction__original"
        ),
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
        "can_correct": correcting.is_correctable(message)
        and request.user.has_perms((RAW_BODY, REVIEW)),
        "corrections": message.corrections.select_related("message", "corrected_by").order_by("pk"),
        "looks": entries.filter(text=looking.SHOWN).order_by("-pk")[:10],
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
        (gettext("Number"), message.pk),
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
        text = looking.reveal(message=message, user=request.user)
    except UnreadableSecretError as error:
        messages.error(request, error.message)
        return _detail(request, message)
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
