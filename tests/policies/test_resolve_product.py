"""Carrier products found by name or alias, or created once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from agencyhub.records import history
from agencyhub.records.models import Batch
from policies.models import Carrier, CarrierProduct
from policies.services import products
from policies.services.names import UnusableNameError
from tests.factories.policies import (
    CarrierFactory,
    CarrierProductAliasFactory,
    CarrierProductFactory,
    coverage_type,
)


def resolve(carrier: Carrier, name: str, *, create: bool = True) -> products.ResolvedProduct:
    with history.batch(user=None, channel=Batch.Channel.SYNC, summary="Test"):
        return products.resolve_product(
            carrier=carrier,
            name=name,
            plan_id="H5216-001-000",
            plan_year=2027,
            coverage_type=None,
            partner="plancompare",
            create=create,
        )


@pytest.mark.django_db
class TestFindProduct:
    def test_matches_its_own_name(self):
        product = CarrierProductFactory(name="Prairie Choice H1234-001")

        found = products.find_product(carrier=product.carrier, name="PRAIRIE CHOICE (H1234-001)")

        assert found == (product, "Carrier product matched by name")

    def test_matches_an_alias(self):
        alias = CarrierProductAliasFactory(name="Choice PPO")

        found = products.find_product(carrier=alias.carrier, name="choice ppo")

        assert found == (alias.product, "Carrier product matched by alias")

    def test_looks_only_among_the_carriers_own_products(self):
        CarrierProductAliasFactory(name="Choice PPO", product__name="Prairie Choice")
        other = CarrierFactory()

        assert products.find_product(carrier=other, name="Choice PPO") == (None, "")
        assert products.find_product(carrier=other, name="Prairie Choice") == (None, "")


@pytest.mark.django_db
class TestResolveProduct:
    def test_creates_a_product_and_flags_it(self):
        carrier = CarrierFactory()

        with history.batch(user=None, channel=Batch.Channel.SYNC, summary="Test"):
            resolved = products.resolve_product(
                carrier=carrier,
                name=" Prairie  Choice ",
                plan_id="H5216-001-000",
                plan_year=2027,
                coverage_type=coverage_type("MAPD"),
                partner="plancompare",
                create=True,
            )

        product = CarrierProduct.objects.get()
        assert resolved == products.ResolvedProduct(
            product, True, "Carrier product created with the partner's name"
        )
        assert (product.carrier, product.name) == (carrier, "Prairie Choice")
        assert (product.plan_id, product.plan_year) == ("H5216-001-000", 2027)
        assert product.coverage_type == coverage_type("MAPD")
        assert (product.created_by_partner, product.needs_review) == ("plancompare", True)

    def test_leaves_a_matched_product_as_the_agency_made_it(self):
        product = CarrierProductFactory(name="Prairie Choice", plan_id="H9999-001-000")

        resolved = resolve(product.carrier, "PRAIRIE CHOICE")

        assert resolved.product == product
        assert resolved.created is False
        product.refresh_from_db()
        assert (product.plan_id, product.plan_year) == ("H9999-001-000", None)

    def test_creates_nothing_when_it_may_only_match(self):
        resolved = resolve(CarrierFactory(), "Prairie Choice", create=False)

        assert resolved.product is None
        assert resolved.how == "No carrier product of this carrier has the partner's name"
        assert not CarrierProduct.objects.exists()

    def test_creates_the_same_name_for_another_carrier(self):
        CarrierProductFactory(name="Prairie Choice")

        assert resolve(CarrierFactory(), "Prairie Choice").created is True

    @pytest.mark.parametrize("create", [True, False])
    def test_refuses_a_blank_name(self, create):
        with pytest.raises(UnusableNameError):
            resolve(CarrierFactory(), " ", create=create)

        assert not CarrierProduct.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("default_options")
class TestResolveProductAtTheSameTime:
    def test_creates_one_product_for_four_connections(self):
        carrier = CarrierFactory()
        together = Barrier(4)

        def deliver(name: str) -> products.ResolvedProduct:
            try:
                connection.ensure_connection()
                together.wait(timeout=60)
                return resolve(carrier, name)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            spellings = ["Choice", "CHOICE", "Choice ", "Choice!"]
            resolved = list(pool.map(deliver, spellings))

        product = CarrierProduct.objects.get()
        assert {one.product for one in resolved} == {product}
        assert sorted(one.created for one in resolved) == [False] * 3 + [True]
