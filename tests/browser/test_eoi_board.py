"""A benefits administrator records a carrier's decisions by hand; the owner takes one back."""

import re
from decimal import Decimal

from playwright.sync_api import expect

from eoi.models import Decision, EoiRequest
from tests.browser.axe import complaints, overflow

PHONE = {"width": 390, "height": 844}
ADMINISTRATOR = "benefits1"
PATIENCE_MS = 60_000


def waiting() -> tuple[EoiRequest, EoiRequest]:
    """Two requests for volumes, the longest waiting first."""
    rows = EoiRequest.objects.open().filter(
        election__requested_plan__basis="amount", election__requested_volume__gt=0
    )
    first, second = rows.select_related("election__requested_plan").order_by("opened_date", "pk")[
        :2
    ]
    return first, second


class TestBoard:
    def test_decides_by_keyboard_with_a_preview_and_reverses(self, stack, desk):
        with stack.records():
            asked, other = waiting()
            before, requested = asked.election.volume, asked.election.requested_volume
        with desk.sit(ADMINISTRATOR, reduced_motion="reduce") as page:
            page.goto("/")
            page.get_by_role("link", name=re.compile("^Evidence of insurability")).first.click()
            expect(page.get_by_role("heading", level=1)).to_have_text("EOI")
            row, preview = page.locator(f"#eoi-{asked.pk}"), page.locator("#eoi-preview")
            row.focus()
            page.keyboard.press("x")
            expect(page.locator("[data-selected]")).to_have_text("1 selected")
            page.keyboard.press("a")
            page.locator("#id_action").select_option(label="Approve All")
            expect(preview).to_contain_text(f"${requested:,.2f}", timeout=PATIENCE_MS)
            expect(preview).to_contain_text(
                "All that was asked for is approved.", timeout=PATIENCE_MS
            )
            assert not complaints(page)
            page.get_by_role("button", name="Save").click()

            expect(page.get_by_text("“Approve All” is saved for one request.")).to_be_visible()
            expect(page.locator(f"#eoi-{asked.pk}")).to_have_count(0)
            expect(page.get_by_role("button", name="Reverse")).to_have_count(0)
            expect(page.locator(f"#eoi-{other.pk}")).to_have_count(1)
        with stack.records():
            decision = Decision.objects.filter(request=asked).latest("pk")
            assert (decision.channel, decision.volume_after) == ("manual", requested)

        with desk.sit("owner", reduced_motion="reduce") as page:
            page.goto(f"/eoi/{asked.pk}/")
            page.get_by_label("Why?").fill("The carrier wrote to the wrong person")
            page.get_by_role("button", name="Reverse").click()
            expect(page.get_by_text("1 decision is reversed")).to_be_visible()
            expect(page.get_by_text("The carrier wrote to the wrong person")).to_be_visible()
            assert not complaints(page)
        with stack.records():
            asked.refresh_from_db()
            asked.election.refresh_from_db()
            assert asked.closed_at is None
            assert asked.election.volume == before

    def test_closes_a_benefit_for_good_in_words_on_a_phone(self, stack, desk):
        with stack.records():
            _, asked = waiting()
            election, plan = asked.election, asked.election.requested_plan
            volume = election.requested_volume
        with desk.sit(ADMINISTRATOR, viewport=PHONE, reduced_motion="reduce") as page:
            page.goto("/eoi/")
            row, preview = page.locator(f"#eoi-{asked.pk}"), page.locator("#eoi-preview")
            row.get_by_role("checkbox").check()
            action = page.locator("#id_action")
            action.select_option(label="Approve and Disallow Additional Amounts")
            assert "deny_permanently" not in page.locator("body").inner_text()
            page.get_by_role("button", name="Save").click()

            expect(preview).to_contain_text("Check this box", timeout=PATIENCE_MS)
            expect(preview).to_contain_text("Approved volume is required", timeout=PATIENCE_MS)
            page.locator(f"#volume_{asked.pk}").fill(f"${volume:,.0f}")
            expect(preview).to_contain_text("for good.", timeout=PATIENCE_MS)
            assert overflow(page) == 0
            page.get_by_label("Approve this much, and allow no more").check()
            page.get_by_role("button", name="Save").click()
            expect(page.get_by_text("Additional Amounts” is saved for one request")).to_be_visible()
            assert not complaints(page)
            page.goto(f"/eoi/{asked.pk}/")
            expect(page.get_by_text("The carrier allows no more than")).to_be_visible()
            assert overflow(page) == 0
        with stack.records():
            election.refresh_from_db()
            assert election.volume == Decimal(volume)
            assert election.plan == plan
        assert not [one for one in desk.addresses if "action=" in one or "volume" in one]
