"""What nobody may guess waits for a person, who decides with the keyboard."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from integrations.models import InboundMessage
from policies.models import Policy
from tests.browser.people import Person
from tests.factories.individuals import AddressFactory, IndividualFactory

MORWENNA = Person("Morwenna", "Applethwaite", date(1955, 3, 2), "3RW6XC8TN54")


def enrollment(number: int, person: Person, **plan: str) -> dict:
    """An enrollment typed at PlanCompare, without any id of ours."""
    return {
        "enrollment_id": f"PC-HELD-{number}",
        "confirmation_number": f"CN-HELD-{number}",
        "username": "agent1.pc",
        "individual_id": None,
        "sales_record_id": None,
        "beneficiary": {
            "first_name": person.first_name,
            "last_name": person.last_name,
            "date_of_birth": person.date_of_birth.isoformat(),
            "mbi": person.mbi or None,
            "part_a_effective_date": None,
            "part_b_effective_date": None,
            "email": person.email,
            "home_phone": person.home_phone,
            "cell_phone": None,
            "business_phone": None,
            "address_1": person.address,
            "address_2": None,
            "city": "Ames",
            "state": "IA",
            "zip": "50010",
        },
        "plan": {
            "carrier_name": "Humana",
            "plan_name": "Humana Gold Plus H5216-001 (HMO)",
            "plan_id": "H5216-001-000",
            "plan_type": "MAPD",
            "plan_year": 2027,
            "premium_per_month": "0.00",
            **plan,
        },
        "submission_date": "2026-10-15",
        "application_effective_date": "2027-01-01",
        "site": "broker",
    }


def press_until_focused(page: Page, selector: str) -> None:
    """Walk with the Tab key, as somebody without a mouse does."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"The Tab key never reaches {selector}")


class TestNamesakes:
    @pytest.fixture
    def namesakes(self, stack) -> list[int]:
        with stack.records():
            same = {
                "first_name": MORWENNA.first_name,
                "last_name": MORWENNA.last_name,
                "date_of_birth": MORWENNA.date_of_birth,
            }
            people = [
                IndividualFactory(**same, email="other@example.com"),
                IndividualFactory(**same, email=MORWENNA.email),
            ]
            AddressFactory(individual=people[1], line_1=MORWENNA.address)
            return [person.pk for person in people]

    def test_are_compared_side_by_side_and_chosen_with_the_keyboard(self, desk, stack, namesakes):
        message = stack.message(stack.deliver(enrollment(1, MORWENNA)))
        assert message["state"] == "held"
        assert message["records"] == []
        with stack.records():
            held = InboundMessage.objects.get(public_id=message["message_id"])
            assert not Policy.objects.filter(subscriber__in=namesakes).exists()

        with desk.sit("owner") as page:
            page.goto("/integrations/held/")
            card = page.locator(f"#held-{held.pk}")
            expect(card.get_by_role("heading")).to_have_text(
                "More than one record could be this person"
            )
            address = card.get_by_role("row", name="Address")
            expect(address.locator("td.is-same")).to_contain_text("418 Applethwaite Court")
            expect(card.get_by_role("row", name="Email").locator("td.is-different")).to_have_count(
                1
            )
            expect(card).not_to_contain_text(MORWENNA.mbi)
            expect(page.locator("input[name=choice]:checked")).to_have_count(0)

            for _ in range(page.locator("[data-queue-row]").count()):
                page.keyboard.press("j")
                if card.get_attribute("aria-current"):
                    break
            page.keyboard.press("2")
            expect(card.get_by_role("radio").nth(1)).to_be_checked()
            page.keyboard.press("a")

            expect(card.get_by_role("status").or_(card)).to_contain_text("Decided and applied.")
        with stack.records():
            policy = Policy.objects.get(subscriber__in=namesakes)
            assert policy.subscriber_id == namesakes[1]
            held.refresh_from_db()
            assert held.decided_by.username == "owner"
        assert MORWENNA.found_in(stack.log()) == []


class TestUnknownPlanType:
    def test_is_mapped_once_and_everything_that_waits_goes_on(self, owner, stack):
        people = [
            Person("Ottoline", "Brackenbury", date(1954, 7, 14)),
            Person("Peregrine", "Dunwoody", date(1953, 8, 15)),
        ]
        waiting = [
            stack.message(stack.deliver(enrollment(number, person, plan_type="PFFS Extra")))
            for number, person in enumerate(people, start=20)
        ]
        assert [message["state"] for message in waiting] == ["held", "held"]

        owner.goto("/integrations/held/")
        line = owner.locator(".map-line").filter(has_text="PFFS Extra")
        expect(line).to_contain_text("2 enrollments wait")
        line.get_by_role("combobox").select_option(label="Medicare Advantage")
        line.get_by_role("button", name="Map and apply").click()

        expect(owner.get_by_role("main")).to_contain_text("2 of 2 waiting messages were applied.")
        third = stack.deliver(enrollment(22, people[0], plan_type="pffs extra", plan_id="H1-2"))
        assert stack.message(third)["state"] == "applied"
        owner.goto("/settings/integrations/plancompare-broker/sync/")
        expect(owner.locator(".plan-type input[value='PFFS Extra']")).to_have_count(1)


class TestKeyboard:
    def test_reaches_the_choice_without_shortcuts(self, owner, stack):
        """Tab, arrow keys and Enter are enough; the letters only save time."""
        with stack.records():
            twins = [
                IndividualFactory(
                    first_name="Clemency", last_name="Thornquist", date_of_birth=date(1952, 1, 5)
                ).pk
                for _ in range(2)
            ]
        person = Person("Clemency", "Thornquist", date(1952, 1, 5))
        message = stack.message(stack.deliver(enrollment(40, person)))
        with stack.records():
            held = InboundMessage.objects.get(public_id=message["message_id"])

        owner.goto("/integrations/held/")
        card = f"#held-{held.pk}"
        press_until_focused(owner, f"{card} input[type=radio]")
        owner.keyboard.press("ArrowDown")
        owner.keyboard.press("ArrowDown")
        expect(owner.locator(f"{card} input[value=new]")).to_be_checked()
        press_until_focused(owner, f"{card} button[type=submit]")
        owner.keyboard.press("Enter")

        expect(owner.locator(card)).to_contain_text("Decided and applied.")
        with stack.records():
            assert not Policy.objects.filter(subscriber__in=twins).exists()
            assert Policy.objects.filter(subscriber__last_name="Thornquist").count() == 1
