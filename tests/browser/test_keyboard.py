"""What people do all day, with nothing but the keyboard: the focus shows and is never lost."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from agencyhub.home.models import Subscription
from agencyhub.records.lists.models import SavedView
from tests.browser.desk import PATIENCE_MS
from tests.browser.keyboard import Hands

NAMED = "By keyboard"


@pytest.fixture
def hands(owner: Page) -> Hands:
    """The owner's."""
    return Hands(owner)


@pytest.fixture
def _tidied(stack) -> Iterator[None]:
    yield
    with stack.records():
        SavedView.objects.filter(name=NAMED).delete()
        Subscription.objects.filter(title=NAMED).delete()


class TestOfEveryPage:
    def test_search_and_the_keys_open_and_give_the_focus_back(self, hands):
        page = hands.page
        hands.open("/individuals/")
        filters = page.locator("[data-panel=filters]")
        hands.to(filters)

        page.keyboard.press("?")
        keys = page.get_by_role("dialog")
        expect(keys).to_contain_text("Search everything")
        for _ in range(3):
            page.keyboard.press("Tab")
            assert page.evaluate("!document.querySelector('main').contains(document.activeElement)")
        page.keyboard.press("Escape")
        expect(keys).to_have_count(0)
        expect(filters).to_be_focused()

        page.keyboard.press("Control+k")
        expect(page.locator("#palette-input")).to_be_focused()
        page.keyboard.type("a")
        expect(page.locator("#palette-options [role=option]").first).to_be_visible()
        expect(page.locator("#palette-input")).to_be_focused()
        page.keyboard.press("Escape")
        expect(filters).to_be_focused()

        page.keyboard.press("/")
        page.keyboard.type("Dashboard")
        expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("Dashboard")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Dashboard")

    def test_a_queue_says_its_own_keys_and_those_of_every_page(self, hands):
        hands.open("/at-risk/")
        hands.page.keyboard.press("?")

        keys = hands.page.get_by_role("dialog")
        expect(keys).to_contain_text("Log it as saved")
        expect(keys).to_contain_text("Keys of every page")
        hands.page.keyboard.press("Escape")
        expect(keys).to_have_count(0)


@pytest.mark.usefixtures("_tidied")
def test_from_the_dashboard_to_a_report_by_mail(hands):
    page = hands.page
    hands.open("/")
    hands.follow(page.get_by_role("button", name=re.compile("^Open a report")))
    expect(page.get_by_role("heading", level=1)).to_have_text("Reports")
    hands.follow(page.get_by_role("link", name=re.compile("^Production")))
    page.locator("#report-table").wait_for()

    grouped = page.locator("select[name=by]")
    hands.to(grouped)
    with page.expect_response(lambda one: "by=" in one.url):
        page.keyboard.press("ArrowDown")
    page.locator("#report-table").wait_for()
    hands.assert_held()
    expect(grouped).to_be_focused()

    hands.follow(page.get_by_role("link", name="Save this view"))
    hands.type_into(page.get_by_label("Name"), NAMED)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=NAMED)).to_be_visible()
    page.locator("#report-table").wait_for()
    hands.follow(page.get_by_role("link", name="By email"))
    hands.type_into(page.get_by_label("Subject of the email"), NAMED)
    hands.follow(page.get_by_role("button", name="Save"))
    expect(page.get_by_role("row", name=NAMED)).to_be_visible()


class TestList:
    def test_filters_columns_and_pages_keep_the_focus(self, hands):
        page = hands.page
        hands.open("/individuals/")
        filters = page.locator("[data-panel=filters]")
        hands.press(filters)
        expect(page.get_by_role("heading", name="Filters", exact=True)).to_be_focused()
        hands.assert_held()
        hands.press(page.locator(".list-panel").get_by_role("link", name="Close"))
        expect(page.locator(".list-panel")).to_have_count(0)
        expect(filters).to_be_focused()

        kind = page.get_by_label("Type", exact=True)
        hands.to(kind)
        page.keyboard.type("Cl")
        expect(page.get_by_text("Type: Client")).to_be_visible()
        expect(kind).to_be_focused()
        hands.press(page.get_by_role("link", name="Remove the filter Type"))
        expect(page.get_by_text("Type: Client")).to_have_count(0)
        hands.assert_held()

        columns = page.locator("[data-panel=columns]")
        hands.press(columns)
        expect(page.get_by_role("heading", name="Columns", exact=True)).to_be_focused()
        up = page.get_by_role("button", name=re.compile("^Move .* up$")).last
        chosen = up.get_attribute("id")
        hands.press(up)
        expect(page.locator(".htmx-request")).to_have_count(0)
        expect(page.locator(f"#{chosen}")).to_be_focused()
        hands.press(page.get_by_role("button", name="The usual ones"))
        expect(page.locator(".list-panel")).to_have_count(0)
        hands.assert_held()

        further = page.get_by_role("navigation", name="Pages").get_by_role("link", name="Next")
        former = page.locator("#list tbody .cell-title").first.inner_text()
        hands.press(further)
        expect(page.locator("#list tbody .cell-title").first).not_to_have_text(former)
        hands.assert_held()
        sort = page.locator("#list thead a.sort").first
        hands.press(sort)
        expect(page.locator("#list thead th[aria-sort]").first).to_be_visible()
        expect(page.locator("#list thead a.sort").first).to_be_focused()

    def test_rows_are_skipped_on_the_way_to_the_next_page(self, hands):
        page = hands.page
        hands.open("/individuals/")

        hands.press(page.get_by_role("link", name="Skip the rows"))
        hands.press(page.get_by_role("link", name="Next", exact=True))

        expect(page).to_have_url(re.compile("after="), timeout=PATIENCE_MS)
        hands.assert_held()

    def test_rows_are_edited_together_and_back(self, hands):
        page = hands.page
        hands.open("/individuals/")
        for box in page.locator("#list tbody input[name=pk]").all()[:2]:
            hands.press(box, "Space")
        expect(page.locator("[data-selected]")).to_have_text("2 selected")
        hands.follow(page.get_by_role("button", name="Edit selected"), back=True)
        expect(page.get_by_role("heading", level=1)).to_have_text("Bulk edit")
        agent = page.get_by_label("Servicing agent")
        hands.to(agent)
        page.keyboard.press("End")
        hands.follow(page.get_by_role("button", name="Look before you change"))
        hands.follow(page.get_by_role("button", name=re.compile(r"^Edit \d rows?$")))
        expect(page.get_by_role("heading", name=re.compile(r"\d rows? changed"))).to_be_visible(
            timeout=PATIENCE_MS
        )
        hands.follow(page.get_by_role("button", name="Undo"))
        expect(page.get_by_role("heading", level=1)).to_contain_text("Undid")
