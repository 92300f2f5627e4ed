"""Fixtures for all tests."""

from collections.abc import Iterator

import pytest
import stamina
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_waiting_between_attempts() -> Iterator[None]:
    """Retry without pauses, twice at most."""
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Leave nothing in the cache for the next test."""
    yield
    cache.clear()
