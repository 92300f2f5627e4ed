"""The API's policies, carriers and carrier products."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model, QuerySet
from django.forms import ModelForm
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencyhub.accounts.models import User
from agencyhub.lib.api.schema import record_schema, search_schema
from agencyhub.lib.problems import InvalidBodyError
from agencyhub.records.api.viewsets import RecordViewSet
from policies.api.filters import CarrierFilters, CarrierProductFilters, PolicyFilters
from policies.api.serializers import (
    CarrierProductSerializer,
    CarrierSerializer,
    FoundPoliciesSerializer,
    PolicySearchSerializer,
    PolicySerializer,
)
from policies.forms.carriers import CarrierForm, ProductForm
from policies.forms.policies import PolicyForm
from policies.models import Carrier, CarrierProduct, NumberKey, Policy
from policies.numbers import number_key
from policies.services import carriers, policies, products

MOST_FOUND = 50


@record_schema(one="a policy", many="policies", shown=PolicySerializer)
class PolicyViewSet(RecordViewSet):
    """Contracts between carriers and subscribers."""

    model = Policy
    noun = "a Policy"
    serializer_class = PolicySerializer
    filterset_class = PolicyFilters

    def rows(self, user: User) -> QuerySet[Policy]:
        """The user's policies with their agents."""
        rows = Policy.objects.visible_to(user).select_related("status", "coverage_type")
        return rows.prefetch_related("additional_agents")

    def blank(self, values: Mapping[str, Any]) -> Policy:
        """A new policy of its subscriber."""
        return Policy(subscriber=values["subscriber"])

    def form_for(self, record: Model, data: Any, values: Mapping[str, Any]) -> ModelForm:
        """The form of the policy page."""
        return PolicyForm(data, user=self.user, instance=record)

    def store(self, form: Any, values: Mapping[str, Any]) -> Policy:
        """Store the policy; only what was changed of one that is there."""
        return policies.save_policy(
            policy=form.save(commit=False),
            additional_agents=form.cleaned_data["additional_agents"],
            fields=form.changed_fields,
        )

    @search_schema(many="policies", wanted=PolicySearchSerializer, shown=FoundPoliciesSerializer)
    @action(detail=False, methods=["post"], url_path="search", filter_backends=())
    def search(self, request: Request) -> Response:
        """Policies by their number."""
        reader = PolicySearchSerializer(data=request.data)
        if not reader.is_valid():
            errors: Any = reader.errors
            raise InvalidBodyError(errors)
        wanted = reader.validated_data
        key = number_key(wanted["policy_number"])
        rows = self.get_queryset().alias(number_key=NumberKey("policy_number"))
        found = rows.filter(number_key=key).exclude(policy_number="")
        if "carrier" in wanted:
            found = found.filter(carrier=wanted["carrier"])
        records = list(found.order_by("pk")[:MOST_FOUND])
        return Response({"results": self.get_serializer(records, many=True).data})


@record_schema(one="a carrier", many="carriers", shown=CarrierSerializer)
class CarrierViewSet(RecordViewSet):
    """Companies that insure."""

    model = Carrier
    noun = "a carrier"
    serializer_class = CarrierSerializer
    filterset_class = CarrierFilters

    def rows(self, user: User) -> QuerySet[Carrier]:
        """Every carrier with its other names."""
        return Carrier.objects.prefetch_related("aliases")

    def form_for(self, record: Model, data: Any, values: Mapping[str, Any]) -> ModelForm:
        """The form of the carrier page."""
        return CarrierForm(data, instance=record)

    def store(self, form: Any, values: Mapping[str, Any]) -> Carrier:
        """Store the carrier."""
        carrier = form.save(commit=False)
        return carriers.save_carrier(carrier=carrier, keep_old_name=form.keeps_old_name)


@record_schema(one="a carrier product", many="carrier products", shown=CarrierProductSerializer)
class CarrierProductViewSet(RecordViewSet):
    """What carriers sell."""

    model = CarrierProduct
    noun = "a carrier product"
    serializer_class = CarrierProductSerializer
    filterset_class = CarrierProductFilters

    def rows(self, user: User) -> QuerySet[CarrierProduct]:
        """Every carrier product with its other names."""
        rows = CarrierProduct.objects.select_related("coverage_type")
        return rows.prefetch_related("aliases")

    def blank(self, values: Mapping[str, Any]) -> CarrierProduct:
        """A new product of its carrier."""
        return CarrierProduct(carrier=values["carrier"])

    def form_for(self, record: Model, data: Any, values: Mapping[str, Any]) -> ModelForm:
        """The form of the product page."""
        return ProductForm(data, instance=record)

    def store(self, form: Any, values: Mapping[str, Any]) -> CarrierProduct:
        """Store the product."""
        product = form.save(commit=False)
        return products.save_product(product=product, keep_old_name=form.keeps_old_name)
