"""A filter of users or agents that cannot be read shows its error and no row, never all of them."""

import pytest
from django.urls import reverse

from tests.factories.accounts import AgentFactory, UserFactory

pytestmark = pytest.mark.django_db
USERS, AGENTS = reverse("accounts:user_list"), reverse("accounts:agent_list")


@pytest.mark.parametrize("state", ["nope", "ACTIVE", "\x00", "x" * 10_000])
@pytest.mark.parametrize(("url", "empty"), [(USERS, "No users match"), (AGENTS, "No agents here")])
def test_is_said_briefly_and_widens_nothing(client, url, empty, state):
    client.force_login(UserFactory(owner=True))
    somebody, agent = UserFactory(username="zebra"), AgentFactory(last_name="Zebrano")

    answer = client.get(url, {"state": state})

    words = answer.content.decode()
    assert answer.status_code == 200
    assert empty in words
    assert "Choose one of those on offer." in words
    assert somebody.username not in words
    assert agent.last_name not in words
    assert "x" * 1_000 not in words


@pytest.mark.parametrize("url", [USERS, AGENTS])
@pytest.mark.parametrize("after", ["zz", "-1", "9" * 40, "x" * 10_000])
def test_an_unknown_cursor_begins_at_the_first_row(client, url, after):
    client.force_login(UserFactory(owner=True))
    AgentFactory(last_name="Zebrano")

    assert client.get(url, {"after": after}).status_code == 200
