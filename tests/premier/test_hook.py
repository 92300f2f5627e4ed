"""The hook: what a carrier sends is stored, answered, and applied."""

import json
from datetime import UTC, datetime

import pytest

from agencyhub.accounts import api_keys
from agencyhub.accounts.models import ApiKey
from agencyhub.records.models import Option
from agencyhub.records.services import decisions
from agencyhub.records.services.decisions import Wish
from agencyhub.records.unknown import UnknownValue
from integrations import registry
from integrations.models import InboundMessage
from integrations.premier.mapping import MEANINGS, Meaning
from integrations.premier.models import Delivery, FeedKey
from integrations.premier.services import intake
from integrations.services import processing
from policies.models import Payment, PaymentFact, Standing
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory, PremierTermFactory
from tests.factories.premier import FeedFactory

pytestmark = pytest.mark.django_db
AS_OF = "2026-11-22T06:00:00Z"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime(2026, 11, 22, 15, tzinfo=UTC))


@pytest.fixture
def feed():
    return FeedFactory(carrier=PremierTermFactory().carrier)


@pytest.fixture
def policy(feed):
    return PolicyFactory(carrier=feed.carrier, policy_number="H1")


@pytest.fixture
def send(client, feed):
    raw = api_keys.create_key(name="carrier", scope=ApiKey.Scope.PREMIER).raw

    def deliver(*rows, key=raw, slug=feed.slug, as_of=AS_OF):
        body = json.dumps({"as_of": as_of, "rows": list(rows)})
        return client.post(
            f"/hooks/premier/{slug}/status/", body, "application/json", headers={"X-API-Key": key}
        )

    return deliver


def row(**said):
    return {"policy_number": "H1", "payment_month": "2026-11", "payment_status": "Paid", **said}


def process():
    return [one.state for one in processing.process_waiting(partners=registry.PARTNERS)]


class TestHook:
    def test_stores_answers_and_applies(self, send, policy):
        answer = send(row())

        assert answer.status_code == 202
        assert answer.json()["state"] == "received"
        message = InboundMessage.objects.get()
        assert str(message.public_id) == answer.json()["message_id"]
        assert json.loads(message.body.reveal())["rows"] == [row()]
        assert process() == ["applied"]
        payment = Payment.objects.get()
        assert (payment.status, payment.source, payment.message_id) == (
            "current", "push", message.pk,
        )  # fmt: skip
        delivery = Delivery.objects.get()
        assert (delivery.told, delivery.new, delivery.message_id) == (1, 1, message.pk)

    def test_knows_what_it_has_received(self, send, policy):
        first = send(row())

        again = send(row())

        assert (again.status_code, again.json()["state"]) == (200, "duplicate")
        assert again.json()["message_id"] == first.json()["message_id"]

    def test_takes_parts_of_one_moment(self, send, feed, policy):
        PolicyFactory(carrier=feed.carrier, policy_number="H2")

        states = [send(row(policy_number=number)).status_code for number in ("H1", "H2")]

        assert states == [202, 202]
        assert process() == ["applied", "applied"]
        assert Payment.objects.count() == 2

    def test_names_wrong_rows_and_takes_the_others(self, send, policy):
        answer = send(row(), row(due_date="tomorrow"))

        assert answer.status_code == 202
        (error,) = answer.json()["errors"]
        assert (error["field"], error["code"]) == ("rows[1].due_date", "invalid")
        process()
        assert Payment.objects.count() == 1
        message = InboundMessage.objects.get()
        assert message.needs_attention
        assert Delivery.objects.get().refused == 1

    def test_refuses_what_has_no_row_that_can_be_used(self, send, policy):
        answer = send(row(due_date="tomorrow"))

        assert answer.status_code == 422
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["errors"][0]["field"] == "rows[0].due_date"
        assert InboundMessage.objects.get().state == "rejected"

    @pytest.mark.parametrize(
        ("more", "status", "code"),
        [
            ({"key": "nonsense"}, 401, "unknown_key"),
            ({"slug": "nobody"}, 403, "integration_inactive"),
        ],
    )
    def test_refuses_strangers(self, send, policy, more, status, code):
        answer = send(row(), **more)

        assert (answer.status_code, answer.json()["code"]) == (status, code)

    def test_refuses_a_key_of_something_else(self, send):
        raw = api_keys.create_key(name="other", scope=ApiKey.Scope.PLANCOMPARE).raw

        assert send(row(), key=raw).json()["code"] == "wrong_scope"

    def test_refuses_another_carriers_key(self, send):
        new = api_keys.create_key(name="other", scope=ApiKey.Scope.PREMIER)
        FeedKey.objects.create(feed=FeedFactory(), key=new.key)

        answer = send(row(), key=new.raw)

        assert (answer.status_code, answer.json()["code"]) == (403, "another_carrier")
        assert not InboundMessage.objects.exclude(state="rejected").exists()

    def test_gives_a_payment_without_a_month_the_month_of_its_moment(self, send, policy):
        send(row(payment_month=None), as_of="2026-11-01T02:00:00Z")  # still October here
        process()

        assert [str(one.month) for one in Payment.objects.all()] == ["2026-10-01"]


class TestUnknownWords:
    def test_are_kept_asked_about_and_applied_once_somebody_knows_them(self, send, policy):
        send(row(payment_status="Awaiting first draft", policy_status="On the books"))
        process()
        payment = Payment.objects.get()
        assert (payment.status, payment.carrier_status) == ("unknown", "Awaiting first draft")
        assert Standing.objects.get().carrier_status == "On the books"
        asked = {one.kind: one for one in UnknownValue.objects.all()}
        assert asked["payment_status"].within_id == policy.carrier_id
        binder = MEANINGS.index(Meaning("binder_due", is_binder=True)) + 1
        ended = Option.objects.get(list="policy_status", label="Terminated").pk
        decisions.map_values(
            wishes=[
                Wish(asked["payment_status"].pk, binder),
                Wish(asked["policy_status"].pk, ended),
            ],
            user=UserFactory(owner=True),
            at=datetime.now(UTC),
        )

        intake.read_again(carrier_id=policy.carrier_id, at=datetime.now(UTC))

        payment = Payment.objects.get()
        assert (payment.status, payment.is_binder) == ("binder_due", True)
        assert payment.carrier_status == "Awaiting first draft"
        assert Standing.objects.get().status == "binder_due"
        assert PaymentFact.objects.count() == 1
        policy.refresh_from_db()
        assert policy.status_id == ended

    def test_that_nobody_knows_stay(self, send, policy):
        send(row(payment_status="Zorp"))
        process()

        intake.read_again(carrier_id=policy.carrier_id, at=datetime.now(UTC))

        assert Payment.objects.get().status == "unknown"
