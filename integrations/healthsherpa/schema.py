"""What HealthSherpa sends, for the API's schema; reading is ``mapping``'s work."""

from typing import Any

from rest_framework import serializers


class _ApplicationSerializer(serializers.Serializer[Any]):
    """The enrollment. Only ``id`` is needed; ``updated_at`` tells updates apart."""

    id = serializers.CharField()
    updated_at = serializers.DateTimeField(required=False)
    created_at = serializers.DateTimeField(required=False)
    submitted_at = serializers.DateTimeField(required=False)
    carrier_name = serializers.CharField(required=False)
    cms_plan_id = serializers.CharField(required=False)
    plan_name = serializers.CharField(required=False)
    plan_type = serializers.CharField(required=False)
    plan_sub_type = serializers.CharField(required=False)
    plan_year = serializers.IntegerField(required=False)
    confirmation_number = serializers.CharField(required=False)
    effective_date = serializers.DateField(required=False)
    fips_code = serializers.CharField(required=False)
    sep = serializers.CharField(required=False)
    signature = serializers.CharField(required=False)
    send_to_beneficiary = serializers.BooleanField(required=False)
    state = serializers.CharField(required=False)
    zip_code = serializers.CharField(required=False)
    submitting_agent_first_name = serializers.CharField(required=False)
    submitting_agent_last_name = serializers.CharField(required=False)
    submitting_agent_npn = serializers.CharField(required=False)
    total_premium_cents = serializers.IntegerField(required=False)


class _RiderSerializer(serializers.Serializer[Any]):
    """An additional benefit."""

    plan_name = serializers.CharField()
    premium_cents = serializers.IntegerField(required=False)
    created_at = serializers.DateTimeField(required=False)
    updated_at = serializers.DateTimeField(required=False)


class _ContactSerializer(serializers.Serializer[Any]):
    """The person; of an independent agent's client only id and name."""

    id = serializers.CharField(required=False)
    external_id = serializers.CharField(required=False)
    first_name = serializers.CharField(required=False)
    middle_name = serializers.CharField(required=False)
    last_name = serializers.CharField(required=False)
    suffix = serializers.CharField(required=False)
    birth_date = serializers.DateField(required=False)
    status = serializers.CharField(required=False)
    email = serializers.CharField(required=False)
    phone_number = serializers.CharField(required=False)
    primary_address_street = serializers.CharField(required=False)
    primary_address_city = serializers.CharField(required=False)
    primary_address_state = serializers.CharField(required=False)
    primary_address_zip_code = serializers.CharField(required=False)
    medicare_number = serializers.CharField(required=False)


class SubmissionSerializer(serializers.Serializer[Any]):
    """One submission; also accepted in a list, under ``data`` or ``payload``, and in camelCase."""

    medicare_application = _ApplicationSerializer()
    medicare_application_riders = _RiderSerializer(many=True, required=False)
    contact = _ContactSerializer(required=False)
