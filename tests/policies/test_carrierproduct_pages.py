"""Pages of carrier products, and other names of both: whole, in parts, and at what cost."""

import pytest
from django.urls import reverse

from agencyhub.records.models import Entry
from policies.models import CarrierAlias, CarrierProduct
from tests.factories.policies import (
    CarrierAliasFactory,
    CarrierFactory,
    CarrierProductAliasFactory,
    CarrierProductFactory,
    coverage_type,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
CARRIERS = reverse("policies:carrier_list")
PRODUCTS = reverse("policies:carrierproduct_list")


def url(role: str, *args: object) -> str:
    return reverse(f"policies:{role}", args=args)


class TestCarrierProducts:
    def test_are_listed_and_filtered(self, client, owner):
        gold = CarrierProductFactory(name="Gold", coverage_type=coverage_type("MAPD"))
        CarrierProductFactory(name="Silver", from_partner=True)
        CarrierProductAliasFactory(name="Goldie", product=gold)
        cases = {
            (): ["Gold", "Silver"],
            (("carrier", gold.carrier_id),): ["Gold"],
            (("coverage_type", gold.coverage_type_id),): ["Gold"],
            (("state", "review"),): ["Silver"],
            (("name", "goldie"),): ["Gold"],
        }

        for params, names in cases.items():
            page = client.get(PRODUCTS, dict(params))
            shown = CarrierProduct.objects.filter(pk__in=page.context["table"].pks)
            assert [product.name for product in shown.order_by("name")] == names

    def test_are_added_to_a_carrier(self, client, owner):
        carrier = CarrierFactory()
        data = {"name": "Gold", "plan_id": "H5216-001", "plan_year": "2027", "is_active": "on"}

        answer = client.post(url("carrierproduct_create", carrier.pk), data)

        product = CarrierProduct.objects.get()
        assert answer.url == url("carrierproduct_detail", product.pk)
        assert (product.carrier, product.plan_id) == (carrier, "H5216-001-000")
        assert product.plan_year == 2027

    def test_are_edited_shown_and_confirmed(self, client, owner):
        product = CarrierProductFactory(name="Gold", from_partner=True)

        client.post(
            url("carrierproduct_edit", product.pk),
            {"name": "Gold PPO", "keep_old_name": "on", "coverage_type": coverage_type("PDP").pk},
        )
        client.post(url("carrierproduct_confirm", product.pk))
        page = client.get(url("carrierproduct_detail", product.pk)).content.decode()

        product.refresh_from_db()
        assert (product.name, product.needs_review, product.is_active) == ("Gold PPO", False, False)
        assert product.aliases.get().name == "Gold"
        assert "Gold PPO" in page
        assert "PDP" in page


class TestAliases:
    @pytest.mark.parametrize("kind", ["carrier", "carrierproduct"])
    def test_are_added_in_place(self, client, owner, kind):
        row = CarrierFactory() if kind == "carrier" else CarrierProductFactory()

        part = client.post(
            url(f"{kind}alias_create", row.pk), {"name": "Known as"}, headers=HTMX
        ).content.decode()

        assert part.strip().startswith('<div class="card" id="aliases"')
        assert "Known as" in part
        assert row.aliases.get().name == "Known as"
        assert Entry.objects.get().text == "Alias “Known as” added"

    @pytest.mark.parametrize("factory", [CarrierAliasFactory, CarrierProductAliasFactory])
    def test_are_removed_in_place(self, client, owner, factory):
        alias = factory(name="Known as")
        kind = "carrier" if factory is CarrierAliasFactory else "carrierproduct"
        row = alias.carrier if kind == "carrier" else alias.product

        answer = client.post(url(f"{kind}alias_remove", row.pk, alias.pk))

        assert answer.url == url(f"{kind}_detail", row.pk)
        assert not row.aliases.exists()

    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_that_are_taken_are_explained(self, client, owner, headers):
        CarrierFactory(name="Bluestem")
        carrier = CarrierFactory()

        answer = client.post(
            url("carrieralias_create", carrier.pk), {"name": "bluestem"}, headers=headers
        )

        assert answer.status_code == 422
        assert "The carrier Bluestem goes by" in answer.content.decode()
        assert not carrier.aliases.exists()

    def test_of_another_carrier_are_not_found(self, client, owner):
        alias = CarrierAliasFactory()

        answer = client.post(url("carrieralias_remove", CarrierFactory().pk, alias.pk))

        assert answer.status_code == 404
        assert CarrierAlias.objects.exists()
