"""Missing pay by Tab, Enter and the arrows: no key of the queue's own."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from commissions.models import Dispute
from tests.browser.desk import PATIENCE_MS
from tests.browser.keyboard import Hands

ROW_WITH_FOCUS = "(document.activeElement.closest('[data-queue-row]') || {}).id"


@pytest.fixture
def hands(owner: Page) -> Hands:
    """The owner's."""
    return Hands(owner)


@pytest.fixture
def _as_it_was(stack) -> Iterator[None]:
    """Take away what a journey began."""
    with stack.records():
        known = list(Dispute.objects.values_list("pk", flat=True))
    yield
    with stack.records():
        Dispute.objects.exclude(pk__in=known).delete()


def settled(hands: Hands) -> None:
    """Nothing is on its way, and the focus is somewhere that shows."""
    hands.assert_held()


def on_a_row(hands: Hands) -> bool:
    """Whether the focus stayed at a month, or went to the next one."""
    asked = "Boolean(document.activeElement.closest('[data-queue-row]'))"
    return bool(hands.page.evaluate(asked))


@pytest.mark.usefixtures("_as_it_was")
class TestByTab:
    def test_another_part_of_the_queue_is_shown_by_the_arrows(self, hands):
        page = hands.page
        hands.open("/missing-pay/")
        show = page.get_by_label("Show", exact=True)

        hands.to(show)
        page.keyboard.press("ArrowDown")
        expect(page).to_have_url(re.compile("show=new"), timeout=PATIENCE_MS)
        settled(hands)
        expect(show).to_be_focused()
        page.keyboard.press("ArrowUp")

        expect(page).not_to_have_url(re.compile("show=new"), timeout=PATIENCE_MS)
        settled(hands)
        expect(show).to_be_focused()

    def test_another_order_is_chosen_by_the_arrows(self, hands):
        page = hands.page
        hands.open("/missing-pay/")
        order = page.get_by_label("Order", exact=True)

        hands.to(order)
        expect(order).to_have_value("act")
        page.keyboard.press("ArrowDown")

        expect(page).to_have_url(re.compile("sort="), timeout=PATIENCE_MS)
        settled(hands)
        expect(order).to_be_focused()

    def test_the_filters_open_and_close_where_they_were_opened(self, hands):
        page = hands.page
        hands.open("/missing-pay/")
        filters = page.locator("a[data-panel=filters]")

        hands.press(filters)
        expect(page.locator("#list-panel-title")).to_be_focused(timeout=PATIENCE_MS)
        hands.press(page.get_by_role("link", name="Close", exact=True))

        expect(page.locator("#list-panel-title")).to_have_count(0, timeout=PATIENCE_MS)
        settled(hands)
        expect(filters).to_be_focused()

    def test_a_form_is_left_without_doing_anything(self, hands, stack):
        page = hands.page
        hands.open("/missing-pay/?show=new")
        row = page.locator("[data-queue-row]").first
        with stack.records():
            before = Dispute.objects.count()

        for name, field in (("Assign", "Assign to"), ("Snooze", "Until"), ("Dispute", "Note")):
            hands.press(row.get_by_role("link", name=re.compile(f"^{name}")))
            expect(row.get_by_label(field)).to_be_visible(timeout=PATIENCE_MS)
            hands.press(row.get_by_role("link", name="Cancel", exact=True))
            expect(row.get_by_label(field)).to_have_count(0, timeout=PATIENCE_MS)
            settled(hands)
            opener = row.get_by_role("link", name=re.compile(f"^{name}"))
            expect(opener).to_be_focused(timeout=PATIENCE_MS)

        with stack.records():
            assert Dispute.objects.count() == before

    def test_escape_leaves_a_form_where_it_was_opened(self, hands, stack):
        page = hands.page
        hands.open("/missing-pay/?show=new")
        row = page.locator("[data-queue-row]").nth(1)
        with stack.records():
            before = Dispute.objects.count()

        for name, field in (("Snooze", "Until"), ("Dispute", "Note")):
            opener = row.get_by_role("link", name=re.compile(f"^{name}"))
            hands.press(opener)
            hands.to(row.get_by_label(field))
            page.keyboard.press("Escape")

            expect(row.get_by_label(field)).to_have_count(0, timeout=PATIENCE_MS)
            settled(hands)
            expect(opener).to_be_focused(timeout=PATIENCE_MS)

        with stack.records():
            assert Dispute.objects.count() == before

    def test_a_month_is_snoozed_and_taken_back(self, hands):
        page = hands.page
        hands.open("/missing-pay/?show=new")
        rows = page.locator("[data-queue-row]")
        gone = rows.nth(1).get_attribute("id")
        after = rows.nth(2).get_attribute("id")
        row = page.locator(f"#{gone}")

        hands.press(row.get_by_role("link", name=re.compile("^Snooze")))
        hands.type_into(row.get_by_label("Why?"), "Waits for the carrier")
        hands.press(row.get_by_role("button", name="Snooze", exact=True))
        expect(row).to_have_count(0, timeout=PATIENCE_MS)
        settled(hands)
        assert page.evaluate(ROW_WITH_FOCUS) == after

        back = page.get_by_role("button", name="Take back")
        hands.to(back, back=True)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_text("Taken back: it is as it was.")).to_be_visible()
        expect(row).to_be_focused(timeout=PATIENCE_MS)

    def test_a_month_is_disputed(self, hands, stack):
        page = hands.page
        hands.open("/missing-pay/?show=new")
        rows = page.locator("[data-queue-row]")
        row = page.locator(f"#{rows.nth(1).get_attribute('id')}")
        after = rows.nth(2).get_attribute("id")

        hands.press(row.get_by_role("link", name=re.compile("^Dispute")))
        hands.type_into(row.get_by_label("Note"), "Asked the carrier by phone")
        hands.press(row.get_by_role("button", name="Save", exact=True))

        expect(row).to_have_count(0, timeout=PATIENCE_MS)
        settled(hands)
        assert page.evaluate(ROW_WITH_FOCUS) == after
        with stack.records():
            assert Dispute.objects.filter(note="Asked the carrier by phone").count() == 1

    def test_a_month_is_assigned_and_the_focus_stays_with_it(self, hands):
        page = hands.page
        hands.open("/missing-pay/?show=new")
        last, row = page.locator("#dispute-last"), page.locator("[data-queue-row]").nth(1)
        row = page.locator(f"#{row.get_attribute('id')}")

        hands.press(row.get_by_role("link", name=re.compile("^Assign")))
        to = row.get_by_label("Assign to")
        expect(to).to_be_focused(timeout=PATIENCE_MS)
        page.keyboard.press("ArrowDown")
        hands.press(row.get_by_role("button", name="Assign", exact=True))
        expect(last).to_contain_text("Missing pay: assigned", timeout=PATIENCE_MS)
        settled(hands)
        assert on_a_row(hands)

        hands.press(row.get_by_role("link", name=re.compile("^Snooze")))
        expect(row.get_by_label("Until")).to_be_focused(timeout=PATIENCE_MS)

    def test_what_is_wrong_is_said_where_the_focus_is(self, hands):
        page = hands.page
        hands.open("/missing-pay/?show=new")
        row = page.locator("[data-queue-row]").first

        hands.press(row.get_by_role("link", name=re.compile("^Snooze")))
        expect(row.get_by_label("Until")).to_be_focused(timeout=PATIENCE_MS)
        hands.press(row.get_by_role("button", name="Snooze", exact=True))

        expect(row.locator(".invalid-feedback, .errorlist").first).to_be_visible(
            timeout=PATIENCE_MS
        )
        settled(hands)
        assert on_a_row(hands)

    def test_a_month_is_opened_and_answered_on_its_own_page(self, hands):
        page = hands.page
        hands.open("/missing-pay/?show=new")
        name = page.locator("[data-queue-row]").first.locator(".cell-title a")

        hands.follow(name)
        expect(page.get_by_role("heading", name="Why this amount?")).to_be_visible()
        hands.follow(page.get_by_role("link", name=re.compile("^Snooze")))
        hands.follow(page.get_by_role("link", name="Cancel", exact=True))

        expect(page.get_by_role("heading", name="Why this amount?")).to_be_visible()
