"""Policies, carriers and carrier products as scripts read and write them."""

from typing import Any

from rest_framework import serializers

from agencyhub.records.api.fields import (
    CustomValuesField,
    IdField,
    OptionField,
    VisibleIdField,
)
from agencyhub.records.api.serializers import RecordSerializer, SearchSerializer
from agencyhub.records.models import CustomField, Option
from individuals.api.serializers import MOST_AGENTS, AgentIdField, AgentIdsField, PhoneField
from individuals.models import Individual
from policies.forms.carriers import FIRST_YEAR, LAST_YEAR
from policies.models import Carrier, CarrierProduct, Policy


class PolicySerializer(RecordSerializer):
    """A policy. ``subscriber`` is given when it is created; both dates are covered days."""

    fixed = ("subscriber",)

    subscriber = VisibleIdField(queryset=Individual.objects.all())
    carrier = IdField(queryset=Carrier.objects.all())
    product = IdField(queryset=CarrierProduct.objects.all(), required=False, allow_null=True)
    status = OptionField(Option.List.POLICY_STATUS, allow_null=False, required=True)
    coverage_type = OptionField(Option.List.COVERAGE_TYPE, allow_null=False, required=True)
    servicing_agent = AgentIdField(required=False, allow_null=True)
    additional_agents = AgentIdsField(required=False, max_length=MOST_AGENTS)
    custom = CustomValuesField(CustomField.Target.POLICY)

    class Meta:
        model = Policy
        fields = (
            "id", "page", "subscriber", "carrier", "product", "policy_number", "status",
            "coverage_type", "app_submit_date", "effective_date", "termination_date",
            "renewal_date", "premium", "servicing_agent", "additional_agents", "custom", "notes",
            "created_at", "updated_at",
        )  # fmt: skip
        extra_kwargs = {"premium": {"min_value": 0}}


class FoundPoliciesSerializer(serializers.Serializer[Any]):
    """Which policies a search found."""

    results = PolicySerializer(many=True)


class PolicySearchSerializer(SearchSerializer):
    """Policies by number; zeros in front, dashes, spaces and case do not matter."""

    policy_number = serializers.CharField(max_length=60)
    carrier = serializers.IntegerField(required=False, min_value=1)


class AliasNames(serializers.ListField):
    """The other names of a record, which its page keeps."""

    child = serializers.CharField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def get_attribute(self, instance: Carrier | CarrierProduct) -> list[str]:
        """In the order of the alphabet, from what was read with the record."""
        return sorted(alias.name for alias in instance.aliases.all())


class CarrierSerializer(RecordSerializer):
    """A company that insures. A former name stays known as an alias."""

    phone = PhoneField()
    aliases = AliasNames()

    class Meta:
        model = Carrier
        fields = (
            "id", "page", "name", "aliases", "abbreviation", "phone", "website", "payment_url",
            "is_active", "needs_review",
        )  # fmt: skip
        read_only_fields = ("needs_review",)


class CarrierProductSerializer(RecordSerializer):
    """Something that a carrier sells. ``carrier`` is given when it is created."""

    fixed = ("carrier",)

    carrier = IdField(queryset=Carrier.objects.all())
    aliases = AliasNames()
    coverage_type = OptionField(Option.List.COVERAGE_TYPE)
    plan_year = serializers.IntegerField(
        required=False, allow_null=True, min_value=FIRST_YEAR, max_value=LAST_YEAR
    )

    class Meta:
        model = CarrierProduct
        fields = (
            "id", "page", "carrier", "name", "aliases", "plan_id", "plan_year", "coverage_type",
            "is_active", "needs_review",
        )  # fmt: skip
        read_only_fields = ("needs_review",)
