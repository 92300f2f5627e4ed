"""The pages of webhooks."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts.models import Role
from integrations.outgoing import tasks
from integrations.outgoing.models import Delivery, Endpoint, Event
from integrations.outgoing.services import retention
from tests.factories.accounts import UserFactory
from tests.factories.outgoing import AT, SECRET, DeliveryFactory, EndpointFactory, EventFactory

pytestmark = pytest.mark.django_db
LIST = reverse("outgoing:endpoint_list")
ADD = reverse("outgoing:endpoint_create")
RIGHTS = [f"outgoing.{verb}_endpoint" for verb in ("view", "add", "change", "delete")]
State = Delivery.State


@pytest.fixture
def owner(client):
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr(tasks.deliver_webhooks, "delay", lambda: None)


def detail(endpoint, name="endpoint_detail", *more):
    return reverse(f"outgoing:{name}", args=[endpoint.pk, *more])


class TestList:
    def test_says_how_each_is_doing_at_the_same_cost(
        self, client, owner, django_assert_max_num_queries
    ):
        for number in range(12):
            endpoint = EndpointFactory(failing_since=AT if number else None)
            DeliveryFactory(endpoint=endpoint, state=State.FAILED)

        with django_assert_max_num_queries(12):
            page = client.get(LIST)

        assert page.content.decode().count("hooks.example.com") == 12
        assert "Failing" in page.content.decode()

    def test_shows_only_own_ones_to_who_sees_a_part(self, client):
        user = UserFactory(may=RIGHTS, may__reach=Role.Scope.OWN)
        own, other = EndpointFactory(owner=user), EndpointFactory()
        client.force_login(user)

        page = client.get(LIST).content.decode()

        assert (own.name in page, other.name in page) == (True, False)
        assert client.get(detail(other)).status_code == 404
        assert client.post(detail(other, "endpoint_ping")).status_code == 404
        assert client.post(detail(other, "deliveries_again")).status_code == 404
        assert client.post(detail(other, "secret_rotate")).status_code == 404


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("get", "endpoint_detail"), ("get", "endpoint_edit"), ("get", "endpoint_delete"),
        ("post", "endpoint_delete"), ("post", "secret_rotate"), ("post", "endpoint_ping"),
        ("post", "deliveries_again"),
    ],
)  # fmt: skip
def test_is_refused_without_the_right(client, method, name):
    endpoint = EndpointFactory()
    client.force_login(UserFactory())

    assert getattr(client, method)(detail(endpoint, name)).status_code == 403
    assert client.get(LIST).status_code == 403
    assert client.get(ADD).status_code == 403
    assert Endpoint.objects.exists()


class TestForm:
    BODY = {"name": "Lake", "url": "https://93.184.216.34/in", "types": ["policy.created"]}

    def test_adds_one_and_shows_its_secret_once(self, client, owner):
        page = client.post(ADD, {**self.BODY, "owner": owner.pk, "is_active": "on"})

        endpoint = Endpoint.objects.get()
        assert endpoint.secret.reveal() in page.content.decode()
        assert endpoint.secret.reveal() not in client.get(detail(endpoint)).content.decode()
        assert "no-store" in page["Cache-Control"]

    def test_names_what_is_wrong(self, client, owner, settings):
        settings.ALLOWED_PRIVATE_HOSTS = []
        page = client.post(ADD, {"name": "", "url": "https://127.0.0.1/", "owner": owner.pk})

        assert page.status_code == 422
        assert set(page.context["form"].errors) == {"name", "url", "types"}
        assert not Endpoint.objects.exists()

    def test_switches_off_and_on(self, client, owner):
        endpoint = EndpointFactory(url=self.BODY["url"])
        DeliveryFactory(endpoint=endpoint)
        body = {**self.BODY, "owner": owner.pk}

        client.post(detail(endpoint, "endpoint_edit"), body)
        endpoint.refresh_from_db()
        assert (endpoint.is_active, endpoint.off_because) == (False, "person")
        assert Delivery.objects.get().state == State.FAILED
        assert client.post(detail(endpoint, "endpoint_ping"), follow=True).status_code == 200
        assert Event.objects.count() == 1

        client.post(detail(endpoint, "endpoint_edit"), {**body, "is_active": "on"})
        endpoint.refresh_from_db()
        assert (endpoint.is_active, endpoint.off_because) == (True, "")

    def test_replaces_the_secret(self, client, owner):
        endpoint = EndpointFactory()

        page = client.post(detail(endpoint, "secret_rotate"))

        endpoint.refresh_from_db()
        assert endpoint.secret.reveal() in page.content.decode()
        assert endpoint.previous_secret.reveal() == SECRET

    def test_removes_it_with_its_log(self, client, owner):
        endpoint = DeliveryFactory().endpoint

        assert client.get(detail(endpoint, "endpoint_delete")).status_code == 200
        assert client.post(detail(endpoint, "endpoint_delete")).status_code == 302
        assert not Endpoint.objects.exists()
        assert not Delivery.objects.exists()


class TestLog:
    def test_is_a_page_and_a_fragment_at_the_same_cost(
        self, client, owner, django_assert_max_num_queries
    ):
        endpoint = EndpointFactory()
        DeliveryFactory.create_batch(12, endpoint=endpoint, state=State.FAILED, status=500)

        with django_assert_max_num_queries(12):
            page = client.get(detail(endpoint))
        part = client.get(detail(endpoint), {"state": "delivered"}, headers={"HX-Request": "true"})

        assert page.content.decode().count("Trial event") == 12
        assert "<html" not in part.content.decode()
        assert "No delivery is in this state" in part.content.decode()

    def test_tells_each_try_and_what_was_sent(self, client, owner):
        delivery = DeliveryFactory(state=State.FAILED, outcome="timeout")
        delivery.attempts.create(started_at=AT, outcome="timeout", duration_ms=15000)

        page = client.get(detail(delivery.endpoint, "delivery_detail", delivery.pk))

        assert "No answer in time" in page.content.decode()
        assert "15000 ms" in page.content.decode()
        assert "&quot;type&quot;: &quot;ping&quot;" in page.content.decode()
        other = EndpointFactory()
        assert client.get(detail(other, "delivery_detail", delivery.pk)).status_code == 404

    def test_sends_one_all_failed_or_some_days_again(self, client, owner):
        endpoint = EndpointFactory()
        failed = DeliveryFactory(endpoint=endpoint, state=State.FAILED)
        done = DeliveryFactory(endpoint=endpoint, state=State.DELIVERED)

        client.post(detail(endpoint, "deliveries_again"))
        states = dict(Delivery.objects.values_list("pk", "state"))
        assert states == {failed.pk: State.WAITING, done.pk: State.DELIVERED}
        assert "There is nothing to send again." in told(client, endpoint, "deliveries_again")

        client.post(detail(endpoint, "delivery_again", done.pk))
        assert Delivery.objects.get(pk=done.pk).state == State.WAITING

        Delivery.objects.update(state=State.DELIVERED)
        days = {"first_day": "2026-11-02", "last_day": "2026-11-02"}
        client.post(detail(endpoint, "deliveries_again"), {**days, "last_day": ""})
        assert not Delivery.objects.filter(state=State.WAITING).exists()
        client.post(detail(endpoint, "deliveries_again"), days)
        assert Delivery.objects.filter(state=State.WAITING).count() == 2

    @pytest.mark.parametrize(
        ("state", "hours", "rests", "is_offered"),
        [
            (State.WAITING, 5, None, True),
            (State.WAITING, -1, None, False),
            (State.WAITING, -1, 1, True),
            (State.SENDING, -1, None, False),
            (State.DELIVERED, -1, None, True),
            (State.FAILED, -1, None, True),
        ],
    )
    def test_offers_what_sending_again_would_do(
        self, client, owner, state, hours, rests, is_offered
    ):
        now = timezone.now()
        endpoint = EndpointFactory(rests_until=rests and now + timedelta(hours=rests))
        next_at = now + timedelta(hours=hours)
        delivery = DeliveryFactory(endpoint=endpoint, state=state, tries=1, next_at=next_at)

        page = client.get(detail(endpoint, "delivery_detail", delivery.pk))

        assert ("Send again" in page.content.decode()) == is_offered

    def test_sends_what_waits_now_and_says_so(self, client, owner):
        later = timezone.now() + timedelta(hours=6)
        waits = DeliveryFactory(tries=4, next_at=later)
        shown_at = client.get(detail(waits.endpoint, "delivery_detail", waits.pk)).context[
            "shown_at"
        ]

        words = told(client, waits.endpoint, "delivery_again", waits.pk, shown_at=shown_at)

        assert "1 delivery is sent again." in words
        waits.refresh_from_db()
        assert waits.next_at < later
        assert (waits.state, waits.tries) == (State.WAITING, 4)

    @pytest.mark.parametrize("name", ["deliveries_again", "delivery_again"])
    def test_says_that_a_moment_cannot_be_read(self, client, owner, name):
        failed = DeliveryFactory(state=State.FAILED)
        more = [failed.pk] if name == "delivery_again" else []

        words = told(client, failed.endpoint, name, *more, shown_at="x" * 10_000)

        assert "Enter a valid date/time." in words
        assert Delivery.objects.get().state == State.FAILED


def told(client, endpoint, name, *more, **body):
    """What the page says after an act."""
    return client.post(detail(endpoint, name, *more), body, follow=True).content.decode()


class TestRetention:
    def test_keeps_what_waits(self):
        old = timezone.now()
        waits, done = DeliveryFactory(), DeliveryFactory(state=State.DELIVERED)
        EventFactory()

        assert retention.purge(at=old, keep_days=1) == 0
        later = old + timedelta(days=2)
        assert retention.purge(at=later, keep_days=1) == 2
        assert Delivery.objects.get() == waits
        assert not Delivery.objects.filter(pk=done.pk).exists()
