"""A scanner that the agency has."""

import pytest

from tests.scanner import Clamd


@pytest.fixture
def scanner(settings):
    with Clamd() as one:
        settings.CLAMD_ADDRESS = one.address
        yield one
