"""Employer groups and their plans as scripts read and write them."""

from rest_framework import serializers

from agencyhub.records.api.fields import IdField, VisibleIdField
from agencyhub.records.api.serializers import RecordSerializer
from groups.models import (
    Benefit,
    BenefitClass,
    EmployerGroup,
    GroupPlan,
    GuaranteedIssue,
    PlanRate,
)
from individuals.api.serializers import AgentIdField
from policies.models import Carrier


class GroupSerializer(RecordSerializer):
    """A company whose employees' benefits the agency looks after."""

    servicing_agent = AgentIdField(required=False, allow_null=True)

    class Meta:
        model = EmployerGroup
        fields = (
            "id", "page", "name", "dba_name", "external_id", "federal_ein", "sic_code", "state",
            "status", "renewal_date", "pay_periods", "servicing_agent", "is_test", "notes",
            "created_at", "updated_at",
        )  # fmt: skip


class GuaranteedIssueSerializer(serializers.ModelSerializer[GuaranteedIssue]):
    """What is granted without evidence, from an age on; with both, the lower one."""

    class Meta:
        model = GuaranteedIssue
        fields = ("from_age", "volume", "multiple")


class PlanRateSerializer(serializers.ModelSerializer[PlanRate]):
    """What a plan costs per month, from a day and an age on."""

    class Meta:
        model = PlanRate
        fields = ("start_date", "from_age", "level", "per_thousand", "flat")


class GroupPlanSerializer(RecordSerializer):
    """A plan that a group offers. ``group`` is given when it is created; both dates are covered."""

    fixed = ("group",)

    group = VisibleIdField(queryset=EmployerGroup.objects.all())
    benefit = VisibleIdField(owner="group", queryset=Benefit.objects.all())
    benefit_lookup_code = serializers.CharField(source="benefit.lookup_code", read_only=True)
    carrier = IdField(queryset=Carrier.objects.all())
    classes = VisibleIdField(
        owner="group", queryset=BenefitClass.objects.all(), many=True, required=False
    )
    guaranteed_issues = GuaranteedIssueSerializer(many=True, read_only=True)
    rates = PlanRateSerializer(many=True, read_only=True)

    class Meta:
        model = GroupPlan
        fields = (
            "id", "page", "group", "benefit", "benefit_lookup_code", "carrier", "name", "code",
            "policy_number", "effective_date", "termination_date", "classes", "basis", "increment",
            "minimum_volume", "maximum_volume", "maximum_multiple", "spouse_percent", "needs_eoi",
            "late_days", "step_up_volume", "takes_effect", "form_days", "employer_percent",
            "guaranteed_issues", "rates",
        )  # fmt: skip
