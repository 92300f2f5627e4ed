"""Calls to Noyo: tokens, pages, versions and refusals."""

import json
from types import SimpleNamespace

import jwt
import pytest

from integrations.errors import PartnerContractError, PartnerRejectedError
from integrations.http import Answer
from integrations.noyo import client as calls
from integrations.noyo.client import ConflictError, MissingError, Noyo, token_seconds
from sandbox.noyo import scenarios
from tests.noyo.conftest import SECRET

LARGE = scenarios.LARGE.id
NOW = 1_800_000_000


@pytest.fixture
def noyo(fake):
    def sealed(text):
        return SimpleNamespace(reveal=lambda: text)

    account = SimpleNamespace(
        fulfillment_url=f"{fake.url}/noyo/fulfillment",
        tracking_url=f"{fake.url}/noyo/tracking",
        token_url=f"{fake.url}/noyo/auth/public/token",
        credentials=SimpleNamespace(client_id=sealed("sandbox-noyo"), client_secret=sealed(SECRET)),
    )
    with Noyo(account, sleep=lambda _seconds: None) as noyo:
        yield noyo


@pytest.fixture
def answers(noyo, monkeypatch):
    """Lets Noyo answer with bodies, one after the other, and notes the offsets asked for."""
    offsets = []

    def prepare(*bodies):
        waiting = list(bodies)

        def call(_method, _path, *, query=None, **_more):
            offsets.append(int((query or {}).get("offset", 0)))
            return Answer(200, {}, json.dumps(waiting.pop(0)).encode())

        monkeypatch.setattr(noyo, "_call", call)
        return offsets

    return prepare


class TestToken:
    def test_one_for_many_calls(self, noyo, fake):
        for _ in range(3):
            noyo.get(f"/groups/{LARGE}")
        assert noyo.calls == 4

    def test_renewed_once_when_it_is_not_taken(self, noyo, fake):
        noyo.get(f"/groups/{LARGE}")
        fake.control(expire_tokens=True)
        assert noyo.get(f"/groups/{LARGE}")["id"] == LARGE
        assert noyo.calls == 5

    def test_no_endless_renewal(self, noyo, monkeypatch):
        monkeypatch.setattr(noyo, "_new_token", lambda: "nobody's")
        with pytest.raises(PartnerRejectedError, match="just given"):
            noyo.get(f"/groups/{LARGE}")

    @pytest.mark.parametrize(
        ("claims", "seconds"),
        [
            ({"exp": NOW + 300}, 300 - calls.TOKEN_MARGIN),
            ({"exp": NOW + 864_000}, calls.TOKEN_SECONDS),
            ({"exp": NOW - 900}, calls.TOKEN_AT_LEAST),
            ({}, calls.TOKEN_SECONDS),
        ],
    )
    def test_lives_nine_minutes_or_as_long_as_it_says(self, claims, seconds):
        token = jwt.encode(claims, "a key of thirty-two bytes at least", algorithm="HS256")
        assert token_seconds(token, now=NOW) == seconds
        assert token_seconds("opaque", now=NOW) == calls.TOKEN_SECONDS


class TestPages:
    def test_no_page_more_than_there_are(self, answers, noyo):
        page = {"meta": {"offset": 0, "page_num": 1, "page_size": 2, "total_records": 3}}
        offsets = answers(
            page | {"response": [{"id": 1}, {"id": 2}]}, page | {"response": [{"id": 3}]}
        )
        assert [row["id"] for row in noyo.listed("/groups")] == [1, 2, 3]
        assert offsets == [0, 2]

    def test_without_a_total_a_short_page_is_the_last(self, answers, noyo):
        page = {"meta": {"page_size": 2}}
        offsets = answers(
            page | {"response": [{"id": 1}, {"id": 2}]}, page | {"response": [{"id": 3}]}
        )
        assert len(list(noyo.listed("/groups"))) == 3
        assert offsets == [0, 2]

    def test_a_bare_list(self, answers, noyo):
        answers([{"id": 1}, {"id": 2}])
        assert len(list(noyo.listed("/groups/1/plans"))) == 2

    def test_a_bare_list_that_knows_no_pages(self, answers, noyo):
        whole = [{"id": number} for number in range(calls.PAGE_SIZE)]
        offsets = answers(whole, whole)
        assert len(list(noyo.listed("/groups/1/plans"))) == calls.PAGE_SIZE
        assert offsets == [0, calls.PAGE_SIZE]

    @pytest.mark.parametrize("body", ["text", {"response": 1}, [1]])
    def test_something_else(self, answers, noyo, body):
        answers(body)
        with pytest.raises(PartnerContractError):
            list(noyo.listed("/groups"))


class TestRefusals:
    def test_nobody_knows_it(self, noyo):
        with pytest.raises(MissingError) as error:
            noyo.get("/groups/00000000-0000-4000-8000-000000000000")
        assert "not found" in error.value.said.lower()

    def test_another_version(self, noyo, fake):
        fake.control(manners={"conflict_next": 1})
        version = noyo.get(f"/groups/{LARGE}")["version"]
        with pytest.raises(ConflictError):
            noyo.change(f"/groups/{LARGE}/{version}", {"name": "Other"})

    @pytest.mark.parametrize(
        ("body", "said", "fields"),
        [
            (b'{"message": "No.", "status": 400}', "No.", []),
            (
                b'{"errors": {"json": {"person": {"name": ["Too long", "Odd"]}}}}',
                "Too long Odd",
                [("person.name", "Too long"), ("person.name", "Odd")],
            ),
            (b"<html>", "<html>", []),
        ],
    )
    def test_its_words_and_fields_in_any_shape(self, body, said, fields):
        told = calls._said(Answer(400, {}, body))

        assert (told[0], list(told[1])) == (said, fields)
