"""Fields of API records that mean something in the agency's own lists."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Model, Q, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request

from agencyhub.lib.api.throttles import caller
from agencyhub.records import custom
from agencyhub.records.kinds import Source
from agencyhub.records.models import CustomField, Option
from agencyhub.records.services import values


class IdField(serializers.PrimaryKeyRelatedField[Any]):
    """A record by its id. One that is not there is refused without saying which was asked for."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "does_not_exist": "There is no such record.",
        "incorrect_type": "Give an id, a number.",
    }


class VisibleIdField(IdField):
    """A record by its id, of those that the caller sees: another's is refused as one that is not.

    ``owner`` leads from the record to the one whose scope counts; blank, it is the record itself.
    What the answer shows already, the caller may send back.
    """

    def __init__(self, *, owner: str = "", **kwargs: Any) -> None:
        self.owner = owner
        super().__init__(**kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        """The caller's records, and the one that is kept."""
        rows: Any = super().get_queryset()
        owners = rows.model._meta.get_field(self.owner).related_model if self.owner else rows.model
        seen = owners._default_manager.visible_to(self.context["request"].user)
        column = f"{self.owner}__in" if self.owner else "pk__in"
        kept = getattr(getattr(self.parent, "instance", None), f"{self.source}_id", None)
        found: QuerySet[Any] = rows.filter(Q(**{column: seen.values("pk")}) | Q(pk=kept))
        return found


@extend_schema_field({"type": "string", "nullable": True, "maxLength": 80})
class OptionField(serializers.Field[Any, Any, Any, Any]):
    """A value of an option list by its label, or by a spelling that somebody has mapped.

    One that the list does not know is refused, and asked about under Unknown values.
    """

    def __init__(self, option_list: Option.List, **kwargs: Any) -> None:
        kwargs.setdefault("allow_null", True)
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.list = option_list

    def to_representation(self, option: Option) -> str:
        """The label."""
        return option.label

    def to_internal_value(self, data: Any) -> int | None:
        """The option's key."""
        if not isinstance(data, str):
            raise serializers.ValidationError("Give a label of the list.", code="invalid")
        kept = self._kept()
        if kept is not None and kept.label == data:
            return kept.pk
        request: Request = self.context["request"]
        found = values.resolve(kind=self.list.value, texts=[data], source=source_of(request))
        if data in found.unknown:
            raise serializers.ValidationError(
                f"No value of the list {self.list.label} reads so. It is asked about in AgencyHub.",
                code="unknown_value",
            )
        return found.known.get(data)

    def _kept(self) -> Option | None:
        """What a record that is there has now: it may keep an option that is inactive by now."""
        record = getattr(self.parent, "instance", None)
        return getattr(record, str(self.source), None) if isinstance(record, Model) else None


@extend_schema_field({"type": "object", "additionalProperties": {}})
class CustomValuesField(serializers.Field[Any, Any, Any, Any]):
    """The agency's own fields by key; null takes a value away.

    Fields with health data are there for callers with the right to them, and for no others.
    """

    def __init__(self, target: CustomField.Target, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.target = target

    def to_representation(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Every field that the caller may see, null where there is no value."""
        return {field.key: stored.get(field.key) for field in self._fields()}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The values by the names of the form's fields."""
        if not isinstance(data, Mapping):
            raise serializers.ValidationError("Give an object of values by key.", code="invalid")
        known = {field.key for field in self._fields()}
        unknown = sorted(str(key) for key in data if key not in known)
        if unknown:
            detail = ErrorDetail("There is no such custom field.", code="unknown_field")
            raise serializers.ValidationError({key: [detail] for key in unknown})
        return {f"{custom.PREFIX}{key}": value for key, value in data.items()}

    def _fields(self) -> list[CustomField]:
        """Read once per request, whatever the number of records."""
        context: Any = self.context
        cache: dict[str, list[CustomField]] = context.setdefault("custom_fields", {})
        if self.target not in cache:
            may_see = custom.may_see_health(self.context["request"].user)
            fields = custom.fields_for(self.target)
            cache[self.target] = [one for one in fields if may_see or not one.is_health]
        return cache[self.target]


def source_of(request: Request) -> Source:
    """Who wrote a value that no list knows."""
    key: Any = request.auth
    name = key.name if key else "the API pages"
    return Source(key=f"api:{caller(request)}", label=f"API: {name}")
