"""The main job: a Sales Record goes to PlanCompare and returns as an Individual with a policy."""

import re
from datetime import date

import requests
from playwright.sync_api import Page, Route, expect

from individuals.models import Individual, SalesRecord
from policies.models import Policy
from tests.browser import partner as plancompare
from tests.browser.people import Person, sales_record

ZEPHYRINE = Person("Zephyrine", "Quillfeather", date(1957, 9, 28), "7KF5PD9WQ42")
BARNABY = Person("Barnaby", "Oxenthorpe", date(1956, 11, 23), "4TV9HE2KN61")
OTTILIE = Person("Ottilie", "Farnsworthy", date(1955, 12, 19), "9NX3GU6EF70")
CARRIER_PLAN = "H5216-001-000"


class TestSalesRecord:
    def test_comes_back_as_an_individual_with_a_policy_and_can_be_undone(self, desk, stack):
        record = sales_record(stack, ZEPHYRINE)
        with desk.window() as page:
            desk.sign_in(page, "agent1")
            page.goto(f"/sales-records/{record}/")
            page.get_by_role("button", name="Send quotes").click()
            menu = page.locator(".send-menu .dropdown-menu")
            menu.get_by_role("link", name="2027 quotes").click()

            shown = page.get_by_role("region", name="What will be sent")
            for line in (
                "ZIP code 50010",
                "First name Zephyrine",
                "Last name Quillfeather",
                "Date of birth 09/28/1957",
                f"MBI •••••••{ZEPHYRINE.mbi[-4:]} sent in full",
                "Phone (515) 555-0142",
                "Address line 1 418 Quillfeather Court",
            ):
                expect(shown.get_by_role("row", name=line)).to_be_visible()
            expect(page.get_by_role("main")).not_to_contain_text(ZEPHYRINE.mbi)

            self._change_the_link_and_back(page)
            partner = plancompare.hand_off(page)
            expect(partner.get_by_role("main")).to_contain_text("2027")
            expect(partner.get_by_label("First name")).to_have_value("Zephyrine")
            expect(partner.get_by_label("Last name")).to_have_value("Quillfeather")
            expect(partner.get_by_label("Date of birth")).to_have_value("1957-09-28")
            expect(partner.get_by_label("MBI")).to_have_value(ZEPHYRINE.mbi)
            expect(partner.get_by_label("Zip")).to_have_value("50010")
            partner.get_by_role("button", name="Save profile").click()
            expect(partner.get_by_role("status")).to_contain_text("Profile saved")

            message = stack.message(plancompare.enroll(partner, CARRIER_PLAN))
            assert message["state"] == "applied"
            self._come_back_to_the_tab(page)
            self._look_at_the_result(page, record)
            self._undo(page, stack, record)
            kept = page.evaluate("() => JSON.stringify([localStorage, sessionStorage])")
            assert ZEPHYRINE.found_in(kept) == []
            addresses = list(desk.addresses)

        assert ZEPHYRINE.found_in("\n".join(addresses)) == []
        log = stack.log()
        for sign_of_life in (
            f"GET /sales-records/{record}/ 200",
            "Task integrations.tasks.process_inbox",
            "POST /plancompare/sso/2027 303",
        ):
            assert sign_of_life in log
        assert ZEPHYRINE.found_in(log) == []

    @staticmethod
    def _come_back_to_the_tab(page: Page) -> None:
        """The page that it was sent from says what became of it; headless tabs are never hidden."""
        page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")

        expect(page.get_by_text("This Sales Record was converted")).to_be_visible()
        expect(page.get_by_role("region", name="Sent before")).to_contain_text("Grace Whitfield")

    @staticmethod
    def _change_the_link_and_back(page: Page) -> None:
        """While the page catches up with the choice, nothing can be sent through the former one."""
        former = page.get_by_role("radio", name="2026 quotes")
        value = former.get_attribute("value")
        assert value is not None
        former.check()
        expect(page.locator("input[type=hidden][name=link]")).to_have_value(value)
        held_back: list[Route] = []

        def hold_back(route: Route) -> None:
            held_back.append(route)

        page.route(re.compile(r"\?link=\d+$"), hold_back)
        page.get_by_role("radio", name="2027 quotes").check()
        expect(page.get_by_role("button", name="Send to PlanCompare")).to_be_disabled()
        held_back[0].continue_()
        expect(page.get_by_role("button", name="Send to PlanCompare")).to_be_enabled()
        page.unroute_all()

    @staticmethod
    def _look_at_the_result(page: Page, record: int) -> None:
        page.goto(f"/sales-records/{record}/")
        conversion = page.locator("#conversion")
        expect(conversion).to_contain_text("Converted")
        conversion.get_by_role("link", name="Zephyrine Quillfeather").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Zephyrine Quillfeather")
        policies = page.locator("#policies")
        expect(policies).to_contain_text("Humana Gold Plus")
        line = page.locator(".timeline li").filter(has_text="PlanCompare enrollment applied")
        for reason in (
            "Plan type MAPD is MAPD",
            f"Matched Sales Record {record} by id → converted",
            f"Sales Record {record} had no linked Individual: created Individual",
            "The assigned agent became the servicing agent",
            "The address became the primary one",
            "Address matched by ZIP and house number",
            "Carrier matched by name",
            "Carrier product matched by name",
            "Created Policy",
        ):
            expect(line.locator(".timeline-reasons li").filter(has_text=reason)).to_have_count(1)

    @staticmethod
    def _undo(page: Page, stack, record: int) -> None:
        line = page.locator(".timeline li").filter(has_text="PlanCompare enrollment applied")
        line.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Undid: PlanCompare message")
        expect(page.get_by_role("heading", name="Left as it is")).to_have_count(0)
        with stack.records():
            assert not Individual.objects.filter(last_name="Quillfeather").exists()
            assert not Policy.objects.filter(subscriber__last_name="Quillfeather").exists()
            undone = SalesRecord.objects.get(pk=record)
            assert undone.converted_at is None
            assert undone.individual_id is None


