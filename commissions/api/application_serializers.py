"""Applications as scripts send and read them."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from agencyhub.lib.mbi import read_mbi
from agencyhub.records.api.fields import IdField
from agencyhub.records.api.serializers import RecordSerializer, SearchSerializer
from commissions.models import Application, ApplicationRider
from commissions.services.applications import LONGEST
from commissions.told import RiderTold, Told, given_values
from individuals.api.serializers import AgentIdField, MbiField, PhoneField
from policies.models import Carrier

MOST_RIDERS = 20


class RiderSerializer(serializers.ModelSerializer[ApplicationRider]):
    """An additional benefit that was applied for together."""

    class Meta:
        model = ApplicationRider
        fields = ("plan_name", "premium", "external_id")
        extra_kwargs = {"premium": {"min_value": 0}}


class ApplicationSerializer(RecordSerializer):
    """An enrollment as it was sent to a carrier.

    Sent again with the same ``external_id``, it brings the application up to date: what is left out
    or blank stays, and an older ``source_updated_at`` never wins. Carrier and agent are given by
    id, or by what you call them (``carrier_name``; ``agent_npn``, ``agent_number``,
    ``agent_name``).
    """

    carrier = IdField(queryset=Carrier.objects.all(), required=False, allow_null=True)
    agent = AgentIdField(required=False, allow_null=True)
    phone = PhoneField()
    state = serializers.CharField(
        required=False, allow_blank=True, max_length=40, help_text="Two letters, or its name."
    )
    mbi = MbiField()
    masked_mbi = serializers.CharField(read_only=True, help_text="Blank where none is stored.")
    riders = RiderSerializer(many=True, required=False, max_length=MOST_RIDERS)  # type: ignore[call-arg]

    class Meta:
        model = Application
        fields = (
            "id", "page", "source", "external_id", "source_updated_at", "sharing", "status",
            "carrier", "carrier_name", "agent", "agent_npn", "agent_number", "agent_name",
            "first_name", "middle_name", "last_name", "suffix", "date_of_birth", "mbi",
            "masked_mbi", "email", "phone", "line_1", "city", "state", "zip_code", "line",
            "plan_type", "plan_name", "plan_id", "plan_year", "policy_number",
            "confirmation_number", "election_code", "signature", "effective_date",
            "submitted_at", "premium", "referring_agent", "is_new_to_medicare", "is_new_client",
            "riders", "individual", "policy", "match_state", "matched_at", "created_at",
            "updated_at",
        )  # fmt: skip
        read_only_fields = ("source", "individual", "policy", "match_state", "matched_at")
        extra_kwargs = {"premium": {"min_value": 0}}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what cannot be read, where a partner's delivery would leave it blank."""
        _, unreadable = given_values(told_by(attrs), longest=LONGEST)
        if unreadable:
            detail = ErrorDetail("This cannot be read.", code="invalid")
            raise serializers.ValidationError({name: [detail] for name in unreadable})
        return super().validate(attrs)


def told_by(values: dict[str, Any]) -> Told:
    """What a script told, as the service takes it."""
    given = {name: value for name, value in values.items() if value is not None}
    for name in ("carrier", "agent"):
        record = given.pop(name, None)
        given[f"{name}_id"] = record.pk if record else None
    mbi = given.pop("mbi", "")
    riders = tuple(RiderTold(**rider) for rider in given.pop("riders", ()))
    return Told(
        source=Application.Source.API,
        mbi=read_mbi(mbi) if mbi else None,
        riders=riders,
        **given,
    )


class FoundApplicationsSerializer(serializers.Serializer[Any]):
    """Which applications a search found."""

    results = ApplicationSerializer(many=True)


class ApplicationSearchSerializer(SearchSerializer):
    """Applications by who applied, or by a number; zeros in front and dashes do not matter."""

    first_name = serializers.CharField(required=False, max_length=80)
    last_name = serializers.CharField(required=False, max_length=80)
    date_of_birth = serializers.DateField(required=False)
    mbi = MbiField()
    policy_number = serializers.CharField(required=False, max_length=60)
    confirmation_number = serializers.CharField(required=False, max_length=60)
