"""Pages are sent with gzip to whoever takes it; nothing else is touched."""

import gzip

import pytest

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
GZIP = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br"}


def test_a_page_is_compressed_for_those_who_take_it(client):
    client.force_login(UserFactory(owner=True))

    plain, packed = client.get("/tour/"), client.get("/tour/", **GZIP)

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert b"Open a client" in gzip.decompress(packed.content)
    assert len(packed.content) < len(plain.content) / 2


def test_what_the_api_answers_keeps_its_shape(client):
    answer = client.get("/api/schema/", **GZIP)

    assert answer.status_code in (200, 401, 403)
    assert "Content-Encoding" not in answer.headers
