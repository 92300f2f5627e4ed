"""Where somebody is signed in, and signing out there from elsewhere."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts import session_clock
from agencyhub.accounts.models import AccessEvent, OpenSession
from agencyhub.accounts.services import retention
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/143.0 Safari/537.36"
URL = "/accounts/sessions/"


@pytest.fixture
def user():
    return UserFactory()


def signed_in(user, browser=DESK, address="203.0.113.7"):
    """A browser in which the user has signed in."""
    one = Client(headers={"user-agent": browser}, REMOTE_ADDR=address)
    one.post(reverse("accounts:login"), {"username": user.username, "password": PASSWORD})
    return one


def listed(client):
    return client.get(URL).context["sessions"]


def is_in(client) -> bool:
    return client.get(URL).status_code == 200


def at_once(moment=None):
    """A moment as the sessions keep it, to the second."""
    return (moment or timezone.now()).replace(microsecond=0)


class TestList:
    def test_names_device_address_and_moments_the_present_one_first(self, user):
        before = at_once()
        here, phone = signed_in(user), signed_in(user, PHONE, "198.51.100.4")

        found = listed(here)

        assert [(one.browser, one.address, one.is_current) for one in found] == [
            ("Chrome on Windows", "203.0.113.7", True),
            ("Safari on iPhone", "198.51.100.4", False),
        ]
        assert all(before <= one.signed_in_at <= timezone.now() for one in found)
        assert [one.is_current for one in listed(phone)] == [True, False]

    def test_shows_the_words_and_no_key(self, user):
        here, phone = signed_in(user), signed_in(user, PHONE)

        text = here.get(URL).content.decode()

        assert "Safari on iPhone" in text
        assert "Sign out everywhere else" in text
        assert not [one for one in (here, phone) if one.session.session_key in text]

    def test_offers_nothing_where_one_is_signed_in_here_alone(self, user):
        text = signed_in(user).get(URL).content.decode()

        assert "Sign out everywhere else" not in text

    def test_has_nobody_elses(self, user):
        signed_in(UserFactory())

        assert len(listed(signed_in(user))) == 1

    def test_says_when_each_was_seen_last(self, user):
        here, phone = signed_in(user), signed_in(user, PHONE)
        seen = at_once(timezone.now() - timedelta(minutes=11))
        session = phone.session
        session[session_clock.SEEN_AT] = int(seen.timestamp())
        session.save()

        assert [one.seen_at for one in listed(here)][1] == seen.astimezone(UTC)

    @pytest.mark.parametrize("key", [session_clock.SEEN_AT, session_clock.SIGNED_IN_AT])
    def test_leaves_out_what_ended_by_time(self, user, key):
        here, phone = signed_in(user), signed_in(user, PHONE)
        session = phone.session
        session[key] = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
        session.save()

        assert [one.is_current for one in listed(here)] == [True]

    def test_leaves_out_what_a_new_password_ended_and_keeps_the_present_one(self, user):
        here = signed_in(user)
        signed_in(user, PHONE)
        new = "quite another long password"
        here.post(
            reverse("accounts:password_change"),
            {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
        )

        found = listed(here)

        assert [(one.is_current, one.browser) for one in found] == [(True, "Chrome on Windows")]

    def test_comes_to_know_sessions_from_before_there_was_a_list(self, user):
        here, phone = signed_in(user), signed_in(user, PHONE)
        OpenSession.objects.all().delete()
        session = phone.session
        del session["listed_as"]
        session[session_clock.SEEN_AT] -= 120
        session.save()

        phone.get(reverse("accounts:profile"))

        assert [one.browser for one in listed(here) if not one.is_current] == ["Safari on iPhone"]

    def test_is_shown_to_strangers_and_to_who_views_as_somebody_as_little(self, user, client):
        owner = UserFactory(owner=True)
        signed_in(user)
        client.force_login(owner)
        client.post(reverse("accounts:view_as_start", args=[user.pk]))

        assert client.get(URL).status_code == 302
        assert Client().get(URL).status_code == 302

    def test_takes_no_more_queries_for_more_sessions(self, user, django_assert_max_num_queries):
        here = signed_in(user)
        for _each in range(12):
            signed_in(user, PHONE)

        with django_assert_max_num_queries(12):
            assert len(listed(here)) == 13


class TestEnd:
    def test_signs_out_there_at_the_server_and_says_so_in_the_log(self, user):
        here, phone = signed_in(user), signed_in(user, PHONE)
        other = next(one for one in listed(here) if not one.is_current)

        answer = here.post(reverse("accounts:session_end", args=[other.pk]), follow=True)

        assert "That session is signed out." in answer.content.decode()
        assert (is_in(here), is_in(phone)) == (True, False)
        assert len(listed(here)) == 1
        event = AccessEvent.objects.filter(kind="signed_out").get()
        assert (event.user, event.detail) == (user, "Ended from another session.")

    def test_of_the_present_one_signs_out(self, user):
        here = signed_in(user)

        answer = here.post(reverse("accounts:session_end", args=[listed(here)[0].pk]))

        assert answer["Location"] == reverse("accounts:login")
        assert not is_in(here)

    def test_reaches_nobody_else(self, user):
        other = signed_in(UserFactory())
        pk = listed(other)[0].pk

        answer = signed_in(user).post(reverse("accounts:session_end", args=[pk]))

        assert answer.status_code == 404
        assert is_in(other)

    def test_everywhere_else_leaves_this_one_alone(self, user):
        here, stranger = signed_in(user), signed_in(UserFactory())
        others = [signed_in(user, PHONE) for _each in range(2)]

        answer = here.post(reverse("accounts:session_end_others"), follow=True)

        assert "2 other sessions are signed out." in answer.content.decode()
        assert [is_in(one) for one in (here, stranger, *others)] == [True, True, False, False]

    def test_is_refused_while_viewing_as_somebody(self, user, client):
        elsewhere = signed_in(user)
        client.force_login(UserFactory(owner=True))
        client.post(reverse("accounts:view_as_start", args=[user.pk]))

        assert client.post(reverse("accounts:session_end_others")).status_code == 403
        assert is_in(elsewhere)


class TestPurge:
    def test_forgets_whose_a_session_was_with_the_session(self, user):
        signed_in(user)
        orphan = OpenSession.objects.create(user=user, session_id="gone")
        Session.objects.update(expire_date=timezone.now() - timedelta(days=1))

        count = retention.purge_sessions(at=timezone.now())

        assert count == 1
        assert not OpenSession.objects.exists()
        assert orphan.pk
