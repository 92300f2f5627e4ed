"""Whoever signs in with a device that is not known is told by mail."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts import devices
from agencyhub.accounts.models import AccessEvent
from agencyhub.mailing import tasks
from tests.accounts.codes import NOW, code_at, set_up
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/143.0 Safari/537.36"
HOME, SAME_NETWORK, ELSEWHERE = "203.0.113.7", "203.0.113.99", "198.51.100.4"
NEW = "quite another long password"
LOGIN = "/accounts/login/"
SESSIONS = "/accounts/sessions/"


@pytest.fixture
def user():
    return UserFactory(email="uma@example.com")


@pytest.fixture
def desk(user):
    """The device that was used first."""
    return sign_in(user)


def device(browser=DESK, address=HOME) -> Client:
    return Client(headers={"user-agent": browser}, REMOTE_ADDR=address)


def sign_in(user, one=None, password=PASSWORD, **kind) -> Client:
    one = one or device(**kind)
    one.post(LOGIN, {"username": user.username, "password": password})
    assert one.get(SESSIONS).status_code == 200
    return one


def carry(one: Client, address: str, browser: str = DESK) -> Client:
    """The same device somewhere else, after it signed out."""
    one.post(reverse("accounts:logout"))
    moved = device(browser, address)
    moved.cookies.update(one.cookies)
    return moved


def noted(user) -> int:
    return AccessEvent.objects.filter(user=user, kind="new_device").count()


def told() -> list[str]:
    mail.outbox.clear()
    tasks.send_mail_due()
    return [one.subject.removeprefix("AgencyHub: ") for one in mail.outbox]


class TestMail:
    def test_tells_of_another_browser_once_from_where_and_what_to_do(self, user, desk):
        sign_in(user, browser=PHONE, address=ELSEWHERE)

        assert told() == ["A sign-in with a new device"]
        sent = mail.outbox[0]
        assert sent.to == ["uma@example.com"]
        assert f"Safari on iPhone, {ELSEWHERE}" in sent.body
        assert "choose a new password, sign out everywhere else" in sent.body
        assert "/accounts/sessions/" in sent.body
        assert told() == []

    def test_holds_no_key_token_or_cookie(self, user, desk):
        phone = sign_in(user, browser=PHONE, address=ELSEWHERE)

        told()

        whole = mail.outbox[0].body + mail.outbox[0].alternatives[0].content
        assert phone.cookies
        assert not [name for name, one in phone.cookies.items() if one.value in whole]
        assert user.password not in whole

    def test_tells_nobody_of_the_first_sign_in_ever(self, user, desk):
        assert (noted(user), told()) == (0, [])

    def test_comes_after_the_second_factor_too(self, user):
        set_up(user)
        with time_machine.travel(NOW, tick=False) as clock:
            for browser in (DESK, PHONE):
                here = device(browser)
                here.post(LOGIN, {"username": user.username, "password": PASSWORD})
                assert noted(user) == 0
                code = {"code": code_at(user, timezone.now())}
                here.post(reverse("accounts:second_factor_verify"), code)
                clock.shift(timedelta(minutes=1))

            assert noted(user) == 1

    def test_is_sent_five_times_a_day_and_no_more(self, user, desk):
        for number in range(devices.MOST_A_DAY + 2):
            sign_in(user, address=f"198.51.{number}.4")

        assert noted(user) == len(told()) == devices.MOST_A_DAY
        assert AccessEvent.objects.filter(user=user, kind="signed_in").count() == 8


class TestKnown:
    @pytest.mark.parametrize(
        ("browser", "address", "expected"),
        [
            (DESK, HOME, 0),
            (DESK, SAME_NETWORK, 0),
            (DESK, ELSEWHERE, 1),
            (PHONE, HOME, 1),
            (DESK, "2001:db8::1", 1),
        ],
        ids=["same", "same network", "elsewhere", "other browser", "other kind of network"],
    )
    def test_without_a_cookie_by_browser_and_network(self, user, desk, browser, address, expected):
        sign_in(user, browser=browser, address=address)

        assert noted(user) == expected

    @pytest.mark.parametrize(
        ("address", "expected"), [("2001:db8:7:ffff::9", 0), ("2001:db8:8::1", 1)]
    )
    def test_networks_of_the_newer_protocol_are_larger(self, user, address, expected):
        sign_in(user, address="2001:db8:7::1")

        sign_in(user, address=address)

        assert noted(user) == expected

    def test_by_its_cookie_wherever_it_goes(self, user, desk):
        sign_in(user, carry(desk, ELSEWHERE))

        assert noted(user) == 0

    @pytest.mark.parametrize("value", ["made-up", "{}:made:up"])
    def test_by_no_cookie_that_is_made_up_or_somebody_elses(self, user, desk, value):
        other = sign_in(UserFactory())
        theirs = next(one.value for name, one in other.cookies.items() if "device_" in name)
        here = device(address=ELSEWHERE)
        here.cookies[f"device_{user.pk}"] = theirs if value == "{}:made:up" else value

        sign_in(user, here)

        assert noted(user) == 1

    def test_for_half_a_year(self, user, desk):
        later = timezone.now() + devices.KNOWN_FOR + timedelta(days=1)
        with time_machine.travel(later, tick=False):
            sign_in(user, carry(desk, HOME))

        assert noted(user) == 1

    def test_for_each_user_of_a_browser_apart(self, user, desk):
        other = UserFactory()
        sign_in(other, address=ELSEWHERE)

        sign_in(other, carry(desk, "192.0.2.4", PHONE))

        assert (noted(user), noted(other)) == (0, 1)

    def test_no_more_after_a_new_password_but_where_it_was_chosen(self, user, desk):
        phone = sign_in(user, browser=PHONE)
        values = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
        desk.post(reverse("accounts:password_change"), values)
        before = noted(user)

        sign_in(user, carry(desk, ELSEWHERE), NEW)
        at_the_desk = noted(user)
        sign_in(user, carry(phone, HOME, PHONE), NEW)

        assert (before, at_the_desk, noted(user)) == (1, 1, 2)


class TestCookie:
    def test_is_signed_for_no_script_and_says_nothing(self, user, desk):
        cookie = desk.cookies[f"device_{user.pk}"]

        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
        assert cookie["max-age"] == 180 * 24 * 60 * 60
        assert cookie.value.count(":") == 2
        assert user.username not in cookie.value

    def test_is_left_by_a_sign_in_alone(self, user):
        refused = device()
        refused.post(LOGIN, {"username": user.username, "password": "wrong"})

        assert not [name for name in refused.cookies if "device_" in name]


class TestPage:
    def test_lists_ones_own_new_devices(self, user, desk):
        sign_in(user, browser=PHONE, address=ELSEWHERE)
        other = UserFactory()
        for address in (HOME, "192.0.2.77"):
            sign_in(other, address=address)

        page = desk.get(SESSIONS)

        assert [(one.browser, one.address) for one in page.context["devices"]] == [
            ("Safari on iPhone", ELSEWHERE)
        ]
        assert "New devices" in page.text
        assert "192.0.2.77" not in page.text

    def test_says_nothing_where_none_was_new(self, desk):
        assert "New devices" not in desk.get(SESSIONS).text

    def test_forgets_them_after_ninety_days(self, user, desk):
        sign_in(user, address=ELSEWHERE)
        with time_machine.travel(timezone.now() + timedelta(days=91), tick=False):
            here = sign_in(user)

            assert not here.get(SESSIONS).context["devices"]
