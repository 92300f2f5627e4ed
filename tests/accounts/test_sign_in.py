from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts import throttle
from agencyhub.accounts.middleware import TimeZoneMiddleware
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def sign_in(client, username, password=PASSWORD, address="10.0.0.1"):
    data = {"username": username, "password": password}
    return client.post(LOGIN, data, REMOTE_ADDR=address)


class TestSignIn:
    def test_lets_people_in_and_out(self, client):
        user = UserFactory()

        assert sign_in(client, user.username).url == "/"
        assert client.get("/").status_code == 200
        client.post(reverse("accounts:logout"))
        assert client.get("/").url == f"{LOGIN}?next=/"

    def test_refuses_a_wrong_password_in_words(self, client):
        user = UserFactory()

        answer = sign_in(client, user.username, "wrong")

        assert "do not belong together" in answer.content.decode()

    def test_refuses_the_deactivated(self, client):
        user = UserFactory(is_active=False)

        assert "do not belong together" in sign_in(client, user.username).content.decode()

    def test_blocks_after_five_failures_even_the_right_password(self, client):
        user = UserFactory()
        for _ in range(throttle.FROM_ONE_ADDRESS):
            sign_in(client, user.username.upper(), "wrong")

        blocked = sign_in(client, user.username)

        assert "Too many attempts. Wait 15 minutes" in blocked.content.decode()
        assert client.get("/").status_code == 302

    def test_blocks_one_address_and_not_another(self, client):
        user = UserFactory()
        for _ in range(throttle.FROM_ONE_ADDRESS):
            sign_in(client, user.username, "wrong", address="10.0.0.1")

        assert sign_in(client, user.username, address="10.0.0.2").status_code == 302

    def test_tells_visitors_behind_the_proxy_apart(self, client, settings):
        settings.TRUSTED_PROXIES = 1
        user = UserFactory()

        def attempt(password, visitor):
            data = {"username": user.username, "password": password}
            return client.post(LOGIN, data, headers={"X-Forwarded-For": f"1.2.3.4, {visitor}"})

        for _ in range(throttle.FROM_ONE_ADDRESS):
            attempt("wrong", "203.0.113.1")

        assert "Too many attempts" in attempt(PASSWORD, "203.0.113.1").text
        assert attempt(PASSWORD, "203.0.113.2").status_code == 302

    def test_forgets_failures_after_a_success(self, client):
        user = UserFactory()
        for _ in range(throttle.FROM_ONE_ADDRESS - 1):
            sign_in(client, user.username, "wrong")
        sign_in(client, user.username)
        client.logout()

        sign_in(client, user.username, "wrong")

        assert sign_in(client, user.username).status_code == 302

    def test_does_not_follow_next_to_another_site(self, client):
        user = UserFactory()

        answer = client.post(
            f"{LOGIN}?next=https://evil.example.com/",
            {"username": user.username, "password": PASSWORD},
        )

        assert answer.url == "/"


class TestSignInAgain:
    def test_takes_the_whole_page_there_and_back(self, client):
        headers = {
            "HX-Request": "true",
            "HX-Current-URL": "http://testserver/settings/users/?state=active",
        }

        answer = client.get("/settings/users/?state=inactive", headers=headers)

        assert answer.status_code == 200
        assert answer["HX-Redirect"] == f"{LOGIN}?next=%2Fsettings%2Fusers%2F%3Fstate%3Dactive"

    def test_leaves_the_fragments_of_those_who_are_signed_in_alone(self, client):
        client.force_login(UserFactory(owner=True))

        answer = client.get("/settings/users/", headers={"HX-Request": "true"})

        assert "HX-Redirect" not in answer


class TestPassword:
    def test_is_changed_with_the_old_one(self, client):
        user = UserFactory()
        client.force_login(user)
        new = "another long passphrase"

        answer = client.post(
            reverse("accounts:password_change"),
            {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
        )

        assert answer.url == reverse("accounts:password_change_done")
        user.refresh_from_db()
        assert user.check_password(new)

    def test_can_be_set_again_by_mail(self, client, mailoutbox, settings):
        settings.PUBLIC_URL = "https://hub.example.com"
        user = UserFactory()

        client.post(reverse("accounts:password_reset"), {"email": user.email})

        (mail,) = mailoutbox
        path = mail.body.split("https://hub.example.com")[1].split()[0]
        page = client.get(path, follow=True)
        new = "another long passphrase"
        client.post(page.request["PATH_INFO"], {"new_password1": new, "new_password2": new})
        user.refresh_from_db()
        assert user.check_password(new)

    def test_is_set_again_at_the_agencys_own_address_whatever_host_was_named(
        self, client, mailoutbox, settings
    ):
        settings.PUBLIC_URL = "https://hub.example.com"
        settings.ALLOWED_HOSTS = ["hub.example.com", "10.0.0.5"]
        user = UserFactory()

        answer = client.post(
            reverse("accounts:password_reset"), {"email": user.email}, headers={"host": "10.0.0.5"}
        )

        (mail,) = mailoutbox
        assert answer.status_code == 302
        assert "https://hub.example.com/" in mail.body
        assert "10.0.0.5" not in mail.body


class TestProfile:
    def test_saves_zone_and_theme(self, client):
        user = UserFactory()
        client.force_login(user)

        answer = client.post(
            reverse("accounts:profile"),
            {
                "first_name": "A",
                "last_name": "B",
                "time_zone": "America/Denver",
                "theme": "dark",
                "language": "en-us",
            },
        )

        user.refresh_from_db()
        assert (user.time_zone, user.theme) == ("America/Denver", "dark")
        assert answer.cookies["theme"].value == "dark"
        assert 'data-theme="dark"' in client.get("/").content.decode()

    def test_refuses_a_zone_that_does_not_exist(self, client):
        user = UserFactory()
        client.force_login(user)

        answer = client.post(
            reverse("accounts:profile"), {"time_zone": "Mars/Base", "theme": "dark"}
        )

        assert answer.status_code == 422
        user.refresh_from_db()
        assert user.time_zone == "America/New_York"


class TestTimeZone:
    @pytest.mark.parametrize(
        ("zone", "hour"), [("America/Denver", 10), ("Nowhere/At-All", 12), ("", 12)]
    )
    def test_is_the_users_own(self, rf, settings, zone, hour):
        noon = datetime(2026, 7, 1, 16, tzinfo=UTC)
        seen = []
        request = rf.get("/")
        request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
        request.user = UserFactory(time_zone=zone)

        TimeZoneMiddleware(lambda _request: seen.append(timezone.localtime(noon).hour))(request)

        assert seen == [hour]
