"""The API's policies at risk: who has to be called, and what became of them."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Model, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone, translation
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencyhub.accounts.models import User
from agencyhub.lib.api import etags
from agencyhub.lib.api.filters import IdOrNoneFilter
from agencyhub.lib.api.schema import IDEMPOTENCY_KEY, IF_MATCH, STATE, problems, record_schema
from agencyhub.lib.problems import InvalidBodyError
from agencyhub.records.api.repeating import digest_of, once
from agencyhub.records.api.serializers import MomentField, RecordSerializer, refuse_unknown
from agencyhub.records.api.viewsets import RecordViewSet
from policies import reasons
from policies.calls import CALLED
from policies.lists.risks import NEXT_CALLS, of_next_call
from policies.models import Risk
from policies.selectors.risks import SEE_COMMISSION
from policies.services import calls, outcomes

COMMISSION = ("commission_at_stake", "commission_as_of")


class RiskReasonSerializer(serializers.Serializer[Any]):
    """Why a policy is at risk; what a reason does not tell is null.

    ``said`` is the payment's status that the carrier gave last, ``since`` and ``as_of`` belong to
    the commission or to the grace period, ``month`` is that of the payment.
    """

    code = serializers.CharField()
    text = serializers.SerializerMethodField(help_text="In words, in English.")
    deadline = serializers.DateField(allow_null=True)
    month = serializers.DateField(allow_null=True)
    since = serializers.DateField(allow_null=True)
    as_of = serializers.DateField(allow_null=True)
    owed = serializers.DecimalField(max_digits=10, decimal_places=2, allow_null=True)
    said = serializers.CharField(allow_null=True)

    def get_text(self, reason: Mapping[str, Any]) -> str:
        """The sentence of the board, which is a part of the entity tag: the same for everybody."""
        with translation.override(None):
            return reasons.in_words([reason])[0]


class RiskSerializer(RecordSerializer):
    """A policy at risk, or one that was. It is opened by what carriers tell, and by time.

    ``outcome`` closes it: ``saved`` or ``lost``, with ``outcome_reason`` in your words; blank takes
    your own back. ``passed`` is what time says, nobody else. ``severity`` 1 is the gravest.
    ``premium_at_stake`` is USD per month, ``commission_at_stake`` USD per year and null for who may
    not see commission lines.
    """

    individual = serializers.IntegerField(source="policy.subscriber_id", read_only=True)
    carrier = serializers.IntegerField(source="policy.carrier_id", read_only=True)
    servicing_agent = serializers.IntegerField(
        source="policy.servicing_agent_id", read_only=True, allow_null=True
    )
    reasons = RiskReasonSerializer(many=True, read_only=True, help_text="The gravest first.")
    as_of = MomentField(
        source="told_at", read_only=True, allow_null=True, help_text="Of the carrier's last word."
    )
    outcome = serializers.ChoiceField(
        choices=Risk.Outcome.choices, required=False, allow_blank=True, help_text="Blank: open."
    )
    last_call = serializers.ChoiceField(
        choices=Risk.Call.choices, read_only=True, allow_blank=True, help_text="Blank: no call."
    )

    class Meta:
        model = Risk
        fields = (
            "id", "page", "policy", "individual", "carrier", "servicing_agent", "kind", "severity",
            "reasons", "deadline", "premium_at_stake", "commission_at_stake", "commission_as_of",
            "as_of", "opened_at", "closed_at", "outcome", "outcome_reason", "closed_by", "calls",
            "last_call", "last_called_at", "last_called_by", "call_note", "call_on",
        )  # fmt: skip
        read_only_fields = tuple(
            name for name in fields if name not in ("outcome", "outcome_reason")
        )

    def get_page(self, record: Any) -> str:
        """Where people see it: the page of the policy."""
        return reverse("policies:policy_detail", args=[record.policy_id])

    def validate_outcome(self, value: str) -> str:
        """Leave to time what only time says."""
        known = self.instance.outcome if self.instance else ""
        if value == Risk.Outcome.PASSED and value != known:
            raise serializers.ValidationError("Choose saved or lost.", code="invalid_choice")
        return value

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Keep dollars of commission from those who may not see the lines."""
        shown: dict[str, Any] = super().to_representation(instance)
        if not self.context["request"].user.has_perm(SEE_COMMISSION):
            shown |= dict.fromkeys(COMMISSION)
        return shown


