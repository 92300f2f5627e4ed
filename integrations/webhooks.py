"""The one view that all deliveries arrive at, and the view that tells what became of them."""

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext_noop
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencyhub.accounts import api_keys, throttle
from agencyhub.accounts.models import ApiKey
from agencyhub.lib.api.schema import ProblemSerializer
from agencyhub.lib.problems import CONTENT_TYPE, problem
from agencyhub.lib.visitors import address_of
from integrations import answers, registry, tasks
from integrations.errors import FieldProblem
from integrations.healthsherpa.schema import SubmissionSerializer
from integrations.models import InboundMessage
from integrations.noyo.partner import EventSerializer, Noyo
from integrations.partner import Partner
from integrations.permissions import may_look
from integrations.plancompare.mapping import EnrollmentSerializer
from integrations.premier.partner import Premier
from integrations.premier.schema import StatementSerializer
from integrations.services import failures, inbox


class Deliveries(APIView):
    """Where one partner's messages arrive: checked, stored as they came, and applied later."""

    authentication_classes = ()
    permission_classes = ()
    partner_slug = ""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Skip what the framework would look up: ``_refusal`` decides, and all answers are JSON."""

    def handle_exception(self, exc: Exception) -> Response:
        """Note what is our fault: the partner tries again for a while, then nobody would know."""
        if not isinstance(exc, APIException):
            failures.note(self.partner_slug, at=timezone.now())
        return super().handle_exception(exc)

    def post(self, request: Request) -> HttpResponse:
        """Receive one message or a list; nothing is applied before the answer."""
        partner = registry.PARTNERS[self.partner_slug]
        received = request._request
        return _refusal(received, partner) or _receive(received, partner)


class PlanCompareDeliveries(Deliveries):
    """Enrollments of PlanCompare."""

    partner_slug = "plancompare"

    @extend_schema(
        operation_id="plancompare_enrollments",
        summary="Deliver an enrollment, or a list under “enrollments”",
        parameters=[OpenApiParameter("X-API-Key", str, OpenApiParameter.HEADER, required=True)],
        request=EnrollmentSerializer,
        responses=answers.OF_DELIVERIES,
    )
    def post(self, request: Request) -> HttpResponse:
        """Receive enrollments; the same enrollment id again is a duplicate."""
        return super().post(request)


class HealthSherpaDeliveries(Deliveries):
    """Enrollments of HealthSherpa Medicare."""

    partner_slug = "healthsherpa"

    @extend_schema(
        operation_id="healthsherpa_submissions",
        summary="Deliver a submitted Medicare enrollment, in any of HealthSherpa's envelopes",
        parameters=[OpenApiParameter("X-API-Key", str, OpenApiParameter.HEADER, required=True)],
        request=SubmissionSerializer,
        responses=answers.OF_DELIVERIES,
    )
    def post(self, request: Request) -> HttpResponse:
        """Receive submissions; the same application and update again is a duplicate."""
        return super().post(request)


class PremierDeliveries(Deliveries):
    """Statuses of Premier Partners: a door for each carrier."""

    partner_slug = "premier"

    @extend_schema(
        operation_id="premier_status",
        summary="Deliver a carrier's policy and payment statuses, at most 20,000 rows at a time",
        parameters=[OpenApiParameter("X-API-Key", str, OpenApiParameter.HEADER, required=True)],
        request=StatementSerializer,
        responses=answers.OF_DELIVERIES,
    )
    def post(self, request: Request, carrier_slug: str) -> HttpResponse:  # type: ignore[override]
        """Receive a statement or a part of one; rows that are wrong are named, others count."""
        received, partner = request._request, Premier(carrier_slug)
        refusal = _refusal(received, partner)
        if refusal is not None:
            return refusal
        if not partner.may_deliver(_key(received, partner)):
            detail = gettext_noop("The API key is another carrier's.")
            return problem(403, code="another_carrier", detail=detail)
        return _receive(received, partner)


class NoyoDeliveries(Deliveries):
    """Events of Noyo, which are signed instead of carrying a key."""

    partner_slug = "noyo"

    @extend_schema(
        operation_id="noyo_events",
        summary="Tell that something happened to a group, a connection or a member",
        parameters=[
            OpenApiParameter("x-noyo-signature", str, OpenApiParameter.HEADER, required=True),
            OpenApiParameter("x-noyo-timestamp", str, OpenApiParameter.HEADER),
        ],
        request=EventSerializer,
        responses=answers.OF_DELIVERIES,
    )
    def post(self, request: Request) -> HttpResponse:
        """Receive an event; the same event ID again is a duplicate."""
        received, partner = request._request, Noyo()
        return _refusal(received, partner, check=_wrong_signature) or _receive(received, partner)


def _refusal(
    request: HttpRequest,
    partner: Partner,
    *,
    check: Callable[[HttpRequest, Any], HttpResponse | None] | None = None,
) -> HttpResponse | None:
    """Everything that is checked before the body is stored as a message; ``check`` is who sent it,
    an API key where nothing else is said.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > settings.HOOK_MAX_BYTES:
        limit = settings.HOOK_MAX_BYTES // 1024
        detail = gettext_noop(
            "The body is larger than %(limit)s KiB. Send fewer enrollments in one delivery."
        ) % {"limit": limit}
        return problem(413, code="too_large", detail=detail)
    if request.content_type != "application/json":
        detail = gettext_noop("Send JSON with Content-Type: application/json.")
        return problem(415, code="unsupported_media_type", detail=detail)
    refused = (check or _wrong_key)(request, partner)
    if refused is not None:
        return refused
    reason = partner.refusal()
    if reason:
        found = FieldProblem("", "integration_inactive", reason)
        inbox.reject(
            partner_slug=partner.slug,
            body=request.body,
            code=found.code,
            problems=[found],
            door=partner.door,
        )
        return problem(403, code="integration_inactive", detail=reason)
    return None


