"""Pages are sent with gzip to whoever takes it; nothing else is touched."""

import gzip
import re

import pytest

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
GZIP = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br"}


def test_a_page_is_compressed_for_those_who_take_it(client):
    client.force_login(UserFactory(owner=True))

    plain, packed = client.get("/tour/"), client.get("/tour/", **GZIP)

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert b"Open a client" in gzip.decompress(packed.content)
    assert len(packed.content) < len(plain.content) / 2


@pytest.mark.parametrize(
    ("sent_by", "is_compressed"),
    [("same-origin", True), ("none", True), ("same-site", False), ("cross-site", False)],
)
def test_the_length_of_a_page_tells_another_site_nothing(client, sent_by, is_compressed):
    client.force_login(UserFactory(owner=True))

    answer = client.get("/tour/?guess=Lopez", **GZIP, HTTP_SEC_FETCH_SITE=sent_by)

    assert ("Content-Encoding" in answer.headers) == is_compressed


def test_equal_pages_differ_in_length_and_in_their_token(client):
    """What is left to somebody who can send requests from our own pages."""
    client.force_login(UserFactory(owner=True))

    answers = [client.get("/accounts/profile/", **GZIP) for _each in range(12)]
    tokens = {token for one in answers for token in TOKEN.findall(gzip.decompress(one.content))}

    assert len({len(one.content) for one in answers}) > 1
    assert len(tokens) >= len(answers)


def test_what_the_api_answers_keeps_its_shape(client):
    answer = client.get("/api/schema/", **GZIP)

    assert answer.status_code in (200, 401, 403)
    assert "Content-Encoding" not in answer.headers