class RiskCallSerializer(serializers.Serializer[Any]):
    """A call that settled nothing, and when to call again; null: no other call is planned.

    The note takes no Social Security number and no MBI.
    """

    last_call = serializers.ChoiceField(choices=Risk.Call.choices, help_text="What happened.")
    call_on = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Today, up to a year ahead."
    )
    call_note = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what a call has not."""
        if isinstance(data, Mapping):
            refuse_unknown(data, known=self.fields)
        return super().to_internal_value(data)


class RiskFilters(django_filters.FilterSet):
    """Policies at risk by what the board is filtered by, and by what became of them."""

    open = django_filters.BooleanFilter(method="_open", label="Still to be worked on.")
    policy = IdOrNoneFilter(field_name="policy", label="An id.")
    individual = IdOrNoneFilter(field_name="policy__subscriber", label="An id.")
    carrier = IdOrNoneFilter(field_name="policy__carrier", label="An id.")
    servicing_agent = IdOrNoneFilter(
        field_name="policy__servicing_agent", label="An id, or “none”."
    )
    next_call = django_filters.ChoiceFilter(
        choices=tuple(NEXT_CALLS.items()), method="_next_call",
        label="Due today or earlier, later, or not planned.",
    )  # fmt: skip
    deadline_from = django_filters.DateFilter(field_name="deadline", lookup_expr="gte")
    deadline_to = django_filters.DateFilter(field_name="deadline", lookup_expr="lte")
    opened_since = django_filters.IsoDateTimeFilter(
        field_name="opened_at", lookup_expr="gte", label="At risk since this moment or later."
    )
    closed_since = django_filters.IsoDateTimeFilter(
        field_name="closed_at", lookup_expr="gte", label="Closed at this moment or later."
    )

    class Meta:
        model = Risk
        fields = (
            "open", "kind", "outcome", "policy", "individual", "carrier", "servicing_agent",
            "next_call", "deadline_from", "deadline_to", "opened_since", "closed_since",
        )  # fmt: skip

    def _open(self, rows: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        return rows.filter(closed_at__isnull=value)

    def _next_call(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(of_next_call([value]))


@record_schema(one="a policy at risk", many="policies at risk", shown=RiskSerializer)
class RiskViewSet(RecordViewSet):
    """Policies that will be lost unless somebody acts, and those that were saved or lost."""

    model = Risk
    noun = "a policy at risk"
    serializer_class = RiskSerializer
    filterset_class = RiskFilters
    http_method_names = ("get", "patch", "head")

    def rows(self, user: User) -> QuerySet[Any]:
        """The risks of the policies that the user sees, and as of when they are known."""
        told_at = Coalesce("policy__standing__as_of", "as_of")
        return Risk.objects.visible_to(user).select_related("policy").annotate(told_at=told_at)

    def _valid(self, record: Model, values: dict[str, Any], *, partial: bool) -> Any:
        """Leave the rules to the service, which people's acts go through as well."""
        return record

    def has_changed(self, form: Any, values: Mapping[str, Any]) -> bool:
        """Whether anything given is not as it is."""
        return any(getattr(form, name) != value for name, value in values.items())

    def store(self, form: Any, values: Mapping[str, Any]) -> Risk:
        """Say what became of it, or why, or take that back."""
        return outcomes.revise(
            risk_id=form.pk, values=values, user=self.user if self.user.pk else None,
            at=timezone.now(),
        )  # fmt: skip

    @extend_schema(
        operation_id="at_risk_call",
        summary="Log a call that settled nothing",
        description="The policy stays at risk. It takes the place of the last call, so send the"
        " `ETag` of what you read; under the same `Idempotency-Key` it is logged once, and the"
        " `ETag` counts no more.",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH, STATE],
        request=RiskCallSerializer,
        responses={200: RiskSerializer, **problems(400, 404, 409, 412, 413, 415, 422, 428)},
    )
    def call(self, request: Request, pk: int) -> Response:
        """Log a call, once for each Idempotency-Key."""
        digest = digest_of(request)  # before the body is parsed
        self._record(self.get_queryset(), pk)
        reader = RiskCallSerializer(data=request.data)
        if not reader.is_valid():
            errors: Any = reader.errors
            raise InvalidBodyError(errors)

        def act() -> int:
            one = self._record(self.get_queryset().select_for_update(of=("self",)), pk)
            etags.ensure_seen(request, self._show(one)[1])
            with self.recorded(f"{CALLED} over the API: risk {pk}"):
                calls.log_call(
                    risk_id=pk,
                    seen=one.calls,
                    user=self.user if self.user.pk else None,
                    at=timezone.now(),
                    today=timezone.localdate(),
                    **reader.validated_data,
                )
            return pk

        once(request, act, digest=digest)
        shown, etag = self._show(self._again(pk))
        return Response(shown, headers={"ETag": etag})
