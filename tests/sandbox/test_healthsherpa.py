"""The sandbox's HealthSherpa: submits, pushes in every shape, retries, asks about midnight."""

import json
from datetime import date

import pytest

from integrations.healthsherpa.envelopes import open_envelopes
from integrations.healthsherpa.mapping import read_submission
from sandbox import enrolled
from sandbox.healthsherpa.settings import RETRY_SECONDS, Settings
from sandbox.server import Options, Sandbox
from sandbox.store import Store
from tests.sandbox.fakes import Browser, eventually

HOOK = "/hooks/healthsherpa/"
REFUSED = (503, {"title": "Out"}, {})


def submit(browser, **fields):
    answer = browser.send("/healthsherpa/api/submit", fields)
    assert answer.status == 201, answer.text
    return answer.json


def pushed(hub, count=1):
    eventually(lambda: len(hub.deliveries) >= count, 30)
    return hub.deliveries


class TestSubmit:
    def test_fills_the_form_and_pushes_what_is_submitted(self, browser, hub):
        form = browser.get("/healthsherpa/new?example=1")
        fields = {
            name: form.value(name) or ""
            for name in (
                "form_key", "first_name", "last_name", "birth_date", "medicare_number",
                "phone_number", "email", "street", "city", "state", "zip_code", "effective_date",
                "sep",
            )
        }  # fmt: skip
        fields |= {"plan": "H5521-204-000", "npn": "990027316", "signature": "e_signature"}

        answer = browser.post("/healthsherpa/new", fields)
        again = browser.post("/healthsherpa/new", fields)

        assert answer.status == 303
        assert again.location == answer.location
        [delivery] = pushed(hub)
        assert delivery.path == HOOK
        assert delivery.headers["x-api-key"] == "key-of-the-sandbox.healthsherpa"
        told = read_submission(open_envelopes(delivery.json)[0]).told
        assert (told.first_name, told.plan_id) == ("Sofía", "H5521-204-000")
        assert (told.sharing, told.agent_npn) == ("full", "990027316")

    def test_names_what_is_missing(self, browser):
        answer = browser.post("/healthsherpa/new", {"first_name": "Ana"})

        assert answer.status == 422
        assert "Last name" in answer.text

    def test_shares_only_the_name_of_an_independent_agents_client(self, browser, hub):
        submit(browser, npn="990052673")

        contact = pushed(hub)[0].json["contact"]
        assert set(contact) == {"id", "first_name", "last_name"}

    def test_tells_the_carriers_everything(self, options, browser):
        submit(browser, npn="990052673")

        [known] = enrolled.every(Store(options.data), "Humana")
        assert (known.site, known.last_name, known.mbi) == (
            "healthsherpa",
            "Quigley",
            "3HK7DV2RT46",
        )


class TestShapes:
    @pytest.mark.parametrize("envelope", ["bare", "array", "data", "payload", "text"])
    @pytest.mark.parametrize("casing", ["snake", "camel"])
    def test_are_all_read_alike(self, browser, hub, envelope, casing):
        browser.send("/healthsherpa/api/settings", {"envelope": envelope, "casing": casing})
        made = submit(browser)

        [delivery] = pushed(hub)
        found = read_submission(open_envelopes(delivery.json)[0])
        assert found.told.external_id == made["application_id"]
        assert found.told.premium == 0
        assert found.unread == ()

    def test_hides_all_but_the_name_on_demand(self, browser, hub):
        browser.send("/healthsherpa/api/settings", {"only_name": True, "copies": 2})
        submit(browser)

        deliveries = pushed(hub, 2)
        assert [len(one.json["contact"]) for one in deliveries] == [3, 3]


class TestRetries:
    def test_waits_as_healthsherpa_does(self):
        waits = [Settings(retry_scale=1).seconds_until_retry(tries) for tries in range(1, 5)]

        assert waits == [*RETRY_SECONDS, None]
        assert RETRY_SECONDS == (20, 600, 3600)

    def test_tries_again_until_it_arrives(self, browser, hub):
        browser.send("/healthsherpa/api/settings", {"retry_scale": 0.0001})
        hub.answers = [REFUSED, REFUSED]
        token = submit(browser)["token"]

        pushed(hub, 3)
        shown = eventually(lambda: _shown(browser, token, "Sent"), 30)
        assert "202 accepted" in shown

    def test_gives_up_after_the_fourth_try(self, browser, hub):
        browser.send("/healthsherpa/api/settings", {"retry_scale": 0.0001})
        hub.answer = REFUSED
        token = submit(browser)["token"]

        eventually(lambda: _shown(browser, token, "Given up"), 30)
        assert len(hub.deliveries) == 4

    def test_sends_updates_and_old_ones_out_of_order(self, browser, hub):
        token = submit(browser)["token"]
        page = f"/healthsherpa/enrollments/{token}"
        pushed(hub, 1)
        browser.post(f"{page}/update", {"effective_date": "2027-02-01", "premium": "31.20"})
        pushed(hub, 2)
        browser.post(f"{page}/send", {"which": "first"})

        first, second, old = [one.json["medicare_application"] for one in pushed(hub, 3)]
        assert second["updated_at"] > first["updated_at"] == old["updated_at"]
        assert (second["effective_date"], second["total_premium_cents"]) == ("2027-02-01", 3120)


