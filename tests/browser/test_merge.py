"""One person twice: seen while typing, told apart, merged and unmerged, with the keyboard."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from individuals.models import DuplicatePair, Individual
from individuals.services import duplicates
from tests.browser.people import Person
from tests.factories.individuals import MBI, IndividualFactory
from tests.factories.policies import PolicyFactory

ONE = Person("Theodora", "Vandermolen", date(1951, 4, 18), mbi=MBI)


@pytest.fixture
def pair(stack) -> DuplicatePair:
    """Theodora Vandermolen under her own name, and as Thea with a policy."""
    facts = {"last_name": ONE.last_name, "date_of_birth": ONE.date_of_birth}
    with stack.records():
        full = IndividualFactory(**facts, first_name="Theodora", mbi=ONE.mbi, email="")
        short = IndividualFactory(
            **facts, first_name="Theodroa", email=ONE.email, home_phone="5155550142"
        )
        PolicyFactory(subscriber=short)
        duplicates.detect(individual_ids=[short.pk])
        return DuplicatePair.objects.get(first=full, second=short)


def go_to(page: Page, pair: DuplicatePair) -> None:
    """Walk down the queue to the pair."""
    page.goto("/individuals/duplicates/")
    row = page.locator(f"#pair-{pair.pk}")
    for _ in range(page.locator("[data-queue-row]").count()):
        page.keyboard.press("j")
        if row.get_attribute("aria-current"):
            return
    raise AssertionError("The pair is not in the queue")


class TestQueue:
    def test_is_worked_with_the_keyboard_alone(self, owner, stack, pair):
        go_to(owner, pair)
        row = owner.locator(f"#pair-{pair.pk}")
        expect(row).to_contain_text("first name differs by a letter or two")
        owner.keyboard.press("n")
        expect(row).to_have_count(0)
        expect(owner.get_by_role("main")).to_contain_text("are two people")
        owner.keyboard.press("u")
        expect(row).to_be_visible()

        go_to(owner, pair)
        owner.keyboard.press("m")
        expect(owner.get_by_role("heading", level=1)).to_have_text("Merge two Individuals")
        expect(owner.get_by_role("main")).not_to_contain_text(ONE.mbi)
        remains = owner.get_by_role(
            "columnheader", name=re.compile(f"{pair.second_id} remains", re.IGNORECASE)
        )
        expect(remains).to_be_visible()
        owner.get_by_role("row", name="First name").get_by_label("Theodora").check()
        owner.keyboard.press("m")

        expect(owner).to_have_url(re.compile(r"/individuals/duplicates/\?merged=\d+$"))
        with stack.records():
            person = Individual.objects.get(last_name=ONE.last_name)
            assert (person.pk, person.first_name) == (pair.second_id, "Theodora")
            assert person.has_mbi(ONE.mbi)
            assert person.policies.count() == 1
        owner.goto(f"/individuals/{pair.first_id}/")
        expect(owner).to_have_url(re.compile(f"/individuals/{pair.second_id}/$"))
        expect(owner.get_by_role("main")).to_contain_text("Merged with Theodora Vandermolen")

        owner.get_by_role("button", name="Unmerge").first.press("Enter")
        expect(owner.get_by_role("heading", level=1)).to_contain_text("Undid: Merged")
        with stack.records():
            names = Individual.objects.filter(last_name=ONE.last_name).order_by("pk")
            assert list(names.values_list("first_name", flat=True)) == ["Theodora", "Theodroa"]
        assert ONE.found_in(stack.log()) == []


class TestRibbon:
    def test_names_who_looks_alike_while_somebody_types(self, owner, stack, desk):
        with stack.records():
            IndividualFactory(
                first_name="Isidora", last_name="Quackenbush", date_of_birth=date(1949, 2, 3)
            )

        owner.goto("/individuals/new/")
        owner.get_by_label("First name").fill("isidora")
        owner.get_by_label("Last name").fill("Quakenbush")
        owner.get_by_label("Date of birth").fill("1949-02-03")

        ribbon = owner.locator("#ribbon")
        expect(ribbon).to_contain_text("Isidora Quackenbush")
        expect(ribbon).to_contain_text("last name differs by a letter or two")
        assert not [one for one in desk.addresses if "uack" in one.lower()]
        owner.get_by_label("First name").fill("Zebulon")
        expect(ribbon).to_be_empty()
