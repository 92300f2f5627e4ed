"""People who sign in to the pages of individuals."""

from typing import Any

import pytest
from django.test import Client

from agencyhub.accounts.models import Agent, Role, User
from tests.factories.accounts import AgentFactory, UserFactory

RIGHTS = [
    *(
        f"individuals.{verb}_{model}"
        for verb in ("view", "add", "change")
        for model in ("individual", "salesrecord", "salesopportunity")
    ),
    "individuals.add_address",
    "individuals.change_address",
    "individuals.delete_address",
    "individuals.convert_salesrecord",
    "individuals.reveal_mbi",
    "records.undo_batch",
]


@pytest.fixture
def staff() -> User:
    """Somebody who may do everything with every individual."""
    return UserFactory(may=RIGHTS, first_name="Sal", last_name="Staff")


@pytest.fixture
def agent_user() -> User:
    """Somebody who may do everything, in their own book only."""
    user = UserFactory(may=RIGHTS, may__reach=Role.Scope.OWN)
    AgentFactory(user=user, first_name="Jo", last_name="Smith")
    return user


@pytest.fixture
def agent(agent_user: User) -> Agent:
    """The agent that ``agent_user`` is."""
    return agent_user.agent


@pytest.fixture
def page(staff: User) -> Client:
    """A browser in which ``staff`` is signed in."""
    return signed_in(staff)


@pytest.fixture
def agent_page(agent_user: User) -> Client:
    """A browser in which ``agent_user`` is signed in."""
    return signed_in(agent_user)


@pytest.fixture
def powerless_page(db: Any) -> Client:
    """A browser of somebody without any right."""
    return signed_in(UserFactory(may=[]))


def signed_in(user: User) -> Client:
    """A browser in which ``user`` is signed in."""
    client = Client()
    client.force_login(user)
    return client
