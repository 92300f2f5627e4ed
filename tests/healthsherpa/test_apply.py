"""Applying submissions: retries and reorderings end in one application that says the newest."""

import itertools
import json
import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencyhub.accounts import api_keys
from commissions.models import Application
from integrations import registry
from integrations.healthsherpa.models import Connection
from integrations.healthsherpa.partner import TEST_ID
from integrations.models import InboundMessage
from integrations.services import inbox, processing
from tests.healthsherpa.samples import CASINGS, ENVELOPES, sample, submission

URL = "/hooks/healthsherpa/"
UPDATES = tuple(
    submission(
        updated_at=f"2026-10-1{number}T12:00:00.000Z",
        effective_date=f"2027-0{number}-01",
        total_premium_cents=1000 * number,
    )
    for number in (1, 2, 3)
)


def receive(body):
    return inbox.receive(partner=registry.PARTNERS["healthsherpa"], body=json.dumps(body).encode())


def apply_all():
    return [one.state for one in processing.process_waiting(partners=registry.PARTNERS)]


@pytest.fixture
def key():
    Connection.objects.create(pk=1, is_active=True, activated_at=datetime(2026, 1, 1, tzinfo=UTC))
    return api_keys.create_key(name="HealthSherpa", scope="healthsherpa").raw


def post(key, body):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(URL, data, content_type="application/json", headers={"X-API-Key": key})


@pytest.mark.django_db
class TestDoor:
    @pytest.mark.parametrize("envelope", ENVELOPES)
    @pytest.mark.parametrize("casing", CASINGS)
    def test_makes_one_application_of_every_envelope_and_casing(self, key, envelope, casing):
        body = ENVELOPES[envelope](CASINGS[casing](sample()))

        answer = post(key, body)
        again = post(key, sample())

        assert (answer.status_code, again.status_code) == (202, 200)
        assert InboundMessage.objects.count() == 1
        assert json.loads(InboundMessage.objects.get().body.reveal()) == body
        assert apply_all() == ["applied"]
        application = Application.objects.get()
        assert application.external_id == "9f3b6a52-2f0e-4f6f-8a51-6a4f0d6c1a10"
        assert application.mbi.reveal() == "1EG4TE5MK73"
        assert (application.premium, application.line) == (Decimal("24.50"), "med_adv")
        assert [rider.premium for rider in application.riders.all()] == [Decimal("18.90")]

    def test_takes_each_submission_of_an_array(self, key):
        answer = post(key, [submission(id="a"), submission(id="b"), {"nothing": 1}])

        assert answer.status_code == 422
        answer = post(key, {"data": [submission(id="a"), submission(id="b")]})
        assert answer.status_code == 202
        assert apply_all() == ["applied", "applied"]
        assert Application.objects.count() == 2

    def test_refuses_with_a_public_reason_and_keeps_the_body(self, key):
        body = submission(id=None)

        answer = post(key, body)

        assert answer.status_code == 422
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["errors"][0]["field"] == "medicare_application.id"
        assert "Lopez" not in answer.content.decode()
        assert json.loads(InboundMessage.objects.get().body.reveal()) == body
        assert Application.objects.count() == 0

    def test_refuses_while_it_is_not_active(self, key):
        Connection.objects.update(is_active=False)

        assert post(key, sample()).status_code == 403

    def test_refuses_a_key_of_another_scope(self, key):
        other = api_keys.create_key(name="x", scope="plancompare").raw

        assert post(other, sample()).status_code == 403
        assert post("", sample()).status_code == 401

    def test_takes_two_keys_at_once(self, key):
        second = api_keys.create_key(name="Second", scope="healthsherpa").raw

        assert post(key, submission(id="a")).status_code == 202
        assert post(second, submission(id="b")).status_code == 202

    def test_tells_what_became_of_the_message(self, key, client):
        message = post(key, sample()).json()["message_id"]
        apply_all()

        answer = client.get(f"/api/v1/inbox/{message}/", headers={"X-API-Key": key}).json()

        assert answer["state"] == "applied"
        [record] = answer["records"]
        assert (record["kind"], record["id"]) == ("application", Application.objects.get().pk)


@pytest.mark.django_db
class TestApply:
    def test_says_what_could_not_be_read(self, key):
        post(key, submission(effective_date="soon"))

        assert apply_all() == ["applied"]
        message = InboundMessage.objects.get()
        assert message.needs_attention
        assert "medicare_application.effective_date" in message.details["attention"][0]
        assert Application.objects.get().effective_date is None

    def test_keeps_an_independent_agents_client_as_limited(self, key):
        post(key, sample("independent_agent"))
        apply_all()

        application = Application.objects.get()
        assert (application.sharing, application.last_name) == ("limited", "Jessup")
        assert application.individual is None

    def test_makes_no_application_of_our_own_test(self, key):
        post(key, submission(id=f"{TEST_ID}1"))

        assert apply_all() == ["ignored"]
        assert Application.objects.count() == 0

    @pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
    def test_ends_with_the_newest_update_in_any_order(self, key, order):
        for number in order:
            receive(UPDATES[number])
            apply_all()

        application = Application.objects.get()
        assert f"{application.effective_date}" == "2027-03-01"
        assert application.premium == Decimal("30.00")


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_makes_one_application_of_deliveries_at_the_same_moment(self, default_options):
        """Four threads deliver the same three updates, four apply what arrived."""
        Connection.objects.create(pk=1, is_active=True)
        gate = threading.Barrier(4)
        broken: list[Exception] = []

        def work(start):
            try:
                gate.wait(timeout=60)
                for number in range(3):
                    receive(UPDATES[(start + number) % 3])
                apply_all()
            except Exception as error:  # noqa: BLE001 - shown below
                broken.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=(start,)) for start in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        apply_all()

        assert not broken
        assert Application.objects.count() == 1
        assert f"{Application.objects.get().effective_date}" == "2027-03-01"
        assert InboundMessage.objects.filter(state="applied").count() == 3


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    arrivals=st.lists(
        st.tuples(
            st.integers(0, 2), st.sampled_from(sorted(ENVELOPES)), st.sampled_from(sorted(CASINGS))
        ),
        min_size=1,
        max_size=8,
    ),
    applied_at=st.sets(st.integers(0, 7)),
)
def test_never_makes_a_second_application_nor_lets_an_older_update_win(arrivals, applied_at):
    """Any retries, in any order, wrapped anyhow, applied at any time."""
    InboundMessage.objects.all().delete()
    Application.objects.all().delete()
    for position, (number, envelope, casing) in enumerate(arrivals):
        receive(ENVELOPES[envelope](CASINGS[casing](UPDATES[number])))
        if position in applied_at:
            apply_all()
    apply_all()

    newest = max(number for number, *_ in arrivals) + 1
    application = Application.objects.get()
    assert f"{application.effective_date}" == f"2027-0{newest}-01"
    assert application.premium == Decimal(10 * newest)
    states = set(InboundMessage.objects.values_list("state", flat=True))
    assert states == {"applied"}
