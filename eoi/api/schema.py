"""How the schema describes EOI's calls: PlanSource's shapes."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

from eoi.asked import ACTIONS

_AMOUNT = (
    "USD, the total that is approved. Required for approve_part, pend_remaining and"
    " deny_permanently."
)


class _Person(serializers.Serializer[Any]):
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    middle_name = serializers.CharField()
    ssn = serializers.CharField(help_text="Nine digits; blank where the key may not see them.")


class _Dependent(_Person):
    id = serializers.IntegerField()


class _Link(serializers.Serializer[Any]):
    href = serializers.CharField()
    rel = serializers.CharField()


class PendingEoi(_Person):
    """One request that waits; amounts are decimal texts, dates YYYY/MM/DD."""

    id = serializers.CharField(help_text="The subscriber's; a number where it is written as one.")
    benefit_name = serializers.CharField()
    benefit_lookup_code = serializers.CharField()
    plan_name = serializers.CharField()
    req_plan_name = serializers.CharField()
    coverage_id = serializers.IntegerField()
    coverage_line_id = serializers.IntegerField()
    volume = serializers.CharField(help_text="In force.")
    req_volume = serializers.CharField(help_text="Requested.")
    gi_volume = serializers.CharField(help_text="Guaranteed without evidence.")
    eoi_volume = serializers.CharField(help_text="Requested less in force.")
    eoi_form = serializers.ChoiceField(choices=["Complete", "Incomplete"])
    original_effective_date = serializers.CharField()
    change_effective_date = serializers.CharField()
    dependents = _Dependent(many=True)
    links = _Link()


class PendingAnswer(serializers.Serializer[Any]):
    """What waits, the oldest first."""

    status = serializers.CharField(help_text="success")

    def get_fields(self) -> dict[str, Any]:
        """Add ``data``, a name that the class itself needs."""
        return {**super().get_fields(), "data": PendingEoi(many=True)}


class DecisionRow(serializers.Serializer[Any]):
    """One decision."""

    ssn = serializers.CharField(help_text="The subscriber's.")
    benefit_lookup_code = serializers.CharField(help_text="Such as subscriber_life.")
    action = serializers.ChoiceField(choices=list(ACTIONS.items()))
    approved_volume = serializers.CharField(required=False, help_text=_AMOUNT)
    approved_amount = serializers.CharField(
        required=False, help_text="Another name for approved_volume."
    )
    effective_date = serializers.DateField()
    original_effective_date = serializers.CharField(required=False, help_text="A date, or blank.")


class DecisionsRequest(serializers.Serializer[Any]):
    """A list of decisions; a single one may stand there without the list."""

    decisions = DecisionRow(many=True)


class FormCompletionRow(serializers.Serializer[Any]):
    """One health form."""

    ssn = serializers.CharField(help_text="The subscriber's.")
    benefits = serializers.CharField(help_text="A benefit lookup code, or several with commas.")
    completed = serializers.ChoiceField(choices=["true", "false"])
    expiration_date = serializers.DateField(required=False)
    reference_number = serializers.CharField(required=False)


class FormCompletionsRequest(serializers.Serializer[Any]):
    """A list of health forms; a single one may stand there without the list."""

    form_completions = FormCompletionRow(many=True)


class _Failed(serializers.Serializer[Any]):
    """The row as it was sent, and what is wrong with it."""

    def get_fields(self) -> dict[str, Any]:
        """Add ``errors``, a name that the class itself needs."""
        words = "Every message, joined with commas."
        return {**super().get_fields(), "errors": serializers.CharField(help_text=words)}


class _FailedDecision(_Failed):
    ssn = serializers.CharField()
    benefit_lookup_code = serializers.CharField()
    action = serializers.CharField()
    approved_volume = serializers.CharField()
    effective_date = serializers.CharField(help_text="A moment, such as 2027-01-01T00:00:00.000Z.")
    original_effective_date = serializers.CharField()


class _FailedForm(_Failed):
    ssn = serializers.CharField()
    benefits = serializers.CharField()
    completed = serializers.CharField()
    expiration_date = serializers.CharField()
    reference_number = serializers.CharField()


class _Counts(serializers.Serializer[Any]):
    valid_count = serializers.IntegerField()
    failed_count = serializers.IntegerField()


class _DecisionCounts(_Counts):
    failed_rows = _FailedDecision(many=True)


class _FormCounts(_Counts):
    failed_rows = _FailedForm(many=True)


class DecisionsAnswer(serializers.Serializer[Any]):
    """What became of the rows: success even when some failed, look at ``failed_count``."""

    status = serializers.CharField(help_text="success")

    def get_fields(self) -> dict[str, Any]:
        """Add ``data``, a name that the class itself needs."""
        return {**super().get_fields(), "data": _DecisionCounts()}


class FormCompletionsAnswer(serializers.Serializer[Any]):
    """What became of the rows: success even when some failed, look at ``failed_count``."""

    status = serializers.CharField(help_text="success")

    def get_fields(self) -> dict[str, Any]:
        """Add ``data``, a name that the class itself needs."""
        return {**super().get_fields(), "data": _FormCounts()}


class _Errors(serializers.Serializer[Any]):
    http_status = serializers.IntegerField()
    message = serializers.CharField()
    details = serializers.CharField(allow_null=True)
    error_code = serializers.CharField(help_text="A word, or the status as a number.")


class FailureAnswer(serializers.Serializer[Any]):
    """The call as a whole was refused."""

    status = serializers.CharField(help_text="failure")

    def get_fields(self) -> dict[str, Any]:
        """Add names that the class itself needs."""
        return {
            **super().get_fields(),
            "errors": _Errors(),
            "data": serializers.ListField(child=serializers.CharField()),
        }


INCLUDE_TEST = OpenApiParameter(
    "include_test", str, enum=["yes", "no"], description="Test groups as well; no unless said."
)


def described(
    operation_id: str, summary: str, *, answer: Any, request: Any = None, **more: Any
) -> Callable[[Any], Any]:
    """Describe one call with every refusal that it shares with the others."""
    refusals = dict.fromkeys((400, 401, 403, 404, 413, 415, 422, 429), FailureAnswer)
    return extend_schema(
        operation_id=operation_id,
        summary=summary,
        request=request,
        responses={200: answer, **refusals},
        tags=["eoi"],
        **more,
    )