class TestMidnight:
    def test_shows_what_comtrack_answers(self, browser, hub):
        made = submit(browser)
        result = {
            "application_id": made["application_id"],
            "match_state": "complete",
            "policy_status": "active",
            "carrier_status_text": "Active Policy",
            "book_as_of": "2027-01-10",
            "termination_date": None,
            "last_commission": {
                "amount": "725.00",
                "paid_on": "2027-02-05",
                "payment_period": "2027-01",
            },
            "reasons": ["Nothing to do"],
        }
        pushed(hub)
        hub.answer = (200, {"as_of": "2027-02-06T05:00:00Z", "results": [result]}, {})

        browser.post("/healthsherpa/midnight", {})

        asked = hub.deliveries[-1]
        assert asked.path == "/api/v1/comtrack/query"
        assert asked.headers["x-api-key"] == "key-of-the-sandbox.comtrack"
        assert asked.json == {"applications": [{"application_id": made["application_id"]}]}
        shown = browser.get(f"/healthsherpa/enrollments/{made['token']}").text
        assert "Active Policy" in shown
        assert "$725.00 on 02/05/2027" in shown

    def test_says_that_comtrack_refused(self, browser, hub):
        submit(browser)
        pushed(hub)
        hub.answer = (401, {"title": "Unauthorized", "detail": "No key"}, {})

        answer = browser.post("/healthsherpa/midnight", {})

        assert answer.status == 502
        assert "Unauthorized" in answer.text


class TestControl:
    def test_saves_settings_and_keys_of_the_page(self, browser, hub):
        form = {"envelope": "text", "casing": "camel", "copies": "2", "delay_seconds": "0",
                "retry_scale": "0.5"}  # fmt: skip
        assert browser.post("/healthsherpa/control", form).status == 303
        keys = {"webhook": f"{hub.url}{HOOK}", "api_key": "ahk_healthsherpa_x"}
        assert browser.post("/healthsherpa/control/keys", keys).status == 303
        submit(browser)

        delivery = pushed(hub, 2)[1]
        assert delivery.headers["x-api-key"] == "ahk_healthsherpa_x"
        assert "medicareApplication" in json.loads(delivery.json["text"])

    @pytest.mark.parametrize(
        "wrong",
        [{"envelope": "box"}, {"copies": 0}, {"retry_scale": 2}, {"hub": "nowhere"}, {"x": 1}],
    )
    def test_refuses_what_makes_no_sense(self, browser, wrong):
        assert browser.send("/healthsherpa/api/settings", wrong).status == 422

    def test_remembers_settings_but_no_key(self, options):
        with Sandbox(options) as sandbox:
            sandbox.partners[1].change({"casing": "camel"})
        assert b"key-of-the-sandbox" not in (options.data / "sandbox.sqlite3").read_bytes()
        with Sandbox(options) as sandbox:
            assert sandbox.partners[1].settings().casing == "camel"


class TestComTrack:
    def test_answers_in_the_order_asked_until_it_is_out(self, browser):
        browser.send("/comtrack/control", {"delay_seconds": 0, "fails_after": 1})
        question = {"applications": [{"application_id": "b"}, {"application_id": "a"}]}
        browser.headers["X-API-Key"] = "any"

        answer = browser.send("/comtrack/api/v1/query", question)

        assert [one["application_id"] for one in answer.json["results"]] == ["b", "a"]
        assert browser.send("/comtrack/api/v1/query", question).status == 503
        assert browser.get("/comtrack/control").json["asked"] == 2


def _shown(browser, token, words):
    text = browser.get(f"/healthsherpa/enrollments/{token}/deliveries").text
    return text if words in text else ""


class TestDays:
    @pytest.mark.parametrize(
        ("today", "proposed"),
        [
            (date(2026, 12, 31), "2027-01-01"),
            (date(2027, 1, 1), "2027-02-01"),
            (date(2028, 2, 29), "2028-03-01"),
        ],
    )
    def test_proposes_the_first_day_that_can_be_bought(self, options, today, proposed):
        with Sandbox(Options(**vars(options) | {"today": lambda: today})) as sandbox:
            browser = Browser(sandbox.url)

            form = browser.get("/healthsherpa/new")

            assert form.value("effective_date") == proposed
            assert browser.send("/healthsherpa/api/submit", {}).status == 201
