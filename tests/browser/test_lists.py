"""A view of a list, saved and shared by one agent, opened by another."""

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect


def test_a_shared_view_shows_each_agent_their_own_book(stack, desk):
    name = "Clients by post"
    with desk.sit("agent1") as page:
        page.goto("/individuals/")
        page.get_by_role("link", name="Columns").click()
        page.get_by_label("Email", exact=True).check()
        page.get_by_role("button", name="Show these columns").click()
        page.get_by_role("columnheader", name="Email").wait_for()
        page.get_by_label("Type", exact=True).select_option(label="Client")
        expect(page.get_by_text("Type: Client")).to_be_visible()
        own_rows = page.locator("#list tbody .cell-title").all_inner_texts()

        page.locator("#list .list-chips").get_by_role("link", name="Save this view").click()
        page.get_by_label("Name").fill(name)
        page.get_by_label("Everybody").check()
        page.get_by_role("button", name="Save").click()
        page.get_by_text(f"The view “{name}” is saved.").wait_for()
        address = page.url

    assert parse_qs(urlsplit(address).query).keys() == {"view"}
    with desk.sit("agent2") as page:
        page.goto(address)
        expect(page.get_by_role("columnheader", name="Email")).to_be_visible()
        expect(page.get_by_text("Type: Client")).to_be_visible()
        expect(page.get_by_role("button", name=name)).to_be_visible()
        other_rows = page.locator("#list tbody .cell-title").all_inner_texts()
        page.goto("/lists/individuals/views/")
        row = page.get_by_role("row", name=name)
        expect(row).to_contain_text("Everybody")
        expect(row.get_by_role("link", name="Edit")).to_have_count(0)

    assert own_rows
    assert other_rows
    assert own_rows != other_rows
    assert not desk.clear()
