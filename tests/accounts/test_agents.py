"""Linking an agent to a user opens the agent's book: who may do it, and where."""

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role
from agencyhub.accounts.services import agents
from agencyhub.accounts.services.users import MayNotGrantError, MayNotManageError
from tests.factories.accounts import AgentFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db
MANAGE = ["accounts.view_agent", "accounts.add_agent", "accounts.change_agent"]


@pytest.fixture
def clerk():
    """Somebody who keeps the agents' data and sees no book but the own."""
    return UserFactory(may=MANAGE, may__reach=Role.Scope.OWN, is_staff=True)


def posted(agent, **changes):
    values = {
        "first_name": agent.first_name, "last_name": agent.last_name, "npn": agent.npn,
        "email": "", "phone": "", "is_active": "on", "user": agent.user_id or "",
    }  # fmt: skip
    return {**values, **changes}


class TestSaveAgent:
    def test_links_within_the_own_reach(self):
        owner, user, agent = UserFactory(owner=True), UserFactory(), AgentFactory()

        saved = agents.save_agent(actor=owner, agent=agent, values={"user": user, "email": "a@b.c"})

        saved.refresh_from_db()
        assert (saved.user, saved.email) == (user, "a@b.c")

    def test_refuses_a_book_that_the_actor_does_not_see(self, clerk):
        with pytest.raises(MayNotGrantError) as refusal:
            agents.save_agent(actor=clerk, agent=AgentFactory(), values={"user": clerk})

        assert refusal.value.field == "user"

    def test_refuses_to_take_a_book_from_somebody_who_can_do_more(self, clerk):
        agent = AgentFactory(user=UserFactory(owner=True))

        with pytest.raises(MayNotManageError):
            agents.save_agent(actor=clerk, agent=agent, values={"user": None})

    def test_refuses_to_give_a_book_to_somebody_who_can_do_more(self, clerk):
        other = UserFactory(roles=[RoleFactory(scope=Role.Scope.ALL)])

        with pytest.raises(MayNotManageError):
            agents.save_agent(actor=clerk, agent=None, values={"user": other})

    def test_lets_a_link_stay_that_it_does_not_change(self, clerk):
        user = UserFactory(owner=True)
        agent = AgentFactory(user=user)

        agents.save_agent(actor=clerk, agent=agent, values={"user": user, "last_name": "New"})

        agent.refresh_from_db()
        assert (agent.user, agent.last_name) == (user, "New")


class TestScreens:
    @pytest.mark.parametrize(
        ("name", "status"), [("accounts:agent_edit", 422), ("admin:accounts_agent_change", 200)]
    )
    def test_refuse_to_link_a_foreign_book_to_oneself(self, client, clerk, name, status):
        clerk.groups.add(RoleFactory(permissions=["accounts.view_user"], scope=Role.Scope.OWN))
        agent = AgentFactory()
        client.force_login(clerk)

        answer = client.post(reverse(name, args=[agent.pk]), posted(agent, user=clerk.pk))

        assert answer.status_code == status
        assert "You cannot open a book that you do not see" in answer.text
        agent.refresh_from_db()
        assert agent.user is None

    @pytest.mark.parametrize("name", ["accounts:agent_edit", "admin:accounts_agent_change"])
    def test_save_the_rest(self, client, clerk, name):
        agent = AgentFactory(user=UserFactory(owner=True))
        client.force_login(clerk)

        answer = client.post(reverse(name, args=[agent.pk]), posted(agent, last_name="New"))

        assert answer.status_code == 302
        agent.refresh_from_db()
        assert agent.last_name == "New"
