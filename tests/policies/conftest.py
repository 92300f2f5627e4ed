"""Fixtures of this app's page tests."""

import pytest

from agencyhub.accounts.models import Agent, Role, User
from tests.factories.accounts import AgentFactory, UserFactory

MAY = ["policies.view_policy", "policies.change_policy", "policies.add_policy"]


@pytest.fixture
def owner(client) -> User:
    """Somebody who may do everything, signed in."""
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


@pytest.fixture
def agent(client) -> Agent:
    """An agent who sees their own book, signed in."""
    user = UserFactory(may=MAY, may__reach=Role.Scope.OWN)
    client.force_login(user)
    return AgentFactory(user=user, first_name="Rosa", last_name="Vale")
