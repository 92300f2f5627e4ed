"""Enrollments of people who were merged, and of people who may be there twice."""

from datetime import UTC, datetime

import pytest

from individuals.models import DuplicatePair, Individual
from individuals.services import merges
from integrations.plancompare.models import Site
from policies.models import Policy
from tests.factories.accounts import UserFactory
from tests.factories.individuals import IndividualFactory, SalesRecordFactory
from tests.factories.plancompare import PlanTypeMappingFactory, SiteFactory
from tests.plancompare.samples import deliver

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(autouse=True)
def site() -> Site:
    site = SiteFactory()
    PlanTypeMappingFactory(site=site)
    return site


def merged(**facts) -> tuple[Individual, int]:
    """An individual, and the number of somebody who became part of it."""
    survivor, loser = IndividualFactory(**facts), IndividualFactory(**facts)
    return merge(survivor, loser), loser.pk


def merge(survivor: Individual, loser: Individual) -> Individual:
    merges.merge(
        survivor_id=survivor.pk,
        loser_id=loser.pk,
        choices={},
        seen={one.pk: Individual.objects.get(pk=one.pk).updated_at for one in (survivor, loser)},
        user=UserFactory(owner=True),
        at=AT,
    )
    return survivor


class TestAfterAMerge:
    def test_the_number_of_the_other_finds_who_remains(self):
        survivor, former = merged(last_name="Elsewhere")

        message = deliver(individual_id=str(former))

        assert Policy.objects.get().subscriber == survivor
        assert Individual.objects.count() == 1
        how = f"Matched Individual {survivor.pk}, of whom Individual {former} is part now"
        assert how in message.details["reasons"]

    def test_a_sales_record_joins_who_remains(self):
        survivor, former = merged()
        record = SalesRecordFactory()

        deliver(sales_record_id=str(record.pk), individual_id=str(former))

        record.refresh_from_db()
        assert record.individual == survivor

    def test_a_delivery_without_a_number_finds_the_policy_it_made_before(self):
        deliver(confirmation_number="")
        loser = Policy.objects.get().subscriber
        survivor = merge(IndividualFactory(last_name="Elsewhere"), loser)

        again = deliver(enrollment_id="PC-2", confirmation_number="", individual_id=str(loser.pk))

        assert again.state == "applied"
        assert Policy.objects.get().subscriber == survivor


class TestDuplicates:
    def test_somebody_new_who_looks_alike_waits_for_review(self):
        known = IndividualFactory(first_name="Anna", home_phone="", email="")

        message = deliver()

        pair = DuplicatePair.objects.get()
        assert (pair.first, pair.door) == (known, DuplicatePair.Door.SYNC)
        said = "Possible duplicate of another Individual: waits for review"
        assert said in message.details["reasons"]
