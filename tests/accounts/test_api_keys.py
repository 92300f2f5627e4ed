import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agencyhub.accounts import api_keys
from agencyhub.accounts.models import ApiKey, Role, User
from agencyhub.accounts.roles import OWNER
from agencyhub.accounts.services import keys
from agencyhub.lib.errors import DomainError
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _forget():
    api_keys.forget()


def new(**more):
    return api_keys.create_key(name="PlanCompare", **{"scope": "plancompare", **more})


class TestCreateKey:
    def test_keeps_only_a_digest(self):
        made = new()

        assert re.fullmatch(r"ahk_plancompare_[A-Za-z0-9_-]{43}", made.raw)
        made.key.refresh_from_db()
        assert bytes(made.key.digest) == hashlib.sha256(made.raw.encode()).digest()
        assert made.raw.removeprefix("ahk_plancompare_").startswith(made.key.prefix)

    def test_prints_it_once_from_the_command(self):
        out = StringIO()

        call_command("create_api_key", scope="plancompare", name="Site", json=True, stdout=out)

        told = json.loads(out.getvalue())
        assert api_keys.authenticate(told["key"], scope="plancompare", now=NOW).pk == told["id"]


class TestAuthenticate:
    @pytest.mark.parametrize(
        "raw", ["", "x", "ahk_plancompare_", "ahk_plancompare_" + "A" * 43, "ä€"]
    )
    def test_refuses_an_unknown_key(self, raw):
        new()

        with pytest.raises(api_keys.UnknownKeyError):
            api_keys.authenticate(raw, scope="plancompare", now=NOW)

    def test_refuses_another_scope(self):
        made = new(scope="noyo")

        with pytest.raises(api_keys.WrongScopeError):
            api_keys.authenticate(made.raw, scope="plancompare", now=NOW)

    def test_refuses_an_expired_key(self):
        made = new(expires_at=NOW)

        with pytest.raises(api_keys.UnknownKeyError):
            api_keys.authenticate(made.raw, scope="plancompare", now=NOW)

    def test_refuses_a_revoked_key_at_once_in_this_process(self):
        made = new()
        api_keys.authenticate(made.raw, scope="plancompare", now=NOW)

        api_keys.revoke_key(key_id=made.key.pk, at=NOW)

        with pytest.raises(api_keys.UnknownKeyError):
            api_keys.authenticate(made.raw, scope="plancompare", now=NOW)

    def test_refuses_the_key_of_a_deactivated_user(self):
        made = new(user=UserFactory(is_active=False))

        with pytest.raises(api_keys.UnknownKeyError):
            api_keys.authenticate(made.raw, scope="plancompare", now=NOW)

    def test_notes_its_use_once_a_minute(self):
        made = new()
        for seconds in (0, 30, 59):
            api_keys.authenticate(
                made.raw, scope="plancompare", now=NOW + timedelta(seconds=seconds)
            )
        made.key.refresh_from_db()
        assert made.key.last_used_at == NOW

        later = NOW + timedelta(seconds=60)
        api_keys.authenticate(made.raw, scope="plancompare", now=later)

        made.key.refresh_from_db()
        assert made.key.last_used_at == later

    def test_asks_the_database_again_after_ten_seconds(self):
        made = new()
        api_keys.authenticate(made.raw, scope="plancompare", now=NOW)
        ApiKey.objects.update(revoked_at=NOW)

        still = NOW + timedelta(seconds=9)
        assert api_keys.authenticate(made.raw, scope="plancompare", now=still)
        with pytest.raises(api_keys.UnknownKeyError):
            api_keys.authenticate(made.raw, scope="plancompare", now=NOW + timedelta(seconds=10))

    def test_costs_no_query_when_remembered(self, django_assert_num_queries):
        made = new()
        api_keys.authenticate(made.raw, scope="plancompare", now=NOW)

        with django_assert_num_queries(0):
            api_keys.authenticate(made.raw, scope="plancompare", now=NOW)


