"""Books too large to be gathered: the same rows in the same order, found another way."""

import pytest
from django.db import transaction
from django.http import QueryDict

from agencyhub.accounts import reaching, scope
from agencyhub.accounts.models import Role
from agencyhub.lib import keyset
from agencyhub.records.lists import registry, selection, state
from commissions.models import Application
from individuals.models import Individual, IndividualAgent, SalesRecord
from policies.models import Policy, PolicyAgent
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import ApplicationFactory
from tests.factories.individuals import IndividualFactory, SalesRecordFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
LISTS = {
    "individuals": (Individual, ("name", "-name", "created", "-created")),
    "sales-records": (SalesRecord, ("name", "-created")),
    "policies": (Policy, ("created", "-created")),
    "applications": (Application, ("created", "-created")),
}


@pytest.fixture(scope="module", autouse=True)
def agents(django_db_setup, django_db_blocker):
    """The agents of one book that all tests here read: each of them begins and ends inside it."""
    with django_db_blocker.unblock(), transaction.atomic():
        agents = AgentFactory.create_batch(4)
        _fill_book(agents)
        with django_db_blocker.block():
            yield agents
        transaction.set_rollback(True)


def _fill_book(agents):
    """People and what hangs on them, with every mix of agents, nobody's included."""
    own = [None, *agents]
    for at in range(20):
        person = IndividualFactory(servicing_agent=own[at % 5], last_name="ABBA"[at % 4] * 3)
        if at % 3 == 0:
            IndividualAgent.objects.create(individual=person, agent=agents[at % 4])
        policy = PolicyFactory(subscriber=person, servicing_agent=own[at % 4])
        if at % 4 == 0:
            PolicyAgent.objects.create(policy=policy, agent=agents[at // 4 % 4])
        ApplicationFactory(individual=person if at % 2 else None, agent=own[at % 3])
        SalesRecordFactory(individual=None, assigned_agent=own[at % 5])


@pytest.fixture(params=[Role.Scope.OWN, Role.Scope.OWN_AND_UNASSIGNED])
def reader(request):
    return Role.objects.create(name="Reader", scope=request.param)


@pytest.fixture(params=[0, 1, 2])
def user(request, agents, reader):
    user = UserFactory()
    user.groups.add(reader)
    user.accessible_agents.set(agents[: request.param])
    return user


@pytest.fixture(params=["large", "many agents", "huge"], autouse=True)
def size(request, monkeypatch):
    """Too large to gather; with more agents than parts; too large to hash as well."""

    def fits(*_, at_most, ways=reaching.EVERY_WAY):
        is_listed = at_most == scope.MOST_HASHED or ways == reaching.OTHERS
        return request.param != "huge" and is_listed

    monkeypatch.setattr(scope, "_is_small", fits)
    monkeypatch.setattr(scope, "MOST_PARTS", 1 if request.param == "many agents" else 8)


def walk(key, sort, user, *, backward):
    """Every row, page by page, from either end of the list."""
    kind = registry.of(key)
    order = kind.order(sort)
    step, params = ("before", {"before": ""}) if backward else ("after", {})
    found = []
    while True:
        page = keyset.page(
            selection.rows(key, user=user, filters={}),
            order=order,
            params=params,
            size=4,
            among=kind.visible(user),
            parts=selection.parts(kind, sort, user=user),
        )
        keys = [row.pk for row in page]
        found = keys + found if backward else found + keys
        beyond = getattr(page, step)
        if beyond is None:
            return found
        params = {step: beyond}


def test_pages_have_the_same_rows_in_the_same_order(user):
    for key, (_, sorts) in LISTS.items():
        kind = registry.of(key)
        for sort in sorts:
            names = [f"{'-' if one.descending else ''}{one.name}" for one in kind.order(sort)]
            rows = kind.model.objects.visible_to(user).order_by(*names)
            lawful = list(rows.values_list("pk", flat=True))

            assert walk(key, sort, user, backward=False) == lawful, (key, sort)
            assert walk(key, sort, user, backward=True) == lawful, (key, sort)


def test_the_same_rows_are_counted(user):
    for key, (model, _) in LISTS.items():
        lawful = sorted(model.objects.visible_to(user).values_list("pk", flat=True))

        assert state.read(registry.of(key), QueryDict(), user=user).count() == len(lawful)

        for find in (scope.gathered, scope.whole_book):
            found = find(model, user=user).values_list("pk", flat=True)
            assert sorted(found) == lawful, (model, find)


@pytest.mark.parametrize("size", ["large"], indirect=True)
def test_counting_stops_where_it_is_told(user):
    for model, _ in LISTS.values():
        number = model.objects.visible_to(user).count()
        for most in (0, 1, 5, number - 1, number, number + 1):
            found = scope.number_in_reach(model, user=user, at_most=max(most, 0))

            assert found == min(number, max(most, 0) + 1), (model, most)


@pytest.mark.parametrize("size", ["large"], indirect=True)
def test_each_way_is_taken(user):
    assert len(scope.parts(Individual, user=user)) >= len(scope.reach_of(user).agent_ids)
    for model in (Policy, Application):
        assert scope.hashed_book(model, user=user) is not None


def test_who_sees_all_needs_neither():
    user = UserFactory(is_superuser=True)

    assert scope.hashed_book(Policy, user=user) is None
    assert scope.parts(Individual, user=user) == []
    assert scope.number_in_reach(Individual, user=user, at_most=5) is None
