"""Filters of an API list: every one is understood, or the request is refused."""

from typing import Any

import django_filters
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

PAGING = {"cursor", "page_size"}


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
        rows: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return rows


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
