"""The API's individuals and sales records."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencyhub.accounts.models import User
from agencyhub.lib.api import forms as api_forms
from agencyhub.lib.api.schema import problems, record_schema, search_schema
from agencyhub.lib.problems import InvalidBodyError
from agencyhub.records.api.viewsets import RecordViewSet
from individuals.api.filters import IndividualFilters, SalesRecordFilters
from individuals.api.finding import people_with
from individuals.api.serializers import (
    CreatedIndividualSerializer,
    FoundIndividualsSerializer,
    FoundSalesRecordsSerializer,
    IndividualSerializer,
    PersonSearchSerializer,
    SalesRecordSerializer,
)
from individuals.forms.addresses import AddressForm
from individuals.forms.people import IndividualForm, SalesRecordForm
from individuals.models import (
    Address,
    DuplicatePair,
    Individual,
    Look,
    MergedIndividual,
    SalesRecord,
)
from individuals.services import addresses, duplicates, looks, people

MOST_FOUND = 50
PLACE = ("line_1", "line_2", "city", "state", "zip_code", "county")


class PersonViewSet(RecordViewSet):
    """What individuals and sales records share."""

    form_names: ClassVar[Mapping[str, str]] = {"new_mbi": "mbi", "clear_mbi": "mbi"}

    def given(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The MBI by the two fields that the form has for it."""
        found = super().given({name: value for name, value in values.items() if name != "mbi"})
        if "mbi" in values:
            mbi = values["mbi"]
            found |= {"new_mbi": mbi} if mbi else {"clear_mbi": True}
        return found

    def search(self, request: Request) -> Response:
        """People by name, birth date, phone, e-mail or MBI."""
        reader = PersonSearchSerializer(data=request.data)
        if not reader.is_valid():
            errors: Any = reader.errors
            raise InvalidBodyError(errors)
        found = people_with(self.get_queryset(), **reader.validated_data)
        records = list(found.order_by("pk")[:MOST_FOUND])
        self.found(records, by_mbi="mbi" in reader.validated_data)
        return Response({"results": self.get_serializer(records, many=True).data})

    def found(self, records: Sequence[Any], *, by_mbi: bool) -> None:
        """Note what a search answered with."""


