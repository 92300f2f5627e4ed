"""The second factor: setting up, signing in, recovery, trust, being forced to."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts import throttle
from agencyhub.accounts.models import AccessEvent, RecoveryCode, SecondFactor
from agencyhub.accounts.services import factors
from tests.accounts.codes import NOW, VISIT, code_at, set_up
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
VERIFY = "/accounts/second-factor/verify/"
SET_UP = "/accounts/second-factor/set-up/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def give_password(client, user, **more):
    return client.post(LOGIN, {"username": user.username, "password": PASSWORD, **more})


class TestSetUp:
    def test_shows_a_square_and_the_key_and_then_the_codes_once(self, client):
        user = UserFactory()
        client.force_login(user)

        page = client.get(SET_UP)
        again = client.get(SET_UP)
        done = client.post(SET_UP, {"code": code_at(user, NOW)})

        secret = SecondFactor.objects.get().secret.reveal()
        assert "<svg" in page.text
        assert "style=" not in page.text.partition("<svg")[2].partition("</svg>")[0]
        assert page.context["set_up"].spaced_key.replace(" ", "") == secret
        assert secret in again.context["set_up"].uri
        codes = re.findall(r"<li>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</li>", done.text)
        assert len(set(codes)) == 10
        assert "no-store" in done["Cache-Control"]
        assert SecondFactor.objects.get().confirmed
        assert client.get(SET_UP).url == reverse("accounts:second_factor")

    def test_stores_neither_key_nor_codes_in_the_open(self):
        user = UserFactory()
        codes = set_up(user)

        stored = bytes(SecondFactor.objects.get().secret.data)
        assert factors.of(user).secret.reveal().encode() not in stored
        assert codes[0].encode() not in {bytes(one.digest) for one in RecoveryCode.objects.all()}

    def test_refuses_a_wrong_first_code(self, client):
        user = UserFactory()
        client.force_login(user)
        client.get(SET_UP)

        answer = client.post(SET_UP, {"code": "000000"})

        assert answer.status_code == 422
        assert not SecondFactor.objects.get().confirmed


class TestSignIn:
    def test_asks_for_a_code_after_the_password_and_opens_nothing_before(self, client):
        user = UserFactory(owner=True)
        set_up(user)

        asked = give_password(client, user, next="/settings/")
        closed = [client.get(path).status_code for path in ("/", "/admin/", "/accounts/profile/")]
        signed_in = client.post(VERIFY, {"code": code_at(user, NOW)})

        assert asked.url == VERIFY
        assert closed == [302, 302, 302]
        assert signed_in.url == "/settings/"
        assert client.get("/").status_code == 200
        event = AccessEvent.objects.get(kind="signed_in")
        assert event.detail == "password and code"

    def test_takes_each_code_once(self, client, clock):
        user = UserFactory()
        set_up(user)
        code = code_at(user, NOW)
        give_password(client, user)
        client.post(VERIFY, {"code": code})
        client.logout()

        give_password(client, user)
        again = client.post(VERIFY, {"code": code})

        assert again.status_code == 422
        assert client.get("/").status_code == 302

    @pytest.mark.parametrize(("seconds", "is_accepted"), [(-30, True), (30, True), (90, False)])
    def test_forgives_a_clock_that_is_half_a_minute_off(self, seconds, is_accepted):
        user = UserFactory()
        set_up(user)
        code = code_at(user, NOW + timedelta(seconds=seconds))

        if is_accepted:
            assert factors.check(user=user, code=code, at=NOW, visit=VISIT) == "code"
        else:
            with pytest.raises(factors.WrongCodeError):
                factors.check(user=user, code=code, at=NOW, visit=VISIT)

    def test_makes_guessing_slow_and_then_stops_it(self, client, clock):
        user = UserFactory()
        set_up(user)
        give_password(client, user)

        first = client.post(VERIFY, {"code": "000000"})
        hurried = client.post(VERIFY, {"code": code_at(user, NOW)})
        for _ in range(throttle.FROM_ONE_ADDRESS):
            clock.shift(timedelta(seconds=40))
            client.post(VERIFY, {"code": "000000"})
        blocked = client.post(VERIFY, {"code": "000000"})

        assert "not the present code" in first.text
        assert "Wait 1 seconds" in hurried.text
        assert "Too many attempts" in blocked.text

    def test_forgets_who_it_was_after_ten_minutes(self, client, clock):
        user = UserFactory()
        set_up(user)
        give_password(client, user)
        clock.shift(timedelta(minutes=11))

        answer = client.post(VERIFY, {"code": code_at(user, timezone.now())})

        assert answer.url == LOGIN

    def test_forgets_who_it_was_when_the_password_changes(self, client):
        user = UserFactory()
        set_up(user)
        give_password(client, user)
        user.set_password("another long passphrase")
        user.save()

        assert client.post(VERIFY, {"code": code_at(user, NOW)}).url == LOGIN

    def test_does_not_concern_who_has_no_factor(self, client):
        assert give_password(client, UserFactory()).url == "/"


class TestRecoveryCodes:
    def test_work_once_however_they_are_typed(self, client):
        user = UserFactory()
        code = set_up(user)[0].upper().replace("-", " ")

        give_password(client, user)
        first = client.post(VERIFY, {"code": code})
        client.logout()
        give_password(client, user)
        second = client.post(VERIFY, {"code": code})

        assert first.status_code == 302
        assert second.status_code == 422
        assert factors.codes_left(user) == 9
        assert AccessEvent.objects.filter(detail="password and recovery code").exists()

    def test_are_renewed_for_a_code(self, client):
        user = UserFactory()
        old = set_up(user)
        client.force_login(user)

        refused = client.post(reverse("accounts:second_factor_codes"), {"code": "1"})
        time = timezone.now() + timedelta(seconds=5)
        with time_machine.travel(time, tick=False):
            page = client.post(
                reverse("accounts:second_factor_codes"), {"code": code_at(user, time)}
            )

        assert refused.status_code == 302
        assert "Recovery codes" in page.text
        with pytest.raises(factors.WrongCodeError):
            factors.check(user=user, code=old[0], at=NOW, visit=VISIT)


class TestTrust:
    def trusting(self, client, user):
        give_password(client, user)
        client.post(VERIFY, {"code": code_at(user, timezone.now()), "trust": "on"})
        client.session.flush()

    def test_spares_this_browser_the_code_for_a_while(self, client, clock):
        user = UserFactory()
        set_up(user)
        self.trusting(client, user)

        now = give_password(client, user).url
        client.post(reverse("accounts:logout"))
        clock.shift(timedelta(days=31))
        later = give_password(client, user).url

        assert (now, later) == ("/", VERIFY)

    def test_is_this_users_only_and_ends_with_the_password(self, client):
        user, other = UserFactory(), UserFactory()
        set_up(user)
        set_up(other)
        self.trusting(client, user)
        client.cookies[f"trusted_{other.pk}"] = client.cookies[f"trusted_{user.pk}"].value

        assert give_password(client, other).url == VERIFY
        user.set_password(PASSWORD)
        user.save()
        assert give_password(client, user).url == VERIFY

    def test_is_not_offered_where_the_agency_does_not_want_it(self, client, settings):
        settings.TRUSTED_BROWSER_DAYS = 0
        user = UserFactory()
        set_up(user)
        give_password(client, user)

        assert "Trust this browser" not in client.get(VERIFY).text
