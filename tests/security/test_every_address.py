"""Laws that hold for every address of the product, whoever adds one."""

import pytest
from django.test import Client

from tests.factories.accounts import UserFactory
from tests.security.addresses import addresses

pytestmark = pytest.mark.django_db

# Open to strangers, each for a reason.
OPEN = {
    "home:healthz": "says that the process lives",
    "home:readyz": "names what fails, nothing else",
    "home:metrics": "from this machine or with a token; tests/home",
    "accounts:login": "the door itself",
    "accounts:logout": "nobody to sign out",
    "accounts:session_state": "says that nobody is signed in",
    "accounts:second_factor_verify": "the second step of the door",
    "accounts:invitation_accept": "the token is the proof",
    "accounts:password_strength": "grades what a visitor types, and keeps nothing",
    "accounts:password_reset": "asks for a mail",
    "accounts:password_reset_done": "a sentence",
    "accounts:password_reset_confirm": "the token is the proof",
    "accounts:password_reset_complete": "a sentence",
    "accounts:oauth_token": "client id and secret are the proof",
    "mailing:unsubscribe": "the token is the proof",
    "api_docs": "how the API is called; nothing of anybody",
    "api_schema": "how the API is called; nothing of anybody",
    "set_language": "keeps a language in a cookie",
    "admin:jsi18n": "words of the calendar",
    "admin:logout": "nobody to sign out",
    "commissions:work_queue": "leads on to a page that wants a sign-in",
    "eoi_api:None": "no such address of EOI, in the words of its standard",
    "admin:login": "the door of the administration, which leads to ours",
}
# Posted to without a form of ours: a key or a token in the request is the proof, never a cookie.
KEYED = {"accounts:oauth_token", "mailing:unsubscribe"}
REFUSALS = (401, 403, 405)
LOGIN = "/accounts/login/"


def test_every_address_wants_a_sign_in(client):
    shown = {}
    for one in addresses():
        if one.name in OPEN:
            continue
        answer = client.get(one.path)
        to = answer.headers.get("Location", "")
        leads_in = answer.status_code == 302 and (LOGIN in to or "/admin/login/" in to)
        if not (leads_in or answer.status_code in REFUSALS):
            shown[one.name] = (one.path, answer.status_code, to)

    assert shown == {}


def test_what_is_open_is_still_there():
    assert not OPEN.keys() - {one.name for one in addresses()}


def test_every_change_wants_the_token_of_a_form():
    """With a session and without its token nothing is posted, the administration included."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory(owner=True))
    taken = {}
    for one in addresses():
        if one.name in KEYED or one.path.startswith("/hooks/"):
            continue
        answer = strict.post(one.path, {"name": "x"})
        if answer.status_code not in REFUSALS:
            taken[one.name] = (one.path, answer.status_code)

    assert taken == {}


def test_a_delivery_wants_a_key_and_no_cookie_is_one(client):
    client.force_login(UserFactory(owner=True))
    hooks = [one for one in addresses() if one.path.startswith("/hooks/")]

    answers = {
        one.name: client.post(one.path, "{}", content_type="application/json").status_code
        for one in hooks
    }

    assert hooks
    assert not {name: status for name, status in answers.items() if status not in (401, 404)}


def test_browsers_keep_no_answer_and_let_nobody_frame_or_lend_it(client):
    """For who sees everything, and for whom nothing is there to be found."""
    client.force_login(UserFactory(owner=True))
    weak = {}
    for one in addresses():
        if one.name in ("accounts:logout", "admin:logout"):
            continue
        if one.name.startswith("admin:") and not one.name.endswith("_changelist"):
            continue  # one page of each model speaks for the others
        headers = client.get(one.path).headers
        policy = headers.get("Content-Security-Policy", "")
        is_safe = (
            "no-store" in headers.get("Cache-Control", "")
            and headers.get("X-Content-Type-Options") == "nosniff"
            and headers.get("Referrer-Policy") in ("same-origin", "no-referrer")
            and headers.get("Cross-Origin-Resource-Policy") == "same-origin"
            and headers.get("Cross-Origin-Opener-Policy") == "same-origin"
            and "camera=()" in headers.get("Permissions-Policy", "")
        )
        if not one.path.startswith("/hooks/"):  # those answer programs, in JSON
            is_framed = headers.get("X-Frame-Options") not in ("DENY", "SAMEORIGIN")
            is_strict = "frame-ancestors" in policy and "'unsafe" not in policy
            is_safe = is_safe and is_strict and not is_framed
        if not is_safe:
            weak[one.name] = (one.path, dict(headers))

    assert weak == {}
