"""Deliveries that somebody asks for: now, under their ids, once for each time they ask."""

import json
from datetime import timedelta

import pytest

from agencyhub.records.models import Entry
from integrations.outgoing.models import Delivery, Endpoint
from integrations.outgoing.services import endpoints, sending
from tests.factories.accounts import UserFactory
from tests.factories.outgoing import AT, DeliveryFactory, EndpointFactory

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def endpoint(receiver):
    return EndpointFactory(url=receiver.url)


def send():
    return sending.send_due(seconds=20, now=lambda: AT, chance=lambda: 0.5)


def again(endpoint, *, actor=None, shown_at=None, **which):
    return endpoints.send_again(
        endpoint_id=endpoint.pk,
        which=which,
        actor=actor or endpoint.owner,
        at=AT,
        shown_at=shown_at,
    )


class TestSendAgain:
    def test_sends_what_failed_under_the_old_id(self, endpoint, receiver):
        failed = DeliveryFactory(endpoint=endpoint, state=State.FAILED, tries=9)
        DeliveryFactory(endpoint=endpoint, state=State.DELIVERED)

        number = again(endpoint, state=State.FAILED)

        assert (number, send()) == (1, 1)
        ((headers, _),) = receiver.got
        assert headers["webhook-id"] == f"evt_{failed.event.public_id.hex}"

    def test_sends_nothing_to_who_is_switched_off(self, endpoint):
        DeliveryFactory(endpoint=endpoint, state=State.FAILED)
        Endpoint.objects.update(is_active=False)

        with pytest.raises(endpoints.EndpointOffError):
            again(endpoint)
        assert Delivery.objects.get().state == State.FAILED
        assert not Entry.objects.filter(table_name="outgoing_endpoint").exists()

    def test_sends_what_waits_now_under_its_id_and_goes_on_with_its_patience(
        self, endpoint, receiver
    ):
        since, later = AT - timedelta(hours=5), AT + timedelta(hours=6)
        waits = DeliveryFactory(endpoint=endpoint, tries=7, since=since, next_at=later)
        receiver.answer = 503

        assert send() == 0
        assert again(endpoint, pk=waits.pk) == 1
        assert send() == 1

        waits.refresh_from_db()
        assert (waits.state, waits.tries, waits.since) == (State.WAITING, 8, since)
        ((headers, _),) = receiver.got
        assert headers["webhook-id"] == f"evt_{waits.event.public_id.hex}"

    def test_does_not_give_up_what_somebody_asks_for_after_three_days(self, endpoint, receiver):
        since, later = AT - timedelta(days=3), AT + timedelta(hours=1)
        waits = DeliveryFactory(endpoint=endpoint, tries=17, since=since, next_at=later)

        assert (again(endpoint, pk=waits.pk), send()) == (1, 1)
        waits.refresh_from_db()
        assert waits.state == State.DELIVERED

    def test_leaves_alone_what_is_due_or_being_sent(self, endpoint):
        due = DeliveryFactory(endpoint=endpoint, next_at=AT)
        sent = DeliveryFactory(endpoint=endpoint, state=State.SENDING, tries=3)

        assert again(endpoint) == 0
        kept = Delivery.objects.order_by("pk").values_list("pk", "state", "tries")
        assert list(kept) == [(due.pk, State.WAITING, 0), (sent.pk, State.SENDING, 3)]
        assert not Entry.objects.filter(table_name="outgoing_endpoint").exists()

    def test_wakes_a_receiver_that_rests(self, endpoint, receiver):
        due = DeliveryFactory(endpoint=endpoint, next_at=AT)
        Endpoint.objects.update(rests_until=AT + timedelta(minutes=9))

        assert send() == 0
        assert (again(endpoint, pk=due.pk), send()) == (1, 1)

    @pytest.mark.parametrize("state", [State.WAITING, State.FAILED, State.DELIVERED])
    def test_asked_twice_from_one_page_sends_once(self, endpoint, receiver, state):
        shown_at, later = AT - timedelta(seconds=9), AT + timedelta(hours=6)
        DeliveryFactory(endpoint=endpoint, state=state, tries=1, next_at=later)

        first = again(endpoint, shown_at=shown_at)
        before = again(endpoint, shown_at=shown_at)
        send()
        after = again(endpoint, shown_at=shown_at)

        assert (first, before, after, len(receiver.got)) == (1, 0, 0, 1)
        assert again(endpoint, shown_at=AT) == 1  # another page, another wish

    def test_is_kept_in_the_history_once(self, endpoint):
        DeliveryFactory.create_batch(2, endpoint=endpoint, state=State.FAILED)
        DeliveryFactory(endpoint=endpoint, next_at=AT + timedelta(hours=1))
        actor = UserFactory(owner=True)

        again(endpoint, actor=actor)
        again(endpoint, actor=actor)

        entry = Entry.objects.get(table_name="outgoing_endpoint", record_id=endpoint.pk)
        assert entry.text == "Deliveries of the webhook sent again: 3"
        assert (entry.user, entry.batch.user) == (actor, actor)

    def test_a_trial_event_goes_to_whoever_listens_to_anything(self, endpoint, receiver):
        endpoints.ping(endpoint_id=endpoint.pk, at=AT)

        assert send() == 1
        assert json.loads(receiver.got[0][1])["type"] == "ping"
