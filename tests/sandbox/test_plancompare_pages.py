"""What an agent does on PlanCompare's pages."""

import re

import pytest

from tests.sandbox.fakes import eventually

PROFILE = {
    "first_name": "Bea",
    "last_name": "Stone",
    "date_of_birth": "1955-05-05",
    "zip": "50010",
}
GOLD_PLUS = "H5216-001-000"


@pytest.fixture
def person(browser):
    """The address of a beneficiary sent over from AgencyHub."""
    return browser.hand_off().location


def enroll(browser, person, **changes):
    page = browser.get(f"{person}/enroll?plan={GOLD_PLUS}")
    names = ("form_key", "submission_date", "application_effective_date")
    form = {name: page.value(name) for name in names} | {"plan": GOLD_PLUS}
    return browser.post(f"{person}/enroll", form | changes)


class TestProfile:
    def test_is_saved_with_its_values_tidied(self, browser, person):
        form = PROFILE | {"mbi": "1eg4-te5-mk73", "cell_phone": "+1 (515) 555-0199", "state": "ia"}

        reply = browser.post(person, form)

        assert (reply.status, reply.location) == (303, person)
        page = browser.get(person)
        assert page.value("mbi") == "1EG4TE5MK73"
        assert page.value("cell_phone") == "5155550199"
        assert page.value("state") == "IA"
        assert "saved; updated: First name, Last name, Date of birth" in page.text

    def test_is_kept_as_typed_when_it_has_errors(self, browser, person):
        form = PROFILE | {"zip": "5001", "mbi": "12", "email": "no", "home_phone": "12"}

        reply = browser.post(person, form | {"date_of_birth": "1955-02-30", "state": "Iowa"})

        assert reply.status == 422
        assert reply.text.count('aria-invalid="true"') == 6
        assert reply.value("first_name") == "Bea"
        assert browser.get(person).value("first_name") == "Ana"

    def test_is_saved_on_the_way_to_the_plans(self, browser, person):
        reply = browser.post(person, PROFILE | {"then": "shop"})

        assert reply.location == f"{person}/plans"
        assert browser.get(person).value("first_name") == "Bea"


class TestNewBeneficiary:
    FORM = PROFILE | {"username": "jsmith.pc", "plan_year": "2027", "site": "call_center"}

    def test_belongs_to_no_record(self, browser, hub):
        reply = browser.post("/plancompare/new-beneficiary", self.FORM)

        assert "None: typed here" in browser.get(reply.location).text
        enroll(browser, reply.location)
        sent = eventually(lambda: hub.deliveries)[0].json
        assert (sent["individual_id"], sent["sales_record_id"]) == (None, None)
        assert sent["site"] == "call_center"

    def test_needs_a_known_username_an_open_year_and_a_zip(self, browser):
        form = self.FORM | {"username": "nobody", "plan_year": "2025", "zip": "", "site": "x"}

        reply = browser.post("/plancompare/new-beneficiary", form)

        assert reply.status == 422
        assert reply.text.count('aria-invalid="true"') == 4
        assert browser.get("/control/beneficiaries").json["count"] == 0

    def test_is_asked_for_on_a_form(self, browser):
        page = browser.get("/plancompare/new-beneficiary")

        assert page.status == 200
        assert "Save profile" in page.text


