"""A kind of mail of the tests' own."""

from collections.abc import Iterator

import pytest

from agencyhub.mailing import kinds
from agencyhub.mailing.kinds import Kind


@pytest.fixture
def kind() -> Iterator[Kind]:
    """A kind whose mails are always wanted."""
    kinds.all_kinds()
    yield kinds.register(Kind("test", "Test mail", lambda _mail, _at: ""))
    kinds._KINDS.pop("test")
