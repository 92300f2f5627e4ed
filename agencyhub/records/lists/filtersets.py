"""The filters of one list together, with those for the agency's own fields."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import CharField, DecimalField, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext

from agencyhub.lib.text import tidy
from agencyhub.records.custom import PREFIX
from agencyhub.records.lists.filters import Amount, AnyOf, Day, ListFilter, YesNo
from agencyhub.records.lists.kinds import ListKind
from agencyhub.records.lists.lookups import Lookups
from agencyhub.records.models import CustomField

Type = CustomField.Type
Texts = Mapping[str, Sequence[str]]
SAID = 160
RANGES = (("from", GreaterThanOrEqual), ("to", LessThanOrEqual))


class ListFilters(django_filters.FilterSet):
    """Base of the filters that a list declares; every one of them is a ``ListFilter``."""

    filters: dict[str, ListFilter]

    def __init__(
        self, data: Texts, rows: QuerySet[Any], *, kind: ListKind, lookups: Lookups
    ) -> None:
        super().__init__({}, rows)
        self.fill(data)
        self.filters |= deepcopy(kind.more_filters)
        for field in lookups.custom_fields(kind.custom_target):
            self.filters |= dict(custom_filters(field))
        self.filters = dict(sorted(self.filters.items(), key=lambda one: not one[1].is_quick))
        for one in self.filters.values():
            one.offer(lookups)

    def fill(self, data: Texts) -> None:
        """Take what is filtered by, before anything else is asked."""
        self.data = MultiValueDict({name: list(data[name]) for name in data})

    @cached_property
    def _read(self) -> tuple[dict[str, Any], dict[str, list[str]]]:
        """Values and errors of the filters that are set; no form, which would build them all."""
        values: dict[str, Any] = {}
        errors: dict[str, list[str]] = {}
        for name in self.data:
            if name in self.filters:
                field = self.filters[name].field
                raw = field.widget.value_from_datadict(self.data, {}, name)
                try:
                    values[name] = field.clean(raw)
                except ValidationError as error:
                    # What was asked for stands in some of them, and may be very long.
                    errors[name] = [Truncator(one).chars(SAID) for one in error.messages]
        return values, errors

    @property
    def errors(self) -> dict[str, list[str]]:
        """What cannot be read, by filter."""
        return self._read[1]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows that fit every filter that is set and can be read."""
        for name, value in self._read[0].items():
            queryset = self.filters[name].filter(queryset, value)
        return queryset


def custom_filters(field: CustomField) -> Iterator[tuple[str, ListFilter]]:
    """The filters of one of the agency's own fields; free text has none."""
    name, stored = PREFIX + field.key, f"custom__{field.key}"
    if field.type == Type.YES_NO:
        yes, no = Q(**{stored: True}), Q(**{stored: False})
        yield name, YesNo(field.label, lambda: yes, lambda: no)
    elif field.type == Type.CHOICE:
        yield name, _one_of(field, lambda chosen: Q(**{f"{stored}__in": list(chosen)}))
    elif field.type == Type.MULTI_CHOICE:
        yield name, _one_of(field, lambda chosen: _holds_any(stored, chosen))
    elif field.type == Type.DATE:
        for end, _ in RANGES:
            yield f"{name}_{end}", CustomDay(field, end)
    elif field.type in {Type.NUMBER, Type.MONEY}:
        for end, compare in RANGES:
            yield f"{name}_{end}", _amount(field, end, compare)


def _one_of(field: CustomField, condition: Any) -> AnyOf:
    labels = {label: label for label in field.choices}
    return AnyOf(
        field.label, lambda _lookups: labels, condition, read=lambda text: tidy(text) or None
    )


def _holds_any(stored: str, chosen: Sequence[str]) -> Q:
    wanted = Q(pk__in=[])
    for label in chosen:
        wanted |= Q(**{f"{stored}__contains": [label]})
    return wanted


def _ends(field: CustomField, end: str) -> str:
    """ "Renewal day from" """
    words = gettext("%(label)s from") if end == "from" else gettext("%(label)s to")
    return words % {"label": field.label}


class CustomDay(Day):
    """Rows whose own date, stored as ISO text, is not before or not after a day."""

    def __init__(self, field: CustomField, end: str) -> None:
        super().__init__(_ends(field, end), "custom", end)
        self.key = field.key

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if value is None:
            return qs
        compare = dict(RANGES)[self.lookup]
        stored = KeyTextTransform(self.key, "custom", output_field=CharField())
        return qs.filter(compare(stored, value.isoformat()))


def _amount(field: CustomField, end: str, compare: type[Any]) -> Amount:
    stored = KeyTextTransform(field.key, "custom")
    number = Cast(stored, DecimalField(max_digits=18, decimal_places=3))
    return Amount(_ends(field, end), lambda value: Q(compare(number, value)))
