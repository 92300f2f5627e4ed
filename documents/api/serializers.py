"""Shapes of the API's documents: what is shown, what uploads and moves say."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from agencyhub.lib.pks import LARGEST
from agencyhub.records.api.serializers import RecordSerializer, refuse_unknown
from documents import owners
from documents.models import Document


class DocumentSerializer(RecordSerializer):
    """One file of a record."""

    content = serializers.SerializerMethodField(help_text="Path of the file itself.")
    format = serializers.SerializerMethodField(help_text="What it is, in words.")
    sha256 = serializers.SerializerMethodField(help_text="Of the file, in hex.")
    last_valid_day = serializers.DateField(
        read_only=True,
        allow_null=True,
        help_text="Of a Scope of Appointment: 12 months from the day it was signed.",
    )

    class Meta:
        model = Document
        fields = (
            "id", "page", "content", "kind", "name", "format", "media_type", "size", "sha256",
            "signed_date", "last_valid_day", "kept_until", "note", "user", "uploaded_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_page(self, record: Any) -> str:
        """Where people see it."""
        return owners.of(record).list_page(owners.record_pk(record))

    def get_content(self, document: Document) -> str:
        """Where the file is."""
        owner = owners.of(document)
        args = [owners.record_pk(document), document.pk]
        return reverse(f"api:{owner.field}-document-content", args=args)

    def get_format(self, document: Document) -> str:
        """In words."""
        return str(document.format)

    def get_sha256(self, document: Document) -> str:
        """In hex."""
        return bytes(document.sha256).hex()


class UploadSerializer(serializers.Serializer[Any]):
    """A file to keep."""

    file = serializers.FileField(max_length=255)
    kind = serializers.ChoiceField(choices=Document.Kind.choices)
    signed_date = serializers.DateField(required=False)
    note = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what nothing is made of."""
        refuse_unknown(data, known=self.fields)
        return super().to_internal_value(data)


class MoveSerializer(serializers.Serializer[Any]):
    """Where a document belongs, and why."""

    individual = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST)
    policy = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST)
    reason = serializers.CharField(
        max_length=200, help_text="The history of both records keeps it."
    )

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what nothing is made of."""
        refuse_unknown(data, known=self.fields)
        return super().to_internal_value(data)

    def validate(self, attrs: Any) -> Any:
        """One record, of one kind."""
        if len({"individual", "policy"} & attrs.keys()) != 1:
            msg = "Name either an individual or a policy."
            raise serializers.ValidationError({"individual": msg}, code="one_record")
        return attrs