class TestRotateKey:
    def test_lets_both_keys_work_for_seven_days(self):
        old = new()

        successor = api_keys.rotate_key(key_id=old.key.pk, at=NOW)

        almost = NOW + timedelta(days=7, seconds=-1)
        for made in (old, successor):
            assert api_keys.authenticate(made.raw, scope="plancompare", now=almost)
        api_keys.forget()
        with pytest.raises(api_keys.UnknownKeyError):
            api_keys.authenticate(old.raw, scope="plancompare", now=NOW + timedelta(days=7))

    def test_gives_the_successor_the_end_that_the_old_key_had(self):
        end = NOW + timedelta(days=30)
        old = new(expires_at=end)

        successor = api_keys.rotate_key(key_id=old.key.pk, at=NOW)

        assert successor.key.expires_at == end
        old.key.refresh_from_db()
        assert old.key.expires_at == NOW + timedelta(days=7)

    def test_refuses_a_revoked_key(self):
        old = new()
        api_keys.revoke_key(key_id=old.key.pk, at=NOW)

        with pytest.raises(api_keys.UnknownKeyError):
            api_keys.rotate_key(key_id=old.key.pk, at=NOW)

        assert ApiKey.objects.count() == 1


@pytest.fixture
def manager(client):
    """Somebody who makes keys, signed in, and sees the own book only."""
    rights = ["accounts.view_apikey", "accounts.add_apikey"]
    user = UserFactory(may=rights, may__reach=Role.Scope.OWN, username="manager")
    client.force_login(user)
    return user


class TestKeyPages:
    CREATE = "/settings/api-keys/new/"

    def test_offer_only_users_within_the_own_rights(self, client, manager):
        UserFactory(owner=True)
        junior = UserFactory()

        form = client.get(self.CREATE).context["form"]

        assert set(form.fields["user"].queryset) == {manager, junior}
        assert "whole agency" not in client.get(self.CREATE).text

    @pytest.mark.parametrize("whose", ["owner", "agency"])
    def test_refuse_a_key_that_reaches_further(self, client, manager, whose):
        user = str(UserFactory(owner=True).pk) if whose == "owner" else ""

        answer = client.post(self.CREATE, {"name": "Mine", "scope": "api", "user": user})

        assert answer.status_code == 422
        assert not ApiKey.objects.exists()

    @pytest.mark.parametrize("whose", ["owner", "agency"])
    def test_refuse_to_show_the_successor_of_such_a_key(self, client, manager, whose):
        user = UserFactory(owner=True) if whose == "owner" else None
        key = new(user=user).key

        answer = client.post(f"/settings/api-keys/{key.pk}/rotate/")

        assert answer.status_code == 302
        assert ApiKey.objects.count() == 1
        with pytest.raises(DomainError):
            keys.ensure_may_issue(manager, user)

    def test_make_a_key_for_the_agency_for_who_sees_it_all(self, client):
        client.force_login(UserFactory(may=["accounts.add_apikey"]))

        answer = client.post(
            self.CREATE, {"name": "Site", "scope": "plancompare", "expires_at": "12/31/2030"}
        )

        assert answer.status_code == 200
        assert ApiKey.objects.get().user is None
        assert "It works until 01/01/2031" in answer.text


class TestCreateOwner:
    def test_makes_a_user_who_may_do_everything(self, monkeypatch):
        monkeypatch.setattr("sys.stdin", StringIO("a long enough passphrase\n"))

        call_command("create_owner", "boss", password_stdin=True, stdout=StringIO())

        boss = User.objects.get(username="boss")
        assert boss.check_password("a long enough passphrase")
        assert (boss.is_superuser, boss.is_staff) == (True, True)
        assert boss.groups.get().name == OWNER

    def test_refuses_a_weak_password(self, monkeypatch):
        monkeypatch.setattr("sys.stdin", StringIO("12345\n"))

        with pytest.raises(CommandError, match="too short"):
            call_command("create_owner", "boss", password_stdin=True, stdout=StringIO())

        assert not User.objects.exists()

    def test_says_what_to_do_where_no_terminal_is(self, monkeypatch):
        def no_terminal(_prompt):
            raise EOFError

        monkeypatch.setattr("getpass.getpass", no_terminal)

        with pytest.raises(CommandError, match="--password-stdin"):
            call_command("create_owner", "boss", stdout=StringIO())

        assert not User.objects.exists()
