"""What every page asks about its user, in one question."""

import pytest

from agencyhub.accounts.models import Role, User
from agencyhub.accounts.scope import reach_of
from tests.factories.accounts import AgentFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_rights_roles_and_books_are_one_question(django_assert_num_queries):
    made = UserFactory(may=["policies.view_policy"], may__reach=Role.Scope.OWN)
    own, other, _strange = AgentFactory(user=made), AgentFactory(), AgentFactory()
    made.accessible_agents.add(other, own)
    user = User.objects.get(pk=made.pk)

    with django_assert_num_queries(1):
        assert user.has_perm("policies.view_policy")
        assert not user.has_perm("policies.delete_policy")
        roles, reach = user.roles, reach_of(user)

    assert reach.agent_ids == tuple(sorted([own.pk, other.pk]))
    assert roles == list(Role.objects.filter(user=made).order_by("name"))
    assert not roles[0]._state.adding
    with django_assert_num_queries(0):
        assert (roles[0].scope, roles[0].requires_second_factor) == (Role.Scope.OWN, False)


def test_nobody_has_nothing():
    user = User.objects.get(pk=UserFactory().pk)

    assert user.access == (frozenset(), [], ())
