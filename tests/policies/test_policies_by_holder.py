"""Policies found by the name of a person in somebody else's book."""

import pytest

from agencyhub.accounts.models import Role
from individuals.models import Backlog, Individual, IndividualAgent, IndividualTerm
from individuals.searching import Split
from policies.models import Policy, PolicyAgent
from policies.selectors.holders import policies_by_holder
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
PEOPLE = [("Ann", "Vander"), ("Vander", "Ann"), ("Annabel", "Lee"), ("Bo", "Vanderloo")]
NAMES = {
    "a last name, or a first one": [Split("", "vander"), Split("vander", "")],
    "a first name": [Split("ann", "")],
    "both": [Split("ann", "vander"), Split("vander", "ann")],
    "nobody's": [Split("", "zzyzx"), Split("zzyzx", "")],
}


@pytest.fixture
def agents():
    return AgentFactory.create_batch(2)


@pytest.fixture(autouse=True)
def book(agents):
    """People and policies with every mix of agents, nobody's included."""
    own = [None, *agents]
    for at in range(36):
        first, last = PEOPLE[at % 4]
        person = IndividualFactory(first_name=first, last_name=last, servicing_agent=own[at % 3])
        policy = PolicyFactory(subscriber=person, servicing_agent=own[at // 3 % 3])
        if at % 5 == 0:
            IndividualAgent.objects.create(individual=person, agent=agents[at % 2])
        if at % 7 == 0:
            PolicyAgent.objects.create(policy=policy, agent=agents[at // 7 % 2])


@pytest.fixture(params=[Role.Scope.OWN, Role.Scope.OWN_AND_UNASSIGNED, Role.Scope.ALL])
def user(request, agents):
    user = UserFactory()
    user.groups.add(Role.objects.create(name="Reader", scope=request.param))
    user.accessible_agents.set(agents[:1])
    return user


def lawful(user, names):
    seen = set(Individual.objects.visible_to(user).values_list("pk", flat=True))
    return [
        policy
        for policy in Policy.objects.visible_to(user).select_related("subscriber").order_by("-pk")
        if policy.subscriber_id not in seen
        and any(
            policy.subscriber.first_name_key.startswith(name.first)
            and policy.subscriber.last_name_key.startswith(name.last)
            for name in names
        )
    ]


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("has_terms", [True, False])
def test_those_that_the_user_sees_of_people_whom_they_do_not(user, names, has_terms):
    if not has_terms:  # an import has just added all of them
        IndividualTerm.objects.all().delete()
        keys = Individual.objects.order_by("pk").values_list("pk", flat=True)
        Backlog.objects.create(
            table_name=Individual._meta.db_table,
            work=Backlog.Work.INDEX,
            first_id=keys.first(),
            last_id=keys.last(),
        )

    assert list(policies_by_holder(user=user, names=names)) == lawful(user, names)


def test_there_are_some(agents):
    user = UserFactory(may=["policies.view_policy"], may__reach=Role.Scope.OWN)
    user.accessible_agents.set(agents[:1])

    assert all(lawful(user, names) for key, names in NAMES.items() if key != "nobody's")
