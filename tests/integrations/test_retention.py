"""How long it is told what did not work: incidents, and retries of messages."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from integrations import tasks
from integrations.models import InboundMessage, Incident, RetriedMessage, Retry
from integrations.services import retention
from tests.factories.accounts import UserFactory
from tests.factories.integrations import InboundMessageFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def incident(closed_at, *, opened_at=NOW - 900 * DAY, name="noyo"):
    return Incident.objects.create(
        integration=name,
        title="Noyo",
        kind=Incident.Kind.FAILING,
        opened_at=opened_at,
        closed_at=closed_at,
        ending=Incident.Ending.RECOVERED if closed_at else "",
    )


def retry(started_at, messages=()):
    made = Retry.objects.create(
        token=uuid.uuid4(), started_by=UserFactory(), started_at=started_at, total=len(messages)
    )
    RetriedMessage.objects.bulk_create(
        RetriedMessage(retry=made, message=message) for message in messages
    )
    return made


class TestPurgeIncidents:
    def test_deletes_what_was_over_too_long_ago_and_never_an_open_one(self):
        incident(NOW - 730 * DAY - MINUTE)
        kept = {incident(NOW - 730 * DAY + MINUTE), incident(None)}

        assert retention.purge_incidents(at=NOW, keep_days=730) == 1
        assert set(Incident.objects.all()) == kept
        assert retention.purge_incidents(at=NOW, keep_days=730) == 0


class TestPurgeRetries:
    def test_deletes_the_lists_and_keeps_the_messages(self):
        messages = InboundMessageFactory.create_batch(3)
        retry(NOW - 180 * DAY - MINUTE, messages)
        kept = retry(NOW - 180 * DAY + MINUTE, messages[:1])

        assert retention.purge_retries(at=NOW, keep_days=180) == 1
        assert list(Retry.objects.all()) == [kept]
        assert list(RetriedMessage.objects.values_list("retry", "message")) == [
            (kept.pk, messages[0].pk)
        ]
        assert InboundMessage.objects.count() == 3
        assert retention.purge_retries(at=NOW, keep_days=180) == 0

    def test_deletes_page_after_page(self, monkeypatch):
        monkeypatch.setattr(retention, "PAGE", 2)
        for _ in range(5):
            retry(NOW - 181 * DAY)

        assert retention.purge_retries(at=NOW, keep_days=180) == 5
        assert not Retry.objects.exists()


def test_the_task_of_the_schedule_purges_by_the_settings(settings):
    settings.INCIDENT_KEEP_DAYS, settings.RETRY_KEEP_DAYS = 2, 1
    now = datetime.now(UTC)
    for days in (3, 1):
        incident(now - days * DAY)
        retry(now - days * DAY + MINUTE)

    assert tasks.purge_incidents() == {"incidents": 1, "retries": 1}
    assert (Incident.objects.count(), Retry.objects.count()) == (1, 1)
