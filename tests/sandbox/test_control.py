"""The control panel as JSON, for tests."""

import re

import pytest

from sandbox.server import Options, Sandbox
from tests.sandbox.fakes import Browser, eventually

LETTER, EITHER = "[AC-HJKMNP-RT-Y]", "[0-9AC-HJKMNP-RT-Y]"
MBI = rf"[1-9]{LETTER}{EITHER}\d{LETTER}{EITHER}\d{LETTER}{LETTER}\d\d"
PAUSED = {"paused": True}


class TestSettings:
    def test_are_read_with_counts(self, browser, hub):
        state = browser.get("/control/api").json

        assert state["settings"]["hub"] == hub.url
        assert state["settings"]["bad_data"] == "none"
        assert state["api_key_is_set"] is True
        assert state["deliveries"] == dict.fromkeys(
            ("pending", "sending", "retrying", "sent", "refused"), 0
        )

    def test_change_only_as_named(self, browser):
        state = browser.send("/control/api", {"duplicates": 3}).json["settings"]

        assert (state["duplicates"], state["reorder"], state["partner_id"]) == (
            3,
            0,
            "SB-PARTNER-1",
        )

    @pytest.mark.parametrize(
        "wrong",
        [
            {"duplicates": -1},
            {"duplicates": "2"},
            {"duplicates": True},
            {"paused": 1},
            {"bad_data": "worse"},
            {"bad_data": ["none"]},
            {"delay_seconds": -1},
            {"hub": "ftp://example.com"},
            {"hub": "http://example.com:99999"},
            {"usernames": []},
            {"usernames": "all"},
            {"open_years": ["2027"]},
            {"field_map": {"nothing": "x"}},
            {"field_map": {"zip": "city"}},
            {"field_map": ["zip"]},
            {"partner_id": ""},
            {"no_such": 1},
            {"api_key": 5},
        ],
    )
    def test_are_all_refused_when_one_makes_no_sense(self, browser, wrong):
        before = browser.get("/control/api").json

        reply = browser.send("/control/api", {"reorder": 5, **wrong})

        assert reply.status == 422
        assert [each["field"] for each in reply.json["errors"]] == list(wrong)
        assert browser.get("/control/api").json == before

    def test_can_change_the_key_and_never_show_it(self, browser, hub):
        reply = browser.send("/control/api", {"api_key": "another-key"})

        browser.send("/control/enrollments", {})

        assert eventually(lambda: hub.deliveries)[0].headers["x-api-key"] == "another-key"
        assert "another-key" not in reply.text

    def test_survive_a_restart_but_for_what_the_command_line_says(self, options):
        with Sandbox(options) as sandbox:
            Browser(sandbox.url).send("/control/api", {"duplicates": 2, "partner_id": "P"})

        given = Options(**vars(options) | {"settings": {"partner_id": "Q"}})
        with Sandbox(given) as sandbox:
            settings = Browser(sandbox.url).get("/control/api").json["settings"]

        assert (settings["duplicates"], settings["partner_id"]) == (2, "Q")


