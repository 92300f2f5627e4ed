"""Documents of tests lie in a folder of their own."""

from typing import Any

import pytest
from django.test import Client

from agencyhub.accounts.models import Role, User
from documents.vault import VAULT
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import PolicyFactory

RIGHTS = [
    "individuals.view_individual", "individuals.change_individual", "policies.view_policy",
    "policies.change_policy", "records.undo_batch",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _vault(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def staff(db: Any) -> User:
    """Somebody who may edit every record."""
    return UserFactory(may=RIGHTS, first_name="Sal", last_name="Staff")


@pytest.fixture
def page(staff: User) -> Client:
    """A browser in which ``staff`` is signed in."""
    return signed_in(staff)


@pytest.fixture
def agent_user(db: Any) -> User:
    """Somebody who may edit the records of their own book."""
    user = UserFactory(may=RIGHTS, may__reach=Role.Scope.OWN)
    AgentFactory(user=user)
    return user


@pytest.fixture(params=["individual", "policy"])
def record(request: Any, db: Any) -> Any:
    """A record of each kind that has documents."""
    return IndividualFactory() if request.param == "individual" else PolicyFactory()


def signed_in(user: User) -> Client:
    """A browser in which ``user`` is signed in."""
    client = Client()
    client.force_login(user)
    return client


def in_vault() -> set[str]:
    """The names of all files of documents."""
    return set(VAULT.names())
