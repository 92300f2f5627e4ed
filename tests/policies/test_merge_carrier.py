"""Two carriers become one, and two again."""

import pytest
from django.utils import timezone

from agencyhub.accounts.models import User
from agencyhub.records import history
from agencyhub.records.models import Batch, Entry
from agencyhub.records.selectors import timeline
from agencyhub.records.services import undo
from policies.models import Carrier, CarrierAlias, CarrierProduct, CarrierProductAlias, Policy
from policies.services import carriers, merging, products
from tests.factories.policies import (
    CarrierAliasFactory,
    CarrierFactory,
    CarrierProductAliasFactory,
    CarrierProductFactory,
    PolicyFactory,
)

pytestmark = pytest.mark.django_db
MODELS = (Carrier, CarrierAlias, CarrierProduct, CarrierProductAlias, Policy)


def merge(carrier: Carrier, into: Carrier) -> tuple[Batch, merging.CarrierMerge]:
    with history.batch(user=None, channel=Batch.Channel.SCREEN, summary="Merge") as batch:
        done = merging.merge_carrier(carrier_id=carrier.pk, into_id=into.pk, batch=batch)
    return batch, done


def snapshot() -> dict[str, list[dict[str, object]]]:
    """Every row, but for the moment it was last written."""
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in MODELS}
    for policy in rows["Policy"]:
        del policy["updated_at"]
    return rows


@pytest.fixture
def twice() -> tuple[Carrier, Carrier]:
    """Bluestem, and what a sync made of "Bluestem Inc": both sell "Gold", one sells "Silver"."""
    into = CarrierFactory(name="Bluestem", abbreviation="BLU")
    carrier = CarrierFactory(
        name="Bluestem Inc", from_partner=True, abbreviation="B", phone="5155550100"
    )
    CarrierAliasFactory(carrier=carrier, name="Bluestem Incorporated")
    gold = CarrierProductFactory(carrier=into, name="Gold")
    CarrierProductAliasFactory(product=gold, name="Gold One")
    their_gold = CarrierProductFactory(carrier=carrier, name="GOLD")
    CarrierProductAliasFactory(product=their_gold, name="Gold ONE")
    CarrierProductAliasFactory(product=their_gold, name="Gold Two")
    silver = CarrierProductFactory(carrier=carrier, name="Silver")
    CarrierProductAliasFactory(product=silver, name="Silver One")
    PolicyFactory(carrier=into, product=gold, policy_number="1")
    PolicyFactory(carrier=carrier, product=their_gold, policy_number="2")
    PolicyFactory(carrier=carrier, product=silver, policy_number="")
    return carrier, into


class TestMergeCarrier:
    def test_moves_policies_and_products_and_removes_the_carrier(self, twice):
        carrier, into = twice

        _, done = merge(carrier, into)

        assert (done.policies, done.products, done.joined_products) == (2, 1, 1)
        assert Carrier.objects.get() == into
        found = Policy.objects.order_by("pk").values_list("carrier__name", "product__name")
        assert list(found) == [("Bluestem", "Gold"), ("Bluestem", "Gold"), ("Bluestem", "Silver")]

    def test_keeps_every_name_by_which_the_two_were_known(self, twice):
        carrier, into = twice

        merge(carrier, into)

        for name in ("Bluestem", "bluestem inc", "Bluestem Incorporated"):
            assert carriers.find_carrier(name)[0] == into
        gold, silver = CarrierProduct.objects.order_by("name")
        for name, product in {
            "gold": gold,
            "gold one": gold,
            "gold two": gold,
            "silver one": silver,
        }.items():
            assert products.find_product(carrier=into, name=name)[0] == product

    def test_fills_in_only_what_the_remaining_carrier_lacks(self, twice):
        carrier, into = twice

        merge(carrier, into)

        into.refresh_from_db()
        assert (into.abbreviation, into.phone) == ("BLU", "5155550100")

    def test_says_so_on_the_timeline(self, twice):
        carrier, into = twice

        batch, _ = merge(carrier, into)

        entry = Entry.objects.get()
        assert (entry.batch, entry.record_id) == (batch, into.pk)
        assert entry.text == "Carrier Bluestem Inc merged into this one"
        assert entry.reasons == [
            "Policies moved: 2",
            "Carrier products moved: 1",
            "Carrier products of the same name joined: 1",
            "The former name stays known as an alias",
        ]

    def test_offers_undo_on_the_timeline_of_the_carrier_that_remains(self, twice):
        carrier, into = twice
        batch, _ = merge(carrier, into)
        owner = User.objects.create_superuser("owner")

        latest = timeline(table="policies_carrier", record_id=into.pk, viewer=owner)[0]

        assert latest.text == "Carrier Bluestem Inc merged into this one"
        assert latest.undo_url == f"/timeline/batches/{batch.pk}/undo/"

    def test_is_undone_to_exactly_what_was(self, twice):
        carrier, into = twice
        before = snapshot()
        batch, _ = merge(carrier, into)
        owner = User.objects.create_superuser("owner")

        result = undo.undo_batch(batch_id=batch.pk, user=owner, at=timezone.now())

        assert result.kept == []
        assert snapshot() == before

    def test_refuses_while_both_have_a_policy_of_one_number(self, twice):
        carrier, into = twice
        PolicyFactory(carrier=carrier, policy_number="1")
        before = snapshot()

        with pytest.raises(merging.CarrierMergeError) as refusal:
            merge(carrier, into)

        assert refusal.value.field == "into"
        assert "policy numbered 1." in refusal.value.message
        assert snapshot() == before

    def test_refuses_itself(self, twice):
        carrier, _ = twice

        with pytest.raises(merging.CarrierMergeError):
            merge(carrier, carrier)

        assert Carrier.objects.filter(pk=carrier.pk).exists()
