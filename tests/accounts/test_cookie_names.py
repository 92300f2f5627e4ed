"""Signing in with the names that cookies have in production."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencyhub.accounts.models import User
from agencyhub.settings import base
from tests.accounts.codes import NOW, code_at, set_up
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
HEADER = re.compile(r"hx-headers='{\"X-CSRFToken\": \"(\w+)\"}'")


@pytest.fixture(autouse=True)
def _names(settings):
    """Those of production; a test of its settings says that these are them."""
    settings.COOKIE_PREFIX = "__Host-"
    settings.SESSION_COOKIE_NAME = "__Host-sessionid"
    settings.CSRF_COOKIE_NAME = "__Host-csrftoken"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


@pytest.fixture
def user():
    return UserFactory(owner=True)


@pytest.fixture
def browser():
    """One that keeps to the rules: encrypted, with its token or not at all."""
    return Client(enforce_csrf_checks=True)


def get(browser, path):
    return browser.get(path, secure=True)


def post(browser, path, values, **more):
    here = {"referer": "https://testserver/"}
    return browser.post(path, values, secure=True, headers=here | more.pop("headers", {}), **more)


def sign_in(browser, user):
    token = TOKEN.search(get(browser, LOGIN).text)[1]
    values = {"username": user.username, "password": PASSWORD, "csrfmiddlewaretoken": token}
    return post(browser, LOGIN, values)


def test_every_cookie_of_a_sign_in_is_one_that_browsers_take(browser, user):
    set_up(user)
    with time_machine.travel(NOW, tick=False):
        sign_in(browser, user)
        verify = reverse("accounts:second_factor_verify")
        token = TOKEN.search(get(browser, verify).text)[1]
        code = {"code": code_at(user, NOW), "trust": "on", "csrfmiddlewaretoken": token}
        post(browser, verify, code)

    named = {name: one for name, one in browser.cookies.items() if name.startswith("__Host-")}
    assert {"__Host-sessionid", "__Host-csrftoken", f"__Host-trusted_{user.pk}"} <= named.keys()
    for one in named.values():
        assert (bool(one["secure"]), one["path"], one["domain"]) == (True, "/", "")
    assert not browser.cookies.keys() & {"sessionid", "csrftoken", f"trusted_{user.pk}"}


def test_pages_fragments_and_the_api_go_on_working(browser, user):
    assert sign_in(browser, user).status_code == 302
    page = get(browser, reverse("accounts:profile"))
    token = HEADER.search(page.text)[1]
    values = {"first_name": "Ursula", "language": "en-us", "time_zone": user.time_zone}

    saved = post(
        browser, reverse("accounts:profile"), {**values, "theme": "auto"},
        headers={"X-CSRFToken": token, "HX-Request": "true"},
    )  # fmt: skip
    listed = get(browser, "/api/v1/carriers/")
    made = post(
        browser, "/api/v1/carriers/", '{"name": "Made Here"}', content_type="application/json",
        headers={"X-CSRFToken": token},
    )  # fmt: skip
    refused = post(browser, "/api/v1/carriers/", "{}", content_type="application/json")
    alive = post(browser, "/accounts/session/", {}, headers={"X-CSRFToken": token})

    assert (saved.status_code, listed.status_code, made.status_code) == (200, 200, 201)
    assert (refused.status_code, alive.json()["user"]) == (403, user.pk)
    assert User.objects.get(pk=user.pk).first_name == "Ursula"


def test_a_session_from_before_the_names_changed_has_to_begin_anew(browser, user):
    sign_in(browser, user)
    key = browser.cookies["__Host-sessionid"].value
    older = Client()
    older.cookies["sessionid"] = key

    assert get(older, "/").status_code == 302
    assert get(browser, "/").status_code == 200


def test_without_encryption_names_have_no_prefix_or_browsers_would_take_no_cookie():
    """The demo and tests live on http, where no browser takes such a cookie."""
    assert base.COOKIE_PREFIX == ""
    assert not hasattr(base, "SESSION_COOKIE_NAME")
