"""Webhooks over the API: another secret, a trial event, and what became of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencyhub.accounts.models import Role
from agencyhub.records.models import Batch
from integrations.outgoing.models import Delivery, Endpoint
from integrations.outgoing.services import sending
from sandbox.server import Options, Sandbox
from tests.api.conftest import Script, errors_of
from tests.factories.accounts import UserFactory
from tests.factories.outgoing import SECRET, DeliveryFactory, EndpointFactory
from tests.sandbox.fakes import Browser

pytestmark = pytest.mark.django_db
MANAGES = ["outgoing.view_endpoint", "outgoing.change_endpoint"]


@pytest.fixture
def receiver(tmp_path):
    """The sandbox's receiver, which verifies with the secret of ``EndpointFactory``."""
    options = Options(data=tmp_path, hub="http://127.0.0.1:9", port=0, api_key="key")
    with Sandbox(options) as sandbox:
        browser = Browser(sandbox.url)
        browser.send("/webhooks/control", {"secret": SECRET})
        yield browser


@pytest.fixture
def endpoint(receiver):
    return EndpointFactory(url=f"{receiver.url}/webhooks/receive")


def sent(receiver, at=None):
    """Bring what is due, and tell what the receiver made of it."""
    at = at or timezone.now()
    sending.send_due(seconds=20.0, now=lambda: at, chance=lambda: 0.5)
    return [one["verdict"] for one in receiver.get("/webhooks/control").json["events"]]


class TestPing:
    def test_reaches_the_receiver_once_for_each_key(self, script, endpoint, receiver):
        first = script.post(f"webhooks/{endpoint.pk}/ping/", None, idempotency_key="p1")
        again = script.post(f"webhooks/{endpoint.pk}/ping/", None, idempotency_key="p1")

        assert (first.status_code, again.status_code) == (202, 202)
        assert first.json() == again.json()
        told = first.json()
        assert (told["type"], told["state"], told["delivered_at"]) == ("ping", "waiting", None)
        assert sent(receiver) == ["verified"]
        (event,) = receiver.get("/webhooks/control").json["events"]
        assert (event["event_id"], event["times"]) == (told["event"], 1)
        done = script.get(first["Location"])
        assert done.status_code == 200
        shown = done.json()
        assert (shown["state"], shown["status"], shown["tries"]) == ("delivered", 204, 1)
        assert (shown["outcome"], shown["next_at"]) == ("delivered", None)
        assert shown["delivered_at"].endswith("Z")
        assert script.get(first["Location"], if_none_match=done["ETag"]).status_code == 304

    def test_without_a_key_is_another_each_time(self, script, endpoint):
        answers = [script.post(f"webhooks/{endpoint.pk}/ping/", None).json() for _ in range(2)]

        assert len({one["id"] for one in answers}) == 2

    def test_of_a_webhook_that_is_off_is_refused(self, script):
        endpoint = EndpointFactory(is_active=False, off_because=Endpoint.Off.PERSON)

        answer = script.post(f"webhooks/{endpoint.pk}/ping/", None, idempotency_key="p1")

        assert (answer.status_code, answer.json()["code"]) == (409, "webhook_is_off")
        assert not Delivery.objects.exists()
        Endpoint.objects.update(is_active=True, off_because="")
        assert script.post(f"webhooks/{endpoint.pk}/ping/", None, idempotency_key="p1").json()["id"]

    def test_under_the_key_of_another_request_is_refused(self, script, endpoint):
        other = EndpointFactory()
        script.post(f"webhooks/{endpoint.pk}/ping/", None, idempotency_key="p1")

        answer = script.post(f"webhooks/{other.pk}/ping/", None, idempotency_key="p1")

        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
        assert not other.deliveries.exists()


