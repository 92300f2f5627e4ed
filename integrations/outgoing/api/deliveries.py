"""The API's deliveries of a webhook: what became of each event."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencyhub.accounts.models import User
from agencyhub.lib.api.schema import record_schema
from agencyhub.records.api import permissions
from agencyhub.records.api.serializers import MomentField, RecordSerializer
from agencyhub.records.api.viewsets import RecordViewSet
from integrations.outgoing import payload
from integrations.outgoing.models import Delivery, Endpoint

VIEW = "outgoing.view_endpoint"


class DeliverySerializer(RecordSerializer):
    """One event for one webhook, and how far it came."""

    event = serializers.SerializerMethodField(help_text="What the receiver knows it by.")
    type = serializers.CharField(source="event.type", read_only=True)
    occurred_at = MomentField(source="event.occurred_at", read_only=True)
    next_at = serializers.SerializerMethodField(help_text="Of the next try; null without one.")
    status = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="HTTP status of the last answer."
    )

    class Meta:
        model = Delivery
        fields = (
            "id", "page", "event", "type", "occurred_at", "state", "tries", "status", "outcome",
            "next_at", "delivered_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_page(self, record: Any) -> str:
        """Where people see it."""
        return reverse("outgoing:delivery_detail", args=[record.endpoint_id, record.pk])

    def get_event(self, delivery: Delivery) -> str:
        """The id of the event."""
        return payload.id_of(delivery.event)

    @extend_schema_field({"type": "string", "format": "date-time", "nullable": True})
    def get_next_at(self, delivery: Delivery) -> str | None:
        """The moment, while it is under way."""
        is_open = delivery.state in Delivery.OPEN
        return MomentField().to_representation(delivery.next_at) if is_open else None


class DeliveryFilters(django_filters.FilterSet):
    """Deliveries by state."""

    class Meta:
        model = Delivery
        fields = ("state",)


def deliveries_of(user: User, endpoint_id: int) -> QuerySet[Delivery]:
    """The log of a webhook.

    Raises:
        Http404: there is none that the user sees.
    """
    if not Endpoint.objects.visible_to(user).filter(pk=endpoint_id).exists():
        raise Http404
    return Delivery.objects.filter(endpoint=endpoint_id).select_related("event")


@extend_schema_view(
    list=extend_schema(operation_id="webhooks_deliveries_list"),
    retrieve=extend_schema(operation_id="webhooks_deliveries_retrieve"),
)
@record_schema(one="a delivery", many="deliveries of a webhook", shown=DeliverySerializer)
class DeliveryViewSet(RecordViewSet):
    """Which events went to a webhook, the oldest first."""

    model = Delivery
    noun = "a delivery"
    serializer_class = DeliverySerializer
    filterset_class = DeliveryFilters
    rights = {permissions.VIEW: (VIEW,)}
    http_method_names = ("get", "head")

    def rows(self, user: User) -> QuerySet[Delivery]:
        """The deliveries of one webhook."""
        return deliveries_of(user, self.kwargs["pk"])

    def list(self, request: Request, pk: int) -> Response:  # type: ignore[override]
        """One page of the log."""
        return super().list(request)

    def retrieve(self, request: Request, pk: int, delivery_id: int) -> Response:  # type: ignore[override]
        """One delivery."""
        return super().retrieve(request, delivery_id)
