"""Deliveries go past the middleware of pages, and past nothing that protects."""

import pytest
from django.test import Client

from tests.plancompare.samples import enrollment

pytestmark = pytest.mark.django_db
URL = "/hooks/plancompare/enrollments/"


def _post(**headers: str):
    return Client().post(URL, enrollment(), content_type="application/json", headers=headers)


class TestDeliveryPath:
    def test_still_asks_for_a_key(self):
        answer = _post()

        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"

    def test_keeps_the_headers_of_every_answer(self):
        answer = _post()

        assert answer["X-Request-ID"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert int(answer["Content-Length"]) == len(answer.content)

    def test_refuses_another_host(self):
        assert _post(host="elsewhere.example.com").status_code == 400

    def test_sets_no_cookie(self):
        assert not _post().cookies

    def test_of_an_unknown_partner_is_an_ordinary_missing_page(self):
        answer = Client().post("/hooks/nobody/", {}, content_type="application/json")

        assert answer.status_code == 404
        assert "Content-Security-Policy" in answer
