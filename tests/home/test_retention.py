"""What is kept no longer: the rules, their tasks, and the page that tells of them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pgtrigger
import pytest
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError

from agencyhub.accounts.models import AccessEvent, Invitation
from agencyhub.home import retention
from agencyhub.records.idempotency import IdempotencyKey
from individuals.models import Look, RevealLog
from tests.factories.accounts import UserFactory
from tests.factories.individuals import IndividualFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LONG = timedelta(days=2190)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def _look(individual, user, at):
    return Look.objects.create(
        individual=individual, user=user, how="screen", hour=at, looked_at=at
    )


def _reveal(individual, user, at):
    log = RevealLog.objects.create(individual=individual, user=user, reason="Asked")
    RevealLog.objects.filter(pk=log.pk).update(revealed_at=at)
    return log


def _event(user, at):
    event = AccessEvent.objects.create(kind="signed_in", user=user)
    with pgtrigger.ignore("accounts.AccessEvent:access_events_are_not_changed"):
        AccessEvent.objects.filter(pk=event.pk).update(at=at)
    return event


class TestPurgeAll:
    def test_deletes_what_is_a_minute_too_old_and_leaves_what_is_a_minute_younger(self):
        user, individual = UserFactory(), IndividualFactory()
        kept = []
        for age, is_kept in ((LONG + MINUTE, False), (LONG - MINUTE, True)):
            at = NOW - age
            made = (_look(individual, user, at), _reveal(individual, user, at), _event(user, at))
            kept += made if is_kept else []
        for ended, is_kept in ((NOW - MINUTE, False), (NOW + MINUTE, True)):
            key = f"session-{is_kept}"
            session = Session.objects.create(session_key=key, session_data="", expire_date=ended)
            kept += [session] if is_kept else []
        for age, is_kept in ((timedelta(hours=25), False), (timedelta(hours=23), True)):
            key = IdempotencyKey.objects.create(caller="key-1", key=f"k-{is_kept}", digest=b"d")
            IdempotencyKey.objects.filter(pk=key.pk).update(created_at=NOW - age)
            kept += [key] if is_kept else []

        purged = retention.purge_all(at=NOW)

        assert purged["looks"] == 2
        assert (purged["sign_ins"], purged["sessions"], purged["idempotency_keys"]) == (1, 1, 1)
        for model in (Look, RevealLog, AccessEvent, Session, IdempotencyKey):
            found = set(model.objects.values_list("pk", flat=True))
            assert found == {one.pk for one in kept if isinstance(one, model)}
        assert not any(retention.purge_all(at=NOW).values())

    def test_forgets_addresses_of_invitations_that_nobody_accepted(self):
        by, user = UserFactory(), UserFactory()
        ended = NOW - timedelta(days=91)
        Invitation.objects.create(email="old@example.com", invited_by=by, expires_at=ended)
        Invitation.objects.create(
            email="used@example.com", invited_by=by, expires_at=ended, accepted_at=ended, user=user
        )
        Invitation.objects.create(
            email="new@example.com", invited_by=by, expires_at=NOW - timedelta(days=89)
        )

        purged = retention.purge_all(at=NOW)

        assert purged["invitations"] == 1
        left = Invitation.objects.values_list("email", flat=True)
        assert sorted(left) == ["new@example.com", "used@example.com"]


class TestPurgeCommand:
    def test_acts_as_of_a_moment(self, capsys):
        _look(IndividualFactory(), UserFactory(), NOW - timedelta(days=10))

        call_command("purge", as_of="2026-11-23T12:00:00+00:00", json=True)
        before = json.loads(capsys.readouterr().out)
        call_command("purge", as_of="2033-01-01T12:00:00+00:00", json=True)
        after = json.loads(capsys.readouterr().out)

        assert (before["looks"], after["looks"]) == (0, 1)

    def test_refuses_what_is_no_moment(self):
        with pytest.raises(CommandError, match="not a moment"):
            call_command("purge", as_of="tomorrow")


class TestRules:
    def test_each_has_a_task_that_the_schedule_runs_and_a_line_on_the_page(self):
        scheduled = {entry["task"] for entry in configured.CELERY_BEAT_SCHEDULE.values()}
        page = (Path(configured.BASE_DIR) / "docs" / "privacy.md").read_text(encoding="utf-8")
        example = (Path(configured.BASE_DIR) / ".env.example").read_text(encoding="utf-8")

        for rule in retention.RULES:
            assert rule.task in scheduled
            assert f"`{rule.key}`" in page
            if rule.setting:
                assert f"| `{rule.setting}` | `{rule.key}` |" in page
                assert f"\n{rule.setting}=" in example

    def test_are_every_purging_task_of_the_schedule(self):
        scheduled = {entry["task"] for entry in configured.CELERY_BEAT_SCHEDULE.values()}
        purging = {task for task in scheduled if ".purge_" in task}

        assert purging == {rule.task for rule in retention.RULES}
