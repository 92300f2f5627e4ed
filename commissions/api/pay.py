"""The API's expected pay: read only, the ledger follows policies, lines, terms and rates."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from agencyhub.accounts.models import User
from agencyhub.lib.api.filters import IdOrNoneFilter
from agencyhub.lib.api.schema import record_schema
from agencyhub.records.api.serializers import RecordSerializer
from agencyhub.records.api.viewsets import RecordViewSet
from commissions.models import ExpectedPay


class ExpectedPaySerializer(RecordSerializer):
    """A month of a policy, or its first year: what was expected beside what was paid, in USD."""

    class Meta:
        model = ExpectedPay
        fields = (
            "id", "page", "policy", "carrier", "line", "month", "through", "kind", "expected",
            "paid", "true_up", "state", "due_date", "gap", "is_open",
        )  # fmt: skip
        read_only_fields = fields


class ExpectedPayFilters(django_filters.FilterSet):
    """Months of pay by everything that says nothing about a person."""

    policy = IdOrNoneFilter(field_name="policy", label="An id.")
    carrier = IdOrNoneFilter(field_name="carrier", label="An id.")
    month_from = django_filters.DateFilter(field_name="month", lookup_expr="gte")
    month_to = django_filters.DateFilter(field_name="month", lookup_expr="lte")
    due_from = django_filters.DateFilter(field_name="due_date", lookup_expr="gte")
    due_to = django_filters.DateFilter(field_name="due_date", lookup_expr="lte")

    class Meta:
        model = ExpectedPay
        fields = (
            "state", "kind", "line", "is_open", "policy", "carrier", "month_from", "month_to",
            "due_from", "due_to",
        )  # fmt: skip


@record_schema(one="a month of pay", many="months of pay", shown=ExpectedPaySerializer)
class ExpectedPayViewSet(RecordViewSet):
    """What carriers were to pay, month by month, beside what they paid."""

    model = ExpectedPay
    noun = "a month of pay"
    serializer_class = ExpectedPaySerializer
    filterset_class = ExpectedPayFilters
    http_method_names = ("get", "head")

    def rows(self, user: User) -> QuerySet[Any]:
        """The months of the policies that the user sees."""
        return ExpectedPay.objects.visible_to(user)
