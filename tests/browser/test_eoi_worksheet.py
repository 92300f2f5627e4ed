"""A benefits administrator fetches a worksheet, fills it in, brings it back and corrects a row."""

import re
from pathlib import Path
from xml.sax.saxutils import escape

from playwright.sync_api import Page, expect

from eoi.models import Decision, EoiRequest

ADMINISTRATOR = "benefits1"
ROWS = re.compile(r"(?=<Row>)")
# The columns that people fill in, still blank, and the request's own number behind them.
ASKED = re.compile(
    r'<Cell ss:StyleID="text"/><Cell ss:StyleID="money"/><Cell ss:StyleID="date"/>'
    r'(<Cell ss:StyleID="date"/><Cell ss:StyleID="text"/>)'
)


def filled(worksheet: str, decisions: dict[int, tuple[str, str, str]]) -> bytes:
    """A worksheet with action, volume and date typed into the rows of some requests."""
    rows = ROWS.split(worksheet)
    for at, row in enumerate(rows):
        for request_id, typed in decisions.items():
            if f">{request_id}</Data></Cell></Row>" in row:
                cells = "".join(
                    f'<Cell><Data ss:Type="String">{escape(text)}</Data></Cell>' for text in typed
                )
                rows[at] = ASKED.sub(rf"{cells}\1", row)
    return "".join(rows).encode()


class TestWorksheet:
    def test_goes_out_comes_back_and_a_failed_row_is_corrected(self, desk, stack):
        with stack.records():
            rows = EoiRequest.objects.open().filter(
                election__requested_plan__basis="amount", election__benefit__covers="subscriber"
            )
            first, second = rows.order_by("-opened_date", "-pk")[:2]
            days = [one.election.change_effective_date for one in (first, second)]
            day = f"{max(days):%Y-%m-%d}"
        with desk.sit(ADMINISTRATOR, accept_downloads=True) as page:
            page.goto("/eoi/")
            page.get_by_role("link", name="Data", exact=True).click()
            expect(page.get_by_label("Why you need full SSNs")).to_be_hidden()
            worksheet = self._fetch(page, "Update worksheet")
            typed = {first.pk: ("Approve All", "", day), second.pk: ("deny_all", "$1", day)}
            self._upload(page, "decisions.xml", filled(worksheet, typed))

            failed = page.get_by_role("region", name="Rows that failed", exact=True)
            expect(failed).to_contain_text("This action approves nothing")
            expect(page.get_by_role("link", name=re.compile("^Decided 1"))).to_be_visible()
            again = self._fetch(page, "Failed rows as a worksheet")
            assert "This action approves nothing" in again
            page.get_by_role("link", name="Upload another file").click()
            self._upload(page, "corrected.xml", again.replace(">$1<", "><").encode())

            page.get_by_role("link", name=re.compile("^Decided 1")).click()
            expect(page.get_by_role("heading", name="Decided by this worksheet")).to_be_visible()
            expect(page.get_by_role("cell", name="Deny All")).to_be_visible()
        with stack.records():
            decided = Decision.objects.filter(request__in=(first.pk, second.pk)).order_by("pk")
            assert [(one.action, one.channel) for one in decided] == [
                ("approve_all", "worksheet"),
                ("deny_all", "worksheet"),
            ]

    def _fetch(self, page: Page, name: str) -> str:
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        return Path(download.value.path()).read_text(encoding="utf-8")

    def _upload(self, page: Page, name: str, content: bytes) -> None:
        file = {"name": name, "mimeType": "application/xml", "buffer": content}
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Upload and decide").click()
        expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
        expect(page.get_by_text("rows without an action, left as they are")).to_be_visible(
            timeout=120_000
        )
