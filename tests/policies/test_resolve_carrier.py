"""Carriers found by name or alias, or created once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from agencyhub.records import history
from agencyhub.records.models import Batch, Change
from policies.models import Carrier
from policies.services import carriers
from policies.services.names import UnusableNameError
from tests.factories.policies import CarrierAliasFactory, CarrierFactory


def resolve(name: str) -> carriers.ResolvedCarrier:
    with history.batch(user=None, channel=Batch.Channel.SYNC, summary="Test"):
        return carriers.resolve_carrier(name=name, partner="plancompare")


@pytest.mark.django_db
class TestFindCarrier:
    @pytest.mark.parametrize(
        "name",
        [
            "Prairie Mutual",
            "PRAIRIE MUTUAL",
            "  Prairie\u00a0Mutual ",
            "Prairie-Mutual",
            "Präirie Mutual",
        ],
    )
    def test_matches_its_own_name_in_any_spelling(self, name):
        carrier = CarrierFactory(name="Prairie Mutual")

        assert carriers.find_carrier(name) == (carrier, "Carrier matched by name")

    def test_matches_an_alias(self):
        alias = CarrierAliasFactory(name="Prairie Mutual of Iowa, Inc.")

        found = carriers.find_carrier("prairie mutual of iowa inc")

        assert found == (alias.carrier, "Carrier matched by alias")

    def test_finds_nobody_by_part_of_a_name(self):
        CarrierFactory(name="Prairie Mutual")

        assert carriers.find_carrier("Prairie") == (None, "")

    def test_finds_nobody_by_a_blank_name(self):
        assert carriers.find_carrier("") == (None, "")


@pytest.mark.django_db
class TestResolveCarrier:
    def test_creates_a_carrier_with_exactly_the_partners_name_and_flags_it(self):
        resolved = resolve("  Bluestem  Health\u00a0Plans ")

        assert resolved.created is True
        assert resolved.how == "Carrier created with the partner's name"
        carrier = Carrier.objects.get()
        assert carrier == resolved.carrier
        assert carrier.name == "Bluestem Health Plans"
        assert carrier.created_by_partner == "plancompare"
        assert carrier.needs_review is True
        assert Change.objects.get(record_id=carrier.pk).batch is not None

    def test_creates_it_once(self):
        first = resolve("Bluestem Health Plans")

        second = resolve("BLUESTEM HEALTH PLANS")

        assert second == carriers.ResolvedCarrier(first.carrier, False, "Carrier matched by name")
        assert Carrier.objects.count() == 1

    def test_leaves_a_matched_carrier_as_the_agency_made_it(self):
        alias = CarrierAliasFactory(name="Bluestem", carrier__name="Bluestem Health Plans")

        resolved = resolve("BLUESTEM")

        assert resolved.carrier == alias.carrier
        assert resolved.created is False
        assert resolved.carrier.name == "Bluestem Health Plans"
        assert resolved.carrier.needs_review is False

    @pytest.mark.parametrize("name", ["", "   ", "--", "x" * 161])
    def test_refuses_what_is_not_a_name(self, name):
        with pytest.raises(UnusableNameError) as refusal:
            resolve(name)

        assert refusal.value.field == "name"
        assert not Carrier.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("default_options")
class TestResolveCarrierAtTheSameTime:
    def test_creates_one_carrier_for_six_connections(self):
        together = Barrier(6)

        def deliver(name: str) -> carriers.ResolvedCarrier:
            try:
                connection.ensure_connection()
                together.wait(timeout=60)
                return resolve(name)
            finally:
                connection.close()

        spellings = ["Bluestem", "BLUESTEM", "Blue stem", "bluestem", "Blue-Stem", "Bluestem "]
        with ThreadPoolExecutor(6) as pool:
            resolved = list(pool.map(deliver, spellings))

        carrier = Carrier.objects.get()
        assert {one.carrier.pk for one in resolved} == {carrier.pk}
        assert sorted(one.created for one in resolved) == [False] * 5 + [True]
