"""What PlanCompare does with a hand-off."""

import pytest

from sandbox.server import Options, Sandbox
from tests.sandbox.fakes import HANDOFF, Browser


def profile_of(browser, reply):
    page = browser.get(reply.location)
    assert page.status == 200
    return page


class TestHandOff:
    def test_makes_a_beneficiary_and_shows_everything_sent(self, browser):
        reply = browser.hand_off()

        assert reply.status == 303
        page = profile_of(browser, reply)
        assert "Profile created" in page.text
        assert "Individual 1042" in page.text
        assert "jsmith.pc" in page.text
        for name in ("zip", "first_name", "last_name", "mbi", "email", "address_2", "state"):
            assert page.value(name) == HANDOFF[name]
        assert page.value("date_of_birth") == "1958-03-14"
        assert page.value("home_phone") == "5155550100"

    def test_leads_to_an_address_without_personal_data(self, browser):
        reply = browser.hand_off()

        start, token = reply.location.rsplit("/", 1)
        assert start == "/plancompare/beneficiaries"
        assert len(token) == 24
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert reply.headers["cache-control"] == "no-store"

    def test_updates_the_same_beneficiary_when_sent_again(self, browser):
        first = browser.hand_off()

        again = browser.hand_off(email="ana.lopez@example.com", address_1="14 Oak St")

        assert again.location == first.location
        page = profile_of(browser, again)
        assert "updated: Email, Address 1" in page.text
        assert page.value("email") == "ana.lopez@example.com"
        assert browser.get("/control/beneficiaries").json["count"] == 1

    def test_says_when_nothing_had_changed(self, browser):
        browser.hand_off()

        page = profile_of(browser, browser.hand_off())

        assert "updated: nothing had changed" in page.text

    def test_keeps_a_value_that_a_later_hand_off_leaves_out(self, browser):
        browser.hand_off()

        page = profile_of(browser, browser.hand_off(email=None, mbi=""))

        assert page.value("email") == "ana@example.com"
        assert page.value("mbi") == ""

    def test_keeps_an_individual_and_a_sales_record_of_the_same_number_apart(self, browser):
        browser.hand_off()

        reply = browser.hand_off(record_type="sales_record")

        assert "Sales Record 1042" in profile_of(browser, reply).text
        assert browser.get("/control/beneficiaries").json["count"] == 2

    def test_needs_no_more_than_a_zip_besides_the_keys(self, browser):
        keys = ("partner_id", "username", "record_type", "record_id", "zip")

        reply = browser.post("/plancompare/sso/2027", {key: HANDOFF[key] for key in keys})

        assert "Unnamed beneficiary" in profile_of(browser, reply).text

    def test_takes_the_call_center_site_and_the_previous_year(self, browser):
        reply = browser.hand_off(2026, "call-center/sso")

        page = profile_of(browser, reply)
        assert "Call center" in page.text
        assert "2026" in page.text

    def test_escapes_what_was_sent(self, browser):
        page = profile_of(browser, browser.hand_off(first_name='<b>"&', last_name="'"))

        assert "<b>" not in page.text
        assert page.value("first_name") == '<b>"&'


class TestRefusedHandOff:
    @pytest.mark.parametrize(
        ("_case", "zip_code"),
        [
            ("trailing space", "50010 "),
            ("leading space", " 50010"),
            ("trailing tab", "50010\t"),
            ("too short", "5001"),
            ("letters", "5001O"),
            ("other digits", "٥٠٠١٠"),
            ("missing", None),
            ("blank", ""),
        ],
    )
    def test_fails_to_load_a_profile_with_a_bad_zip(self, browser, _case, zip_code):
        reply = browser.hand_off(zip=zip_code)

        assert reply.status == 422
        assert "Profile failed to load" in reply.text
        assert browser.get("/control/beneficiaries").json["count"] == 0

    @pytest.mark.parametrize("zip_code", ["50010", "50010-1234", "500101234"])
    def test_loads_5_and_9_digits(self, browser, zip_code):
        assert browser.hand_off(zip=zip_code).status == 303

    @pytest.mark.parametrize(
        ("changes", "status", "words"),
        [
            ({"partner_id": "OTHER"}, 403, "Partner ID"),
            ({"partner_id": None}, 403, "Partner ID"),
            ({"username": "jsmith"}, 403, "username"),
            ({"username": None}, 403, "username"),
            ({"record_id": None}, 422, "which record"),
            ({"record_type": "policy"}, 422, "which record"),
            ({"plan_year": "2026"}, 422, "plan year"),
            ({"date_of_birth": "03/14/1958"}, 422, "Date of birth"),
            ({"part_a_effective_date": "2023-02-30"}, 422, "Part A"),
            ({"phone": "(515) 555-0100"}, 422, "phone"),
        ],
    )
    def test_refuses_what_it_cannot_trust(self, browser, changes, status, words):
        reply = browser.hand_off(**changes)

        assert reply.status == status
        assert words in reply.text
        assert browser.get("/control/beneficiaries").json["count"] == 0

    @pytest.mark.parametrize("method", ["post", "get"])
    def test_calls_the_link_of_a_past_year_outdated(self, browser, method):
        link = "/plancompare/sso/2025"

        reply = browser.post(link, HANDOFF) if method == "post" else browser.get(link)

        assert reply.status == 410
        assert "This page cannot be loaded" in reply.text
        assert "link is outdated" in reply.text

    @pytest.mark.parametrize("year", ["2028", "next", "²"])
    def test_knows_no_other_link(self, browser, year):
        path = f"/plancompare/sso/{'%C2%B2' if year == '²' else year}"
        assert browser.post(path, HANDOFF).status == 404

    def test_takes_a_hand_off_by_post_only(self, browser):
        assert browser.get("/plancompare/sso/2027").status == 405

    def test_takes_no_other_encoding_than_a_form(self, browser):
        assert browser.send("/plancompare/sso/2027", HANDOFF).status == 415


class TestRenamedFields:
    def test_are_read_under_their_new_names(self, options):
        settings = {"field_map": {"zip": "ZipCode", "record_id": "ExternalId"}}
        renamed = {"zip": None, "record_id": None, "ZipCode": "50010", "ExternalId": "9"}
        with Sandbox(Options(**vars(options) | {"settings": settings})) as sandbox:
            browser = Browser(sandbox.url)

            reply = browser.hand_off(**renamed)

            page = profile_of(browser, reply)
        assert page.value("zip") == "50010"
        assert "Individual 9" in page.text

    def test_are_named_when_the_zip_is_therefore_missing(self, browser):
        reply = browser.hand_off(zip=None, ZipCode="50010")

        assert reply.status == 422
        assert "ZipCode" in reply.text

    def test_can_be_set_while_it_runs(self, browser):
        browser.send("/control/api", {"field_map": {"zip": "postal"}, "usernames": ["boss", "a*"]})

        assert browser.hand_off(zip=None, postal="50010", username="Agent7").status == 303
        assert browser.hand_off(zip=None, postal="50010").status == 403
