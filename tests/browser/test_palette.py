"""Somebody on the phone is found with the keyboard alone, although the name is mistyped."""

from datetime import date

from playwright.sync_api import Page, expect

from individuals.models import Individual
from tests.browser.axe import complaints
from tests.browser.judging import STILL
from tests.browser.people import Person, sales_record

EUPHEMIA = Person("Euphemia", "Thistlewaite", date(1954, 8, 17), "3MU7WK4RT85")


def palette(page: Page):
    """The palette's field, opened from the keyboard."""
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search everything")
    expect(field).to_be_focused()
    return field


class TestPalette:
    def test_finds_a_mistyped_name_from_the_keyboard(self, desk, stack):
        record = sales_record(stack, EUPHEMIA)
        with desk.sit("agent1") as page:
            page.goto("/policies/")
            opener = page.get_by_role("button", name="Search everything")
            opener.focus()
            field = palette(page)
            results = page.get_by_role("listbox", name="Results")
            expect(results.get_by_role("option", name="New Individual")).to_be_visible()

            page.keyboard.press("Escape")
            expect(opener).to_be_focused()
            page.keyboard.press("/")
            field = page.get_by_role("combobox", name="Search everything")
            page.keyboard.type("eufemia thistelwaite")
            found = results.get_by_role("option", name="Thistlewaite, Euphemia")
            expect(found).to_contain_text("Spelled like")
            expect(field).to_have_attribute("aria-activedescendant", found.get_attribute("id"))

            page.keyboard.press("ArrowDown")
            page.keyboard.press("ArrowUp")
            expect(found).to_have_attribute("aria-selected", "true")
            self._is_accessible(page)
            page.keyboard.press("Enter")
            page.wait_for_url(f"**/sales-records/{record}/")

        assert EUPHEMIA.found_in("\n".join(desk.addresses)) == []
        assert EUPHEMIA.found_in(stack.log()) == []
        assert "thistelwaite" not in stack.log()

    def _is_accessible(self, page: Page) -> None:
        page.evaluate(STILL)
        for theme in ("dark", "light"):
            page.emulate_media(color_scheme=theme)
            page.locator(f"html[data-bs-theme={theme}]").wait_for(state="attached")
            assert complaints(page) == [], theme

    def test_shows_all_results_on_a_page_without_scripts_too(self, desk, stack):
        with stack.records():
            person = Individual.objects.exclude(cell_phone="").earliest("pk")
        with desk.sit("owner", java_script_enabled=False) as page:
            page.goto("/")
            page.get_by_role("searchbox", name="Search everything").fill(person.cell_phone)
            page.get_by_role("button", name="Search", exact=True).click()

            link = page.locator(f"main a[href='/individuals/{person.pk}/']")
            expect(link).to_contain_text("Cell phone")
            assert page.url.endswith("/search/")
