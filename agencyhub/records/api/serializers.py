"""How records are written down and read, whatever their kind."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

Errors = dict[str, list[ErrorDetail]]


class MomentField(serializers.DateTimeField):
    """A moment in UTC, whoever asks: it is part of what an entity tag stands for."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


class RecordSerializer(serializers.ModelSerializer[Any]):
    """The shape of a record. The rules are the forms' and the services'.

    A field that is not there is refused, since a misspelt one would be lost; those that can only be
    read may be sent back and count for nothing.
    """

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: MomentField,
    }

    page = serializers.SerializerMethodField(help_text="Path of the record's page.")
    fixed: ClassVar[tuple[str, ...]] = ()
    """Fields that are given once, when the record is created."""

    def get_page(self, record: models.Model) -> str:
        """Where people see it."""
        meta = record._meta
        return reverse(f"{meta.app_label}:{meta.model_name}_detail", args=[record.pk])

    def get_validators(self) -> list[Any]:
        """None: the database's rules are explained by the services."""
        return []

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what the record has not."""
        if isinstance(data, Mapping):
            refuse_unknown(data, known=self.fields)
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse to change what is given once."""
        errors: Errors = {
            name: [ErrorDetail("This cannot be changed any more.", code="fixed")]
            for name in self.fixed
            if self.instance and name in attrs and attrs[name] != getattr(self.instance, name)
        }
        if errors:
            raise serializers.ValidationError(errors)
        return attrs


class SearchSerializer(serializers.Serializer[Any]):
    """What a search looks for: at least one thing."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what nothing can be searched by."""
        if isinstance(data, Mapping):
            refuse_unknown(data, known=self.fields)
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse to answer with everybody."""
        if not any(attrs.values()):
            raise serializers.ValidationError("Say what to search by.", code="required")
        return attrs


def refuse_unknown(data: Mapping[str, Any], *, known: Mapping[str, Any]) -> None:
    """Refuse fields that nothing knows.

    Raises:
        ValidationError: with each of them.
    """
    errors: Errors = {
        str(name): [ErrorDetail("There is no such field.", code="unknown_field")]
        for name in data
        if name not in known
    }
    if errors:
        raise serializers.ValidationError(errors)
