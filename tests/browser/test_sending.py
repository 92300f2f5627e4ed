"""What may stop a hand-off, and what must not."""

import re
from datetime import date

import pytest
from django.db import IntegrityError
from playwright.sync_api import expect

from individuals.models import SalesRecord
from tests.browser import partner as plancompare
from tests.browser.people import Person, sales_record

CORDELIA = Person("Cordelia", "Vanterpool", date(1957, 2, 17))
LEOPOLD = Person("Leopold", "Winterbourne", date(1956, 6, 8))


class TestZip:
    def test_typed_with_spaces_is_saved_without_and_sent(self, agent, stack):
        agent.goto("/sales-records/new/")
        expect(agent.get_by_label("Stage")).to_have_value(re.compile(r"\d"))
        agent.get_by_label("First name").fill(" Cordelia ")
        agent.get_by_label("Last name").fill("Vanterpool")
        agent.get_by_label("Date of birth").fill("1957-02-17")
        agent.get_by_label("ZIP").fill("50010   ")
        agent.get_by_role("button", name="Save").click()
        expect(agent.get_by_role("heading", level=1)).to_have_text("Cordelia Vanterpool")
        with stack.records():
            saved = SalesRecord.objects.get(last_name="Vanterpool")
            assert (saved.first_name, saved.zip_code) == ("Cordelia", "50010")

        beneficiary = plancompare.send(agent, button="Send quotes", link="2027 quotes")

        expect(beneficiary.get_by_label("Zip")).to_have_value("50010")
        expect(beneficiary.get_by_label("First name")).to_have_value("Cordelia")

    def test_with_spaces_is_refused_by_the_database(self, stack):
        """No import and no other program can store what PlanCompare chokes on."""
        record = sales_record(stack, LEOPOLD)

        with stack.records(), pytest.raises(IntegrityError, match="zip_has_5_or_9_digits"):
            SalesRecord.objects.filter(pk=record).update(zip_code="50010 ")

    def test_missing_blocks_and_says_what_to_do(self, agent, stack):
        record = sales_record(stack, LEOPOLD, zip_code="")

        agent.goto(f"/plancompare/send/sales_record/{record}/")

        main = agent.get_by_role("main")
        expect(main).to_contain_text("The ZIP code is missing, so nothing can be sent.")
        expect(main.get_by_role("button", name="Send to PlanCompare")).to_have_count(0)


class TestLink:
    def test_that_expired_warns_and_offers_the_right_one(self, agent, stack):
        record = sales_record(stack, LEOPOLD)
        agent.goto(f"/sales-records/{record}/")
        agent.get_by_role("button", name="Send quotes").click()
        menu = agent.locator(".send-menu .dropdown-menu")
        expect(menu.get_by_role("link", name="2025 quotes")).to_contain_text("expired")
        menu.get_by_role("link", name="2025 quotes").click()

        main = agent.get_by_role("main")
        expect(main).to_contain_text("“2025 quotes” expired on")
        expect(main.get_by_role("button", name="Send to PlanCompare")).to_have_count(0)
        main.get_by_role("link", name="Use “2027 quotes” instead").click()
        expect(main.get_by_role("radio", name="2027 quotes")).to_be_checked()

        beneficiary = plancompare.hand_off(agent)

        expect(beneficiary.get_by_role("main")).to_contain_text("2027")


class TestUser:
    def test_without_a_username_sees_why_not(self, desk, stack):
        record = sales_record(stack, LEOPOLD)
        with desk.sit("admin") as page:
            page.goto(f"/sales-records/{record}/")

            button = page.get_by_role("button", name="Send quotes")
            expect(button).to_be_disabled()
            expect(page.locator("#send-refused")).to_contain_text(
                "You have no PlanCompare username yet."
            )
            page.get_by_role("link", name="Fix it in Settings").click()
            expect(page.get_by_role("heading", name="Users")).to_be_visible()