class TestSecondSend:
    def test_updates_the_same_beneficiary(self, agent, stack):
        record = sales_record(stack, BARNABY)
        agent.goto(f"/sales-records/{record}/")
        first = plancompare.send(agent, button="Send quotes", link="2027 quotes")
        address = first.url
        with stack.records():
            SalesRecord.objects.filter(pk=record).update(home_phone="5155550178")

        agent.goto(f"/plancompare/send/sales_record/{record}/")
        expect(agent.get_by_role("main")).to_contain_text("Changed since the last send")
        second = plancompare.hand_off(agent)

        assert second.url == address
        expect(second.get_by_label("Home phone")).to_have_value("5155550178")
        expect(second.get_by_role("main")).to_contain_text("Times received")
        expect(second.get_by_role("status")).to_contain_text("Home phone")


class TestWithoutScripts:
    def test_a_record_is_sent_all_the_same(self, desk, stack):
        record = sales_record(stack, BARNABY)
        with desk.sit("agent1", java_script_enabled=False) as page:
            page.goto(f"/sales-records/{record}/")
            page.get_by_role("link", name="Send quotes").click()
            with page.context.expect_page() as opened:
                page.get_by_role("button", name="Send to PlanCompare").click()
            opened.value.get_by_role("button", name="Continue to PlanCompare").click()

            expect(opened.value.get_by_label("Last name")).to_have_value("Oxenthorpe")


class TestPrivacy:
    def test_of_a_search_by_name_phone_and_mbi(self, desk, stack):
        record = sales_record(stack, OTTILIE)
        with desk.sit("agent1") as page:
            for words in (OTTILIE.last_name, "(515) 555-0142", OTTILIE.mbi):
                page.goto("/sales-records/")
                page.get_by_role("searchbox").fill(words)
                page.keyboard.press("Enter")
                found = page.locator(f"main a[href='/sales-records/{record}/']")
                expect(found.first).to_be_visible()

        assert OTTILIE.found_in("\n".join(desk.addresses)) == []
        assert OTTILIE.found_in(stack.log()) == []

    def test_of_error_pages_and_refusals(self, desk, stack):
        """Neither what is refused nor who may not see it tells anything about the person."""
        record = sales_record(stack, BARNABY, agent="agent1")
        with desk.sit("agent2") as page:
            for path, status in (
                (f"/sales-records/{record}/", 404),
                (f"/plancompare/send/sales_record/{record}/", 404),
                ("/settings/users/", 403),
                ("/individuals/999999999/", 404),
            ):
                answer = page.goto(path)
                assert answer is not None
                assert answer.status == status
                assert BARNABY.found_in(page.content()) == []
        body = {
            "enrollment_id": "PC-BAD-1",
            "beneficiary": {
                "first_name": BARNABY.first_name,
                "last_name": BARNABY.last_name,
                "date_of_birth": "1956-11-99",
                "mbi": BARNABY.mbi,
                "email": BARNABY.email,
            },
        }
        url = f"{stack.hub}/hooks/plancompare/enrollments/"
        for key, status in (("wrong", 401), ("key-of-the-browser-tests-sandbox", 422)):
            refused = requests.post(url, json=body, headers={"X-API-Key": key}, timeout=60)
            assert refused.status_code == status
            assert BARNABY.found_in(refused.text) == []
        assert BARNABY.found_in(stack.log()) == []
