"""What the doors of partners answer: receipts of deliveries, and what became of a message."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencyhub.lib.api.schema import ProblemSerializer
from agencyhub.lib.problems import CONTENT_TYPE
from integrations.models import InboundMessage, TouchedRecord
from integrations.selectors import PAGES


class ReceiptSerializer(serializers.Serializer[Any]):
    """What a delivery is answered with; ``messages`` only for a list, ``errors`` only for rows
    that were refused without the others."""

    message_id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=["received", "duplicate"])
    errors = serializers.ListField(  # type: ignore[assignment]
        child=serializers.DictField(), required=False
    )
    messages = serializers.ListField(child=serializers.DictField(), required=False)


OF_DELIVERIES = {
    (202, "application/json"): ReceiptSerializer,
    (200, "application/json"): ReceiptSerializer,
    **{(status, CONTENT_TYPE): ProblemSerializer for status in (400, 401, 403, 413, 415, 422, 429)},
}


class TouchedSerializer(serializers.ModelSerializer[TouchedRecord]):
    """A record that the message made or changed."""

    id = serializers.IntegerField(source="record_id")
    url = serializers.SerializerMethodField()

    class Meta:
        model = TouchedRecord
        fields = ("kind", "id", "action", "url")

    def get_url(self, record: TouchedRecord) -> str:
        """Path of the record's page."""
        return reverse(PAGES[record.kind][1], args=[record.record_id])


ANSWERED = [state for state in InboundMessage.State.values if state != "corrected"]


class MessageSerializer(serializers.ModelSerializer[InboundMessage]):
    """A message's state, without anything personal."""

    message_id = serializers.UUIDField(source="public_id")
    state = serializers.SerializerMethodField()
    records = TouchedSerializer(source="touched", many=True)

    class Meta:
        model = InboundMessage
        fields: tuple[str, ...] = (
            "message_id",
            "state",
            "code",
            "reason",
            "received_at",
            "finished_at",
            "attempts",
            "records",
        )

    @extend_schema_field(serializers.ChoiceField(choices=ANSWERED))
    def get_state(self, message: InboundMessage) -> str:
        """How it stands; of a corrected one, how the one that was made of it does."""
        while message.state == InboundMessage.State.CORRECTED:
            made = InboundMessage.objects.filter(correction__original=message).order_by("-pk")
            message = made.defer("body")[0]
        return message.state
