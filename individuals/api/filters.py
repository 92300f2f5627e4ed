"""Query parameters of the lists of people; what is personal is searched by POST."""

import django_filters

from agencyhub.lib.api.filters import IdOrNoneFilter
from agencyhub.records.api.filters import OptionFilter, RecordFilters
from agencyhub.records.models import Option
from individuals.models import Individual, Language, SalesRecord


class IndividualFilters(RecordFilters):
    """Individuals by what the agency says of them."""

    type = OptionFilter(Option.List.INDIVIDUAL_TYPE)
    status = OptionFilter(Option.List.INDIVIDUAL_STATUS)
    servicing_agent = IdOrNoneFilter(field_name="servicing_agent", label="An id, or “none”.")
    language = django_filters.ChoiceFilter(choices=Language.choices)

    class Meta:
        model = Individual
        fields = ("type", "status", "servicing_agent", "language", "changed_since")


class SalesRecordFilters(RecordFilters):
    """Sales records by how far they are."""

    stage = OptionFilter(Option.List.SALES_STAGE)
    lead_source = OptionFilter(Option.List.LEAD_SOURCE)
    assigned_agent = IdOrNoneFilter(field_name="assigned_agent", label="An id, or “none”.")
    individual = IdOrNoneFilter(field_name="individual", label="An id, or “none”.")
    is_converted = django_filters.BooleanFilter(
        field_name="converted_at", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = SalesRecord
        fields = (
            "stage", "lead_source", "assigned_agent", "individual", "is_converted", "changed_since",
        )  # fmt: skip
