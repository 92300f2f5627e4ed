"""The API's applications."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Model, QuerySet, Value
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencyhub.accounts.models import User
from agencyhub.lib.api.filters import IdOrNoneFilter
from agencyhub.lib.api.schema import (
    IDEMPOTENCY_KEY,
    LOCATION,
    STATE,
    problems,
    record_schema,
    search_schema,
)
from agencyhub.lib.crypto import blind_index
from agencyhub.lib.db import NameKey
from agencyhub.lib.errors import DomainError
from agencyhub.lib.problems import InvalidBodyError
from agencyhub.records.api.filters import RecordFilters
from agencyhub.records.api.viewsets import RecordViewSet
from commissions.api.application_serializers import (
    ApplicationSearchSerializer,
    ApplicationSerializer,
    FoundApplicationsSerializer,
    told_by,
)
from commissions.models import Application
from commissions.services import refresh
from commissions.services.applications import receive
from individuals.models.person import MBI_INDEX
from policies.numbers import number_key

MOST_FOUND = 50


class ExternalIdTakenError(DomainError):
    """An application that the caller may not change has this id."""

    code = "external_id_taken"


class ApplicationFilters(RecordFilters):
    """Applications by everything that says nothing about a person."""

    carrier = IdOrNoneFilter(field_name="carrier", label="An id, or “none”.")
    agent = IdOrNoneFilter(field_name="agent", label="An id, or “none”.")
    individual = IdOrNoneFilter(field_name="individual", label="An id, or “none”.")
    policy = IdOrNoneFilter(field_name="policy", label="An id, or “none”.")
    effective_from = django_filters.DateFilter(field_name="effective_date", lookup_expr="gte")
    effective_to = django_filters.DateFilter(field_name="effective_date", lookup_expr="lte")
    submitted_since = django_filters.IsoDateTimeFilter(
        field_name="submitted_at", lookup_expr="gte", label="Submitted at this moment or later."
    )

    class Meta:
        model = Application
        fields = (
            "source", "external_id", "line", "match_state", "carrier", "agent", "individual",
            "policy", "effective_from", "effective_to", "submitted_since", "changed_since",
        )  # fmt: skip


@extend_schema_view(
    create=extend_schema(
        summary="Send an application",
        description="The same `external_id` again brings the application up to date.",
        parameters=[IDEMPOTENCY_KEY, STATE, LOCATION],
        request=ApplicationSerializer,
        responses={
            200: OpenApiResponse(ApplicationSerializer, description="It was known already."),
            201: ApplicationSerializer,
            **problems(400, 409, 413, 415, 422),
        },
    ),
)
@record_schema(one="an application", many="applications", shown=ApplicationSerializer)
class ApplicationViewSet(RecordViewSet):
    """Enrollments as they were sent to carriers, whoever told us; scripts add those of ``api``."""

    model = Application
    noun = "an application"
    serializer_class = ApplicationSerializer
    filterset_class = ApplicationFilters
    http_method_names = ("get", "post", "head")
    was_known = False

    def rows(self, user: User) -> QuerySet[Application]:
        """The user's applications with their riders."""
        return Application.objects.visible_to(user).prefetch_related("riders")

    def _valid(self, record: Model, values: dict[str, Any], *, partial: bool) -> None:
        """Leave the rules to the service: it takes what any source tells."""

    def store(self, form: Any, values: Mapping[str, Any]) -> Application:
        """Receive the application, as from every source.

        Raises:
            ExternalIdTakenError: it is the id of an application that the caller may not change.
        """
        self._ensure_own(values.get("external_id", ""))
        received = receive(told=told_by(dict(values)), at=timezone.now())
        self.was_known = not received.is_new
        refresh.request(user=self.user if self.user.pk else None)
        return Application.objects.get(pk=received.application_id)

    def _ensure_own(self, external_id: str) -> None:
        known = Application.objects.filter(source=Application.Source.API, external_id=external_id)
        if not external_id or not known.exists():
            return
        may_change = self.user.has_perm("commissions.change_application")
        if not (may_change and self.get_queryset().filter(pk__in=known).exists()):
            msg = (
                "This external_id cannot be used here. Use another one, for instance with a"
                " prefix of your own."
            )
            raise ExternalIdTakenError(msg, field="external_id")

    def create(self, request: Request) -> Response:
        """Receive an application: 201 for a new one, 200 for one that was known."""
        response = super().create(request)
        if self.was_known:
            response.status_code = status.HTTP_200_OK
        return response

    @search_schema(
        many="applications",
        wanted=ApplicationSearchSerializer,
        shown=FoundApplicationsSerializer,
    )
    @action(detail=False, methods=["post"], url_path="search", filter_backends=())
    def search(self, request: Request) -> Response:
        """Applications by name, birth date, MBI or a number."""
        reader = ApplicationSearchSerializer(data=request.data)
        if not reader.is_valid():
            errors: Any = reader.errors
            raise InvalidBodyError(errors)
        found = _fitting(self.get_queryset(), **reader.validated_data)
        records = list(found.order_by("pk")[:MOST_FOUND])
        return Response({"results": self.get_serializer(records, many=True).data})


def _fitting(
    rows: QuerySet[Any], *, mbi: str | None = None, policy_number: str = "", **given: Any
) -> QuerySet[Any]:
    """Keep the applications that everything given fits."""
    for name in ("first_name", "last_name"):
        if name in given:
            rows = rows.filter(**{f"{name}_key": NameKey(Value(given[name]))})
    if "date_of_birth" in given:
        rows = rows.filter(date_of_birth=given["date_of_birth"])
    if mbi:
        rows = rows.filter(mbi_index=blind_index(mbi, purpose=MBI_INDEX))
    if policy_number:
        rows = rows.filter(policy_key=number_key(policy_number)).exclude(policy_number="")
    if "confirmation_number" in given:
        rows = rows.filter(confirmation_number__iexact=given["confirmation_number"])
    return rows