@extend_schema_view(
    retrieve=extend_schema(
        responses={
            200: IndividualSerializer,
            304: OpenApiResponse(description="You have this state already."),
            308: OpenApiResponse(
                description="Merged into another individual, whose address is in Location."
            ),
            **problems(404),
        }
    )
)
@record_schema(
    one="an individual",
    many="individuals",
    shown=IndividualSerializer,
    created=CreatedIndividualSerializer,
)
class IndividualViewSet(PersonViewSet):
    """People whom the agency knows."""

    model = Individual
    noun = "an Individual"
    serializer_class = IndividualSerializer
    filterset_class = IndividualFilters

    def rows(self, user: User) -> QuerySet[Individual]:
        """The user's individuals with their agents and addresses."""
        rows = Individual.objects.visible_to(user).select_related("type", "status")
        return rows.prefetch_related("additional_agents", "addresses__type")

    def form_for(self, record: Model, data: Any, values: Mapping[str, Any]) -> ModelForm:
        """The form of the record page."""
        if data is not None and record.pk:
            data["seen_at"] = record.updated_at.isoformat()  # type: ignore[attr-defined]
        return IndividualForm(data, user=self.user, instance=record)

    def has_changed(self, form: Any, values: Mapping[str, Any]) -> bool:
        """An address counts as a change."""
        return super().has_changed(form, values) or "address" in values

    def store(self, form: Any, values: Mapping[str, Any]) -> Individual:
        """Store the person, then the address that came along."""
        agents = form.cleaned_data["additional_agents"]
        address = self._address(values)
        if form.instance.pk is None:
            people.create_individual(individual=form.instance, additional_agents=agents)
        else:
            people.update_individual(
                individual=form.instance, additional_agents=agents, seen_at=form.seen
            )
        if address:
            addresses.receive_address(individual=form.instance, **address)
        return form.instance

    def _address(self, values: Mapping[str, Any]) -> dict[str, Any]:
        given = values.get("address")
        if not given:
            return {}
        start = AddressForm(instance=Address())
        form = AddressForm(api_forms.filled_in(start, given), instance=Address())
        if not form.is_valid():
            names = {name: f"address.{name}" for name in form.fields}
            raise InvalidBodyError(api_forms.problems_of(form, {"": "address", **names}))
        typed = form.cleaned_data
        return {**{name: typed[name] for name in PLACE}, "address_type": typed["type"]}

    def retrieve(self, request: Request, pk: int) -> Response:
        """One individual; the number of one who was merged away leads to who stands for them."""
        survivor = MergedIndividual.objects.survivor_of(pk)
        if survivor and self.get_queryset().filter(pk=survivor).exists():
            to = request.build_absolute_uri(reverse("api:individual-detail", args=[survivor]))
            return Response(status=status.HTTP_308_PERMANENT_REDIRECT, headers={"Location": to})
        return super().retrieve(request, pk)

    def more(self, record: Model) -> dict[str, Any]:
        """Who may be the same person, the likeliest first."""
        duplicates.detect(individual_ids=[record.pk], door=DuplicatePair.Door.API)
        pairs = DuplicatePair.objects.of(record.pk).open().order_by("-score", "pk")
        others = {
            pair.second_id if pair.first_id == record.pk else pair.first_id: pair for pair in pairs
        }
        seen = set(
            Individual.objects.visible_to(self.user)
            .filter(pk__in=others)
            .values_list("pk", flat=True)
        )
        shown = [
            {
                "individual": pk if pk in seen else None,
                "score": pair.score,
                "reasons": pair.reasons if pk in seen else [],
            }
            for pk, pair in others.items()
        ]
        return {"possible_duplicates": shown}

    def seen(self, records: Sequence[Model]) -> None:
        """Note who looked at whom."""
        self._note(records, Look.How.API)

    def found(self, records: Sequence[Any], *, by_mbi: bool) -> None:
        """Note who was found; by an MBI is a kind of its own."""
        self._note(records, Look.How.SEARCH if by_mbi else Look.How.API)

    def _note(self, records: Sequence[Model], how: Look.How) -> None:
        key: Any = self.request.auth
        looks.record(
            user=self.user if self.user.pk else None,
            individual_ids=[record.pk for record in records],
            how=how,
            api_key=key,
        )

    @search_schema(
        many="individuals", wanted=PersonSearchSerializer, shown=FoundIndividualsSerializer
    )
    @action(detail=False, methods=["post"], url_path="search", filter_backends=())
    def search(self, request: Request) -> Response:
        """Individuals by name, birth date, phone, e-mail or MBI."""
        return super().search(request)


@record_schema(one="a sales record", many="sales records", shown=SalesRecordSerializer)
class SalesRecordViewSet(PersonViewSet):
    """People who are being worked toward a sale."""

    model = SalesRecord
    noun = "a Sales Record"
    serializer_class = SalesRecordSerializer
    filterset_class = SalesRecordFilters

    def rows(self, user: User) -> QuerySet[SalesRecord]:
        """The user's sales records."""
        rows = SalesRecord.objects.visible_to(user)
        return rows.select_related("stage", "lead_source", "address_type")

    def blank(self, values: Mapping[str, Any]) -> SalesRecord:
        """A new sales record, about an individual where one is named."""
        return SalesRecord(individual=values.get("individual"))

    def form_for(self, record: Model, data: Any, values: Mapping[str, Any]) -> ModelForm:
        """The form of the record page."""
        if data is not None and record.pk:
            data["seen_at"] = record.updated_at.isoformat()  # type: ignore[attr-defined]
        return SalesRecordForm(data, user=self.user, instance=record)

    def store(self, form: Any, values: Mapping[str, Any]) -> SalesRecord:
        """Store the sales record."""
        if form.instance.pk is None:
            return people.create_sales_record(record=form.instance)
        return people.update_sales_record(record=form.instance, seen_at=form.seen)

    @search_schema(
        many="sales records", wanted=PersonSearchSerializer, shown=FoundSalesRecordsSerializer
    )
    @action(detail=False, methods=["post"], url_path="search", filter_backends=())
    def search(self, request: Request) -> Response:
        """Sales records by name, birth date, phone, e-mail or MBI."""
        return super().search(request)
