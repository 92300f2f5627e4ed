"""Two people merge, edit and add at the same moment, on two real connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from individuals.models import DuplicatePair, Individual, MergedIndividual
from individuals.services import duplicates, merges
from policies.models import Policy
from tests.factories.accounts import UserFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import PolicyFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("default_options"),
]

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def at_once(*acts):
    """Run acts on connections of their own that start together; answer results and refusals."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait(timeout=60)
            return act()
        except (DomainError, IntegrityError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def merge():
    """An act that merges two, as they are now."""
    user = UserFactory(owner=True)

    def prepare(survivor, loser):
        both = Individual.objects.filter(pk__in=(survivor.pk, loser.pk))
        seen = dict(both.values_list("pk", "updated_at"))
        return lambda: merges.merge(
            survivor_id=survivor.pk, loser_id=loser.pk, choices={}, seen=seen, user=user, at=AT
        )

    return prepare


def test_one_of_two_equal_merges_says_that_it_is_done(merge):
    one, other = IndividualFactory(), IndividualFactory()

    ended = at_once(merge(one, other), merge(one, other))

    assert sorted(type(end).__name__ for end in ended) == ["AlreadyMergedError", "Merge"]
    assert MergedIndividual.objects.survivor_of(other.pk) == one.pk


def test_two_merges_the_opposite_way_leave_one_person(merge):
    one, other = IndividualFactory(), IndividualFactory()

    ended = at_once(merge(one, other), merge(other, one))

    assert sorted(isinstance(end, DomainError) for end in ended) == [False, True]
    assert Individual.objects.count() == 1
    assert MergedIndividual.objects.count() == 1


def test_a_policy_added_meanwhile_is_moved_or_refused_and_never_lost(merge):
    survivor, loser = IndividualFactory(), IndividualFactory()
    carrier = PolicyFactory().carrier

    def add():
        with history.batch(user=None, channel=Batch.Channel.SYNC, summary="At once"):
            return PolicyFactory(subscriber=loser, carrier=carrier)

    ended = at_once(merge(survivor, loser), add)

    added = isinstance(ended[1], Policy)
    assert isinstance(ended[0], merges.Merge)
    assert survivor.policies.count() == (1 if added else 0)


def test_two_searches_open_a_pair_once():
    one, other = IndividualFactory(), IndividualFactory()

    at_once(*(lambda pk=pk: duplicates.detect(individual_ids=[pk]) for pk in (one.pk, other.pk)))

    assert DuplicatePair.objects.get().first == one