class TestGeneratedEnrollments:
    def test_are_the_same_people_for_the_same_seed(self, browser):
        browser.send("/control/api", PAUSED)
        first, again, other = (
            browser.send("/control/enrollments", {"count": 20, "seed": seed}).json["enrollments"]
            for seed in (5, 5, 6)
        )

        assert [e["beneficiary"] for e in first] == [e["beneficiary"] for e in again]
        assert [e["beneficiary"] for e in first] != [e["beneficiary"] for e in other]
        numbers = [e["enrollment_id"] for e in first + again + other]
        assert numbers == [f"PC-20261122-{n:04d}" for n in range(1, 61)]
        assert again[0]["confirmation_number"] == "CN100021"

    def test_are_plausible_and_made_up(self, browser):
        browser.send("/control/api", PAUSED)

        made = browser.send("/control/enrollments", {"count": 200}).json["enrollments"]

        for enrollment in made:
            person = enrollment["beneficiary"]
            assert re.fullmatch(MBI, person["mbi"])
            assert person["email"].endswith("@example.com")
            assert re.fullmatch(r"\d{3}55501\d{2}", person["home_phone"])
        assert len({e["beneficiary"]["mbi"] for e in made}) == 200
        assert {e["plan"]["plan_type"] for e in made} == {
            "MA",
            "MAPD",
            "PDP",
            "Medicare Supplement",
        }

    def test_take_wishes_and_values_laid_over(self, browser, hub):
        wish = {
            "username": "agent2.pc",
            "site": "call_center",
            "plan_year": 2026,
            "plan_type": "PDP",
            "submission_date": "2026-10-15",
            "application_effective_date": "2026-12-01",
            "overrides": {
                "individual_id": "77",
                "confirmation_number": "CN1",
                "beneficiary": {"first_name": "Zoë", "mbi": None},
                "plan": {"plan_type": "Dental"},
            },
        }

        browser.send("/control/enrollments", wish)

        sent = eventually(lambda: hub.deliveries)[0].json
        assert (sent["username"], sent["site"]) == ("agent2.pc", "call_center")
        assert (sent["individual_id"], sent["confirmation_number"]) == ("77", "CN1")
        assert sent["enrollment_id"] == "PC-20261015-0001"
        assert (sent["beneficiary"]["first_name"], sent["beneficiary"]["mbi"]) == ("Zoë", None)
        assert (sent["plan"]["plan_type"], sent["plan"]["plan_year"]) == ("Dental", 2026)
        assert sent["application_effective_date"] == "2026-12-01"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"count": 0},
            {"count": "3"},
            {"seed": -1},
            {"site": "web"},
            {"plan_type": "Vision"},
            {"submission_date": "10/15/2026"},
            {"username": 1},
            {"overrides": []},
            {"overrides": {"plan": None}},
            {"nonsense": 1},
        ],
    )
    def test_are_refused_for_senseless_wishes(self, browser, wrong):
        reply = browser.send("/control/enrollments", wrong)

        assert reply.status == 422
        assert browser.deliveries() == []

    def test_are_listed_as_sent(self, browser):
        made = browser.send("/control/enrollments", {"count": 3}).json["enrollments"]

        listed = browser.get("/control/enrollments?limit=2&after=1").json["enrollments"]

        assert [each["row"] for each in listed] == [2, 3]
        assert [each["enrollment_id"] for each in listed] == [
            each["enrollment_id"] for each in made[1:]
        ]


class TestOutbox:
    def test_is_filtered_and_paged(self, browser):
        browser.send("/control/api", PAUSED)
        browser.send("/control/enrollments", {"count": 3})

        answer = browser.get("/control/outbox?state=pending&after=1&limit=1").json

        assert answer["counts"]["pending"] == 3
        assert [each["id"] for each in answer["deliveries"]] == [2]
        assert browser.get("/control/outbox?state=lost").status == 422
        assert browser.get("/control/outbox?limit=0").status == 422

    def test_refuses_ids_that_are_none(self, browser):
        assert browser.send("/control/outbox/send", {"delivery_ids": ["1"]}).status == 422


class TestReset:
    def test_forgets_people_and_trouble_but_goes_on_counting(self, browser, hub):
        browser.hand_off()
        browser.send("/control/api", PAUSED | {"duplicates": 2})
        browser.send("/control/enrollments", {"count": 2})

        state = browser.send("/control/reset", {}).json

        assert (state["beneficiaries"], sum(state["deliveries"].values())) == (0, 0)
        assert (state["settings"]["paused"], state["settings"]["duplicates"]) == (False, 0)
        assert state["settings"]["hub"] == hub.url
        made = browser.send("/control/enrollments", {}).json["enrollments"][0]
        assert made["confirmation_number"] == "CN100003"

    def test_can_keep_settings_or_data_and_start_numbers_afresh(self, browser):
        browser.send("/control/api", PAUSED)
        browser.send("/control/enrollments", {"count": 2})

        state = browser.send("/control/reset", {"settings": False, "data": False}).json
        assert (state["settings"]["paused"], state["deliveries"]["pending"]) == (True, 2)

        browser.send("/control/reset", {"numbers": True})
        made = browser.send("/control/enrollments", {}).json["enrollments"][0]
        assert made["enrollment_id"] == "PC-20261122-0001"
