"""Calls to partners."""

import logging

import pytest
import requests
import responses

from integrations.errors import (
    PartnerContractError,
    PartnerRejectedError,
    PartnerUnavailableError,
)
from integrations.http import Client, Patience

ADDRESS = "https://partner.example/v1/things"
AT_ONCE = Patience(retries=2, first_seconds=0, longest_seconds=0, repeats_posts=True)


@pytest.fixture
def partner():
    with responses.RequestsMock() as mock:
        yield mock


def call(method="GET", **options):
    patience = options.pop("patience", AT_ONCE)
    with Client(partner="acme", base_url="https://partner.example/", patience=patience) as client:
        return client.call(method, "/v1/things", **options)


def test_repeats_a_call_that_failed_in_passing(partner):
    partner.get(ADDRESS, status=503)
    partner.get(ADDRESS, status=429, headers={"Retry-After": "0"})
    partner.get(ADDRESS, json={"fine": True})

    answer = call()

    assert answer.json() == {"fine": True}
    assert len(partner.calls) == 3


def test_does_not_repeat_a_post_that_may_have_been_carried_out(partner):
    partner.post(ADDRESS, status=503)

    with pytest.raises(PartnerUnavailableError):
        call("POST", body={}, patience=Patience(first_seconds=0))

    assert len(partner.calls) == 1


@pytest.mark.parametrize(
    ("_case", "status", "error"),
    [
        ("out of order", 500, PartnerUnavailableError),
        ("wrong key", 401, PartnerRejectedError),
        ("no right", 403, PartnerRejectedError),
        ("redirect", 302, PartnerRejectedError),
        ("refused", 422, PartnerRejectedError),
    ],
)
def test_tells_who_has_to_act(partner, _case, status, error):
    partner.get(ADDRESS, status=status, headers={"Location": "https://elsewhere.example/"})

    with pytest.raises(error):
        call(patience=Patience(retries=0))


def test_says_that_nobody_answered(partner):
    partner.get(ADDRESS, body=requests.ConnectionError("secret.example refused"))

    with pytest.raises(PartnerUnavailableError) as failure:
        call()

    assert "secret" not in str(failure.value)


def test_refuses_an_address_that_is_none():
    with Client(partner="acme", base_url="gopher://partner.example") as client:
        with pytest.raises(PartnerRejectedError):
            client.call("GET", "/")


def test_stops_reading_an_answer_that_is_too_large(partner):
    partner.get(ADDRESS, body=b"x" * 2000)

    with pytest.raises(PartnerContractError):
        call(most_bytes=1000)


def test_refuses_an_answer_that_is_no_json(partner):
    partner.get(ADDRESS, body="<html>")

    with pytest.raises(PartnerContractError):
        call().json()


def test_logs_neither_query_nor_body(partner, caplog):
    partner.post(ADDRESS, json={"mbi": "1EG4TE5MK73"})

    with caplog.at_level(logging.INFO, logger="integrations.http"):
        call("POST", body={"name": "Lopez"}, query={"who": "Lopez"})

    assert "acme POST /v1/things: 200" in caplog.text
    assert "Lopez" not in caplog.text


def test_keeps_the_pace(partner):
    partner.get(ADDRESS, json={})
    pauses = []

    client = Client(
        partner="acme", base_url="https://partner.example", per_second=1, sleep=pauses.append
    )
    for _ in range(3):
        client.call("GET", "/v1/things")

    assert [round(pause) for pause in pauses] == [1, 2]
