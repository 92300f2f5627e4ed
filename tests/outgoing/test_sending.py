"""Deliveries: at least once, under one id, whatever receivers and workers do."""

import base64
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from integrations.outgoing.models import Attempt, Delivery
from integrations.outgoing.services import endpoints, sending
from tests.factories.accounts import UserFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.outgoing import AT, SECRET, DeliveryFactory, EndpointFactory, EventFactory

pytestmark = pytest.mark.django_db
State = Delivery.State


def send(at=AT, seconds=20.0):
    return sending.send_due(seconds=seconds, now=lambda: at, chance=lambda: 0.5)


@pytest.fixture
def endpoint(receiver):
    return EndpointFactory(url=receiver.url)


def signatures(headers, body, secret=SECRET):
    """As docs/webhooks.md verifies them."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{made}" in headers["webhook-signature"].split(" ")


class TestDelivery:
    def test_is_signed_names_the_record_and_holds_nothing_of_it(self, endpoint, receiver):
        person = IndividualFactory()
        event = EventFactory(
            type="individual.updated", kind="individual", record_id=person.pk, source="change",
            source_id=5, changed=["email"], batch_id=9,
        )  # fmt: skip
        delivery = DeliveryFactory(endpoint=endpoint, event=event)

        assert send() == 1

        ((headers, body),) = receiver.got
        assert signatures(headers, body)
        assert json.loads(body) == {
            "id": f"evt_{event.public_id.hex}",
            "type": "individual.updated",
            "occurred_at": "2026-11-02T15:00:00Z",
            "record": {
                "kind": "individual",
                "id": person.pk,
                "url": f"{settings.PUBLIC_URL}/api/v1/individuals/{person.pk}/",
            },
            "changed": ["email"],
            "batch": 9,
        }
        assert headers["webhook-id"] == f"evt_{event.public_id.hex}"
        assert headers["webhook-timestamp"] == str(int(AT.timestamp()))
        delivery.refresh_from_db()
        assert (delivery.state, delivery.tries, delivery.status) == ("delivered", 1, 204)
        attempt = Attempt.objects.get()
        assert (attempt.outcome, attempt.status) == ("delivered", 204)
        assert send() == 0

    def test_is_signed_by_two_secrets_while_one_is_replaced(self, endpoint, receiver):
        owner = UserFactory(owner=True)
        DeliveryFactory(endpoint=endpoint)
        new = endpoints.rotate(endpoint_id=endpoint.pk, actor=owner, at=AT)

        send()
        later = AT + timedelta(days=8)
        DeliveryFactory(endpoint=endpoint, since=later, next_at=later)
        send(later)

        during, after = receiver.got
        assert signatures(*during)
        assert signatures(*during, secret=new)
        assert not signatures(*after)
        assert signatures(*after, secret=new)

    def test_keeps_the_order(self, endpoint, receiver):
        made = [DeliveryFactory(endpoint=endpoint).event.public_id.hex for _ in range(5)]

        assert send() == 5
        assert [headers["webhook-id"] for headers, _ in receiver.got] == [
            f"evt_{name}" for name in made
        ]


class TestFailure:
    @pytest.mark.parametrize(
        ("answer", "outcome"), [(500, "refused"), (404, "refused"), (302, "moved")]
    )
    def test_is_tried_again_later_under_the_same_id(self, endpoint, receiver, answer, outcome):
        delivery = DeliveryFactory(endpoint=endpoint)
        receiver.answer = answer
        receiver.headers = {"Location": "/elsewhere"}

        assert send() == 1
        delivery.refresh_from_db()
        assert (delivery.state, delivery.status, delivery.outcome) == ("waiting", answer, outcome)
        assert delivery.next_at == AT + timedelta(seconds=10)
        assert send(AT + timedelta(seconds=9)) == 0
        receiver.answer = 200
        assert send(AT + timedelta(seconds=10)) == 1

        assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
        assert len({body for _, body in receiver.got}) == 1
        endpoint.refresh_from_db()
        assert (endpoint.failing_since, endpoint.failures) == (None, 0)

    def test_waits_as_long_as_the_receiver_asks(self, endpoint, receiver):
        delivery = DeliveryFactory(endpoint=endpoint)
        receiver.answer, receiver.headers = 429, {"Retry-After": "120"}

        send()

        delivery.refresh_from_db()
        assert delivery.next_at == AT + timedelta(seconds=120)

    def test_ends_in_time_whatever_the_receiver_does(self, endpoint, receiver, settings):
        settings.WEBHOOK_SECONDS = 1
        delivery = DeliveryFactory(endpoint=endpoint)
        receiver.answer = "dribble"

        assert send() == 1

        delivery.refresh_from_db()
        assert (delivery.state, delivery.outcome, delivery.status) == ("waiting", "timeout", None)

    def test_of_nobody_who_listens(self, endpoint):
        endpoint.url = "http://127.0.0.1:9/"
        endpoint.save()
        delivery = DeliveryFactory(endpoint=endpoint)

        send()

        delivery.refresh_from_db()
        assert delivery.outcome == "no_answer"

    def test_of_five_in_a_row_lets_the_endpoint_rest(self, endpoint, receiver):
        DeliveryFactory.create_batch(8, endpoint=endpoint)
        receiver.answer = 500

        assert send() == 5
        assert send() == 0
        assert send(AT + timedelta(seconds=30)) == 1
        receiver.answer = 204
        assert send(AT + timedelta(hours=1)) == 8
        assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}

    def test_of_three_days_switches_it_off(self, endpoint, receiver):
        delivery = DeliveryFactory(endpoint=endpoint)
        receiver.answer = 500
        send()
        later = AT + timedelta(days=3)
        DeliveryFactory(endpoint=endpoint, since=later, next_at=later)

        send(later)

        endpoint.refresh_from_db()
        assert (endpoint.is_active, endpoint.off_because) == (False, "failing")
        assert set(Delivery.objects.values_list("state", flat=True)) == {"failed"}
        delivery.refresh_from_db()
        assert delivery.tries == 1

    def test_of_a_receiver_that_is_gone_switches_it_off_at_once(self, endpoint, receiver):
        DeliveryFactory.create_batch(2, endpoint=endpoint)
        receiver.answer = 410

        assert send() == 1

        endpoint.refresh_from_db()
        assert (endpoint.is_active, endpoint.off_because) == (False, "gone")


class TestAddress:
    def test_in_a_private_network_gets_nothing(self, endpoint, receiver, settings):
        settings.ALLOWED_PRIVATE_HOSTS = []
        delivery = DeliveryFactory(endpoint=endpoint)

        send()

        delivery.refresh_from_db()
        assert (delivery.outcome, receiver.got) == ("forbidden", [])

    def test_is_judged_at_each_connection(self, endpoint, receiver, settings, monkeypatch):
        """A name that led outside when it was saved, and leads inside now."""
        settings.ALLOWED_PRIVATE_HOSTS = []
        endpoint.url = receiver.url.replace("http://127.0.0.1", "https://rebound.example.com")
        endpoint.save()
        delivery = DeliveryFactory(endpoint=endpoint)
        inside = [(2, 1, 6, "", ("127.0.0.1", 0))]
        monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_words: inside)

        send()

        delivery.refresh_from_db()
        assert (delivery.outcome, receiver.got) == ("forbidden", [])


@pytest.mark.django_db(transaction=True)
class TestWorkers:
    def test_at_the_same_time_send_each_delivery_once(self, endpoint, receiver):
        DeliveryFactory.create_batch(20, endpoint=endpoint)
        other = EndpointFactory(url=receiver.url)
        DeliveryFactory.create_batch(20, endpoint=other)

        def run():
            send()
            connection.close()

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        sent = [headers["webhook-id"] for headers, _ in receiver.got]
        assert len(sent) == len(set(sent)) == 40
        assert set(Delivery.objects.values_list("state", "tries")) == {("delivered", 1)}

    def test_killed_between_sending_and_noting_it_lose_nothing(self, endpoint, receiver):
        """The next one sends it again under the same id, once the lease is over."""
        DeliveryFactory.create_batch(3, endpoint=endpoint)
        receiver.answer = "dribble"
        worker = subprocess.Popen([sys.executable, "-c", WORKER], env=_environment())
        try:
            waiting = threading.Event()
            for _ in range(600):
                if receiver.got or worker.poll() is not None:
                    break
                waiting.wait(0.1)
        finally:
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
        receiver.answer = 204
        begun = Delivery.objects.order_by("pk").first()
        assert (begun.state, begun.tries) == (State.SENDING, 1)

        held = send(AT + timedelta(seconds=settings.WEBHOOK_LEASE_SECONDS - 1))
        free = send(AT + timedelta(seconds=settings.WEBHOOK_LEASE_SECONDS + 1))

        assert (held, free) == (0, 3)
        sent = [headers["webhook-id"] for headers, _ in receiver.got]
        assert sent[0] == sent[1]
        assert len(sent) == 4
        assert len(set(sent)) == 3
        assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


WORKER = """
import django
django.setup()
from datetime import UTC, datetime
from integrations.outgoing.services import sending
at = datetime(2026, 11, 2, 15, tzinfo=UTC)
sending.send_due(seconds=60, now=lambda: at)
"""


def _environment():
    database = connection.settings_dict
    host = f"host={database['OPTIONS'].get('host') or database['HOST']}&port={database['PORT']}"
    url = f"postgresql://{database['USER']}@/{database['NAME']}?{host}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "agencyhub.settings.test",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
