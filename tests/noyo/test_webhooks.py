"""Noyo's events: whose they are, what they mark, and what comes twice."""

import hashlib
import hmac
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from integrations import registry
from integrations.models import InboundMessage
from integrations.noyo.models import NoyoGroup
from integrations.noyo.signatures import is_genuine
from integrations.services import processing
from tests.factories.noyo import GroupConnectionFactory, NoyoGroupFactory
from tests.noyo.conftest import WEBHOOK_SECRET

STAMP = "2026-11-22T21:27:45.039587+00:00"
State = InboundMessage.State


def sign(text, secret=WEBHOOK_SECRET):
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def event(kind, subject="d0000000-0000-4000-8000-000000000001", event_id="e1", **data):
    told = {"data": {"id": subject} | data, "event": {"id": event_id, "created": 1, "type": kind}}
    return json.dumps(told).encode()


@pytest.fixture
def deliver(client, account, monkeypatch):
    def send(body, signature=None):
        return client.post(
            reverse("hooks:noyo"), body, content_type="application/json",
            headers={
                "x-noyo-signature": sign(body) if signature is None else signature,
                "x-noyo-timestamp": STAMP,
            },
        )  # fmt: skip

    return send


def process():
    return [one.state for one in processing.process_waiting(partners=registry.PARTNERS)]


class TestSignature:
    BODY = b'{"a": 1}'

    def check(self, signature, *, of_body=True, of_both=True, secrets=("old", "new")):
        return is_genuine(
            body=self.BODY, signature=signature, timestamp=STAMP, secrets=secrets,
            of_body=of_body, of_both=of_both,
        )  # fmt: skip

    def test_both_forms_count_unless_one_is_chosen(self):
        of_body, of_both = sign(self.BODY, "new"), sign(STAMP.encode() + b"." + self.BODY, "new")
        assert self.check(of_body)
        assert self.check(of_both)
        assert not self.check(of_body, of_body=False)
        assert not self.check(of_both, of_both=False)

    def test_several_signatures_and_two_secrets(self):
        assert self.check(f"00, {sign(self.BODY, 'old').upper()}")
        assert not self.check(sign(self.BODY, "third"))
        assert not self.check("")
        assert not self.check(sign(self.BODY, "new"), secrets=())


@pytest.mark.django_db
class TestDoor:
    def test_a_wrong_signature_is_refused(self, deliver):
        answer = deliver(event("test.hello_world"), "00")
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong_signature")

    def test_an_event_comes_twice(self, deliver):
        body = event("test.hello_world")
        assert deliver(body).status_code == 202
        again = deliver(body)
        assert (again.status_code, again.json()["state"]) == (200, "duplicate")
        assert process() == [State.APPLIED]

    def test_nobody_listens(self, deliver, account):
        account.is_active = False
        account.save()
        assert deliver(event("test.hello_world")).status_code == 403

    def test_no_event_at_all(self, deliver):
        answer = deliver(b"{}")
        assert answer.status_code == 422
        assert [one["field"] for one in answer.json()["errors"]] == [
            "event.type", "data.id", "event.id",
        ]  # fmt: skip

    def test_an_unknown_type_is_ignored_with_a_reason(self, deliver):
        deliver(event("weather.changed"))
        assert process() == [State.IGNORED]
        assert "nothing with events of this type" in InboundMessage.objects.get().reason

    def test_a_connections_group_is_due(self, deliver):
        connection = GroupConnectionFactory()
        deliver(event("group_connection_request.status_change", connection.noyo_id))
        assert process() == [State.APPLIED]
        assert NoyoGroup.objects.get().due_at is not None

    def test_a_new_group_is_made_and_due(self, deliver):
        deliver(event("group.created", "a0000000-0000-4000-8000-000000000009"))
        assert process() == [State.APPLIED]
        assert NoyoGroup.objects.get().due_at <= timezone.now()

    def test_a_difference_names_its_group_or_waits_for_the_night(self, deliver):
        group = NoyoGroupFactory()
        deliver(event("difference.created", event_id="e1", group_id=group.noyo_id))
        deliver(event("difference.created", event_id="e2"))
        assert process() == [State.APPLIED, State.IGNORED]
        group.refresh_from_db()
        assert group.due_at is not None
