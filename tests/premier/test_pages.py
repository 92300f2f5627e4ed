"""Settings of Premier Partners: doors, keys, what came in; and the terms on a carrier's page."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts.models import AccessEvent, ApiKey
from integrations.premier.models import Credentials, Delivery, Feed, FeedKey, Pull
from policies.models import PremierTerm, Standing
from tests.factories.accounts import UserFactory
from tests.factories.policies import (
    CarrierFactory,
    PaymentFactory,
    PolicyFactory,
    PremierTermFactory,
    StandingFactory,
)
from tests.factories.premier import FeedFactory

pytestmark = pytest.mark.django_db
LIST = reverse("premier:feed_list")
RIGHTS = ["integrations.manage_integrations", "accounts.add_apikey", "accounts.change_apikey"]


@pytest.fixture
def browser(client):
    client.force_login(UserFactory(may=RIGHTS))
    return client


@pytest.fixture
def owner(client):
    client.force_login(UserFactory(owner=True))
    return client


def page_of(feed):
    return reverse("premier:feed_detail", args=[feed.pk])


def told(carrier, *, as_of, **more):
    return Delivery.objects.create(carrier=carrier, source="push", as_of=as_of, at=as_of, **more)


class TestFeedList:
    def test_shows_each_partner_with_its_last_statement_in_parts(self, browser):
        feed = FeedFactory(carrier=PremierTermFactory(carrier__name="Prairie Mutual").carrier)
        now = timezone.now()
        told(feed.carrier, as_of=now - timedelta(days=1), told=7)
        for _part in range(2):
            told(feed.carrier, as_of=now, told=2_000, unknown=21)

        page = browser.get(LIST).content.decode()

        assert "Prairie Mutual" in page
        assert "On time" in page
        assert ">4000<" in page
        assert ">42<" in page

    def test_says_who_breaks_a_promise(self, browser):
        PremierTermFactory(promised_hours=36)

        assert "Late" in browser.get(LIST).content.decode()

    def test_says_who_is_a_partner_no_more(self, browser):
        FeedFactory()

        assert "Not a Premier Partner today" in browser.get(LIST).content.decode()

    def test_asks_few_questions(self, browser, django_assert_max_num_queries):
        for _ in range(12):
            feed = FeedFactory(carrier=PremierTermFactory().carrier)
            told(feed.carrier, as_of=timezone.now())

        with django_assert_max_num_queries(20):
            browser.get(LIST)

    @pytest.mark.parametrize("name", ["feed_list", "feed_add"])
    def test_is_for_those_who_manage_integrations(self, client, name):
        client.force_login(UserFactory())

        assert client.get(reverse(f"premier:{name}")).status_code == 403


class TestFeed:
    def test_is_added_with_an_address_of_the_carriers_name(self, browser):
        carrier = CarrierFactory(name="Prairie Mutual, Inc.")

        answer = browser.post(
            reverse("premier:feed_add"),
            {"carrier": carrier.pk, "is_active": "on", "api_time": "05:00"},
        )

        feed = Feed.objects.get()
        assert answer.url == page_of(feed)
        assert (feed.slug, feed.is_active, feed.asked_since) == ("prairie-mutual-inc", True, None)
        page = browser.get(page_of(feed)).content.decode()
        assert "http://testserver/hooks/premier/prairie-mutual-inc/status/" in page

    def test_keeps_a_token_for_its_own_server_only(self, browser):
        feed = FeedFactory()
        edit = reverse("premier:feed_edit", args=[feed.pk])
        values = {"is_active": "on", "api_time": "05:00", "api_url": "http://127.0.0.1:9/statuses"}
        assert browser.post(edit, values).status_code == 422
        assert browser.post(edit, values | {"token": "secret-word"}).status_code == 302
        assert Credentials.objects.get().token.reveal() == "secret-word"
        assert "secret-word" not in browser.get(edit).content.decode()

        moved = browser.post(edit, values | {"api_url": "http://127.0.0.1:10/statuses"})

        assert moved.status_code == 422

    def test_refuses_an_address_in_a_private_network(self, browser, settings):
        settings.ALLOWED_PRIVATE_HOSTS = []
        values = {"is_active": "on", "api_time": "05:00", "token": "x"}
        edit = reverse("premier:feed_edit", args=[FeedFactory().pk])

        answer = browser.post(edit, values | {"api_url": "https://127.0.0.1/statuses"})

        assert answer.status_code == 422
        assert "private network" in answer.content.decode()

    def test_gives_a_key_once_and_at_most_two(self, owner):
        feed = FeedFactory()
        make = reverse("premier:key_create", args=[feed.pk])

        page = owner.post(make).content.decode()
        owner.post(make)
        owner.post(make)

        assert "ahk_premier_" in page
        assert "ahk_premier_" not in owner.get(page_of(feed)).content.decode()
        assert FeedKey.objects.filter(feed=feed).count() == 2

    def test_stops_a_key(self, owner):
        feed = FeedFactory()
        owner.post(reverse("premier:key_create", args=[feed.pk]))
        key = ApiKey.objects.get()

        owner.post(reverse("premier:key_revoke", args=[feed.pk, key.pk]))

        key.refresh_from_db()
        assert key.revoked_at is not None
        assert AccessEvent.objects.filter(kind=AccessEvent.Kind.KEY_REVOKED).count() == 1

    def test_asks_the_api_now(self, browser, django_capture_on_commit_callbacks):
        feed = FeedFactory(api_url="https://carrier.example/statuses")

        browser.post(reverse("premier:pull_start", args=[feed.pk]))

        assert Pull.objects.get().feed_id == feed.pk

    def test_names_rows_that_were_left_out(self, browser):
        feed = FeedFactory()
        told(feed.carrier, as_of=timezone.now(), told=3, unknown=2, unknown_rows=[4, 9], refused=1)

        page = browser.get(page_of(feed)).content.decode()

        assert "2 of unknown policies" in page
        assert "4, 9" in page
        assert "1 refused" in page


class TestTerms:
    def add(self, client, carrier, **values):
        url = reverse("policies:premierterm_create", args=[carrier.pk])
        return client.post(url, {"start_date": "2026-01-01", "promised_hours": 36, **values})

    def test_make_a_carrier_a_premier_partner(self, owner):
        carrier = CarrierFactory()

        answer = self.add(owner, carrier)

        assert answer.url == reverse("policies:carrier_detail", args=[carrier.pk])
        assert PremierTerm.objects.get().carrier_id == carrier.pk
        assert "every 36 hours" in owner.get(answer.url).content.decode()

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({}, "The term since 01/01/2026 has no end yet."),
            ({"start_date": "2027-01-01", "end_date": "2026-01-01"}, "before the first one"),
        ],
    )
    def test_say_in_words_why_they_do_not_fit(self, owner, values, words):
        term = PremierTermFactory()

        answer = self.add(owner, term.carrier, **values)

        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert PremierTerm.objects.count() == 1

    def test_may_follow_each_other(self, owner):
        term = PremierTermFactory(end_date=date(2026, 6, 30))

        assert self.add(owner, term.carrier, start_date="2026-07-01").status_code == 302

    def test_promise_anew_for_what_was_told(self, owner):
        term = PremierTermFactory()
        as_of = datetime(2026, 11, 20, 12, tzinfo=UTC)
        policy = PolicyFactory(carrier=term.carrier)
        PaymentFactory(policy=policy, as_of=as_of)
        StandingFactory(policy=policy, as_of=as_of)
        url = reverse("policies:premierterm_edit", args=[term.carrier_id, term.pk])

        owner.post(url, {"start_date": "2026-01-01", "promised_hours": 48})
        assert Standing.objects.get().stale_at == as_of + timedelta(hours=48)

        owner.post(reverse("policies:premierterm_remove", args=[term.carrier_id, term.pk]))
        assert Standing.objects.get().stale_at is None

    def test_need_the_right_to_change_carriers(self, client):
        client.force_login(UserFactory(may=["policies.view_carrier"]))

        assert self.add(client, CarrierFactory()).status_code == 403