class TestRotate:
    def test_tells_the_new_secret_once_and_keeps_the_old_one_for_seven_days(
        self, script, endpoint, receiver
    ):
        before = script.get(f"webhooks/{endpoint.pk}/")
        first = script.post(f"webhooks/{endpoint.pk}/rotate/", None, idempotency_key="r1")
        again = script.post(f"webhooks/{endpoint.pk}/rotate/", None, idempotency_key="r1")

        assert (first.status_code, again.status_code) == (200, 200)
        new = first.json()["secret"]
        assert new != SECRET
        assert "secret" not in again.json()
        assert before["ETag"] != first["ETag"] == again["ETag"]
        assert new not in script.get(f"webhooks/{endpoint.pk}/").content.decode()
        batch = Batch.objects.get(summary__contains="Replaced the secret")
        assert batch.channel == Batch.Channel.API
        later = timezone.now() + timedelta(days=8)
        script.post(f"webhooks/{endpoint.pk}/ping/", None)
        assert sent(receiver) == ["verified"]  # by the secret before
        receiver.send("/webhooks/control", {"secret": new, "forget": True})
        script.post(f"webhooks/{endpoint.pk}/ping/", None)
        assert sent(receiver) == ["verified"]
        endpoint.refresh_from_db()
        assert timedelta(days=6) < endpoint.previous_until - timezone.now() < timedelta(days=7)
        assert endpoint.previous_until < later

    def test_without_a_key_makes_another_each_time(self, script, endpoint):
        told = [script.post(f"webhooks/{endpoint.pk}/rotate/", None).json() for _ in range(2)]

        assert len({one["secret"] for one in told}) == 2


class TestLog:
    def test_is_read_by_state_and_page(self, script):
        endpoint = EndpointFactory()
        made = DeliveryFactory.create_batch(3, endpoint=endpoint)
        failed = DeliveryFactory(endpoint=endpoint, state="failed", outcome="refused", status=500)
        DeliveryFactory()

        page = script.get(f"webhooks/{endpoint.pk}/deliveries/?page_size=3").json()
        last = script.get(page["next"]).json()
        found = script.get(f"webhooks/{endpoint.pk}/deliveries/?state=failed").json()["results"]

        assert [one["id"] for one in page["results"]] == [one.pk for one in made]
        assert [one["id"] for one in last["results"]] == [failed.pk]
        assert [(one["id"], one["outcome"], one["status"]) for one in found] == [
            (failed.pk, "refused", 500)
        ]
        assert script.get(f"webhooks/{endpoint.pk}/deliveries/?type=ping").status_code == 400

    def test_holds_no_delivery_of_another_webhook(self, script):
        delivery, other = DeliveryFactory(), EndpointFactory()

        assert script.get(f"webhooks/{other.pk}/deliveries/{delivery.pk}/").status_code == 404
        assert script.get("webhooks/999999/deliveries/").status_code == 404


class TestRights:
    @pytest.mark.parametrize("act", ["ping", "rotate"])
    def test_to_look_are_none_to_act(self, act):
        endpoint = EndpointFactory()
        viewer = Script(UserFactory(may=["outgoing.view_endpoint"]))

        answer = viewer.post(f"webhooks/{endpoint.pk}/{act}/", None)

        assert (answer.status_code, errors_of(answer)) == (403, {})
        assert viewer.get(f"webhooks/{endpoint.pk}/deliveries/").status_code == 200
        assert not Delivery.objects.exists()
        endpoint.refresh_from_db()
        assert endpoint.secret.reveal() == SECRET

    def test_are_needed_to_read_the_log(self):
        endpoint = EndpointFactory()

        assert Script(UserFactory()).get(f"webhooks/{endpoint.pk}/deliveries/").status_code == 403

    @pytest.mark.parametrize("act", ["ping", "rotate"])
    def test_to_one_s_own_webhooks_reach_no_further(self, act):
        delivery = DeliveryFactory()
        foreign = delivery.endpoint
        agent = Script(UserFactory(may=MANAGES, may__reach=Role.Scope.OWN))

        assert agent.post(f"webhooks/{foreign.pk}/{act}/", None).status_code == 404
        assert agent.get(f"webhooks/{foreign.pk}/deliveries/").status_code == 404
        assert agent.get(f"webhooks/{foreign.pk}/deliveries/{delivery.pk}/").status_code == 404
        assert Delivery.objects.count() == 1

    def test_of_less_than_the_owner_s_give_no_secret(self):
        """Who gets the secret could pass for the agency before the receiver."""
        endpoint = EndpointFactory()
        clerk = Script(UserFactory(may=MANAGES))

        answer = clerk.post(f"webhooks/{endpoint.pk}/rotate/", None, idempotency_key="r1")

        assert (answer.status_code, answer.json()["code"]) == (409, "may_not_manage_user")
        endpoint.refresh_from_db()
        assert endpoint.secret.reveal() == SECRET
