"""An agent's page says who was invited to see the book, and has not come yet."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts import tasks
from agencyhub.accounts.models import Invitation
from agencyhub.accounts.services import invitations
from tests.factories.accounts import AgentFactory, UserFactory

pytestmark = pytest.mark.django_db
NOBODY = "Nobody yet"


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr(tasks.send_invitation, "delay", lambda **_words: None)


@pytest.fixture
def owner(client):
    user = UserFactory(owner=True, first_name="Bo", last_name="Boss")
    client.force_login(user)
    return user


@pytest.fixture
def agent():
    return AgentFactory()


def invite(owner, agent, email="nia@example.com", at=None):
    return invitations.invite(
        actor=owner,
        email=email,
        given=[],
        agent=agent,
        at=at or timezone.now(),
        send=lambda _pk: None,
    )


def shown(client, agent):
    return client.get(reverse("accounts:agent_detail", args=[agent.pk])).content.decode()


def press(client, name, invitation, **body):
    url = reverse(f"accounts:invitation_{name}", args=[invitation.pk])
    return client.post(url, body)


class TestAgentPage:
    def test_says_nobody_only_where_nobody_is_invited(self, client, owner, agent):
        other = AgentFactory()
        invite(owner, agent)

        assert NOBODY not in shown(client, agent)
        assert NOBODY in shown(client, other)

    def test_names_who_when_and_by_whom(self, client, owner, agent):
        invitation = invite(owner, agent)

        page = shown(client, agent)

        assert "nia@example.com" in page
        assert "by Bo Boss" in page
        assert f"the link works until {timezone.localtime(invitation.expires_at):%m/%d/%Y}" in page
        for name in ("resend", "revoke"):
            assert reverse(f"accounts:invitation_{name}", args=[invitation.pk]) in page
        assert tasks.path_of(invitation) not in page  # the link itself is a secret

    def test_tells_a_link_that_is_too_old(self, client, owner, agent):
        invite(owner, agent, at=timezone.now() - timedelta(days=60))

        assert "the link is too old" in shown(client, agent)

    @pytest.mark.parametrize("end", ["accepted_at", "revoked_at"])
    def test_forgets_what_was_settled(self, client, owner, agent, end):
        invitation = invite(owner, agent)
        Invitation.objects.filter(pk=invitation.pk).update(**{end: timezone.now()})

        assert "nia@example.com" not in shown(client, agent)

    def test_names_nobody_to_who_may_not_see_users(self, client, owner, agent):
        invite(owner, agent)
        client.force_login(UserFactory(may=["accounts.view_agent"]))

        page = shown(client, agent)

        assert "nia@example.com" not in page
        assert "Somebody is invited to see this book" in page
        assert "/resend/" not in page

    def test_has_no_buttons_for_who_may_not_invite(self, client, owner, agent):
        invite(owner, agent)
        client.force_login(UserFactory(may=["accounts.view_agent", "accounts.view_user"]))

        page = shown(client, agent)

        assert "nia@example.com" in page
        assert "Send again" not in page

    def test_costs_the_same_however_many_are_invited(
        self, client, owner, agent, django_assert_max_num_queries
    ):
        for number in range(12):
            invite(owner, agent, email=f"nia{number}@example.com")

        with django_assert_max_num_queries(14):
            page = shown(client, agent)

        assert page.count("by Bo Boss") == 12


class TestButtons:
    def test_send_again_and_come_back(self, client, owner, agent):
        invitation = invite(owner, agent)

        answer = press(client, "resend", invitation, **{"from": "agent"})

        assert answer.url == reverse("accounts:agent_detail", args=[agent.pk])
        invitation.refresh_from_db()
        assert invitation.sends == 2

    def test_revoke_and_come_back_to_nobody(self, client, owner, agent):
        invitation = invite(owner, agent)

        answer = press(client, "revoke", invitation, **{"from": "agent"})

        assert answer.url == reverse("accounts:agent_detail", args=[agent.pk])
        assert NOBODY in shown(client, agent)

    def test_pressed_twice_say_so(self, client, owner, agent):
        invitation = invite(owner, agent)
        press(client, "revoke", invitation, **{"from": "agent"})

        answer = press(client, "resend", invitation, **{"from": "agent"})

        page = client.get(answer.url).content.decode()
        assert "accepted or revoked in the meantime" in page

    def test_come_back_to_the_list_from_the_list(self, client, owner, agent):
        invitation = invite(owner, agent)

        assert press(client, "resend", invitation).url == reverse("accounts:invitation_list")

    def test_come_back_to_the_list_where_there_is_no_agent(self, client, owner):
        invitation = invite(owner, None)

        answer = press(client, "resend", invitation, **{"from": "agent"})

        assert answer.url == reverse("accounts:invitation_list")
