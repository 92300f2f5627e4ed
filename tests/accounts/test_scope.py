"""Who sees what: every role's scope against every way a record belongs to somebody."""

import pytest
from django.db import connection

from agencyhub.accounts.models import Role
from agencyhub.accounts.scope import book_of, condition_sql, narrow
from individuals.models import Individual, IndividualAgent, SalesOpportunity, SalesRecord
from policies.models import Policy, PolicyAgent
from tests.factories.accounts import AgentFactory, RoleFactory, UserFactory
from tests.factories.individuals import (
    IndividualFactory,
    SalesOpportunityFactory,
    SalesRecordFactory,
)
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
OWN = {"own", "additional", "accessible"}
UNASSIGNED = {"unassigned"}
FOREIGN = {"other", "unassigned_but_additional_other"}
EVERYTHING = OWN | UNASSIGNED | FOREIGN
TRUTH = [
    ("no role", [], set()),
    ("own", [Role.Scope.OWN], OWN),
    ("own and unassigned", [Role.Scope.OWN_AND_UNASSIGNED], OWN | UNASSIGNED),
    ("all", [Role.Scope.ALL], EVERYTHING),
    ("widest of two", [Role.Scope.OWN, Role.Scope.OWN_AND_UNASSIGNED], OWN | UNASSIGNED),
    ("all beats own", [Role.Scope.OWN, Role.Scope.ALL], EVERYTHING),
]


class People:
    """A user with an agent of their own, an accessible agent, and a stranger."""

    def __init__(self, scopes, **more):
        self.user = UserFactory(roles=[RoleFactory(scope=scope) for scope in scopes], **more)
        self.mine = AgentFactory(user=self.user)
        self.accessible = AgentFactory()
        self.user.accessible_agents.add(self.accessible)
        self.stranger = AgentFactory()

    def agent_for(self, case):
        return {
            "own": self.mine,
            "additional": self.stranger,
            "accessible": self.accessible,
            "other": self.stranger,
        }.get(case)

    def additional_for(self, case):
        return {
            "additional": self.mine,
            "unassigned_but_additional_other": self.stranger,
        }.get(case)


def individuals(people):
    made = {}
    for case in EVERYTHING:
        person = IndividualFactory(servicing_agent=people.agent_for(case))
        if people.additional_for(case):
            IndividualAgent.objects.create(individual=person, agent=people.additional_for(case))
        made[person.pk] = case
    return made


def seen(model, made, user):
    rows = narrow(model.objects.all(), user=user)
    return {made[pk] for pk in rows.values_list("pk", flat=True) if pk in made}


class TestNarrow:
    @pytest.mark.parametrize(("_case", "scopes", "expected"), TRUTH)
    def test_individuals(self, _case, scopes, expected):
        people = People(scopes)
        made = individuals(people)

        assert seen(Individual, made, people.user) == expected
        assert set(Individual.objects.visible_to(people.user)) == set(
            narrow(Individual.objects.all(), user=people.user)
        )

    @pytest.mark.parametrize(("_case", "scopes", "expected"), TRUTH)
    def test_sales_records_which_have_no_additional_agents(self, _case, scopes, expected):
        people = People(scopes)
        cases = ("own", "accessible", "unassigned", "other")
        made = {
            SalesRecordFactory(assigned_agent=people.agent_for(case)).pk: case for case in cases
        }

        assert seen(SalesRecord, made, people.user) == expected & set(cases)

    @pytest.mark.parametrize(("_case", "scopes", "expected"), TRUTH)
    def test_policies_of_somebody_elses_individual(self, _case, scopes, expected):
        people = People(scopes)
        holder = IndividualFactory(servicing_agent=people.stranger)
        made = {}
        for case in EVERYTHING:
            policy = PolicyFactory(subscriber=holder, servicing_agent=people.agent_for(case))
            if people.additional_for(case):
                PolicyAgent.objects.create(policy=policy, agent=people.additional_for(case))
            made[policy.pk] = case

        assert seen(Policy, made, people.user) == expected

    @pytest.mark.parametrize(("_case", "scopes", "expected"), TRUTH)
    def test_what_hangs_on_an_individual_is_seen_with_the_individual(self, _case, scopes, expected):
        people = People(scopes)
        made = individuals(people)
        policies, chances = {}, {}
        for pk, case in made.items():
            person = Individual.objects.get(pk=pk)
            policies[PolicyFactory(subscriber=person, servicing_agent=people.stranger).pk] = case
            chance = SalesOpportunityFactory(individual=person, primary_producer=people.stranger)
            chances[chance.pk] = case

        assert seen(Policy, policies, people.user) == expected
        assert seen(SalesOpportunity, chances, people.user) == expected

    def test_an_unlinked_user_with_a_role_sees_accessible_agents_only(self):
        user = UserFactory(roles=[RoleFactory()])
        agent = AgentFactory()
        user.accessible_agents.add(agent)
        theirs = IndividualFactory(servicing_agent=agent)
        IndividualFactory()

        assert list(narrow(Individual.objects.all(), user=user)) == [theirs]

    def test_superusers_see_everything_and_the_deactivated_nothing(self):
        person = IndividualFactory()

        owner = UserFactory(owner=True)
        gone = UserFactory(owner=True, is_active=False)

        assert list(narrow(Individual.objects.all(), user=owner)) == [person]
        assert list(narrow(Individual.objects.all(), user=gone)) == []

    def test_lists_nobody_twice(self):
        people = People([Role.Scope.OWN])
        person = IndividualFactory(servicing_agent=people.mine)
        for agent in (people.mine, people.accessible):
            IndividualAgent.objects.create(individual=person, agent=agent)

        assert narrow(Individual.objects.all(), user=people.user).count() == 1

    def test_costs_one_query_once_and_none_again(self, django_assert_num_queries):
        people = People([Role.Scope.OWN])
        user = type(people.user).objects.get(pk=people.user.pk)

        with django_assert_num_queries(3):
            list(narrow(Individual.objects.all(), user=user))
            list(narrow(Individual.objects.all(), user=user))


class TestOtherWays:
    """What ``narrow`` keeps, asked from the user's side and written as SQL."""

    @pytest.mark.parametrize(("_case", "scopes", "expected"), TRUTH)
    def test_find_the_same_rows(self, _case, scopes, expected):
        people = People(scopes)
        made = individuals(people)
        for pk in made:
            person = Individual.objects.get(pk=pk)
            PolicyFactory(subscriber=person, servicing_agent=people.stranger)

        for model in (Individual, Policy):
            seen_rows = narrow(model.objects.all(), user=people.user)
            book = book_of(model, user=people.user, at_most=100)
            if Role.Scope.ALL in scopes:
                assert book is None
            else:
                assert book == sorted(seen_rows.values_list("pk", flat=True))
        condition, params = condition_sql(Individual, user=people.user)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM individuals_individual WHERE {condition}", params)
            assert {made[pk] for (pk,) in cursor.fetchall()} == expected

    def test_a_large_book_is_not_listed(self):
        people = People([Role.Scope.OWN])
        for _ in range(3):
            IndividualFactory(servicing_agent=people.mine)

        assert book_of(Individual, user=people.user, at_most=2) is None
        assert len(book_of(Individual, user=people.user, at_most=3)) == 3
