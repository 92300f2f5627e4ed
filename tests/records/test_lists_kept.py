"""Words that a process keeps: as they are in the tables, whatever happened to these since."""

import pytest
from django.db import connection, transaction

from agencyhub.accounts.models import Agent
from agencyhub.records.lists.lookups import Lookups
from agencyhub.records.models import CustomField, Option
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.records import CustomFieldFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory(owner=True)


def names(user):
    return list(Lookups(user).agents.values())


def fields(user):
    return [one.key for one in Lookups(user).custom_fields(CustomField.Target.POLICY)]


class TestWhatIsKept:
    def test_is_asked_for_with_one_statement(self, user, django_assert_num_queries):
        AgentFactory()
        for lookups in (Lookups(user), Lookups(user)):
            known = (lookups.agents, lookups.options, lookups.custom_fields("policy"))

        with django_assert_num_queries(1):
            lookups = Lookups(user)
            assert (lookups.agents, lookups.options, lookups.custom_fields("policy")) == known

    def test_has_what_was_added_changed_and_removed(self, user):
        AgentFactory(first_name="Ana", last_name="Aa")
        assert names(user) == ["Ana Aa"]
        agent = AgentFactory(first_name="Bo", last_name="Bb")
        assert names(user) == ["Ana Aa", "Bo Bb"]

        with connection.cursor() as cursor:  # by a statement that no model knows of
            cursor.execute("UPDATE accounts_agent SET last_name = 'A' WHERE id = %s", [agent.pk])
        assert names(user) == ["Bo A", "Ana Aa"]

        Agent.objects.filter(pk=agent.pk).delete()
        assert names(user) == ["Ana Aa"]

    def test_has_nothing_of_a_change_that_was_taken_back(self, user):
        option = Option.objects.first()
        label = option.label
        before = transaction.savepoint()
        Option.objects.filter(pk=option.pk).update(label="Another")
        assert Lookups(user).options[option.pk].label == "Another"

        transaction.savepoint_rollback(before)

        assert Lookups(user).options[option.pk].label == label

    def test_is_narrowed_by_rights_for_each_user(self, user):
        CustomFieldFactory(target="policy", key="open", is_health=False)
        CustomFieldFactory(target="policy", key="secret", is_health=True)

        assert fields(user) == ["open", "secret"]
        assert fields(UserFactory()) == ["open"]
