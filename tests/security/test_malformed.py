"""Whatever is sent, however it is written: it is refused or answered, and nothing breaks."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.factories.accounts import PASSWORD, UserFactory
from tests.security.addresses import addresses
from tests.security.out_of_reach import KEY, anothers_book
from tests.security.test_out_of_reach import named

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
QUERY = (
    "q=%00&page=-1&after=99999999999999999999999&before=%ff&sort=__class__&view=\u00b2&carrier=1e400"
    "&agent=9223372036854775808&from=0001-01-01&to=9999-12-31&month=9999-99-99&next=//evil.example"
    "&cursor=AAAA&page_size=NaN&pks=%ed%a0%80&selected=%00&row=x"
)
ODD_DIGITS = (
    "after=\u00b2&page=\u00b2&before=\u00b2&other=\u00b2&days=\u00b2&queue=\u00b2&view=\u0661"
)
FIELDS = QUERY + "&name=%00&note=%00&pk=%00&last_name=%ed%a0%80&username=%00&password=%00&token=%00"
BODIES = [
    ("POST", FIELDS, FORM),
    ("POST", "a=1", f"{FORM}; charset=utf-7"),
    ("POST", "&".join(f"a{n}=1" for n in range(12_000)), FORM),
    ("POST", "abc", "multipart/form-data"),
    ("POST", "abc", "multipart/form-data; boundary=\u00ff"),
    ("POST", "[" * 50_000, "application/json"),
    ("POST", '{"id": ' + "9" * 5_000 + ', "a": NaN, "a": "\\ud800\\u0000"}', "application/json"),
    ("POST", b"\xff\xfe\x00", "application/json"),
    ("PUT", '"\\u0000"', "application/json"),
    ("PATCH", "null", "application/json"),
    ("OPTIONS", "", FORM),
    ("PROPFIND", "<a/>", "text/xml"),
]
# One address of each way in, and one that is none.
DOORS = [
    "/", "/accounts/login/", "/individuals/", "/individuals/1/", "/individuals/search/",
    "/lists/individuals/filters/", "/lists/individuals/export/", "/imports/", "/search/",
    "/language/", "/admin/", "/admin/individuals/individual/", "/api/v1/individuals/",
    "/api/v1/nothing/", "/hooks/healthsherpa/", "/hooks/plancompare/enrollments/",
    "/hooks/noyo/", "/hooks/premier/x/status/", "/hooks/nothing/", "/v2/eoi/decisions",
    "/v2/nothing", "/oauth/v2/token", "/healthz", "/nothing/", "/static/nothing",
]  # fmt: skip
HEADERS = [
    {"Authorization": "Bearer \u00ff\u00fe"},
    {"Authorization": "Basic x", "HX-Request": "true", "HX-Current-URL": "http://[bad"},
    {
        "Accept": "\u00ff", "Accept-Language": "\u00ff" * 500, "Idempotency-Key": "\u00ff" * 300,
        "If-Match": "\u00ff", "Range": "bytes=0-9999999999", "Referer": "http://[::1",
        "Cookie": "sessionid=\u00ff; django_language=../../x", "X-Forwarded-For": "1.2.3.4', x",
    },
]  # fmt: skip


@pytest.fixture
def strangers_and_owners():
    """Each with and without a form's token being looked for."""
    owner, stranger = (Client(raise_request_exception=False) for _ in range(2))
    owner.force_login(UserFactory(owner=True))
    strict = Client(raise_request_exception=False, enforce_csrf_checks=True)
    strict.force_login(UserFactory(owner=True))
    return [owner, stranger, strict]


@pytest.mark.parametrize("door", DOORS)
def test_no_body_and_no_header_breaks_a_door(strangers_and_owners, door):
    broken = {}
    for at, client in enumerate(strangers_and_owners):
        for method, body, kind in BODIES:
            answer = client.generic(method, door, body, content_type=kind)
            if answer.status_code >= 500:
                broken[at, method, kind, body[:20]] = answer.status_code
        for headers in HEADERS:
            answer = client.get(door, headers=headers)
            if answer.status_code >= 500:
                broken[at, str(headers)] = answer.status_code

    assert broken == {}


@pytest.mark.load
def test_no_address_breaks_at_odd_words(client):
    """Every address as the owner: odd words in the query, and odd fields in a form."""
    client.raise_request_exception = False
    owner = UserFactory(owner=True)
    broken = {}
    for one in addresses():
        if one.name.startswith("admin:") and not one.name.endswith(("_changelist", "_add")):
            continue  # the pages of a record that is not there
        if one.name == "home:readyz":
            continue  # says 503 where no worker is
        client.force_login(owner)
        answers = [
            client.get(f"{one.path}?{QUERY}"),
            client.post(one.path, FIELDS, content_type=FORM),
            client.post(one.path, FIELDS, content_type=FORM, headers={"HX-Request": "true"}),
        ]
        if found := [answer.status_code for answer in answers if answer.status_code >= 500]:
            broken[one.name] = (one.path, found)

    assert broken == {}


@pytest.mark.load
def test_no_page_of_a_record_breaks_at_odd_words(client, settings, tmp_path):
    """The same of what is there, one record of each kind."""
    settings.MEDIA_ROOT = tmp_path / "files"
    anothers_book([])
    client.raise_request_exception = False
    client.force_login(UserFactory(owner=True))
    broken = {}
    for one in named(KEY):
        if one.path.startswith(("/admin/", "/api/")):
            continue
        queries = [client.get(f"{one.path}?{words}") for words in (QUERY, ODD_DIGITS)]
        with transaction.atomic():
            answers = [*queries, client.post(one.path, FIELDS, content_type=FORM)]
            transaction.set_rollback(True)
        if found := [answer.status_code for answer in answers if answer.status_code >= 500]:
            broken[one.name] = (one.path, found)

    assert broken == {}


@pytest.mark.parametrize("name", ["codes", "remove"])
def test_a_second_factor_that_was_removed_meanwhile_breaks_nothing(client, name):
    client.force_login(UserFactory())

    answer = client.post(
        f"/accounts/second-factor/{name}/", {"code": "123456", "password": PASSWORD}
    )

    assert (answer.status_code, answer.url) == (302, "/accounts/second-factor/")


def test_a_number_is_no_address_of_a_partner_s_site():
    """The history asks whether a record has a page, by a number."""
    with pytest.raises(NoReverseMatch):
        reverse("plancompare:site_detail", args=[1])
