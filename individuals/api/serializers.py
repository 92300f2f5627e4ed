"""People as scripts read and write them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencyhub.accounts.models import Agent
from agencyhub.lib.mbi import InvalidMbiError, read_mbi
from agencyhub.lib.phones import InvalidPhoneError, read_phone
from agencyhub.lib.states import STATES
from agencyhub.records.api.fields import (
    CustomValuesField,
    IdField,
    OptionField,
    VisibleIdField,
)
from agencyhub.records.api.serializers import RecordSerializer, SearchSerializer
from agencyhub.records.models import CustomField, Option
from individuals.models import Address, Individual, SalesRecord

MOST_AGENTS = 50
PERSON_FIELDS = (
    "id", "page", "title", "first_name", "middle_name", "last_name", "suffix", "nickname",
    "date_of_birth", "gender", "language", "email", "home_phone", "cell_phone", "business_phone",
    "mbi", "masked_mbi", "part_a_effective_date", "part_b_effective_date",
)  # fmt: skip
LAST_FIELDS = ("custom", "notes", "created_at", "updated_at")


class PhoneField(serializers.CharField):
    """A US number in any spelling; answered as ten digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_blank=True, max_length=30, **kwargs)


class AgentIdField(IdField):
    """An agent by id."""

    def __init__(self, **kwargs: Any) -> None:
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", Agent.objects.all())
        super().__init__(**kwargs)


class AgentIdsField(serializers.ListField):
    """Agents by their ids."""

    child = serializers.IntegerField(min_value=1)

    def get_attribute(self, instance: Individual) -> list[int]:
        """The ids, from what was read with the record."""
        return sorted(agent.pk for agent in instance.additional_agents.all())


@extend_schema_field({"type": "string", "maxLength": 30, "nullable": True, "writeOnly": True})
class MbiField(serializers.CharField):
    """A full MBI; only ever written. Null takes the stored one away."""

    def __init__(self) -> None:
        super().__init__(write_only=True, required=False, allow_null=True, max_length=30)

    def to_internal_value(self, data: Any) -> str:
        """Read it by the position rules; a masked one says nothing new."""
        try:
            mbi = read_mbi(super().to_internal_value(data))
        except InvalidMbiError as error:
            raise serializers.ValidationError(str(error), code="invalid_mbi") from error
        if not mbi.full:
            raise serializers.ValidationError("Give the full MBI.", code="masked_mbi")
        return mbi.full


class PersonSerializer(RecordSerializer):
    """What individuals and sales records share."""

    home_phone = PhoneField()
    cell_phone = PhoneField()
    business_phone = PhoneField()
    mbi = MbiField()
    masked_mbi = serializers.CharField(read_only=True, help_text="Blank where none is stored.")
    custom = CustomValuesField(CustomField.Target.INDIVIDUAL)


class AddressSerializer(serializers.ModelSerializer[Address]):
    """An address of an individual."""

    type = OptionField(Option.List.ADDRESS_TYPE)
    state = serializers.ChoiceField(choices=STATES, required=False, allow_blank=True)
    zip_code = serializers.CharField(required=False, allow_blank=True, max_length=10)

    class Meta:
        model = Address
        fields = (
            "id", "type", "line_1", "line_2", "city", "state", "zip_code", "county", "is_primary",
        )  # fmt: skip
        read_only_fields = ("is_primary",)


class IndividualSerializer(PersonSerializer):
    """An individual. ``address`` is one that the sender knows: a new place is added as the primary
    address, a known one changes nothing."""

    type = OptionField(Option.List.INDIVIDUAL_TYPE)
    status = OptionField(Option.List.INDIVIDUAL_STATUS)
    servicing_agent = AgentIdField(required=False, allow_null=True)
    additional_agents = AgentIdsField(required=False, max_length=MOST_AGENTS)
    addresses = AddressSerializer(many=True, read_only=True)
    address = AddressSerializer(write_only=True, required=False)

    class Meta:
        model = Individual
        fields: tuple[str, ...] = (
            *PERSON_FIELDS, "deceased_date", "type", "status", "servicing_agent",
            "additional_agents", "addresses", "address", *LAST_FIELDS,
        )  # fmt: skip


class PossibleDuplicateSerializer(serializers.Serializer[Any]):
    """Somebody who may be the same person."""

    individual = serializers.IntegerField(
        allow_null=True, help_text="Null: somebody in another agent's book."
    )
    score = serializers.IntegerField(help_text="How likely, from 0 to 100.")
    reasons = serializers.ListField(child=serializers.CharField())


class CreatedIndividualSerializer(IndividualSerializer):
    """A new individual, and who may be the same person."""

    possible_duplicates = PossibleDuplicateSerializer(many=True, read_only=True)

    class Meta:
        model = Individual
        fields = (*IndividualSerializer.Meta.fields, "possible_duplicates")


class SalesRecordSerializer(PersonSerializer):
    """A person being worked toward a sale. ``individual`` is given when it is created."""

    fixed = ("individual",)

    stage = OptionField(Option.List.SALES_STAGE, allow_null=False, required=True)
    lead_source = OptionField(Option.List.LEAD_SOURCE)
    assigned_agent = AgentIdField(required=False, allow_null=True)
    address_type = OptionField(Option.List.ADDRESS_TYPE)
    zip_code = serializers.CharField(required=False, allow_blank=True, max_length=10)
    individual = VisibleIdField(queryset=Individual.objects.all(), required=False, allow_null=True)

    class Meta:
        model = SalesRecord
        fields = (
            *PERSON_FIELDS, "stage", "lead_source", "lead_date", "assigned_agent", "individual",
            "converted_at", "address_type", "address_1", "address_2", "city", "state", "zip_code",
            "county", *LAST_FIELDS,
        )  # fmt: skip
        read_only_fields = ("converted_at",)


class FoundIndividualsSerializer(serializers.Serializer[Any]):
    """Whom a search found."""

    results = IndividualSerializer(many=True)


class FoundSalesRecordsSerializer(serializers.Serializer[Any]):
    """Whom a search found."""

    results = SalesRecordSerializer(many=True)


class PersonSearchSerializer(SearchSerializer):
    """People by what must not stand in an address. Names match whatever the case and accents."""

    first_name = serializers.CharField(required=False, max_length=80)
    last_name = serializers.CharField(required=False, max_length=80)
    date_of_birth = serializers.DateField(required=False)
    phone = serializers.CharField(required=False, max_length=30)
    email = serializers.EmailField(required=False)
    mbi = serializers.CharField(required=False, max_length=30, help_text="The full MBI.")

    def validate_phone(self, text: str) -> str:
        """Ten digits."""
        try:
            return read_phone(text)
        except InvalidPhoneError as error:
            raise serializers.ValidationError(str(error), code="invalid") from error

    def validate_mbi(self, text: str) -> str:
        """The full MBI."""
        return MbiField().to_internal_value(text)
