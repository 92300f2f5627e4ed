"""The sandbox's receiver of webhooks: verifies, remembers, and answers as it is told."""

import base64
import hashlib
import hmac
import json
import time

import pytest

from sandbox.webhooks.partner import secret_of

DOOR = "/webhooks/receive"
EVENT = {
    "id": "evt_1",
    "type": "individual.updated",
    "record": {"kind": "individual", "id": 42, "url": "http://127.0.0.1/api/v1/individuals/42/"},
    "changed": ["email"],
}


def send(browser, *, secret=None, at=None, event=None):
    body = json.dumps(event or EVENT).encode()
    stamp = str(int(at or time.time()))
    key = base64.b64decode((secret or secret_of("")).removeprefix("whsec_"))
    signature = hmac.new(key, f"evt_1.{stamp}.".encode() + body, hashlib.sha256).digest()
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,AAAA v1,{base64.b64encode(signature).decode()}",
    }
    browser.headers.update(headers)
    return browser.send(DOOR, event or EVENT)


class TestReceiver:
    def test_counts_an_event_that_comes_twice_and_shows_it(self, browser):
        assert send(browser).status == 204
        assert send(browser).status == 204

        (event,) = browser.get("/webhooks/control").json["events"]
        assert (event["times"], event["verdict"]) == (2, "verified")
        shown = browser.get("/webhooks/").text
        assert "individual 42" in shown
        assert "verified" in shown

    def test_tells_of_one_event_whatever_came_since(self, browser):
        send(browser)

        (event,) = browser.get("/webhooks/control").json["events"]
        named = browser.get(f"/webhooks/control?event_id={event['event_id']}").json["events"]
        assert named == [event]
        assert browser.get("/webhooks/control?event_id=evt_none").json["events"] == []

    @pytest.mark.parametrize("wrong", [{"secret": secret_of("another")}, {"at": 1_700_000_000}])
    def test_refuses_what_is_not_agencyhub_s_or_not_of_now(self, browser, wrong):
        assert send(browser, **wrong).status == 401

    @pytest.mark.parametrize("status", [500, 410])
    def test_answers_as_it_is_told(self, browser, status):
        browser.send("/webhooks/control", {"answer": str(status)})

        assert send(browser).status == status
        assert browser.get("/webhooks/control").json["events"] == []
