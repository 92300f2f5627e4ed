"""Fixtures of this app's page tests."""

import pytest

from agencyhub.accounts.models import User
from tests.factories.accounts import UserFactory


@pytest.fixture
def owner(client) -> User:
    """Somebody who may do everything, signed in."""
    user = UserFactory(owner=True)
    client.force_login(user)
    return user
