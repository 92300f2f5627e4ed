"""What is kept sealed or as a digest is never shown again, whatever is asked for."""

import re

import pytest
from django import forms
from django.apps import apps
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts.models import ApiKey, SecondFactor
from agencyhub.accounts.services import factors, keys
from agencyhub.home.reports.registry import REPORTS
from agencyhub.lib.fields import SealedTextField
from agencyhub.lib.forms import SecretTextarea
from agencyhub.records.lists import registry as lists
from tests.factories.accounts import UserFactory
from tests.security import sealed
from tests.security.addresses import VALUES, addresses

pytestmark = pytest.mark.django_db
PATHS = {
    **dict.fromkeys(("int", "object_id", "pk"), str(sealed.PK)),
    "record_type": "individual",
    "option_list": "coverage_type",
    "extension": "csv",
}
"""What stands in the addresses, so that they lead to the rows with the secrets."""
ONLY_ONE = ("/admin/comtrack/connection/1/", "/admin/noyo/account/1/")
"""Rows of which there is one at most have the key 1."""
# They sign out, and no page comes after them.
LAST = {"accounts:logout", "admin:logout"}
SECRET_SETTING = re.compile(r"KEY|SECRET|PASSWORD|TOKEN")
LEAST = 12
"""Letters of a setting that nobody meets by chance."""
SECRET_NAME = re.compile(r"(^|_)(secret|password\d?|passphrase|private_key|token|new_key)$")
NO_SECRETS = {
    "commissions.forms.entering.ApplicationForm.token": "tells a second press from a second form",
}
FEWEST_PAGES, FEWEST_OF_ROWS = 300, 80
# Files that a browser must not show in our name.
SHOWN_TYPES = ("text/html", "application/json", "application/problem+json", "text/javascript")
NOT_FILES = (*SHOWN_TYPES, "application/vnd.oai.openapi", "text/plain", "application/scim+json")


def paths() -> list[str]:
    """Every address, those with a key of a list or a report once for each, and the only rows."""
    found = [one.path for one in addresses(VALUES | PATHS) if one.name not in LAST]
    each = {"/lists/x/": [one.key for one in lists.every()], "/reports/x/": [*REPORTS]}
    for start, named in each.items():
        some = [one for one in found if one.startswith(start)]
        found += [one.replace("/x/", f"/{key}/", 1) for key in named for one in some]
    return [*found, *(f"{one}{page}/" for one in ONLY_ONE for page in ("change", "history"))]


def text_of(answer) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode(errors="replace")


def configured() -> dict[str, str]:
    """The secrets that the installation is configured with, by value."""
    found = {}
    for name in filter(SECRET_SETTING.search, dir(django_settings)):
        value = getattr(django_settings, name)
        for one in value if isinstance(value, list | tuple) else [value]:
            if isinstance(one, str) and len(one) >= LEAST and "." not in one:
                found[one] = f"settings.{name}"
    return found


