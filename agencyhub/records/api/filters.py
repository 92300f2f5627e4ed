"""Query parameters that lists of several kinds of records have."""

from typing import Any

import django_filters

from agencyhub.records.models import Option


class OptionFilter(django_filters.ModelChoiceFilter):
    """Records with one value of an option list, by its label."""

    def __init__(self, option_list: Option.List, **kwargs: Any) -> None:
        rows = Option.objects.filter(list=option_list.value)
        words = f"A label of the list {option_list.label}."
        super().__init__(queryset=rows, to_field_name="label", label=words, **kwargs)


class RecordFilters(django_filters.FilterSet):
    """Records by when they were last changed."""

    changed_since = django_filters.IsoDateTimeFilter(
        field_name="updated_at", lookup_expr="gte", label="Changed at this moment or later."
    )
