"""The application table: every column in one press, a blank filled where it stands, by keyboard."""

from playwright.sync_api import expect


def test_blanks_are_filled_in_place_and_columns_remembered(stack, desk):
    with desk.sit("admin") as page:
        page.goto("/applications/")
        page.get_by_role("button", name="Show all columns").click()
        page.get_by_role("columnheader", name="CMS plan ID").wait_for()
        page.goto("/applications/")
        expect(page.get_by_role("columnheader", name="CMS plan ID")).to_be_visible()
        page.get_by_role("button", name="Usual columns").click()
        expect(page.get_by_role("columnheader", name="CMS plan ID")).to_have_count(0)

        page.goto("/applications/?blank=agent")
        row = page.locator("#list tbody tr").first
        row.get_by_role("link", name="Fill in").first.focus()
        page.keyboard.press("Enter")
        expect(row.get_by_label("Agent")).to_be_focused()
        row.get_by_label("Agent").select_option(label="Luis Ortega")
        row.get_by_role("button", name="Save").press("Enter")
        expect(row.get_by_text("Luis Ortega")).to_be_visible()
        expect(row.get_by_text("Filled in by")).to_be_visible()

    assert not desk.clear()
