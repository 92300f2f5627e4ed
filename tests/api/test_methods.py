"""Whoever may look at an address is told which methods it has; nobody else is told anything."""

import re
from functools import cache

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from agencyhub import api_urls
from agencyhub.records.api.permissions import VIEW, rights_to
from agencyhub.records.lists.export import PERSONAL_DATA
from eoi import api_urls as eoi_urls
from eoi.api.envelope import no_such_route
from tests.api.conftest import Script
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")
SAFE = {"GET", "HEAD", "OPTIONS"}
# To ask for something by what must not stand in an address is to look.
ASKED = re.compile(r"/search/$|/comtrack/query$")
# Files for carriers, which their methods ask another right for.
FILES = re.compile(r"/(pdf|xlsx)/$")
VIEWS = {
    re.sub(r"<\w+:(\w+)>", r"{\1}", f"{root}{one.pattern}"): one.callback
    for root, patterns in (("/api/v1/", api_urls.urlpatterns), ("/", eoi_urls.urlpatterns))
    for one in patterns
    if one.callback is not no_such_route
}
PATHS = sorted(VIEWS)


@cache
def described():
    """Methods by path, as the API's description has them."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    told = {re.sub(r"{id}", "{pk}", path): rest for path, rest in paths.items()}
    return {path: {method.upper() for method in rest} for path, rest in told.items()}


def offered(path):
    """What an address can do: what is described, and what the framework adds to it."""
    view = VIEWS[path]
    named = view.initkwargs.get("http_method_names", view.cls.http_method_names)
    added = {"HEAD"} if "GET" in described()[path] else set()
    return described()[path] | added | ({"OPTIONS"} if "options" in named else set())


def key_for(path, rights=()):
    scope = "eoi" if path.startswith("/v2/") else "comtrack" if "comtrack" in path else "api"
    return Script(UserFactory(may=list(rights)), scope=scope)


def looking(path):
    """Somebody with the right to look, and no other that the address asks for by a method."""
    more = [PERSONAL_DATA] if FILES.search(path) else []
    return key_for(path, [*rights_to(VIEWS[path].cls, VIEW)[-1:], *more])


def ask(script, method, path):
    return script.call(method, "http://testserver" + re.sub(r"{\w+}", "1", path), {})


@pytest.mark.parametrize("path", PATHS)
def test_who_may_look_is_told_what_is_not_offered(path):
    script = looking(path)
    has = offered(path)
    assert has < set(METHODS)

    for method in set(METHODS) - has:
        answer = ask(script, method, path)

        assert answer.status_code == 405, (method, answer.content)
        assert set(answer["Allow"].split(", ")) == has, method


@pytest.mark.parametrize("path", PATHS)
def test_who_may_look_may_not_change(path):
    script = looking(path)

    for method in offered(path):
        is_look = method in SAFE or ASKED.search(path)

        refused = ask(script, method, path).status_code == 403

        assert refused != bool(is_look), method


@pytest.mark.parametrize("path", PATHS)
def test_who_has_no_right_is_told_nothing(path):
    script = key_for(path)

    assert {ask(script, method, path).status_code for method in METHODS} == {403}


@pytest.mark.parametrize("path", PATHS)
def test_who_has_no_key_is_told_nothing(path):
    address = re.sub(r"{\w+}", "1", path)

    answers = [Client().generic(method, address) for method in METHODS]

    assert {answer.status_code for answer in answers} == {401}


def test_nothing_is_left_out():
    assert len(PATHS) > 50
    known = {path for path in described() if path.startswith(("/api/v1/", "/v2/"))}
    assert known - set(PATHS) == {"/api/v1/inbox/{message_id}/"}  # which asks for keys of partners
