"""Queries that are written once and run with other values."""

from datetime import date

import pytest
from django.core.exceptions import EmptyResultSet
from django.db.models import F

from agencyhub.accounts.scope import EVERYTHING, NOTHING, Reach, within
from agencyhub.lib.db import AnyOf
from agencyhub.lib.written import Written, WrittenSQL
from individuals.models import Individual
from policies.models import Policy
from tests.factories.accounts import AgentFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import CarrierFactory, PolicyFactory

pytestmark = pytest.mark.django_db

START, END = date(2026, 1, 1), date(2026, 12, 31)


def policies_of_agents(number):
    """Policies with one carrier, each of another agent."""
    carrier = CarrierFactory()
    return [PolicyFactory(carrier=carrier, servicing_agent=AgentFactory()) for _ in range(number)]


@pytest.fixture
def written():
    """What each query was written for, in order."""
    return []


@pytest.fixture
def by_person(written):
    """Policies of a person, the newest first, with their carriers."""

    def write(newest_first, *, person):
        written.append(newest_first)
        policies = Policy.objects.filter(subscriber=person).select_related("carrier")
        return policies.order_by("-pk" if newest_first else "pk")

    return Written(write)


class TestRows:
    def test_are_those_of_the_values_given_each_time(self, by_person):
        first, second, third = PolicyFactory.create_batch(3)

        for one in (first, second, third):
            assert by_person.rows(True, person=one.subscriber_id) == [one]

        assert by_person.rows(True, person=third.subscriber_id + 1_000) == []

    def test_are_as_django_makes_them(self, by_person, django_assert_num_queries):
        policy = PolicyFactory()
        PolicyFactory(subscriber=policy.subscriber)

        with django_assert_num_queries(1):
            found = by_person.rows(False, person=policy.subscriber_id)
            assert found[0].carrier == policy.carrier

        assert [one.pk for one in found] == sorted(one.pk for one in found)
        assert found[0].premium == policy.premium
        found[0].save()  # it knows its database and that it is stored

    def test_of_each_shape_are_written_once(self, by_person, written):
        policies = PolicyFactory.create_batch(2)

        for newest_first in (True, False, True, False):
            for one in policies:
                by_person.rows(newest_first, person=one.subscriber_id)

        # Twice each: what differs between the two is where the values stand.
        assert written == [True, True, False, False]

    def test_follow_their_shape(self, by_person):
        policies = [PolicyFactory()]
        policies.append(PolicyFactory(subscriber=policies[0].subscriber))
        person = policies[0].subscriber_id

        assert by_person.rows(False, person=person) == policies
        assert by_person.rows(True, person=person) == policies[::-1]

    def test_take_several_keys_and_days(self):
        policies = PolicyFactory.create_batch(3, effective_date=START)
        late = PolicyFactory(effective_date=END)
        query = Written(
            lambda *, keys, day: Policy.objects.filter(AnyOf("pk", keys), effective_date=day)
        )
        keys = [one.pk for one in (*policies[:2], late)]

        assert set(query.rows(keys=keys, day=START)) == set(policies[:2])
        assert query.rows(keys=keys, day=END) == [late]
        assert query.rows(keys=[], day=END) == []

    def test_tell_apart_values_of_the_same_kind(self):
        people = IndividualFactory.create_batch(2)
        query = Written(
            lambda *, first, second: (
                Individual.objects.filter(pk=first)
                .annotate(other=F("pk") - second)
                .values_list("pk", "other")
            )
        )

        found = query.rows(first=people[0].pk, second=people[1].pk)

        assert found == [(people[0].pk, people[0].pk - people[1].pk)]

    def test_of_what_nothing_fits_are_none_without_a_query(self, django_assert_num_queries):
        query = Written(lambda keys, *, person: Policy.objects.filter(pk__in=keys, pk=person))

        with django_assert_num_queries(0):
            assert query.rows((), person=1) == []

    def test_of_keys_that_a_shape_holds_are_written_for_as_many(self):
        written = []

        def write(reach, *, carrier):
            written.append(reach)
            return within(Policy.objects.filter(carrier=carrier), reach)

        query = Written(write)
        policy, other = policies_of_agents(2)
        for one in (policy, other, policy):
            reach = Reach(False, False, (one.servicing_agent_id,))
            assert query.rows(reach, carrier=policy.carrier_id) == [one]
        assert len(written) == 2

        both = Reach(False, False, (other.servicing_agent_id, policy.servicing_agent_id))
        assert set(query.rows(both, carrier=policy.carrier_id)) == {policy, other}
        assert set(query.rows(EVERYTHING, carrier=policy.carrier_id)) == {policy, other}
        assert query.rows(NOTHING, carrier=policy.carrier_id) == []
        assert [len(reach.keys) for reach in written] == [1, 1, 2, 2, 0, 0, 0, 0]

    def test_tell_apart_the_keys_of_two_parts_of_a_shape(self):
        def write(mine, theirs, *, carrier):
            policies = within(Policy.objects.filter(carrier=carrier), mine)
            return policies.exclude(pk__in=within(Policy.objects.all(), theirs))

        query = Written(write)
        policies = policies_of_agents(3)
        agents = [one.servicing_agent_id for one in policies]

        found = query.rows(
            Reach(False, False, tuple(agents[:2])),
            Reach(False, False, tuple(agents[1:])),
            carrier=policies[0].carrier_id,
        )

        assert found == policies[:1]

    def test_one_is_the_first_or_none(self, by_person):
        policy = PolicyFactory()

        assert by_person.one(True, person=policy.subscriber_id) == policy
        assert by_person.one(True, person=policy.subscriber_id + 1_000) is None


class TestSQL:
    def test_has_the_keys_of_each_shape_in_the_places_of_the_first(self):
        written = []

        def write(table, reach):
            written.append(reach)
            return f"SELECT %s, {table}", [3, *reach.keys]

        text = WrittenSQL(write)

        assert text("a", Reach(False, True, (7, 8))) == ("SELECT %s, a", (3, 7, 8))
        assert text("a", Reach(False, True, (9, 7))) == ("SELECT %s, a", (3, 9, 7))
        assert len(written) == 2
        assert text("b", Reach(False, True, (9,))) == ("SELECT %s, b", (3, 9))

    def test_of_what_nothing_fits_is_none(self):
        def write(_reach):
            raise EmptyResultSet

        assert WrittenSQL(write)(NOTHING) is None

    def test_that_names_keys_is_refused(self):
        text = WrittenSQL(lambda reach: (f"SELECT {reach.keys[0]}", ()))

        with pytest.raises(ValueError, match="depends on its values"):
            text(Reach(False, False, (7,)))


class TestRefused:
    @pytest.mark.parametrize(
        ("write", "words"),
        [
            (lambda *, pk: Policy.objects.filter(pk=pk + 1), "not compared as it is"),
            (lambda *, pk: Policy.objects.filter(pk=1), "not used"),
            (lambda *, pk: Policy.objects.all()[: pk - 2_000_000_000], "text .* depends"),
            (lambda *, pk: Policy.objects.filter(pk__in=range(pk - 2_000_000_000)), "depends"),
        ],
        ids=["computed", "forgotten", "limit", "several"],
    )
    def test_what_cannot_be_written_once(self, write, words):
        with pytest.raises(ValueError, match=words):
            Written(write).rows(pk=1)

    def test_several_keys_compared_one_by_one(self):
        query = Written(lambda *, keys: Policy.objects.filter(pk__in=keys))

        with pytest.raises(ValueError, match="not compared"):
            query.rows(keys=[1, 2])