def inline(answer) -> bool:
    """Whether a browser would show a file as a page of ours."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    is_file = answer.status_code == 200 and not kind.startswith(NOT_FILES)
    return is_file and "attachment" not in answer.headers.get("Content-Disposition", "")


def test_no_page_and_no_answer_shows_a_secret_to_who_sees_everything(client):
    """With a row of every kind, every page, file and answer of the API that a GET brings."""
    world = sealed.build()
    client.force_login(world.owner)
    world.secrets |= configured() | {client.session.session_key: "the key of the session"}
    client.raise_request_exception = False
    shown, broken, shown_files, pages, of_rows = {}, {}, [], 0, 0
    for path in paths():
        answer = client.get(path)
        pages += answer.status_code == 200
        of_rows += answer.status_code == 200 and str(sealed.PK) in path
        if found := world.found_in(text_of(answer) + str(answer.headers)):
            shown[path] = found
        if answer.status_code >= 500 and path != "/readyz":
            broken[path] = answer.status_code
        if inline(answer):
            shown_files.append((path, answer.headers["Content-Type"]))

    assert shown == {}
    assert broken == {}
    assert shown_files == []
    assert pages > FEWEST_PAGES
    assert of_rows > FEWEST_OF_ROWS


def test_every_spelling_of_every_secret_would_be_found():
    world = sealed.build()
    kept = {f"{model._meta.label}.{one.name}" for model, one in sealed.keeping()}

    assert {named for one in world.secrets for named in world.found_in(f"<td>{one}</td>")} == kept
    assert all(isinstance(one, SealedTextField) for model, one in sealed.keeping()
               if (model, one.name) not in sealed.HASHED and one.name != "password")  # fmt: skip


class TestShownOnce:
    def test_an_api_key_in_the_answer_that_makes_it(self, client):
        client.force_login(UserFactory(owner=True))
        values = {"name": "Nightly", "scope": "api"}

        made = client.post(reverse("accounts:apikey_create"), values, follow=True)

        (raw,) = set(re.findall(r"ahk_api_[\w-]{43}", made.content.decode()))
        assert raw.startswith(f"ahk_api_{ApiKey.objects.get().prefix}")
        assert raw not in client.get(reverse("accounts:apikey_list")).content.decode()

    def test_a_rotated_key_is_another(self):
        owner = UserFactory(owner=True)
        first = keys.create_key(
            actor=owner, name="Nightly", scope="api", user=None, expires_at=None
        )

        second = keys.rotate_key(actor=owner, key_id=first.key.pk, at=timezone.now())

        assert first.raw != second.raw

    def test_the_key_of_a_second_factor_until_it_is_confirmed(self, client):
        user = UserFactory()
        client.force_login(user)
        key = factors.begin(user=user).spaced_key
        url = reverse("accounts:second_factor_setup")
        before = client.get(url).content.decode()
        SecondFactor.objects.filter(user=user).update(confirmed=True)

        after = client.get(url, follow=True).content.decode()

        assert (key in before, key in after) == (True, False)


def every_form() -> set[type[forms.BaseForm]]:
    """Every form of the product; asking for the addresses has loaded all of them."""
    addresses()
    ours = tuple(one.name.partition(".")[0] for one in apps.get_app_configs()
                 if "site-packages" not in one.path)  # fmt: skip
    found, left = set(), [forms.BaseForm]
    while left:
        some = left.pop().__subclasses__()
        left += some
        found |= {one for one in some if one.__module__.startswith(ours)}
    return found


def test_no_form_gives_a_secret_back_not_even_after_an_error():
    given_back = {}
    asked = 0
    for form in every_form():
        for name, field in getattr(form, "base_fields", {}).items():
            if SECRET_NAME.search(name):
                asked += 1
                if "typed-before" in field.widget.render(name, "typed-before"):
                    given_back[f"{form.__module__}.{form.__qualname__}.{name}"] = field.widget

    assert given_back.keys() == NO_SECRETS.keys()
    assert asked >= len(set(sealed.keeping())) / 2
    assert "typed-before" in forms.Textarea().render("x", "typed-before")
    assert "typed-before" not in SecretTextarea().render("x", "typed-before")


def test_the_api_describes_no_field_that_keeps_a_secret_but_where_it_is_made(client):
    schema = client.get("/api/schema/", headers={"accept": "application/json"}).json()
    names = {one.name for _model, one in sealed.keeping()} - {"mbi", "ssn", "body", "digest"}
    told = {
        (part, name)
        for part, described in schema["components"]["schemas"].items()
        for name, field in described.get("properties", {}).items()
        if name in names and not field.get("writeOnly")
    }

    assert names >= {"secret", "password", "client_secret"}
    assert {name for _part, name in told} <= {"secret"}
    assert {part for part, _name in told} <= {"CreatedEndpoint", "RotatedSecret", "EndpointSecret"}
