"""The EOI API in PlanSource's shapes: what waits, decisions, completed health forms."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils import timezone, translation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencyhub.accounts.models import User
from agencyhub.lib.api.parsing import RecordParser, ensure_small
from agencyhub.lib.api.throttles import CallerThrottle
from agencyhub.records.api.permissions import RecordPermission
from agencyhub.records.services import exports
from eoi.api import access, envelope, pending, schema, told
from eoi.models import Decision, EoiRequest
from eoi.services import completing, deciding, finding
from groups.models import EmployerGroup

LANGUAGE = "en"
OPEN_LIST = "eoi_open"


class EoiView(APIView):
    """What every call has in common: who calls, in which words, and how a refusal looks."""

    authentication_classes = (access.EoiAuthentication,)
    permission_classes = (RecordPermission,)
    rights = access.RIGHTS
    throttle_classes = (CallerThrottle,)
    parser_classes = (RecordParser,)

    def get_exception_handler(self) -> Any:
        """Refuse in the callers' envelope."""
        return envelope.handle

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer in English, whoever calls: these texts are compared."""
        with translation.override(LANGUAGE):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a large body before it is read."""
        ensure_small(request)
        super().initial(request, *args, **kwargs)


class Subscribers(EoiView):
    """Everything that waits for a decision."""

    @schema.described(
        "eoi_subscribers",
        "List everything that waits for a decision",
        answer=schema.PendingAnswer,
        parameters=[schema.INCLUDE_TEST],
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Answer row by row: however many wait, one call tells them all."""
        user = cast("User", request.user)
        with_tests = request.query_params.get("include_test", "no").lower() == "yes"
        rows = pending.waiting(user=user, with_tests=with_tests)
        return StreamingHttpResponse(
            _streamed(_records(request, rows)), content_type="application/json"
        )


class Subscriber(EoiView):
    """What waits for one subscriber."""

    @schema.described(
        "eoi_subscriber", "List what waits for one subscriber", answer=schema.PendingAnswer
    )
    def get(self, request: Request, subscriber_id: str) -> Response:
        """Answer with their requests, none when nothing waits."""
        user = cast("User", request.user)
        employees = _employees(user, subscriber_id)
        rows = pending.waiting(user=user, with_tests=True).filter(employee__in=employees)
        return envelope.success(list(_records(request, rows)))


class Decisions(EoiView):
    """Decisions on the requests of many subscribers, by their SSNs."""

    @schema.described(
        "eoi_decisions",
        "Decide on requests of many subscribers",
        request=schema.DecisionsRequest,
        answer=schema.DecisionsAnswer,
    )
    def put(self, request: Request) -> Response:
        """Take each decision by itself; tell the rows that cannot be taken with their errors."""
        return _decided(request, None)


class SubscriberDecisions(EoiView):
    """Decisions on the requests of one subscriber."""

    @schema.described(
        "eoi_decision",
        "Decide on requests of one subscriber",
        request=schema.DecisionsRequest,
        answer=schema.DecisionsAnswer,
    )
    def put(self, request: Request, subscriber_id: str) -> Response:
        """Take each decision by itself; tell the rows that cannot be taken with their errors."""
        return _decided(request, subscriber_id)


def _decided(request: Request, subscriber_id: str | None) -> Response:
    user = cast("User", request.user)
    asked = told.asked(told.rows_of(request.data, told.DECISIONS))
    if subscriber_id is not None:
        _employees(user, subscriber_id)
    result = deciding.decide(
        asked,
        channel=Decision.Channel.API,
        user=_stored(user),
        within=EmployerGroup.objects.visible_to(user),
        subscriber_id=subscriber_id,
        source=f"api:key-{request.auth.pk}",
        at=timezone.now(),
    )
    return envelope.success(told.answer(result))


class FormCompletions(EoiView):
    """Whether health forms of many subscribers are complete."""

    @schema.described(
        "eoi_form_completions",
        "Say whether health forms of many subscribers are complete",
        request=schema.FormCompletionsRequest,
        answer=schema.FormCompletionsAnswer,
    )
    def put(self, request: Request) -> Response:
        """Note each form by itself; tell the rows that fit no open request with their errors."""
        return _completed(request, None)


class SubscriberFormCompletions(EoiView):
    """Whether health forms of one subscriber are complete."""

    @schema.described(
        "eoi_form_completion",
        "Say whether health forms of one subscriber are complete",
        request=schema.FormCompletionsRequest,
        answer=schema.FormCompletionsAnswer,
    )
    def put(self, request: Request, subscriber_id: str) -> Response:
        """Note each form by itself; tell the rows that fit no open request with their errors."""
        return _completed(request, subscriber_id)


def _completed(request: Request, subscriber_id: str | None) -> Response:
    user = cast("User", request.user)
    forms = told.forms(told.rows_of(request.data, told.FORM_COMPLETIONS))
    if subscriber_id is not None:
        _employees(user, subscriber_id)
    problems = [
        completing.complete_form(
            ssn=form.ssn,
            benefit_lookup_code=form.benefit,
            completed=form.completed,
            expiration_date=form.expiration_date,
            reference_number=form.reference_number,
            url_subscriber_id=subscriber_id,
            within=EmployerGroup.objects.visible_to(user),
            user=_stored(user),
            at=timezone.now(),
        )
        for form in forms
    ]
    return envelope.success(told.forms_answer(forms, problems))


def _records(request: Request, rows: QuerySet[EoiRequest]) -> Iterator[dict[str, Any]]:
    """The records of requests: with SSNs for the agency's keys and who has the right, noted."""
    user = cast("User", request.user)
    if not user.has_perm("groups.reveal_ssn"):
        return pending.records(rows, with_ssn=False)
    return exports.noted(
        pending.records(rows, with_ssn=True),
        user=_stored(user),
        api_key=request.auth,
        list_key=OPEN_LIST,
        file_format="json",
        columns=["SSN"],
    )


def _stored(user: User) -> User | None:
    """Who is to be named: a key of the agency acts in nobody's name."""
    return user if user.pk else None


def _employees(user: User, subscriber_id: str) -> set[int]:
    """Those whom the number names: one, unless groups give out the same numbers.

    Raises:
        Http404: nobody whom ``user`` may see.
    """
    within = EmployerGroup.objects.visible_to(user)
    found = finding.people([subscriber_id], [], within=within).named(subscriber_id, "")
    if not found:
        raise Http404
    return found


def _streamed(found: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    yield b'{"status":"success","data":['
    for number, record in enumerate(found):
        yield (b"," if number else b"") + json.dumps(record).encode()
    yield b"]}"
