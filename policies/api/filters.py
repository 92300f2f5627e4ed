"""Query parameters of the lists of policies, carriers and carrier products."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from agencyhub.lib.api.filters import IdOrNoneFilter
from agencyhub.lib.db import NameKey
from agencyhub.records.api.filters import OptionFilter, RecordFilters
from agencyhub.records.models import Option
from policies.models import Carrier, CarrierAlias, CarrierProduct, Policy


class PolicyFilters(RecordFilters):
    """Policies by everything that is not somebody's number."""

    subscriber = IdOrNoneFilter(field_name="subscriber", label="An id.")
    carrier = IdOrNoneFilter(field_name="carrier", label="An id.")
    product = IdOrNoneFilter(field_name="product", label="An id, or “none”.")
    status = OptionFilter(Option.List.POLICY_STATUS)
    coverage_type = OptionFilter(Option.List.COVERAGE_TYPE)
    servicing_agent = IdOrNoneFilter(field_name="servicing_agent", label="An id, or “none”.")
    effective_from = django_filters.DateFilter(field_name="effective_date", lookup_expr="gte")
    effective_to = django_filters.DateFilter(field_name="effective_date", lookup_expr="lte")

    class Meta:
        model = Policy
        fields = (
            "subscriber", "carrier", "product", "status", "coverage_type", "servicing_agent",
            "effective_from", "effective_to", "changed_since",
        )  # fmt: skip


class CarrierFilters(django_filters.FilterSet):
    """Carriers by name."""

    name = django_filters.CharFilter(method="named", label="Its name or an alias.")

    class Meta:
        model = Carrier
        fields = ("name", "is_active", "needs_review")

    def named(self, rows: QuerySet[Carrier], _name: str, text: Any) -> QuerySet[Carrier]:
        """Carriers that go by a name, whatever its case, spaces and punctuation."""
        key = NameKey(Value(text))
        aliases = CarrierAlias.objects.filter(carrier=OuterRef("pk"), name_key=key)
        return rows.filter(Q(name_key=key) | Exists(aliases))


class CarrierProductFilters(django_filters.FilterSet):
    """Carrier products by carrier and plan."""

    carrier = IdOrNoneFilter(field_name="carrier", label="An id.")
    coverage_type = OptionFilter(Option.List.COVERAGE_TYPE)

    class Meta:
        model = CarrierProduct
        fields = ("carrier", "plan_id", "plan_year", "coverage_type", "is_active", "needs_review")
