"""The API's EOI requests: read only; decisions come through ``/v2/eoi/``."""

from typing import Any

import django_filters
from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from rest_framework import serializers

from agencyhub.accounts.models import User
from agencyhub.lib.api.filters import IdOrNoneFilter
from agencyhub.lib.api.schema import record_schema
from agencyhub.records.api.serializers import RecordSerializer
from agencyhub.records.api.viewsets import RecordViewSet
from eoi.models import Decision, EoiRequest


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """What a carrier decided; a reversed decision stays, and no longer holds."""

    class Meta:
        model = Decision
        fields = (
            "id", "action", "approved_volume", "effective_date", "channel", "decided_at",
            "volume_before", "volume_after", "requested_before", "requested_after", "reversed_at",
        )  # fmt: skip


class EoiRequestSerializer(RecordSerializer):
    """One time that more was asked for than is granted without evidence.

    ``volume`` is in force now, ``requested_volume`` was asked for, ``waiting_volume`` is what of it
    still waits for a decision.
    """

    subscriber_id = serializers.CharField(source="employee.external_id", read_only=True)
    benefit_lookup_code = serializers.CharField(
        source="election.benefit.lookup_code", read_only=True
    )
    dependent = serializers.IntegerField(
        source="election.dependent_id", read_only=True, allow_null=True
    )
    volume = serializers.DecimalField(
        source="election.volume", max_digits=12, decimal_places=2, read_only=True
    )
    guaranteed_volume = serializers.DecimalField(
        source="election.gi_volume", max_digits=12, decimal_places=2, read_only=True
    )
    waiting_volume = serializers.DecimalField(
        source="election.eoi_volume", max_digits=12, decimal_places=2, read_only=True
    )
    decisions = DecisionSerializer(many=True, read_only=True)

    class Meta:
        model = EoiRequest
        fields = (
            "id", "page", "group", "employee", "subscriber_id", "dependent", "election",
            "benefit_lookup_code", "status", "reasons", "volume", "requested_volume",
            "guaranteed_volume", "waiting_volume", "opened_date", "form_status",
            "form_completed_date", "expiration_date", "reference_number", "is_expiry_proposed",
            "closed_at", "decisions", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_page(self, record: Any) -> str:
        """Where people see it."""
        return reverse("eoi:request_detail", args=[record.pk])


class EoiRequestFilters(django_filters.FilterSet):
    """Requests by everything that says nothing about a person."""

    group = IdOrNoneFilter(field_name="group", label="An id.")
    employee = IdOrNoneFilter(field_name="employee", label="An id.")
    open = django_filters.BooleanFilter(method="_open", label="Something is still to be decided.")
    opened_from = django_filters.DateFilter(field_name="opened_date", lookup_expr="gte")
    opened_to = django_filters.DateFilter(field_name="opened_date", lookup_expr="lte")
    closed_since = django_filters.IsoDateTimeFilter(
        field_name="closed_at", lookup_expr="gte", label="Closed at this moment or later."
    )

    class Meta:
        model = EoiRequest
        fields = (
            "group", "employee", "open", "status", "form_status", "is_expiry_proposed",
            "opened_from", "opened_to", "closed_since",
        )  # fmt: skip

    def _open(self, rows: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        is_open = Q(closed_at__isnull=True)
        return rows.filter(is_open if value else ~is_open)


@record_schema(one="an EOI request", many="EOI requests", shown=EoiRequestSerializer)
class EoiRequestViewSet(RecordViewSet):
    """What waits for a carrier's decision on evidence, and what was decided."""

    model = EoiRequest
    noun = "an EOI request"
    serializer_class = EoiRequestSerializer
    filterset_class = EoiRequestFilters
    http_method_names = ("get", "head")

    def rows(self, user: User) -> QuerySet[EoiRequest]:
        """The user's requests with their decisions."""
        rows = EoiRequest.objects.visible_to(user)
        named = rows.select_related("employee", "election__benefit")
        decisions = Decision.objects.order_by("-pk")
        return named.prefetch_related(Prefetch("decisions", decisions))
