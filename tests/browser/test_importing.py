"""A file from the desktop to the records and back, with a wrong column and rows to repair."""

import csv
import io
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from agencyhub.imports.models import Import
from individuals.models import Individual

SURNAMES = ("Applegarth", "Birtwhistle", "Cropthorne", "Dunnaway", "Eddleston", "Fothersby")


def file(name: str, header: list[str], rows: list[list[str]]) -> Any:
    """What a file input takes."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    return {"name": name, "mimeType": "text/csv", "buffer": text.getvalue().encode()}


def upload(page: Page, sheet: Any) -> None:
    """Choose a file in the ledger and send it."""
    page.goto("/imports/")
    page.get_by_label("What the files hold").select_option(label="Individuals")
    page.locator("input[type=file]").set_input_files(sheet)
    page.get_by_role("button", name="Upload and check").click()


def fill(page: Page, heading: str, field: str) -> None:
    """Choose the field of a column and wait for what its cells become."""
    with page.expect_response("**/columns/"):
        page.get_by_label(f"Field for the column {heading}", exact=True).select_option(field)


def fill_and_type_on(page: Page, heading: str, field: str, *, name: str) -> None:
    """Choose the field of a column, and type the template's name before the answer is there."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/columns/", hold)
    with page.expect_request("**/columns/"):
        page.get_by_label(f"Field for the column {heading}", exact=True).select_option(field)
    page.get_by_label("Template name").fill("")
    page.keyboard.type(name)
    with page.expect_response("**/columns/"):
        held[0].continue_()
    page.unroute("**/columns/", hold)


def people(stack) -> int:
    with stack.records():
        return Individual.objects.filter(last_name__in=SURNAMES).count()


class TestJourney:
    def test_wrong_column_two_repairs_commit_rows_undo(self, owner: Page, stack):
        page = owner
        rows = [[f"Zoe{n}", name, f"0{n + 1}/14/1951", "x"] for n, name in enumerate(SURNAMES)]
        rows[1][2], rows[4][2] = "31/31/1951", "soon"
        # The birthday stands under a heading that says nothing, and another one misleads.
        sheet = file("spring leads.csv", ["First name", "Last name", "Column 3", "Birthday"], rows)

        upload(page, sheet)
        page.get_by_role("heading", level=1, name="Match columns").wait_for()
        fill(page, "Birthday", "")
        fill_and_type_on(page, "Column 3", "date_of_birth", name="leads of spring")
        expect(page.get_by_text("“31/31/1951” is not a date", exact=False).first).to_be_visible()
        expect(page.get_by_label("Template name")).to_have_value("leads of spring")
        expect(page.get_by_label("Template name")).to_be_focused()
        page.get_by_role("button", name="Keep and check the rows").click()

        page.get_by_text("Why rows are rejected").wait_for()
        page.get_by_role("link", name="Repair here").click()
        bad = page.locator("[data-bad]")
        expect(bad).to_have_count(2)
        bad.first.fill("02/14/1951")
        page.keyboard.press("Enter")
        expect(page.locator("#row-3")).to_contain_text("Repaired")
        # The next bad cell has the focus: nothing but keys.
        expect(page.locator("#row-6 [data-bad]")).to_be_focused()
        page.keyboard.type("05/14/1951")
        page.keyboard.press("Enter")
        expect(page.locator("#repaired-count")).to_contain_text("0 to look at, 2 repaired")

        expect(page.get_by_role("link", name="Back to the import")).to_be_focused()
        page.keyboard.press("Enter")
        page.get_by_role("button", name=re.compile("^Import ")).press("Enter")
        page.get_by_role("heading", name="6 records were added").wait_for()
        assert people(stack) == 6
        page.get_by_role("link", name="Individuals 6").click()
        page.wait_for_url(re.compile(r"/individuals/\?batch=\d+"))
        for name in SURNAMES:
            expect(page.get_by_role("link", name=re.compile(name))).to_be_visible()

        page.goto("/imports/")
        page.get_by_role("link", name="spring leads.csv").first.click()
        page.get_by_role("button", name="Undo this import").click()
        page.get_by_text("This import was undone").wait_for()
        assert people(stack) == 0


class TestDrift:
    @pytest.fixture
    def known_layout(self, owner: Page) -> None:
        sheet = file(
            "acme.csv", ["Given", "Family", "DOB"], [["Una", "Gillingwater", "01/02/1950"]]
        )
        upload(owner, sheet)
        owner.get_by_role("heading", level=1, name="Match columns").wait_for()
        fill(owner, "Given", "first_name")
        fill(owner, "Family", "last_name")
        owner.get_by_role("button", name="Keep and check the rows").click()
        owner.get_by_role("button", name=re.compile("^Import ")).wait_for()

    @pytest.mark.usefixtures("known_layout")
    def test_names_the_renamed_column_and_keeps_a_new_version(self, owner: Page, stack):
        header = ["Given", "Family", "Member DOB"]
        upload(owner, file("acme 2.csv", header, [["Una", "Gillingwater", "01/02/1950"]]))

        row = owner.get_by_role("row", name=re.compile("^Member DOB"))
        expect(row).to_contain_text("renamed")
        expect(row.get_by_role("combobox")).to_have_value("date_of_birth")
        owner.get_by_role("button", name="Keep and check the rows").click()
        owner.get_by_role("button", name=re.compile("^Import ")).wait_for()

        with stack.records():
            run = Import.objects.latest("pk")
            assert (run.version.template.name, run.version.number) == ("acme", 2)
