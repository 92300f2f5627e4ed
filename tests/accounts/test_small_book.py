import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencyhub.accounts import scope
from agencyhub.accounts.models import Role
from agencyhub.records.lists import registry, selection
from individuals.models import Individual, IndividualAgent
from policies.models import Policy, PolicyAgent
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    """An agent with four clients: three policies of others are theirs in one way or another."""
    agent = AgentFactory()
    for _ in range(3):
        IndividualFactory(servicing_agent=agent)
    shared = IndividualFactory(servicing_agent=AgentFactory())
    IndividualAgent.objects.create(individual=shared, agent=agent)
    PolicyFactory(subscriber=shared, servicing_agent=None)
    PolicyFactory(servicing_agent=agent)
    PolicyAgent.objects.create(policy=PolicyFactory(), agent=agent)
    PolicyFactory.create_batch(3)
    return agent


@pytest.fixture(params=[Role.Scope.OWN, Role.Scope.OWN_AND_UNASSIGNED])
def user(request, agent):
    user = UserFactory()
    user.groups.add(Role.objects.create(name="Reader", scope=request.param))
    user.accessible_agents.add(agent)
    return user


@pytest.mark.parametrize("most", [0, 5_000])
@pytest.mark.parametrize(("key", "model"), [("individuals", Individual), ("policies", Policy)])
def test_a_list_has_the_same_rows_however_they_are_found(user, monkeypatch, key, model, most):
    monkeypatch.setattr(scope, "SMALL_BOOK", most)
    seen = set(model.objects.visible_to(user).values_list("pk", flat=True))

    with CaptureQueriesContext(connection) as queries:
        listed = list(selection.rows(key, user=user, filters={}).values_list("pk", flat=True))

    assert len(listed) == len(set(listed))
    assert set(listed) == seen
    assert set(scope.gathered(model, user=user).values_list("pk", flat=True)) == seen
    assert ("UNION ALL" in queries[-1]["sql"]) == bool(most)


@pytest.mark.parametrize("kind", [one for one in registry.every() if one.is_reach])
def test_lists_that_start_from_a_book_leave_out_nothing_else(kind):
    """Only then may a book stand in place of ``visible``."""
    everything = kind.visible(UserFactory(owner=True))

    assert str(everything.query) == str(kind.model._default_manager.filter(kind.only).query)


def test_what_is_in_a_small_book_is_not_remembered(agent, user):
    before = len(selection.rows("individuals", user=user, filters={}))

    IndividualFactory(servicing_agent=agent)

    assert len(selection.rows("individuals", user=user, filters={})) == before + 1


def test_who_sees_all_has_no_book():
    assert scope.small_book(Individual, user=UserFactory(is_superuser=True)) is None
