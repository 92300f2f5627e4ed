"""Lines of the checklist of ASVS that no test of an area proves: docs/security.md names them."""

import json
import logging
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from agencyhub.accounts.models import AccessEvent
from agencyhub.accounts.services import access
from agencyhub.runtime.home import REPOSITORY
from agencyhub.settings import base
from tests.factories.accounts import PASSWORD, UserFactory
from tests.settings.test_logging import lines  # noqa: F401 - a fixture
from tests.settings.test_production import COMPLETE

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
PASSWORD_INPUT = re.compile(r'<input type="password"[^>]*>')
RULES = ("12 characters", "commonly used password", "entirely numeric")
SETTINGS = """
import json
from django.conf import settings
names = ("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_SSL_REDIRECT",
         "SECURE_CONTENT_TYPE_NOSNIFF", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE",
         "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_DOMAIN",
         "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_PATH", "CSRF_COOKIE_PATH",
         "CSRF_COOKIE_DOMAIN", "COOKIE_PREFIX")
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def signs_in(user, password) -> bool:
    answer = Client().post(LOGIN, {"username": user.username, "password": password})
    return answer.status_code == 302


@pytest.fixture(scope="module")
def production():
    """What production answers with when nobody sets anything else."""
    done = subprocess.run(
        [sys.executable, "-c", SETTINGS],
        cwd=REPOSITORY, env=COMPLETE, text=True, capture_output=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


class TestPasswords:
    @pytest.mark.parametrize(
        "password",
        [
            "vier Wörter mit Leerzeichen",
            "ключ 密码 🔑🔑 пароль",
            "x" + " long enough" * 10,
            "one two three four five six seven eight nine ten eleven twelve 13",
        ],
        ids=["spaces", "any script", "121 letters", "66 letters"],
    )
    def test_are_as_long_as_one_likes_of_any_characters_and_never_cut_off(self, client, password):
        user = UserFactory()
        client.force_login(user)
        values = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}

        client.post(reverse("accounts:password_change"), values)

        assert (signs_in(user, password), signs_in(user, password[:-1])) == (True, False)

    @pytest.mark.parametrize(
        ("password", "words"),
        [
            ("eleven char", "at least 12 characters"),
            ("password1234", "too common"),
            ("384756102938", "entirely numeric"),
            ("umber.umbrella", "too similar to the username"),
        ],
    )
    def test_that_are_short_common_or_ones_own_name_are_refused(self, client, password, words):
        user = UserFactory(username="umber.umbrella")
        client.force_login(user)
        values = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}

        answer = client.post(reverse("accounts:password_change"), values)

        assert words in answer.content.decode()
        assert signs_in(user, PASSWORD)

    def test_do_not_expire(self):
        user = UserFactory()

        with time_machine.travel(timezone.now() + timedelta(days=3 * 365), tick=False):
            here = Client()
            answer = here.post(LOGIN, {"username": user.username, "password": PASSWORD})

            assert answer.url == "/"
            assert here.get(reverse("accounts:profile")).status_code == 200

    def test_are_kept_with_argon2_and_a_salt_of_their_own(self):
        hasher = import_string(base.PASSWORD_HASHERS[0])()
        one, two = (hasher.encode(PASSWORD, hasher.salt()) for _each in range(2))
        kept = hasher.decode(one)

        assert one.startswith("argon2$argon2id$")
        assert one != two
        assert hasher.verify(PASSWORD, one)
        assert kept["memory_cost"] >= 19 * 1024
        assert len(hasher.salt()) >= 16

    def test_pages_tell_the_rules_before_one_chooses_and_let_managers_fill_them(self, client):
        owner = UserFactory(owner=True)
        client.force_login(owner)
        pages = [
            client.get(reverse(name)).content.decode()
            for name in ("accounts:password_change", "accounts:user_create")
        ]
        pages.append(Client().get(LOGIN).content.decode())

        for text in pages[:2]:
            assert [words for words in RULES if words not in text] == []
        fields = [field for text in pages for field in PASSWORD_INPUT.findall(text)]
        assert len(fields) == 5
        assert [one for one in fields if "autocomplete=" not in one or "onpaste" in one] == []


class TestCookies:
    def test_of_sessions_are_random_long_and_for_no_script(self):
        user = UserFactory()
        keys = set()
        for _each in range(8):
            here = Client()
            here.post(LOGIN, {"username": user.username, "password": PASSWORD})
            cookie = here.cookies["sessionid"]
            keys.add(cookie.value)
            assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")

        assert len(keys) == 8
        assert all(re.fullmatch(r"[a-z0-9]{32}", key) for key in keys)

    def test_travel_encrypted_and_to_no_other_host(self, production):
        assert production["SESSION_COOKIE_SECURE"]
        assert production["CSRF_COOKIE_SECURE"]
        assert production["SESSION_COOKIE_HTTPONLY"]
        assert production["SESSION_COOKIE_SAMESITE"] == "Lax"
        assert production["SESSION_COOKIE_DOMAIN"] is None

    def test_have_names_that_browsers_take_from_this_host_alone(self, production):
        assert production["SESSION_COOKIE_NAME"] == "__Host-sessionid"
        assert production["CSRF_COOKIE_NAME"] == "__Host-csrftoken"
        assert production["COOKIE_PREFIX"] == "__Host-"
        assert production["SESSION_COOKIE_PATH"] == production["CSRF_COOKIE_PATH"] == "/"
        assert production["CSRF_COOKIE_DOMAIN"] is None

    def test_a_session_key_in_the_address_is_nobodys(self, client):
        client.force_login(UserFactory())
        key = client.session.session_key

        assert Client().get(f"/accounts/profile/?sessionid={key}").status_code == 302


class TestTransport:
    def test_is_encrypted_for_a_year_once_it_was(self, production):
        assert production["SECURE_SSL_REDIRECT"]
        assert production["SECURE_HSTS_SECONDS"] >= 365 * 24 * 60 * 60
        assert production["SECURE_HSTS_INCLUDE_SUBDOMAINS"]
        assert production["SECURE_CONTENT_TYPE_NOSNIFF"]


class TestFiles:
    @pytest.mark.parametrize(
        "path", ["/static/", "/static/css/", "/.git/config", "/.env", "/media/", "/manage.py"]
    )
    def test_are_neither_listed_nor_served_from_where_the_code_lies(self, client, path):
        client.force_login(UserFactory(owner=True))

        assert client.get(path).status_code == 404

    def test_that_were_uploaded_have_no_address(self, settings):
        kept = Path(settings.MEDIA_ROOT)

        assert settings.MEDIA_URL in ("", "/")
        assert not any(kept.is_relative_to(one) for one in settings.STATICFILES_DIRS)
        assert not kept.is_relative_to(settings.STATIC_ROOT or REPOSITORY / "static")


class TestBrowsers:
    def test_are_given_nothing_to_store(self):
        scripts = [
            *(REPOSITORY / "static" / "js").rglob("*.js"),
            *(REPOSITORY / "templates").rglob("*.html"),
        ]
        storing = re.compile(r"\b(localStorage|sessionStorage|indexedDB|caches\.open)\b")

        assert [one.name for one in scripts if storing.search(one.read_text("utf-8"))] == []

    def test_keep_no_pages_for_going_back(self, client):
        text = Client().get(LOGIN).content.decode()

        assert '"historyCacheSize": 0' in text


class TestLog:
    def test_has_one_line_for_each_event_whatever_is_in_it(self, lines):  # noqa: F811
        forged = 'signed in\n{"level": "info", "event": "owner signed in"}\r\x1b[2K'

        logging.getLogger("agencyhub.test").warning("Refused %s.", forged)

        (line,) = lines.getvalue().splitlines()
        assert json.loads(line)["level"] == "warning"
        assert "\x1b" not in line

    def test_tells_moments_in_utc(self):
        assert (base.USE_TZ, base.TIME_ZONE != "") == (True, True)
        before = timezone.now()
        access.note(AccessEvent.Kind.SIGNED_IN, user=UserFactory())

        at = AccessEvent.objects.get().at
        assert at.utcoffset() == timedelta(0)
        assert before <= at <= timezone.now()