class TestPlans:
    def test_are_40_of_12_carriers(self, browser, person):
        plans = browser.get("/control/plans").json["plans"]

        assert len(plans) == 40
        assert len({plan["carrier_name"] for plan in plans}) == 12
        assert len({plan["plan_id"] for plan in plans}) == 40
        assert browser.get(f"{person}/plans").text.count(">Enroll</button>") == 40

    def test_have_ids_of_their_kind(self, browser):
        shapes = {
            "MA": r"[HR]\d{4}-\d{3}-\d{3}",
            "MAPD": r"[HR]\d{4}-\d{3}-\d{3}",
            "PDP": r"S\d{4}-\d{3}-\d{3}",
            "Medicare Supplement": r"[A-Z]+-MS-[A-Z]",
        }
        for plan in browser.get("/control/plans").json["plans"]:
            assert re.fullmatch(shapes[plan["plan_type"]], plan["plan_id"])

    @pytest.mark.parametrize(
        ("query", "number"), [("MAPD", 19), ("MA", 7), ("PDP", 7), ("Medicare+Supplement", 7)]
    )
    def test_are_filtered_by_type(self, browser, person, query, number):
        page = browser.get(f"{person}/plans?type={query}")

        assert page.text.count(">Enroll</button>") == number
        assert f"{number} plans" in page.text

    def test_cost_less_in_the_previous_year(self, browser):
        this, previous = (
            browser.get(f"/control/plans?year={year}&type=PDP").json["plans"][0]
            for year in (2027, 2026)
        )
        assert (this["premium_per_month"], this["plan_year"]) == ("38.10", 2027)
        assert (previous["premium_per_month"], previous["plan_year"]) == ("34.70", 2026)


class TestEnrollment:
    def test_proposes_today_and_the_first_of_january(self, browser, person):
        page = browser.get(f"{person}/enroll?plan={GOLD_PLUS}")

        assert page.value("submission_date") == "2026-11-22"
        assert page.value("application_effective_date") == "2027-01-01"

    def test_proposes_the_first_of_next_month_in_the_running_year(self, browser):
        person = browser.hand_off(2026).location

        page = browser.get(f"{person}/enroll?plan={GOLD_PLUS}")

        assert page.value("application_effective_date") == "2026-12-01"

    def test_shows_its_numbers_and_how_the_delivery_stands(self, browser, person):
        reply = enroll(browser, person)

        assert reply.status == 303
        assert "PC-20261122-0001" in browser.get(reply.location).text
        eventually(lambda: 'data-state="sent"' in browser.get(f"{reply.location}/delivery").text)
        page = browser.get(reply.location).text
        assert "CN100001" in page
        assert "202" in page
        assert "PC-20261122-0001" in browser.get(person).text
        assert "PC-20261122-0001" in browser.get("/plancompare/").text

    def test_leads_back_to_the_record_that_was_handed_over(self, browser, person, hub):
        page = browser.get(enroll(browser, person).location).text

        assert re.search(rf'href="{re.escape(hub.url)}/(individuals|sales-records)/\d+/"', page)
        assert "Open the record in AgencyHub" in page

    def test_is_made_once_from_one_form(self, browser, person):
        form_key = {"form_key": "the-same"}

        first, second = enroll(browser, person, **form_key), enroll(browser, person, **form_key)

        assert first.location == second.location
        assert len(browser.deliveries()) == 1

    def test_asks_for_days_that_exist(self, browser, person):
        reply = enroll(browser, person, submission_date="2026-11-31")

        assert reply.status == 422
        assert browser.deliveries() == []

    def test_needs_a_complete_profile(self, browser):
        person = browser.hand_off(last_name=None, date_of_birth=None).location

        reply = enroll(browser, person)

        assert reply.status == 422
        assert "Last name, Date of birth" in reply.text
        assert browser.deliveries() == []

    def test_can_be_sent_again_by_hand(self, browser, person, hub):
        enrollment = enroll(browser, person).location
        eventually(lambda: browser.deliveries()[0]["state"] == "sent")

        browser.post(f"{enrollment}/send", {})

        eventually(lambda: len(hub.deliveries) == 2)
        assert hub.deliveries[0].body == hub.deliveries[1].body

    @pytest.mark.parametrize("path", ["/plancompare/beneficiaries/x", "/plancompare/enrollments/x"])
    def test_is_not_found_by_a_guessed_address(self, browser, path):
        assert browser.get(path).status == 404

    def test_needs_a_plan_on_sale(self, browser, person):
        assert browser.get(f"{person}/enroll?plan=H0000-000-000").status == 404
