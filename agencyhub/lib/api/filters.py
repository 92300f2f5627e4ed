"""Filters of an API list: every one is understood, or the request is refused."""

import re
from collections.abc import Mapping
from typing import Any

import django_filters
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

PAGING = {"cursor", "page_size"}
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
ISO_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-](0\d|1[0-4]):?\d{2})?", re.IGNORECASE
)
POSITIVE = re.compile(r"[1-9]\d{0,5}")
YEARS = (1800, 2500)


class StrictFilterBackend(DjangoFilterBackend):
    """Refuses a parameter that is no filter: a misspelt one would answer with everybody."""

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any], view: APIView
    ) -> QuerySet[Any]:
        """Narrow the rows by the query parameters."""
        filterset_class = self.get_filterset_class(view, queryset)
        known = set(filterset_class.base_filters) if filterset_class else set()
        unknown = sorted(set(request.query_params) - known - PAGING)
        if unknown:
            detail = "There is no such parameter. Search by personal data with POST …/search/."
            raise ValidationError({name: [detail] for name in unknown}, code="unknown_parameter")
        filters = filterset_class.base_filters if filterset_class else {}
        wrong = unreadable(request.query_params, filters)
        wrong |= {
            name: "Give it once." for name, texts in request.query_params.lists() if len(texts) > 1
        }
        if wrong:
            raise ValidationError({name: [words] for name, words in wrong.items()})
        rows: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return rows


def unreadable(given: Mapping[str, str], filters: Mapping[str, Any]) -> dict[str, str]:
    """What a framework would guess at, or ignore: days and yes or no in other spellings."""
    wrong = {}
    for name, text in given.items():
        one = filters.get(name)
        if name == "page_size" and not POSITIVE.fullmatch(text):
            wrong[name] = "Give a number of records, 1 to 200."
        elif isinstance(one, django_filters.BooleanFilter) and text not in ("true", "false"):
            wrong[name] = "Give true or false."
        elif isinstance(one, django_filters.IsoDateTimeFilter) and not _is(ISO_MOMENT, text):
            wrong[name] = "Give a moment such as 2026-11-02T15:00:00Z."
        elif isinstance(one, django_filters.DateFilter) and not _is(ISO_DAY, text):
            wrong[name] = "Give a day such as 2026-11-02."
    return wrong


def _is(shape: re.Pattern[str], text: str) -> bool:
    return bool(shape.fullmatch(text)) and YEARS[0] <= int(text[:4]) < YEARS[1]


class IdOrNoneFilter(django_filters.CharFilter):
    """Rows that point to a record by its id, or with ``none`` those that point to nothing."""

    def __init__(self, **kwargs: Any) -> None:
        shape = RegexValidator(r"^(none|[1-9]\d{0,17})$", "Give an id, or “none”.")
        super().__init__(validators=[shape], **kwargs)

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Keep the rows."""
        if not value:
            return qs
        if value == "none":
            return qs.filter(**{f"{self.field_name}__isnull": True})
        return qs.filter(**{f"{self.field_name}_id": int(value)})
