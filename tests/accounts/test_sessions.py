"""How long a sign-in lasts, and what is written down about it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from agencyhub.accounts import throttle
from agencyhub.accounts.models import AccessEvent
from agencyhub.lib.visitors import visit_of
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
STATE = "/accounts/session/"
START = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def user(client, clock):
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


class TestIdle:
    def test_lasts_while_somebody_is_there(self, client, user, clock):
        for _ in range(4):
            clock.shift(timedelta(minutes=29))
            assert client.get("/accounts/profile/").status_code == 200

    def test_ends_after_half_an_hour_and_comes_back_to_the_page(self, client, user, clock):
        clock.shift(timedelta(minutes=30))

        answer = client.get("/settings/users/?state=active")

        assert answer.url == f"{LOGIN}?next=%2Fsettings%2Fusers%2F%3Fstate%3Dactive&ended=idle"
        assert "signed out after 30 minutes" in client.get(answer.url).text
        assert AccessEvent.objects.get(kind="timed_out").user == user
        back = client.post(answer.url, {"username": user.username, "password": PASSWORD,
                                        "next": "/settings/users/?state=active"})  # fmt: skip
        assert back.url == "/settings/users/?state=active"

    def test_says_that_what_was_sent_is_not_saved(self, client, user, clock):
        clock.shift(timedelta(minutes=30))
        page = "http://testserver/settings/users/new/"

        answer = client.post("/settings/users/new/", {}, headers={"Referer": page})

        assert answer.url == f"{LOGIN}?next=%2Fsettings%2Fusers%2Fnew%2F&ended=unsaved"
        assert "was not saved" in client.get(answer.url).text

    def test_does_not_send_anybody_to_another_site(self, client, user, clock):
        clock.shift(timedelta(minutes=30))

        answer = client.post("/settings/users/new/", {}, headers={"Referer": "http://evil.test/x"})

        assert answer.url == f"{LOGIN}?next=%2F&ended=unsaved"

    def test_ends_after_twelve_hours_whatever_happens(self, client, user, clock):
        for _ in range(24):
            clock.shift(timedelta(minutes=29))
            assert client.get("/accounts/profile/").status_code == 200
        clock.shift(timedelta(minutes=25))

        assert client.get("/accounts/profile/").status_code == 302

    def test_is_not_kept_alive_by_what_a_page_asks_by_itself(self, client, user, clock):
        for _ in range(3):
            clock.shift(timedelta(minutes=9))
            client.get("/accounts/profile/", headers={"X-Background": "1", "HX-Request": "true"})
        clock.shift(timedelta(minutes=3))

        answer = client.get("/accounts/profile/", headers={"HX-Request": "true",
                            "HX-Current-URL": "http://testserver/settings/"})  # fmt: skip

        assert answer["HX-Redirect"] == f"{LOGIN}?next=%2Fsettings%2F&ended=idle"

    def test_leaves_pages_for_everybody_alone(self, client, user, clock):
        clock.shift(timedelta(minutes=30))

        assert client.get("/healthz").status_code == 200
        assert client.get(LOGIN).status_code == 200

    def test_writes_once_a_minute_at_the_most(self, client, user, clock, django_assert_num_queries):
        client.get("/accounts/profile/")
        clock.shift(timedelta(seconds=59))

        with django_assert_num_queries(3) as seen:
            client.get("/accounts/profile/")

        assert not [one for one in seen.captured_queries if "UPDATE" in one["sql"]]


class TestState:
    def test_tells_how_long_is_left_and_is_no_sign_of_life_itself(self, client, user, clock):
        clock.shift(timedelta(minutes=28))

        asked = client.get(STATE, headers={"X-Background": "1"}).json()
        told = client.post(STATE).json()

        assert (asked["seconds_left"], told["seconds_left"]) == (120, 1800)
        assert asked["user"] == user.pk
        assert asked["csrf_token"]

    def test_tells_strangers_nothing(self, client):
        assert client.get(STATE).json() == {"user": None, "seconds_left": 0}

    def test_is_in_the_frame_of_each_page(self, client, user):
        assert 'data-seconds="1800"' in client.get("/accounts/profile/").text


class TestLog:
    def sign_in(self, client, user, password=PASSWORD):
        return client.post(
            LOGIN,
            {"username": user.username, "password": password},
            headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36"},
        )

    def test_notes_who_came_and_went(self, client):
        user = UserFactory()

        self.sign_in(client, user, "wrong")
        self.sign_in(client, user)
        client.post(reverse("accounts:logout"))

        found = list(AccessEvent.objects.order_by("pk").values_list("kind", "user", "address"))
        assert found == [
            ("refused", user.pk, "127.0.0.1"),
            ("signed_in", user.pk, "127.0.0.1"),
            ("signed_out", user.pk, "127.0.0.1"),
        ]
        assert AccessEvent.objects.first().browser == "Chrome on Windows"

    def test_notes_a_lock_out_once_and_strangers_not_at_all(self, client):
        user = UserFactory()
        for _ in range(throttle.FROM_ONE_ADDRESS + 3):
            self.sign_in(client, user, "wrong")
        client.post(LOGIN, {"username": "my secret passphrase", "password": "x"})

        assert AccessEvent.objects.filter(kind="locked_out", user=user).count() == 1
        assert not AccessEvent.objects.filter(user=None).exists()

    def test_is_for_the_owner_and_filtered(self, client):
        user = UserFactory()
        self.sign_in(client, user)
        client.force_login(UserFactory(may=["accounts.view_user"]))
        url = reverse("accounts:accessevent_list")
        assert client.get(url).status_code == 403
        client.force_login(UserFactory(owner=True, username="boss"))

        everything = client.get(url).context["page"].rows
        one = client.get(url, {"user": user.pk, "kind": "signed_in"}).context["page"].rows

        assert len(everything) == 3
        assert [event.user for event in one] == [user]

    @pytest.mark.parametrize(
        ("agent", "words"),
        [
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17) Version/17 Safari/604", "Safari on iPhone"),
            ("Mozilla/5.0 (Windows NT 10.0) Chrome/126 Safari/537 Edg/126", "Edge on Windows"),
            ("curl/8.0", ""),
        ],
    )
    def test_knows_browsers_by_name(self, rf, agent, words):
        assert visit_of(rf.get("/", headers={"User-Agent": agent})).browser == words

    def test_bears_a_sender_without_an_address(self, rf):
        assert visit_of(rf.get("/", REMOTE_ADDR="")).address is None
