"""The API's employer groups and group plans."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Model, Prefetch, QuerySet
from django.forms import ModelForm

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import narrow
from agencyhub.lib.api.filters import IdOrNoneFilter
from agencyhub.lib.api.schema import record_schema
from agencyhub.records.api.filters import RecordFilters
from agencyhub.records.api.viewsets import RecordViewSet
from groups.api.serializers import GroupPlanSerializer, GroupSerializer
from groups.forms.groups import GroupForm
from groups.forms.plans import GroupPlanForm
from groups.models import EmployerGroup, GroupPlan, GuaranteedIssue, PlanRate
from groups.services import saving


class GroupFilters(RecordFilters):
    """Groups by the partner's number, and who looks after them."""

    servicing_agent = IdOrNoneFilter(field_name="servicing_agent", label="An id, or “none”.")

    class Meta:
        model = EmployerGroup
        fields = ("external_id", "status", "state", "is_test", "servicing_agent", "changed_since")


class GroupPlanFilters(django_filters.FilterSet):
    """Group plans by group, benefit and carrier."""

    group = IdOrNoneFilter(field_name="group", label="An id.")
    benefit = IdOrNoneFilter(field_name="benefit", label="An id.")
    carrier = IdOrNoneFilter(field_name="carrier", label="An id.")

    class Meta:
        model = GroupPlan
        fields = ("group", "benefit", "carrier", "code")


class _SavedRecordViewSet(RecordViewSet):
    """Records whose rules are the database's."""

    def store(self, form: Any, values: Mapping[str, Any]) -> Model:
        """Store the record, and what it has several of."""
        record: Model = form.save(commit=False)
        saving.save(record)
        form.save_m2m()
        return record


@record_schema(one="an employer group", many="employer groups", shown=GroupSerializer)
class GroupViewSet(_SavedRecordViewSet):
    """Companies whose employees' benefits the agency looks after."""

    model = EmployerGroup
    noun = "an employer group"
    serializer_class = GroupSerializer
    filterset_class = GroupFilters

    def rows(self, user: User) -> QuerySet[EmployerGroup]:
        """The groups that the user sees."""
        return EmployerGroup.objects.visible_to(user)

    def form_for(self, record: Model, data: Any, values: Mapping[str, Any]) -> ModelForm:
        """The form of the group page."""
        return GroupForm(data, instance=record)


@record_schema(one="a group plan", many="group plans", shown=GroupPlanSerializer)
class GroupPlanViewSet(_SavedRecordViewSet):
    """What groups offer, with what it costs and grants without evidence."""

    model = GroupPlan
    noun = "a group plan"
    serializer_class = GroupPlanSerializer
    filterset_class = GroupPlanFilters

    def rows(self, user: User) -> QuerySet[Any]:
        """The plans of the user's groups."""
        rows: QuerySet[GroupPlan] = narrow(GroupPlan.objects.all(), user=user)
        grants = GuaranteedIssue.objects.order_by("from_age")
        rates = PlanRate.objects.order_by("start_date", "level", "from_age")
        return rows.select_related("benefit").prefetch_related(
            "classes", Prefetch("guaranteed_issues", grants), Prefetch("rates", rates)
        )

    def blank(self, values: Mapping[str, Any]) -> GroupPlan:
        """A new plan of its group."""
        return GroupPlan(group=values["group"])

    def form_for(self, record: Model, data: Any, values: Mapping[str, Any]) -> ModelForm:
        """The form of the plan page."""
        return GroupPlanForm(data, instance=record)
