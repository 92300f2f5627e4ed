"""Names of carriers and products that people type: stored once, old ones kept."""

import pytest

from policies.models import Carrier, CarrierAlias, CarrierProduct, CarrierProductAlias
from policies.services import carriers, products
from policies.services.names import NameTakenError
from tests.factories.policies import (
    CarrierAliasFactory,
    CarrierFactory,
    CarrierProductAliasFactory,
    CarrierProductFactory,
)

pytestmark = pytest.mark.django_db


class TestSaveCarrier:
    def test_stores_a_new_carrier(self):
        carriers.save_carrier(carrier=Carrier(name="  Bluestem  Health "), keep_old_name=True)

        assert Carrier.objects.get().name == "Bluestem Health"
        assert not CarrierAlias.objects.exists()

    @pytest.mark.parametrize(("keep", "aliases"), [(True, ["Prairie"]), (False, [])])
    def test_keeps_the_former_name_when_asked(self, keep, aliases):
        carrier = CarrierFactory(name="Prairie")
        carrier.name = "Prairie Mutual"

        carriers.save_carrier(carrier=carrier, keep_old_name=keep)

        assert list(CarrierAlias.objects.values_list("name", flat=True)) == aliases

    def test_keeps_no_alias_for_another_spelling_of_the_same_name(self):
        carrier = CarrierFactory(name="Prairie")
        carrier.name = "PRAIRIE"

        carriers.save_carrier(carrier=carrier, keep_old_name=True)

        assert not CarrierAlias.objects.exists()

    def test_swaps_name_and_alias(self):
        alias = CarrierAliasFactory(name="Prairie Inc.", carrier__name="Prairie Mutual")
        carrier = alias.carrier
        carrier.name = "Prairie Inc"

        carriers.save_carrier(carrier=carrier, keep_old_name=True)

        assert CarrierAlias.objects.get().name == "Prairie Mutual"

    def test_refuses_the_name_or_alias_of_another_carrier(self):
        alias = CarrierAliasFactory(name="Prairie Inc.", carrier__name="Prairie Mutual")
        carrier = CarrierFactory(name="Bluestem")

        for name in ("PRAIRIE MUTUAL", "prairie inc"):
            carrier.name = name
            with pytest.raises(NameTakenError) as refusal:
                carriers.save_carrier(carrier=carrier, keep_old_name=True)
            assert refusal.value.field == "name"
            assert alias.carrier.name in refusal.value.message

        carrier.refresh_from_db()
        assert carrier.name == "Bluestem"


class TestAddCarrierAlias:
    def test_adds_it(self):
        carrier = CarrierFactory(name="Prairie Mutual")

        carriers.add_carrier_alias(carrier=carrier, name=" Prairie  Inc. ")

        assert CarrierAlias.objects.get().name == "Prairie Inc."
        assert carriers.find_carrier("PRAIRIE INC") == (carrier, "Carrier matched by alias")

    @pytest.mark.parametrize("name", ["prairie mutual", "PRAIRIE INC", "Bluestem"])
    def test_refuses_a_name_that_a_carrier_goes_by(self, name):
        CarrierFactory(name="Bluestem")
        alias = CarrierAliasFactory(name="Prairie Inc.", carrier__name="Prairie Mutual")

        with pytest.raises(NameTakenError):
            carriers.add_carrier_alias(carrier=alias.carrier, name=name)

        assert CarrierAlias.objects.get() == alias


class TestSaveProduct:
    def test_stores_a_product_with_its_plan_id_written_one_way(self):
        product = CarrierProduct(carrier=CarrierFactory(), name=" Choice  PPO ", plan_id="h5216-1")
        product.plan_id = "h5216-001"

        products.save_product(product=product, keep_old_name=True)

        saved = CarrierProduct.objects.get()
        assert (saved.name, saved.plan_id) == ("Choice PPO", "H5216-001-000")

    def test_keeps_the_former_name(self):
        product = CarrierProductFactory(name="Choice")
        product.name = "Choice PPO"

        products.save_product(product=product, keep_old_name=True)

        alias = CarrierProductAlias.objects.get()
        assert (alias.carrier, alias.product, alias.name) == (product.carrier, product, "Choice")

    def test_refuses_a_name_that_another_product_of_the_carrier_goes_by(self):
        alias = CarrierProductAliasFactory(name="Choice One")
        product = CarrierProduct(carrier=alias.carrier, name="CHOICE ONE")

        with pytest.raises(NameTakenError) as refusal:
            products.save_product(product=product, keep_old_name=True)

        assert refusal.value.field == "name"
        assert CarrierProduct.objects.get() == alias.product


class TestAddProductAlias:
    def test_adds_it_for_this_carrier_only(self):
        product = CarrierProductFactory()
        other = CarrierProductFactory(name="Choice One")

        products.add_product_alias(product=product, name="Choice One")

        assert CarrierProductAlias.objects.get().carrier == product.carrier
        assert products.find_product(carrier=other.carrier, name="Choice One")[0] == other

    def test_refuses_a_name_in_use(self):
        alias = CarrierProductAliasFactory(name="Choice One")

        with pytest.raises(NameTakenError):
            products.add_product_alias(product=alias.product, name="choice one")

        assert CarrierProductAlias.objects.get() == alias
