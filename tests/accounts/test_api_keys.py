import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agencyhub.accounts import api_keys
from agencyhub.accounts.models import ApiKey, User
from agencyhub.accounts.roles import OWNER
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

    def test_refuses_a_revoked_key(self):
        old = new()
        api_keys.revoke_key(key_id=old.key.pk, at=NOW)

        with pytest.raises(api_keys.UnknownKeyError):
            api_keys.rotate_key(key_id=old.key.pk, at=NOW)

        assert ApiKey.objects.count() == 1


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
