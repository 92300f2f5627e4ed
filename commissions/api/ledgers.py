"""The API's books of business and commission lines: read only, files bring them."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencyhub.accounts.models import User
from agencyhub.lib.api.filters import IdOrNoneFilter
from agencyhub.lib.api.schema import record_schema, search_schema
from agencyhub.lib.problems import InvalidBodyError
from agencyhub.records.api.filters import RecordFilters
from agencyhub.records.api.serializers import RecordSerializer, SearchSerializer
from agencyhub.records.api.viewsets import RecordViewSet
from commissions.models import (
    AgentOfRecord,
    BookLink,
    BookRow,
    CommissionLine,
    CommissionSplit,
    LineLink,
    Link,
)
from policies.numbers import number_key

MOST_FOUND = 50

INSURED = (
    "id", "page", "carrier", "carrier_name", "agent", "agent_npn", "agent_number", "agent_name",
    "first_name", "middle_name", "last_name", "suffix", "date_of_birth", "masked_mbi", "state",
    "zip_code", "line", "plan_name", "plan_id", "member_id", "policy_number", "application_number",
    "effective_date", "premium",
)  # fmt: skip


class AgentOfRecordSerializer(serializers.ModelSerializer[AgentOfRecord]):
    """Who was agent of record from when to when; without an end: still."""

    class Meta:
        model = AgentOfRecord
        fields = ("agent", "agent_name", "agent_npn", "agent_number", "start_date", "end_date")


class SplitSerializer(serializers.ModelSerializer[CommissionSplit]):
    """Somebody's share of a line; without an agent: the agency's."""

    class Meta:
        model = CommissionSplit
        fields = ("agent", "role", "percent", "amount")


class BookRowSerializer(RecordSerializer):
    """A row of a carrier's book of business, as of the day its file tells of."""

    masked_mbi = serializers.CharField(read_only=True, help_text="Blank where none is stored.")
    agents_of_record = AgentOfRecordSerializer(many=True, read_only=True)

    class Meta:
        model = BookRow
        fields = (
            *INSURED, "status", "carrier_status", "termination_date", "termination_reason",
            "renewal_date", "deceased_date", "as_of_date", "agents_of_record", "created_at",
            "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class CommissionLineSerializer(RecordSerializer):
    """A paid line of a carrier's statement; a negative amount was taken back."""

    masked_mbi = serializers.CharField(read_only=True, help_text="Blank where none is stored.")
    splits = SplitSerializer(many=True, read_only=True)

    class Meta:
        model = CommissionLine
        fields = (
            *INSURED, "kind", "amount", "statement_date", "paid_date", "payment_period", "months",
            "carrier_action", "comment", "superseded_at", "splits", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class FoundBookRowsSerializer(serializers.Serializer[Any]):
    """Which book rows a search found."""

    results = BookRowSerializer(many=True)


class FoundLinesSerializer(serializers.Serializer[Any]):
    """Which commission lines a search found."""

    results = CommissionLineSerializer(many=True)


class LedgerSearchSerializer(SearchSerializer):
    """Rows by the number that the carrier prints; zeros in front and dashes do not matter."""

    policy_number = serializers.CharField(max_length=60)
    carrier = serializers.IntegerField(required=False, min_value=1, help_text="A carrier's id.")

    def validate_policy_number(self, value: str) -> str:
        """Refuse a number without a letter or digit: it would be everybody's."""
        if not number_key(value):
            raise serializers.ValidationError("Give a number.", code="invalid")
        return value


class BookFilters(RecordFilters):
    """Book rows by everything that says nothing about a person."""

    carrier = IdOrNoneFilter(field_name="carrier", label="An id, or “none”.")
    agent = IdOrNoneFilter(field_name="agent", label="An id, or “none”.")
    linked = django_filters.BooleanFilter(method="_linked", label="Has its application.")
    as_of_from = django_filters.DateFilter(field_name="as_of_date", lookup_expr="gte")
    effective_from = django_filters.DateFilter(field_name="effective_date", lookup_expr="gte")
    effective_to = django_filters.DateFilter(field_name="effective_date", lookup_expr="lte")

    class Meta:
        model = BookRow
        fields = (
            "status", "line", "carrier", "agent", "linked", "as_of_from", "effective_from",
            "effective_to", "changed_since",
        )  # fmt: skip

    def _linked(self, rows: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        links = BookLink.objects.filter(book_row=OuterRef("pk"), state=Link.State.LINKED)
        return rows.filter(Exists(links) if value else ~Exists(links))


class LineFilters(django_filters.FilterSet):
    """Commission lines by everything that says nothing about a person."""

    carrier = IdOrNoneFilter(field_name="carrier", label="An id, or “none”.")
    agent = IdOrNoneFilter(field_name="agent", label="An id, or “none”.")
    linked = django_filters.BooleanFilter(method="_linked", label="Has its application.")
    superseded = django_filters.BooleanFilter(
        field_name="superseded_at", lookup_expr="isnull", exclude=True,
        label="The carrier rewrote the statement without it.",
    )  # fmt: skip
    period_from = django_filters.DateFilter(field_name="payment_period", lookup_expr="gte")
    period_to = django_filters.DateFilter(field_name="payment_period", lookup_expr="lte")
    statement_from = django_filters.DateFilter(field_name="statement_date", lookup_expr="gte")
    statement_to = django_filters.DateFilter(field_name="statement_date", lookup_expr="lte")
    added_since = django_filters.IsoDateTimeFilter(
        field_name="created_at", lookup_expr="gte", label="Added at this moment or later."
    )

    class Meta:
        model = CommissionLine
        fields = (
            "kind", "line", "carrier", "agent", "linked", "superseded", "period_from", "period_to",
            "statement_from", "statement_to", "added_since",
        )  # fmt: skip

    def _linked(self, rows: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        links = LineLink.objects.filter(line=OuterRef("pk"), state=Link.State.LINKED)
        return rows.filter(Exists(links) if value else ~Exists(links))


class LedgerViewSet(RecordViewSet):
    """What book rows and commission lines share: they are read and searched."""

    http_method_names = ("get", "head")

    def search(self, request: Request) -> Response:
        """Rows by their policy number."""
        reader = LedgerSearchSerializer(data=request.data)
        if not reader.is_valid():
            errors: Any = reader.errors
            raise InvalidBodyError(errors)
        wanted = reader.validated_data
        found = self.get_queryset().filter(policy_key=number_key(wanted["policy_number"]))
        if "carrier" in wanted:
            found = found.filter(carrier=wanted["carrier"])
        records = list(found.order_by("pk")[:MOST_FOUND])
        return Response({"results": self.get_serializer(records, many=True).data})


@record_schema(one="a book row", many="books of business", shown=BookRowSerializer)
class BookRowViewSet(LedgerViewSet):
    """Who carriers say is insured through the agency."""

    model = BookRow
    noun = "a book row"
    serializer_class = BookRowSerializer
    filterset_class = BookFilters

    def rows(self, user: User) -> QuerySet[BookRow]:
        """The user's book rows with their agents of record."""
        agents = AgentOfRecord.objects.order_by("start_date", "pk")
        return BookRow.objects.visible_to(user).prefetch_related(
            Prefetch("agents_of_record", agents)
        )

    @search_schema(
        many="books of business", wanted=LedgerSearchSerializer, shown=FoundBookRowsSerializer
    )
    def search(self, request: Request) -> Response:
        """Book rows by their policy number."""
        return super().search(request)


@record_schema(one="a commission line", many="commission lines", shown=CommissionLineSerializer)
class CommissionLineViewSet(LedgerViewSet):
    """What carriers paid."""

    model = CommissionLine
    noun = "a commission line"
    serializer_class = CommissionLineSerializer
    filterset_class = LineFilters

    def rows(self, user: User) -> QuerySet[CommissionLine]:
        """The user's lines with their shares."""
        splits = CommissionSplit.objects.order_by("pk")
        return CommissionLine.objects.visible_to(user).prefetch_related(Prefetch("splits", splits))

    @search_schema(
        many="commission lines", wanted=LedgerSearchSerializer, shown=FoundLinesSerializer
    )
    def search(self, request: Request) -> Response:
        """Commission lines by their policy number."""
        return super().search(request)
