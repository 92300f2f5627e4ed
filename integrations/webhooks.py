"""The one view that all deliveries arrive at, and the view that tells what became of them."""

import hashlib
import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts import api_keys
from agencyhub.accounts.models import ApiKey
from agencyhub.lib.problems import problem
from integrations import registry, tasks
from integrations.models import InboundMessage
from integrations.partner import Partner
from integrations.services import inbox

FAILURES_A_MINUTE = 30
"""Wrong keys from one address after which it has to wait."""
PAGES = {
    "individual": "individuals:individual_detail",
    "sales_record": "individuals:salesrecord_detail",
    "policy": "policies:policy_detail",
    "carrier": "policies:carrier_detail",
    "carrier_product": "policies:carrierproduct_edit",
}


def deliveries(partner_slug: str) -> Callable[[HttpRequest], HttpResponse]:
    """Make the endpoint of one partner."""
    partner = registry.PARTNERS[partner_slug]

    @csrf_exempt
    @require_POST
    def receive(request: HttpRequest) -> HttpResponse:
        return _refusal(request, partner) or _receive(request, partner)

    return receive


def _refusal(request: HttpRequest, partner: Partner) -> HttpResponse | None:
    """Everything that is checked before the body is stored as a message."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > settings.HOOK_MAX_BYTES:
        limit = settings.HOOK_MAX_BYTES // 1024
        detail = f"The body is larger than {limit} KiB. Send fewer enrollments in one delivery."
        return problem(413, code="too_large", detail=detail)
    if request.content_type != "application/json":
        detail = "Send JSON with Content-Type: application/json."
        return problem(415, code="unsupported_media_type", detail=detail)
    refused = _wrong_key(request, partner)
    if refused is not None:
        return refused
    reason = partner.refusal()
    if reason:
        inbox.reject_unknown_sender(
            partner_slug=partner.slug, body=request.body, code="inactive", detail=reason
        )
        return problem(403, code="integration_inactive", detail=reason)
    return None


def _wrong_key(request: HttpRequest, partner: Partner) -> HttpResponse | None:
    try:
        api_keys.authenticate(
            request.headers.get("X-API-Key", ""), scope=partner.api_key_scope, now=timezone.now()
        )
    except api_keys.WrongScopeError as error:
        return problem(403, code=error.code, detail=error.message)
    except api_keys.UnknownKeyError as error:
        if _is_hammering(request):
            detail = "Too many wrong keys. Wait a minute and check the key."
            return problem(
                429, code="too_many_wrong_keys", detail=detail, headers={"Retry-After": "60"}
            )
        inbox.reject_unknown_sender(
            partner_slug=partner.slug, body=request.body, code=error.code, detail=error.message
        )
        return problem(401, code=error.code, detail=error.message)
    return None


def _is_hammering(request: HttpRequest) -> bool:
    address = hashlib.sha256(request.META.get("REMOTE_ADDR", "").encode()).hexdigest()[:16]
    key = f"hook-failures-{address}"
    cache.add(key, 0, timeout=60)
    try:
        return cache.incr(key) > FAILURES_A_MINUTE
    except ValueError:  # the minute ended between the two calls
        return False


def _receive(request: HttpRequest, partner: Partner) -> HttpResponse:
    try:
        receipts = inbox.receive(partner=partner, body=request.body)
    except inbox.UnreadableDeliveryError as error:
        status = 400 if error.code == "invalid_json" else 422
        return _invalid(status, error.code, error.detail, [error.problems])
    accepted = [receipt for receipt in receipts if receipt.state != InboundMessage.State.REJECTED]
    if not accepted:
        detail = "No enrollment of this delivery has the agreed shape; see the fields."
        return _invalid(422, "invalid", detail, [receipt.problems for receipt in receipts])
    is_new = any(receipt.state == InboundMessage.State.RECEIVED for receipt in receipts)
    if is_new:
        tasks.wake_inbox()
    return JsonResponse(_answer(receipts, accepted[0]), status=202 if is_new else 200)


def _answer(receipts: list[inbox.Receipt], first: inbox.Receipt) -> dict[str, object]:
    answer: dict[str, object] = {"message_id": str(first.message_id), "state": first.state}
    if len(receipts) > 1:
        answer["messages"] = [
            {
                "message_id": str(receipt.message_id),
                "state": receipt.state,
                "external_id": receipt.external_id,
                "errors": [vars(found) for found in receipt.problems],
            }
            for receipt in receipts
        ]
    return answer


def _invalid(
    status: int, code: str, detail: str, problems: list[list[inbox.FieldProblem]]
) -> HttpResponse:
    errors = [vars(found) for item in problems for found in item]
    return problem(status, code=code, detail=detail, errors=errors)


@csrf_exempt
@require_GET
def message_state(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """Tell a sender what became of a message: its state, the reason, and links to the records."""
    header = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    raw = header or request.headers.get("X-API-Key", "")
    try:
        key = api_keys.authenticate(raw, scope=None, now=timezone.now())
    except api_keys.UnknownKeyError as error:
        return problem(401, code=error.code, detail=error.message)
    message = InboundMessage.objects.filter(public_id=message_id).first()
    may_read = message is not None and key.scope in (
        ApiKey.Scope.API,
        registry.PARTNERS[message.partner].api_key_scope,
    )
    if message is None or not may_read:
        detail = "No message has this id, or the key may not see it."
        return problem(404, code="not_found", detail=detail)
    return JsonResponse(
        {
            "message_id": str(message.public_id),
            "state": message.state,
            "code": message.code,
            "reason": message.reason,
            "received_at": message.received_at.isoformat(),
            "finished_at": message.finished_at and message.finished_at.isoformat(),
            "attempts": message.attempts,
            "records": [
                {
                    "kind": record.kind,
                    "id": record.record_id,
                    "action": record.action,
                    "url": reverse(PAGES[record.kind], args=[record.record_id]),
                }
                for record in message.touched.order_by("pk")
            ],
        }
    )
