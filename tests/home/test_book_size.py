"""The sizes on the dashboard: exact while small, and not counted again and again once large."""

import pytest
from django.core.cache import cache

from agencyhub.home import selectors
from tests.factories.accounts import UserFactory
from tests.factories.individuals import IndividualFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return UserFactory(is_superuser=True)


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch):
    cache.clear()
    monkeypatch.setattr(selectors, "MOST_COUNTED", 2)
    yield
    cache.clear()


def individuals(owner):
    return selectors.doors(owner)[0].value


def test_a_small_book_is_counted_each_time(owner):
    IndividualFactory()
    assert individuals(owner) == "1"

    IndividualFactory()
    assert individuals(owner) == "2"


def test_that_a_book_is_large_is_remembered(owner, django_assert_num_queries):
    IndividualFactory.create_batch(3)
    assert individuals(owner) == selectors.LARGE
    owner.has_perm("individuals.view_individual")

    with django_assert_num_queries(3):  # the two other doors, and which stages are open
        assert individuals(owner) == selectors.LARGE
