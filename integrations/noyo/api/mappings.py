"""The API's group mappings: read only; decisions are taken in the studio."""

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
from integrations.noyo.models import Link, Mapping, PlanLink, UnitLink


class PlanLinkSerializer(serializers.ModelSerializer[PlanLink]):
    """One of our plans and one of the carrier's; a side that is null says why in ``state``."""

    noyo_plan_id = serializers.CharField(
        source="carrier_plan.noyo_id", read_only=True, allow_null=True, default=None
    )

    class Meta:
        model = PlanLink
        fields = ("id", "plan", "noyo_plan_id", "state", "score", "note", "decided_at")
        read_only_fields = fields


class UnitLinkSerializer(serializers.ModelSerializer[UnitLink]):
    """A class, a division or a location, and the carrier's option with all of its identifiers."""

    identifiers = serializers.JSONField(
        source="option.identifiers", read_only=True, allow_null=True, default=None
    )

    class Meta:
        model = UnitLink
        fields = (
            "id", "category", "benefit_class", "division", "location", "identifiers", "state",
            "score", "note", "decided_at",
        )  # fmt: skip
        read_only_fields = fields


class MappingSerializer(RecordSerializer):
    """One group, one carrier, one plan year; links without rejected ones."""

    carrier = serializers.IntegerField(source="carrier.carrier_id", read_only=True, allow_null=True)
    noyo_carrier_id = serializers.CharField(source="carrier.noyo_id", read_only=True)
    plan_links = PlanLinkSerializer(many=True, read_only=True)
    unit_links = UnitLinkSerializer(many=True, read_only=True)

    class Meta:
        model = Mapping
        fields = (
            "id", "page", "group", "carrier", "noyo_carrier_id", "start_date", "end_date",
            "status", "reason", "opened_at", "ready_at", "plan_links", "unit_links",
        )  # fmt: skip
        read_only_fields = fields

    def get_page(self, record: Any) -> str:
        """Where people see it."""
        return reverse("noyo:mapping_detail", args=[record.group_id, record.pk])


class MappingFilters(django_filters.FilterSet):
    """Mappings by group, carrier, status and a day of the plan year."""

    group = IdOrNoneFilter(field_name="group", label="An id.")
    carrier = IdOrNoneFilter(field_name="carrier__carrier", label="An id.")
    on = django_filters.DateFilter(method="_on", label="A day of the plan year.")

    class Meta:
        model = Mapping
        fields = ("group", "carrier", "status", "on")

    def _on(self, rows: QuerySet[Any], _name: str, value: Any) -> QuerySet[Any]:
        ends = Q(end_date__isnull=True) | Q(end_date__gte=value)
        return rows.filter(ends, start_date__lte=value)


@record_schema(one="a group mapping", many="group mappings", shown=MappingSerializer)
class MappingViewSet(RecordViewSet):
    """Which plans and classes of groups are which of their carriers'."""

    model = Mapping
    noun = "a group mapping"
    serializer_class = MappingSerializer
    filterset_class = MappingFilters
    http_method_names = ("get", "head")

    def rows(self, user: User) -> QuerySet[Any]:
        """The user's mappings with their links."""
        plans = PlanLink.objects.exclude(state=Link.State.REJECTED).select_related("carrier_plan")
        units = UnitLink.objects.exclude(state=Link.State.REJECTED).select_related("option")
        rows: QuerySet[Any] = Mapping.objects.visible_to(user)
        links: tuple[Any, ...] = (
            Prefetch("plan_links", plans.order_by("pk")),
            Prefetch("unit_links", units.order_by("pk")),
        )
        return rows.select_related("carrier").prefetch_related(*links)
