"""Invitations: sent, accepted once, sent again, revoked."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts import tasks
from agencyhub.accounts.models import AccessEvent, Invitation, Role, User
from agencyhub.accounts.services import invitations, users
from tests.factories.accounts import AgentFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "seven wet otters sing"


def invite(actor=None, **more):
    values = {"email": "Nia.New@example.com", "given": [], "agent": None, "at": timezone.now()}
    actor = actor or UserFactory(owner=True)
    return invitations.invite(actor=actor, send=lambda pk: None, **{**values, **more})


def accept(client, invitation, **more):
    data = {
        "first_name": "Nia", "last_name": "New", "username": "nia", "time_zone": "America/Denver",
        "language": "en-us",
        "password1": PASSWORD, "password2": PASSWORD,
    }  # fmt: skip
    return client.post(tasks.path_of(invitation), {**data, **more})


class TestInviting:
    def test_sends_a_link_and_nothing_else(
        self, client, mailoutbox, django_capture_on_commit_callbacks, monkeypatch, settings
    ):
        settings.PUBLIC_URL = "https://hub.example.com"
        monkeypatch.setattr(tasks.send_invitation, "delay", tasks.send_invitation)
        client.force_login(UserFactory(owner=True, first_name="Bo", last_name="Boss"))
        role, agent = RoleFactory(), AgentFactory()

        with django_capture_on_commit_callbacks(execute=True):
            client.post(
                reverse("accounts:invitation_create"),
                {
                    "email": "nia@example.com",
                    "roles": [role.pk],
                    "agent": agent.pk,
                    "language": "en-us",
                },
            )

        (mail,) = mailoutbox
        invitation = Invitation.objects.get()
        assert mail.to == ["nia@example.com"]
        assert f"https://hub.example.com{tasks.path_of(invitation)}" in mail.body
        assert "Bo Boss invites you" in mail.body
        assert agent.last_name not in mail.body

    def test_refuses_to_give_more_than_one_has(self):
        manager = UserFactory(may=["accounts.add_user"], may__reach=Role.Scope.OWN)

        with pytest.raises(users.MayNotGrantError):
            invite(manager, given=[RoleFactory(permissions=["individuals.reveal_mbi"])])
        with pytest.raises(users.MayNotGrantError):
            invite(manager, agent=AgentFactory())

    @pytest.mark.parametrize("is_user", [True, False])
    def test_refuses_an_address_that_is_known(self, is_user):
        if is_user:
            UserFactory(email="nia.new@example.com")
        else:
            invite(email="NIA.new@example.com")

        with pytest.raises(invitations.InvitedAlreadyError):
            invite()


class TestAccepting:
    def test_makes_the_user_and_signs_in_once(self, client):
        role, agent = RoleFactory(), AgentFactory()
        inviter = UserFactory(owner=True)
        invitation = invite(inviter, given=[role], agent=agent)
        link = tasks.path_of(invitation)

        answer = accept(client, invitation)

        user = User.objects.get(username="nia")
        assert answer.url == "/"
        assert client.get("/").wsgi_request.user == user
        assert user.email == "Nia.New@example.com"
        assert user.roles == [role]
        assert user.agent == agent
        assert user.check_password(PASSWORD)
        assert not user.is_staff
        assert AccessEvent.objects.get(kind="invitation_used").actor == inviter
        client.logout()
        assert client.get(link).status_code == 404
        assert accept(client, invitation, username="nia2").status_code == 404

    @pytest.mark.parametrize(
        "bad",
        [
            {"password1": "short", "password2": "short"},
            {"password2": "another one altogether"},
            {"password1": "nia.new@example.com", "password2": "nia.new@example.com"},
            {"username": "taken"},
            {"last_name": ""},
        ],
    )
    def test_refuses_weak_passwords_and_taken_names(self, client, bad):
        UserFactory(username="taken")

        assert accept(client, invite(), **bad).status_code == 422
        assert not User.objects.filter(username="nia").exists()

    def test_leads_to_the_second_factor_where_a_role_wants_one(self, client):
        accept(client, invite(given=[RoleFactory(requires_second_factor=True)]))

        assert client.get("/").url == reverse("accounts:second_factor_setup")

    def test_refuses_links_that_are_old_revoked_replaced_or_made_up(self, client):
        actor = UserFactory(owner=True)
        old = invite(email="a@example.com", at=timezone.now() - timedelta(days=8))
        revoked = invite(email="b@example.com")
        invitations.revoke(actor=actor, invitation_id=revoked.pk, at=timezone.now())
        replaced = invite(email="c@example.com")
        again = invitations.resend(
            actor=actor, invitation_id=replaced.pk, at=timezone.now(), send=lambda pk: None
        )

        for invitation in (old, revoked, replaced):
            assert client.get(tasks.path_of(invitation)).status_code == 404
        assert client.get("/accounts/invitation/abc:def:ghi/").status_code == 404
        assert client.get(tasks.path_of(again)).status_code == 200

    def test_refuses_what_the_inviter_may_no_longer_give(self, client):
        inviter = UserFactory(may=["accounts.add_user", "individuals.reveal_mbi"])
        invitation = invite(inviter, given=[RoleFactory(permissions=["individuals.reveal_mbi"])])
        inviter.groups.clear()

        assert accept(client, invitation).status_code == 422
        User.objects.filter(pk=inviter.pk).update(is_active=False)
        assert accept(client, invitation).status_code == 422
        assert not User.objects.filter(username="nia").exists()


class TestPages:
    def test_list_send_again_and_revoke(self, client):
        client.force_login(UserFactory(owner=True))
        invitation = invite(given=[RoleFactory(name="Desk")])
        with time_machine.travel(timezone.now(), tick=False):  # a link holds when it was made
            page, link = (
                client.get(reverse("accounts:invitation_list")).text,
                tasks.path_of(invitation),
            )

        client.post(reverse("accounts:invitation_resend", args=[invitation.pk]))
        client.post(reverse("accounts:invitation_revoke", args=[invitation.pk]))
        client.post(reverse("accounts:invitation_revoke", args=[invitation.pk]))

        assert link in page
        invitation.refresh_from_db()
        assert invitation.sends == 2
        assert invitation.revoked_at is not None
        assert AccessEvent.objects.filter(kind="invitation_ended").count() == 1

    def test_are_for_who_may_add_users(self, client):
        client.force_login(UserFactory(may=["accounts.view_user"]))

        for name in ("invitation_list", "invitation_create"):
            assert client.get(reverse(f"accounts:{name}")).status_code == 403
