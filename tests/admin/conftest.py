"""Somebody who may do everything in the admin, and the pages of one record of each kind."""

import pytest
from django.test import Client

from agencyhub.accounts.models import User
from tests.factories.accounts import UserFactory


@pytest.fixture
def owner(db) -> User:
    return UserFactory(owner=True)


@pytest.fixture
def page(owner) -> Client:
    """A browser in which the owner is signed in."""
    client = Client()
    client.force_login(owner)
    return client
