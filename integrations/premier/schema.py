"""What a Premier Partner sends, for the API's schema; reading is ``reading``'s work."""

from typing import Any

from rest_framework import serializers


class _RowSerializer(serializers.Serializer[Any]):
    """One policy and month; a policy key and one of the two statuses are needed."""

    policy_number = serializers.CharField(required=False, allow_null=True, max_length=60)
    member_id = serializers.CharField(required=False, allow_null=True, max_length=60)
    policy_status = serializers.CharField(required=False, allow_null=True, max_length=120)
    termination_date = serializers.DateField(required=False, allow_null=True)
    payment_month = serializers.RegexField(
        r"^\d{4}-\d{2}$", required=False, allow_null=True, help_text="Blank: that of as_of."
    )
    payment_status = serializers.CharField(required=False, allow_null=True, max_length=120)
    due_date = serializers.DateField(required=False, allow_null=True)
    paid_through_date = serializers.DateField(required=False, allow_null=True)
    amount_due = serializers.DecimalField(10, 2, required=False, allow_null=True)
    past_due_amount = serializers.DecimalField(10, 2, required=False, allow_null=True)
    grace_period_start_date = serializers.DateField(required=False, allow_null=True)
    autopay = serializers.BooleanField(required=False, allow_null=True)


class StatementSerializer(serializers.Serializer[Any]):
    """A statement, or one part of it: all parts say the same moment."""

    as_of = serializers.DateTimeField()
    rows = _RowSerializer(many=True)
