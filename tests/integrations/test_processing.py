"""Claiming, leases, and messages that a worker cannot finish."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from agencyhub.lib.errors import DomainError
from integrations import tasks
from integrations.models import InboundMessage
from integrations.partner import Applied, Envelope
from integrations.services import inbox, processing, retention

pytestmark = pytest.mark.django_db


class FakePartner:
    """A partner whose messages end as the test says."""

    slug = "fake"
    title = "Fake"
    api_key_scope = "api"

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.applied: list[int] = []

    def refusal(self) -> str:
        return ""

    def open_delivery(self, payload):
        return [payload]

    def read_item(self, item):
        return Envelope(item["id"], item)

    def open_session(self):
        return self

    def remember_hold(self, *, hold_details) -> None:
        raise AssertionError

    def apply(self, *, message, body, batch, at):
        self.applied.append(message.pk)
        if self.error:
            raise self.error
        return Applied(reasons=["Done"])


def _store(partner: FakePartner, number: int = 1) -> InboundMessage:
    receipt = inbox.receive(partner=partner, body=b'{"id": "F-%d"}' % number)[0]
    return InboundMessage.objects.get(public_id=receipt.message_id)


def _process(partner: FakePartner) -> list[str]:
    return [outcome.state for outcome in processing.process_waiting(partners={"fake": partner})]


class TestProcessWaiting:
    def test_applies_in_the_order_of_arrival(self):
        partner = FakePartner()
        stored = [_store(partner, number).pk for number in range(processing.PAGE + 3)]

        assert set(_process(partner)) == {"applied"}

        assert partner.applied == stored

    @pytest.mark.django_db(transaction=True)
    def test_comes_back_to_a_message_whose_row_was_locked_for_a_moment(self):
        """A worker that looks for waiting messages locks rows that were claimed meanwhile."""
        locked, looked = threading.Event(), threading.Event()
        partner = FakePartner()
        first, second = (_store(partner, number) for number in range(2))

        def look() -> None:
            with transaction.atomic():
                InboundMessage.objects.select_for_update().get(pk=first.pk)
                locked.set()
                looked.wait(10)
            connection.close()

        other = threading.Thread(target=look)

        class Meanwhile(FakePartner):
            def open_session(self):
                other.start()
                locked.wait(10)
                return self

            def apply(self, *, message, body, batch, at):
                looked.set()
                other.join(10)
                return super().apply(message=message, body=body, batch=batch, at=at)

        partner = Meanwhile()

        assert _process(partner) == ["applied", "applied"]

        assert partner.applied == [second.pk, first.pk]

    def test_leaves_what_another_worker_has_just_claimed(self):
        partner = FakePartner()
        message = _store(partner)
        InboundMessage.objects.update(state="processing", claimed_at=timezone.now())

        assert _process(partner) == []

        message.refresh_from_db()
        assert message.state == "processing"

    def test_takes_over_what_a_dead_worker_left(self, settings):
        partner = FakePartner()
        message = _store(partner)
        long_ago = timezone.now() - timedelta(seconds=settings.INBOX_LEASE_SECONDS + 1)
        InboundMessage.objects.update(state="processing", attempts=1, claimed_at=long_ago)

        assert _process(partner) == ["applied"]

        message.refresh_from_db()
        assert message.attempts == 2

    def test_does_not_blame_the_neighbours_of_what_kills_its_worker(self, settings):
        partner = FakePartner()
        long_ago = timezone.now() - timedelta(seconds=settings.INBOX_LEASE_SECONDS + 1)
        first, second = (_store(partner, number) for number in range(2))
        InboundMessage.objects.update(state="processing", attempts=1, claimed_at=long_ago)

        next(processing.process_waiting(partners={"fake": partner}))

        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.attempts, second.attempts) == (2, 1)

    def test_leaves_what_was_tried_often_enough_to_be_given_up(self):
        partner = FakePartner()
        _store(partner)
        InboundMessage.objects.update(
            state="processing",
            attempts=processing.MAX_ATTEMPTS,
            claimed_at=timezone.now() - timedelta(hours=1),
        )

        assert _process(partner) == []

    def test_says_why_a_message_failed(self):
        partner = FakePartner(DomainError("Carrier 4 is closed. Open it first."))
        message = _store(partner)

        assert _process(partner) == ["failed"]

        message.refresh_from_db()
        assert message.reason == "Carrier 4 is closed. Open it first."
        assert message.batch is None

    def test_tries_again_later_after_a_lost_connection(self, settings):
        partner = FakePartner(OperationalError())
        message = _store(partner)
        settings.INBOX_LEASE_SECONDS = 3600

        assert _process(partner) == ["processing"]

        message.refresh_from_db()
        assert message.state == "processing"

    def test_gives_up_when_the_database_refuses_again_and_again(self):
        partner = FakePartner(OperationalError())
        message = _store(partner)
        InboundMessage.objects.update(attempts=processing.MAX_ATTEMPTS - 1)

        assert _process(partner) == ["failed"]

        message.refresh_from_db()
        assert message.code == "database"


class TestGiveUpOnKillers:
    @pytest.mark.parametrize(
        ("_case", "attempts", "age", "state"),
        [
            ("died often enough", processing.MAX_ATTEMPTS, 3600, "failed"),
            ("died once", 1, 3600, "processing"),
            ("still at work", processing.MAX_ATTEMPTS, 0, "processing"),
        ],
    )
    def test_fails_what_kills_its_worker(self, _case, attempts, age, state):
        message = _store(FakePartner())
        claimed_at = timezone.now() - timedelta(seconds=age)
        InboundMessage.objects.update(state="processing", attempts=attempts, claimed_at=claimed_at)

        processing.give_up_on_killers()

        message.refresh_from_db()
        assert message.state == state


class TestPurgeBodies:
    @pytest.mark.parametrize(
        ("state", "age", "is_kept"),
        [
            ("applied", 200, False),
            ("rejected", 200, False),
            ("applied", 10, True),
            ("held", 200, True),
            ("failed", 200, True),
            ("received", 200, True),
        ],
    )
    def test_empties_old_bodies_that_nobody_needs(self, state, age, is_kept):
        message = _store(FakePartner())
        now = timezone.now()
        InboundMessage.objects.update(state=state, received_at=now - timedelta(days=age))

        retention.purge_bodies(at=now, keep_days=180)

        message.refresh_from_db()
        assert bool(message.body) is is_kept


class TestTasks:
    def test_wakes_a_worker_once_for_many_messages(self, monkeypatch):
        started: list[int] = []
        monkeypatch.setattr(tasks.process_inbox, "delay", lambda: started.append(1))

        for _ in range(3):
            tasks.wake_inbox()

        assert started == [1]

    def test_is_not_disturbed_by_a_broker_that_is_away(self, monkeypatch):
        def refuse() -> None:
            raise tasks.OperationalError

        monkeypatch.setattr(tasks.process_inbox, "delay", refuse)

        tasks.wake_inbox()
