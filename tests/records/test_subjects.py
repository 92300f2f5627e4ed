"""Which record an act was about: only of one record, and only for who may see it."""

import pytest

from agencyhub.records import history
from agencyhub.records.models import Batch
from agencyhub.records.subjects import MOST, subjects_of
from individuals.models import Individual
from tests.factories.accounts import AgentFactory, RoleFactory, UserFactory
from tests.factories.individuals import (
    MBI,
    AddressFactory,
    IndividualFactory,
    SalesRecordFactory,
)
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db


def did(work):
    with history.batch(user=None, channel=Batch.Channel.SCREEN, summary="Did it") as batch:
        work()
    return batch


def names(user, *batches):
    found = subjects_of(batches, user=user)
    return [found[one.pk].name if one.pk in found else None for one in batches]


def test_one_record_and_the_individual_of_several_rows():
    boss = UserFactory(owner=True)
    ana = IndividualFactory(mbi=MBI)
    policy = PolicyFactory(subscriber=ana)
    lead = SalesRecordFactory(first_name="Lee")

    renamed = did(lambda: Individual.objects.filter(pk=ana.pk).update(nickname="Annie"))
    moved = did(lambda: [AddressFactory(individual=ana, is_primary=not n) for n in range(2)])
    sold = did(lambda: type(policy).objects.filter(pk=policy.pk).update(premium=12))
    called = did(lambda: type(lead).objects.filter(pk=lead.pk).update(nickname="Lee"))

    assert names(boss, renamed, moved, sold, called) == [
        ana.full_name, ana.full_name, f"Policy {policy.pk}", lead.full_name,
    ]  # fmt: skip
    found = subjects_of([renamed, sold], user=boss)
    assert found[renamed.pk].url == f"/individuals/{ana.pk}/"
    assert found[sold.pk].url == f"/policies/{policy.pk}/"


def test_nobody_of_several_of_none_and_of_more_than_is_read():
    boss = UserFactory(owner=True)

    several = did(lambda: IndividualFactory.create_batch(2))
    none = did(lambda: None)
    one = IndividualFactory()
    many = did(lambda: [AddressFactory(individual=one, is_primary=not n) for n in range(MOST + 1)])
    gone = did(lambda: Individual.objects.filter(pk=IndividualFactory().pk).delete())

    assert names(boss, several, none, many, gone) == [None] * 4


def test_only_who_sees_the_record_reads_its_name():
    role = RoleFactory(permissions=["individuals.view_individual"])
    agent = AgentFactory(user=UserFactory(roles=[role]))
    own, other = IndividualFactory(servicing_agent=agent), IndividualFactory()

    acts = [
        did(lambda one=one: Individual.objects.filter(pk=one.pk).update(nickname="X"))
        for one in (own, other)
    ]

    assert names(agent.user, *acts) == [own.full_name, None]
    assert names(UserFactory(may=[]), *acts) == [None, None]


def test_costs_the_same_for_many_acts(django_assert_num_queries):
    boss = UserFactory(owner=True)
    boss.has_perm("individuals.view_individual")
    acts = [did(IndividualFactory) for _ in range(5)]

    with django_assert_num_queries(3):
        assert None not in names(boss, *acts)
