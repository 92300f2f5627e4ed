"""The queue of missing pay, with nothing but the keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from commissions.expected.states import LATE, SHORT
from commissions.models import Dispute, DisputePack
from tests.browser.desk import PATIENCE_MS
from tests.browser.keyboard import Hands


@pytest.fixture
def hands(owner: Page) -> Hands:
    """The owner's."""
    return Hands(owner)


@pytest.fixture
def _as_it_was(stack) -> Iterator[None]:
    """Take away what a journey began."""
    with stack.records():
        known = list(Dispute.objects.values_list("pk", flat=True))
        packs = list(DisputePack.objects.values_list("pk", flat=True))
    yield
    with stack.records():
        DisputePack.objects.exclude(pk__in=packs).delete()
        Dispute.objects.exclude(pk__in=known).delete()


@pytest.mark.usefixtures("_as_it_was")
class TestQueue:
    def test_months_are_assigned_snoozed_and_taken_back(self, hands):
        page = hands.page
        hands.open("/missing-pay/?show=new")
        rows = page.locator("[data-queue-row]")
        former = rows.nth(1).get_attribute("id")
        page.keyboard.press("j")
        page.keyboard.press("j")
        expect(rows.nth(1)).to_be_focused()
        page.keyboard.press("a")
        expect(rows.nth(1).get_by_label("Assign to")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#dispute-last")).to_contain_text("Missing pay: assigned")

        row = page.locator(f"#{former}")
        row.focus()
        page.keyboard.press("s")
        expect(row.get_by_label("Until")).to_be_focused()
        row.get_by_label("Why?").focus()
        page.keyboard.type("Waits for the carrier")
        page.keyboard.press("Enter")
        expect(page.locator("#dispute-last")).to_contain_text("Missing pay: snoozed")
        expect(row).to_have_count(0)
        expect(rows.nth(1)).to_be_focused()
        page.keyboard.press("u")
        expect(page.get_by_text("Taken back: it is as it was.")).to_be_visible()
        expect(row).to_have_count(1)

    def test_enter_opens_why_this_amount(self, hands):
        page = hands.page
        hands.open("/missing-pay/")
        page.keyboard.press("j")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Why this amount?")).to_be_visible()

    def test_ticked_months_become_a_pack(self, hands):
        page = hands.page
        owed = "&".join(f"state={state}" for state in (SHORT, *LATE))
        hands.open(f"/missing-pay/?show=new&{owed}")
        page.keyboard.press("j")
        page.keyboard.press("x")
        expect(page.locator("[data-selected]")).to_have_text(re.compile(r"^1 of \d+ selected$"))
        with page.expect_navigation():
            page.get_by_role("button", name="Dispute pack").press("Enter")
        expect(page.locator(".stat-value")).to_have_text(re.compile(r"^This 1 of \d+, \$"))
        with page.expect_navigation():
            page.get_by_role("button", name="Create the pack").press("Enter")
        button = page.get_by_role("button", name="Workbook")
        expect(button).to_be_visible(timeout=PATIENCE_MS)
        with page.expect_download() as found:
            button.press("Enter")
        assert found.value.suggested_filename.endswith(".xlsx")
