"""ComTrack's side of the nightly query: a partner asks what became of its applications."""

from typing import Any, ClassVar, cast

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencyhub.accounts.authentication import KeyAuthentication
from agencyhub.accounts.models import ApiKey, User
from agencyhub.lib.api.parsing import RecordParser, ensure_small
from agencyhub.lib.api.schema import ProblemSerializer
from agencyhub.lib.api.throttles import CallerThrottle
from agencyhub.lib.problems import CONTENT_TYPE, InvalidBodyError
from agencyhub.records.api.permissions import CHANGE, VIEW, RecordPermission, Rights
from commissions.models import Application
from commissions.selectors import asking
from commissions.selectors.outcomes import Facts, Paid

# To ask is to look, whatever the method; a key of a user has that user's rights.
SEE = ("commissions.view_application",)
ANSWERED_STATES = (
    Application.MatchState.COMPLETE,
    Application.MatchState.COMMISSION_ISSUE,
    Application.MatchState.COMMISSION_WITHOUT_BOOK,
    Application.MatchState.NOT_FOUND,
    Application.MatchState.AMBIGUOUS,
)


class ComtrackKeyAuthentication(KeyAuthentication):
    """A key for ComTrack; those of the REST API do not open this door."""

    scope = ApiKey.Scope.COMTRACK


class ComtrackKeyScheme(OpenApiAuthenticationExtension):
    """How the schema describes the key."""

    target_class = ComtrackKeyAuthentication
    name = "comtrackKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """A header."""
        text = "A key of Settings › API keys, for ComTrack."
        return {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": text}


class _Text(serializers.CharField):
    """Text that may be left out, null or blank."""

    def __init__(self, max_length: int) -> None:
        super().__init__(
            max_length=max_length, required=False, allow_null=True, allow_blank=True, default=""
        )

    def run_validation(self, data: Any = serializers.empty) -> str:
        """Read null as blank."""
        return super().run_validation(data) or ""


class QuestionSerializer(serializers.Serializer[Any]):
    """One application: its id, or whatever else tells it apart."""

    application_id = _Text(120)
    mbi = _Text(40)
    carrier_name = _Text(160)
    cms_plan_id = _Text(40)
    effective_date = serializers.DateField(required=False, allow_null=True, default=None)
    first_name = _Text(80)
    last_name = _Text(80)
    date_of_birth = serializers.DateField(required=False, allow_null=True, default=None)
    policy_number = _Text(60)


class QuerySerializer(serializers.Serializer[Any]):
    """The applications that are asked about."""

    applications = serializers.ListField(
        child=QuestionSerializer(), min_length=1, max_length=asking.MOST_ASKED
    )


class CommissionSerializer(serializers.Serializer[Any]):
    """The last amount that was paid, or taken back."""

    amount = serializers.DecimalField(max_digits=12, decimal_places=2)
    paid_on = serializers.DateField(allow_null=True)
    payment_period = serializers.CharField(help_text="2027-01, or 2027-01 to 2027-12; or blank.")


class ResultSerializer(serializers.Serializer[Any]):
    """What is known of one application; ``application_id`` as it was asked."""

    application_id = serializers.CharField()
    match_state = serializers.ChoiceField(choices=[state.value for state in ANSWERED_STATES])
    policy_status = serializers.CharField(allow_null=True)
    carrier_status_text = serializers.CharField(allow_null=True)
    book_as_of = serializers.DateField(allow_null=True)
    termination_date = serializers.DateField(allow_null=True)
    last_commission = CommissionSerializer(allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField())


class AnswerSerializer(serializers.Serializer[Any]):
    """The results in the order asked."""

    as_of = serializers.DateTimeField()
    results = ResultSerializer(many=True)


class ComtrackQuery(APIView):
    """What became of applications."""

    authentication_classes = (ComtrackKeyAuthentication,)
    permission_classes = (RecordPermission,)
    rights: ClassVar[Rights] = {VIEW: SEE, CHANGE: SEE}
    throttle_classes = (CallerThrottle,)
    parser_classes = (RecordParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a large body before it is read."""
        ensure_small(request)
        super().initial(request, *args, **kwargs)

    @extend_schema(
        operation_id="comtrack_query",
        summary="Ask what became of applications, at most 500 in one call",
        request=QuerySerializer,
        responses={
            (200, "application/json"): AnswerSerializer,
            **{
                (status, CONTENT_TYPE): ProblemSerializer
                for status in (400, 401, 403, 413, 415, 422, 429)
            },
        },
    )
    def post(self, request: Request) -> Response:
        """Answer in the order asked."""
        reader = QuerySerializer(data=request.data)
        if not reader.is_valid():
            raise InvalidBodyError(reader.errors)
        questions = [asking.Question(**one) for one in reader.validated_data["applications"]]
        answers = asking.answers_to(user=cast("User", request.user), questions=questions)
        results = [
            _result(question.application_id, answer)
            for question, answer in zip(questions, answers, strict=True)
        ]
        return Response({"as_of": timezone.now(), "results": results})


def _result(application_id: str, answer: asking.Answer) -> dict[str, Any]:
    facts = answer.facts
    book, paid = (facts.book, facts.commission) if facts else (None, None)
    reasons = [
        answer.found.how,
        *answer.notes,
        *([facts.next_step, *facts.hidden] if facts else []),
    ]
    return {
        "application_id": application_id,
        "match_state": _state(facts, is_ambiguous=answer.found.is_ambiguous),
        "policy_status": book.status if book else None,
        "carrier_status_text": book.carrier_status if book else None,
        "book_as_of": book.as_of if book else None,
        "termination_date": book.termination_date if book else None,
        "last_commission": _commission(paid) if paid else None,
        "reasons": reasons,
    }


def _state(facts: Facts | None, *, is_ambiguous: bool) -> str:
    """One of the published states: what is not matched yet, or never will be, is not found."""
    if facts is not None and facts.state in ANSWERED_STATES:
        return facts.state
    states = Application.MatchState
    return (states.AMBIGUOUS if is_ambiguous else states.NOT_FOUND).value


def _commission(paid: Paid) -> dict[str, Any]:
    return {
        "amount": str(paid.amount),
        "paid_on": paid.paid_date or paid.as_of,
        "payment_period": _period(paid),
    }


def _period(paid: Paid) -> str:
    """The first month that was paid for, and the last if there are more."""
    first = paid.payment_period
    if first is None:
        return ""
    last = first.year * 12 + first.month - 1 + max(paid.months or 1, 1) - 1
    until = f"{last // 12:04d}-{last % 12 + 1:02d}"
    return until if until == f"{first:%Y-%m}" else f"{first:%Y-%m} to {until}"
