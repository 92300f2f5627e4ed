"""A second factor that a role wants, and how it is taken away again."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencyhub.accounts.models import AccessEvent, RecoveryCode, User
from agencyhub.accounts.services import factors
from tests.accounts.codes import NOW, VISIT, code_at, set_up
from tests.factories.accounts import PASSWORD, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db
SET_UP = "/accounts/second-factor/set-up/"


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


class TestForced:
    @pytest.fixture
    def user(self, client):
        role = RoleFactory(requires_second_factor=True)
        user = UserFactory(roles=[role], is_staff=True)
        client.force_login(user)
        return user

    def test_reminds_during_the_days_of_grace(self, client, user):
        page = client.get("/")

        assert page.status_code == 200
        assert "Set it up before" in client.get("/").text
        user.refresh_from_db()
        assert user.second_factor_due_at == NOW + timedelta(days=7)

    def test_opens_nothing_but_the_set_up_afterwards(self, client, user):
        User.objects.filter(pk=user.pk).update(second_factor_due_at=NOW)

        closed = [client.get(path) for path in ("/", "/individuals/", "/admin/", "/settings/")]

        assert {answer.url for answer in closed} == {SET_UP}
        part = client.get("/", headers={"HX-Request": "true"})
        assert part["HX-Redirect"] == SET_UP
        assert client.get(SET_UP).status_code == 200
        client.post(SET_UP, {"code": code_at(user, NOW)})
        assert client.get("/").status_code == 200

    def test_cannot_be_removed_by_oneself(self, client, user):
        set_up(user)

        client.post(
            reverse("accounts:second_factor_remove"),
            {"password": PASSWORD, "code": code_at(user, NOW)},
        )

        assert factors.of(user) is not None

    def test_is_due_at_once_after_a_reset(self, client, user):
        User.objects.filter(pk=user.pk).update(second_factor_due_at=NOW - timedelta(days=1))
        set_up(user)

        factors.reset(actor=UserFactory(owner=True), user=user, visit=VISIT)

        assert client.get("/").url == SET_UP

    def test_asks_the_database_once_more_only_while_one_is_missing(self, client, user):
        def cost():
            client.get("/accounts/profile/")
            with CaptureQueriesContext(connection) as seen:
                client.get("/accounts/profile/")
            return len(seen)

        missing = cost()
        set_up(user)
        there = cost()
        user.groups.set([RoleFactory()])

        assert (missing, there, cost()) == (3, 2, 2)  # the user; the rights with the roles


class TestRemoving:
    def test_takes_password_and_code(self, client):
        user = UserFactory()
        set_up(user)
        client.force_login(user)
        url = reverse("accounts:second_factor_remove")

        client.post(url, {"password": "wrong", "code": code_at(user, NOW)})
        assert factors.of(user) is not None
        client.post(url, {"password": PASSWORD, "code": code_at(user, NOW)})

        assert factors.of(user) is None
        assert not RecoveryCode.objects.exists()
        assert AccessEvent.objects.filter(kind="factor_removed", user=user, actor=None).exists()

    def test_is_done_for_others_by_who_may_manage_them(self, client):
        manager = UserFactory(may=["accounts.view_user", "accounts.change_user"])
        user, owner = UserFactory(), UserFactory(owner=True)
        set_up(user)
        set_up(owner)
        client.force_login(manager)

        for one in (user, owner):
            client.post(reverse("accounts:user_reset_second_factor", args=[one.pk]))

        assert factors.of(user) is None
        assert factors.of(owner) is not None
        assert AccessEvent.objects.get(kind="factor_removed").actor == manager
