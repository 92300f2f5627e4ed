import pytest

from tests.outgoing.receiver import listening


@pytest.fixture
def receiver():
    with listening() as one:
        yield one
