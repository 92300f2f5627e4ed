"""HealthSherpa's settings page: two values, two keys, a test, what is missing."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts import api_keys
from agencyhub.accounts.models import AccessEvent, ApiKey, User
from integrations.healthsherpa.models import Connection
from integrations.healthsherpa.services import testing
from integrations.models import InboundMessage
from integrations.services import inbox
from tests.factories.accounts import UserFactory
from tests.healthsherpa.samples import submission

pytestmark = pytest.mark.django_db
PAGE = reverse("healthsherpa:connection_detail")
KEYS = reverse("healthsherpa:key_create")
RIGHTS = [
    "integrations.manage_integrations",
    "accounts.add_apikey",
    "accounts.change_apikey",
]


@pytest.fixture
def browser(client):
    client.force_login(UserFactory(may=RIGHTS))
    return client


def kept(body, *, state, minutes_ago, external_id="", code=""):
    """A delivery of some time ago."""
    text = json.dumps(body)
    made = InboundMessage.objects.create(
        partner="healthsherpa",
        external_id=external_id,
        body=text,
        digest=hashlib.sha256(text.encode()).digest(),
        state=state,
        code=code,
    )
    received_at = timezone.now() - timedelta(minutes=minutes_ago)
    InboundMessage.objects.filter(pk=made.pk).update(received_at=received_at)


class TestPage:
    def test_shows_what_to_copy_and_to_mail(self, browser):
        page = browser.get(PAGE).content.decode()

        assert "http://testserver/hooks/healthsherpa/" in page
        assert "medicare-integrations@healthsherpa.com" in page
        assert "[paste the key here]" in page
        assert "Med Supp" in page

    def test_is_for_those_who_manage_integrations(self, client):
        client.force_login(UserFactory())

        assert client.get(PAGE).status_code == 403

    def test_stays_within_its_queries(self, browser, django_assert_max_num_queries):
        for number in range(12):
            kept(submission(id=number), state="applied", minutes_ago=5, external_id=f"{number}@1")

        with django_assert_max_num_queries(20):
            browser.get(PAGE)

    def test_is_activated_and_deactivated(self, browser):
        browser.post(reverse("healthsherpa:connection_activate"))
        assert Connection.objects.get().is_active

        browser.post(reverse("healthsherpa:connection_deactivate"))
        assert not Connection.objects.get().is_active

    def test_is_listed_among_the_integrations(self, browser):
        page = browser.get(reverse("integrations:integration_list")).content.decode()

        assert "HealthSherpa Medicare" in page
        assert "ComTrack" in page


class TestKeys:
    def test_shows_a_key_once_and_keeps_its_digest(self, browser):
        answer = browser.post(KEYS).content.decode()

        key = ApiKey.objects.get()
        assert key.scope == "healthsherpa"
        assert "ahk_healthsherpa_" in answer
        assert "[paste the key here]" not in answer
        assert "ahk_healthsherpa_" not in browser.get(PAGE).content.decode()

    def test_lets_two_live_and_no_third(self, browser):
        for _ in range(3):
            browser.post(KEYS)

        assert ApiKey.objects.count() == 2

    def test_makes_room_by_revoking(self, browser):
        browser.post(KEYS)
        browser.post(KEYS)
        browser.post(reverse("healthsherpa:key_revoke", args=[ApiKey.objects.earliest("pk").pk]))
        browser.post(KEYS)

        assert ApiKey.objects.filter(revoked_at=None).count() == 2

    def test_notes_who_made_and_who_revoked_a_key(self, browser):
        browser.post(KEYS)
        browser.post(reverse("healthsherpa:key_revoke", args=[ApiKey.objects.get().pk]))

        noted = AccessEvent.objects.filter(kind__startswith="key_").order_by("pk")
        kinds = [AccessEvent.Kind.KEY_CREATED, AccessEvent.Kind.KEY_REVOKED]
        assert [event.kind for event in noted] == kinds
        assert {event.actor for event in noted} == {User.objects.get()}

    def test_revokes_no_key_of_another_scope(self, browser):
        other = ApiKey.objects.create(name="x", scope="api", prefix="x", digest=b"x")

        answer = browser.post(reverse("healthsherpa:key_revoke", args=[other.pk]))

        assert answer.status_code == 404

    def test_needs_the_right_to_make_keys(self, client):
        client.force_login(UserFactory(may=["integrations.manage_integrations"]))

        assert client.post(KEYS).status_code == 403
        assert "Create the key" not in client.get(PAGE).content.decode()


class TestGaps:
    def test_names_what_was_refused_until_it_was_given_up(self, browser):
        Connection.objects.create(pk=1, is_active=True)
        for minutes in (100, 99, 90):
            kept(submission(id="lost-1"), state="rejected", minutes_ago=minutes, code="unknown_key")
        kept(submission(id="late-1"), state="rejected", minutes_ago=100, code="unknown_key")
        kept(submission(id="late-1"), state="applied", minutes_ago=30, external_id="late-1@x")

        page = browser.get(PAGE).content.decode()

        assert "lost-1" in page
        assert "(3 tries)" in page
        assert "wrong, revoked or missing key" in page
        assert "late-1</span>" not in page
        assert f"{reverse('imports:import_list')}?new=healthsherpa_contacts" in page
        health = browser.get(reverse("integrations:health")).content.decode()
        assert "HealthSherpa Medicare gave up 1 submission" in health

    def test_notices_silence_after_regular_traffic(self, browser):
        Connection.objects.create(pk=1, is_active=True)
        for number in range(40):
            minutes = 60 * 24 * (14 + number)
            kept(
                submission(id=number),
                state="applied",
                minutes_ago=minutes,
                external_id=f"{number}@",
            )

        page = browser.get(PAGE).content.decode()

        assert "Nothing has arrived since" in page
        assert "Import the contact list" in page

    def test_says_nothing_when_all_is_well(self, browser):
        kept(submission(), state="applied", minutes_ago=5, external_id="a@1")

        assert "Enrollments may be missing" not in browser.get(PAGE).content.decode()


@pytest.mark.django_db(transaction=True)
class TestSample:
    def test_goes_through_the_real_door(self, live_server):
        Connection.objects.create(pk=1, is_active=True)

        tested = testing.send_sample(
            webhook_url=f"{live_server.url}/hooks/healthsherpa/", at=timezone.now()
        )

        assert tested.is_fine
        message = InboundMessage.objects.get()
        assert str(message.public_id) == tested.message_id
        assert message.external_id.startswith("agencyhub-test-")
        assert ApiKey.objects.count() == 0

    def test_says_that_the_door_is_closed(self, live_server):
        tested = testing.send_sample(
            webhook_url=f"{live_server.url}/hooks/healthsherpa/", at=timezone.now()
        )

        assert not tested.is_fine
        assert "403" in tested.words or "refused" in tested.words

    def test_says_that_nobody_answers(self):
        tested = testing.send_sample(webhook_url="http://127.0.0.1:9/hooks/", at=timezone.now())

        assert not tested.is_fine
        assert "could not be reached" in tested.words


class TestOwnFailures:
    def test_are_told_on_the_page(self, browser, monkeypatch):
        assert "AgencyHub itself could not answer" not in browser.get(PAGE).content.decode()

        def fail(**_delivery):
            raise RuntimeError

        monkeypatch.setattr(inbox, "receive", fail)
        Connection.objects.create(pk=1, is_active=True)
        key = api_keys.create_key(name="HealthSherpa", scope="healthsherpa").raw
        browser.raise_request_exception = False
        answer = browser.post(
            reverse("hooks:healthsherpa"), submission(), content_type="application/json",
            headers={"X-API-Key": key},
        )  # fmt: skip

        page = browser.get(PAGE).content.decode()
        assert answer.status_code == 500
        assert "1 delivery failed here within the last two weeks" in page
