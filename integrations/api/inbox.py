"""The API's inbox: what partners sent and what became of it, without contents."""

import django_filters
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from agencyhub.accounts.models import User
from agencyhub.lib.api.schema import problems
from agencyhub.records.api.permissions import VIEW
from agencyhub.records.api.serializers import MomentField
from agencyhub.records.api.viewsets import RecordViewSet
from integrations.answers import MessageSerializer
from integrations.models import InboundMessage, TouchedRecord
from integrations.permissions import LOOK


class ListedMessageSerializer(MessageSerializer):
    """A message of the list: whose it is as well."""

    state = serializers.ChoiceField(  # type: ignore[assignment]
        choices=InboundMessage.State.choices, read_only=True
    )
    received_at = MomentField(read_only=True)
    finished_at = MomentField(read_only=True, allow_null=True)

    class Meta(MessageSerializer.Meta):
        fields: tuple[str, ...] = (
            "message_id", "partner", "state", "code", "reason", "needs_attention", "received_at",
            "finished_at", "attempts", "records",
        )  # fmt: skip


class MessageFilters(django_filters.FilterSet):
    """Messages by partner, state and moment."""

    received_since = django_filters.IsoDateTimeFilter(
        field_name="received_at", lookup_expr="gte", label="Received at this moment or later."
    )

    class Meta:
        model = InboundMessage
        fields = ("partner", "state", "needs_attention", "received_since")


@extend_schema_view(
    list=extend_schema(
        operation_id="inbox_list",
        summary="List messages of partners",
        responses={200: ListedMessageSerializer, **problems(400, 404)},
    )
)
class InboxViewSet(RecordViewSet):
    """Messages of partners, the oldest first."""

    model = InboundMessage
    noun = "a message"
    serializer_class = ListedMessageSerializer
    filterset_class = MessageFilters
    rights = {VIEW: LOOK}
    http_method_names = ("get", "head")

    def rows(self, user: User) -> QuerySet[InboundMessage]:
        """Every message, without what it holds."""
        touched = TouchedRecord.objects.order_by("pk")
        rows = InboundMessage.objects.defer("body", "decision", "details")
        return rows.prefetch_related(Prefetch("touched", touched))