def _wrong_key(request: HttpRequest, partner: Partner) -> HttpResponse | None:
    try:
        _key(request, partner)
    except api_keys.WrongScopeError as error:
        return problem(403, code=error.code, detail=error.message)
    except api_keys.UnknownKeyError as error:
        return _unknown_sender(request, partner, code=error.code, detail=error.message)
    return None


def _wrong_signature(request: HttpRequest, partner: Noyo) -> HttpResponse | None:
    signature = request.headers.get("x-noyo-signature", "")
    timestamp = request.headers.get("x-noyo-timestamp", "")
    if partner.is_genuine(body=request.body, signature=signature, timestamp=timestamp):
        return None
    detail = gettext_noop("The signature is missing, or made with another secret.")
    return _unknown_sender(request, partner, code="wrong_signature", detail=detail)


def _unknown_sender(
    request: HttpRequest, partner: Partner, *, code: str, detail: str
) -> HttpResponse:
    if throttle.is_hammering(address_of(request)):
        detail = gettext_noop("Too many wrong keys. Wait a minute and check the key.")
        return problem(
            429, code="too_many_wrong_keys", detail=detail, headers={"Retry-After": "60"}
        )
    inbox.reject_unknown_sender(
        partner_slug=partner.slug, body=request.body, code=code, detail=detail
    )
    return problem(401, code=code, detail=detail)


def _key(request: HttpRequest, partner: Partner) -> ApiKey:
    given = request.headers.get("X-API-Key", "")
    return api_keys.authenticate(given, scope=partner.api_key_scope, now=timezone.now())


def _receive(request: HttpRequest, partner: Partner) -> HttpResponse:
    try:
        receipts = inbox.receive(partner=partner, body=request.body)
    except inbox.UnreadableDeliveryError as error:
        status = 400 if error.code == "invalid_json" else 422
        return _invalid(status, error.code, error.detail, [error.problems])
    accepted = [receipt for receipt in receipts if receipt.state != InboundMessage.State.REJECTED]
    if not accepted:
        detail = gettext_noop(
            "No enrollment of this delivery has the agreed shape; see the fields."
        )
        return _invalid(422, "invalid", detail, [receipt.problems for receipt in receipts])
    is_new = any(receipt.state == InboundMessage.State.RECEIVED for receipt in receipts)
    if is_new:
        tasks.wake_inbox_soon()
    return JsonResponse(_answer(receipts, accepted[0]), status=202 if is_new else 200)


def _answer(receipts: list[inbox.Receipt], first: inbox.Receipt) -> dict[str, object]:
    answer: dict[str, object] = {"message_id": str(first.message_id), "state": first.state}
    if len(receipts) == 1 and first.problems:
        answer["errors"] = [vars(found) for found in first.problems]
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
    status: int, code: str, detail: str, problems: list[list[FieldProblem]]
) -> HttpResponse:
    errors = [vars(found) for item in problems for found in item]
    return problem(status, code=code, detail=detail, errors=errors)


class MessageState(APIView):
    """What became of a message."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        operation_id="inbox_message",
        summary="Tell what became of a message",
        parameters=[OpenApiParameter("X-API-Key", str, OpenApiParameter.HEADER)],
        responses={
            (200, "application/json"): answers.MessageSerializer,
            **{(status, CONTENT_TYPE): ProblemSerializer for status in (401, 404)},
        },
    )
    def get(self, request: Request, message_id: uuid.UUID) -> HttpResponse:
        """Answer with the state, the reason, and links to the records it made."""
        raw = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        try:
            key = api_keys.authenticate(
                raw or request.headers.get("X-API-Key", ""), scope=None, now=timezone.now()
            )
        except api_keys.UnknownKeyError as error:
            return problem(401, code=error.code, detail=error.message)
        message = InboundMessage.objects.filter(public_id=message_id).first()
        if message is None or not _may_read(key, message):
            detail = gettext_noop("No message has this id, or the key may not see it.")
            return problem(404, code="not_found", detail=detail)
        return JsonResponse(answers.MessageSerializer(message).data)


def _may_read(key: ApiKey, message: InboundMessage) -> bool:
    if key.scope == ApiKey.Scope.API:
        return key.user is None or may_look(key.user)
    return key.scope == registry.PARTNERS[message.partner].api_key_scope
