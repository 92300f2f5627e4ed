"""An administrator sets PlanCompare up from nothing, and takes it away again."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from integrations.plancompare.models import PlanCompareUser, Site
from tests.browser import partner as plancompare
from tests.browser.people import Person, sales_record

BROKER = "/settings/integrations/plancompare-broker/"
CALL_CENTER = "/settings/integrations/plancompare-call-center/"
HEADER = "User name,PlanCompare Username,Servicing Agent"
THEODORA = Person("Theodora", "Marchbanks", date(1958, 5, 30))


@pytest.fixture
def _as_it_was(stack) -> Iterator[None]:
    """Put the demo's settings back for the other tests."""
    with stack.records():
        kept = ("id", "user_id", "username", "servicing_agent_id")
        usernames = list(PlanCompareUser.objects.values(*kept))
    yield
    with stack.records():
        Site.objects.filter(variant=Site.Variant.CALL_CENTER).delete()
        Site.objects.filter(variant=Site.Variant.BROKER).update(is_active=True)
        PlanCompareUser.objects.all().delete()
        PlanCompareUser.objects.bulk_create(PlanCompareUser(**row) for row in usernames)


@pytest.mark.usefixtures("_as_it_was")
class TestFromScratch:
    def test_call_center_site_is_set_up_used_and_deactivated(self, desk, stack):
        record = sales_record(stack, THEODORA, agent="callcenter1")
        with desk.sit("admin") as page:
            self._is_refused_while_the_other_is_active(page)
            self._swap(page)
            self._set_up(page, stack)
            self._sync(page)
            self._users_by_file(page, stack)
            self._send(desk, record)
            self._deactivate(page)
            self._no_send(desk, record)

    @staticmethod
    def _is_refused_while_the_other_is_active(page: Page) -> None:
        page.goto(CALL_CENTER)
        main = page.get_by_role("main")
        expect(main).to_contain_text(
            "Deactivate PlanCompare (Broker) first, then add PlanCompare (Call Center)."
        )
        expect(page.get_by_role("button", name="Add to AgencyHub")).to_have_count(0)

    @staticmethod
    def _swap(page: Page) -> None:
        page.goto(BROKER)
        page.get_by_role("button", name="Deactivate").click()
        expect(page.get_by_role("main")).to_contain_text("Settings and usernames are kept.")
        page.goto("/settings/integrations/")
        card = page.locator(".partner-card").filter(has_text="PlanCompare (Call Center)")
        card.get_by_role("button", name="Add to AgencyHub").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("PlanCompare (Call Center)")

    @staticmethod
    def _set_up(page: Page, stack) -> None:
        tabs = page.get_by_role("navigation", name="PlanCompare (Call Center)")
        expect(tabs.get_by_role("link", name="Sync")).to_have_count(0)
        page.get_by_label("Partner ID").fill("SB-PARTNER-1")
        row = page.locator("[data-formset-row]").first
        row.get_by_label("Quoting menu label").fill("Call center 2027")
        row.get_by_label("SSO URL").fill("http://plancompare.example.com/sso/2027")
        row.get_by_label("Plan year").fill("2027")
        page.get_by_label("Call script").fill("Good morning, this call is recorded.")
        page.get_by_role("button", name="Save").click()
        expect(row).to_contain_text("The address must start with https://")
        row.get_by_label("SSO URL").fill(f"{stack.sandbox}/plancompare/call-center/sso/2027")
        page.get_by_role("button", name="Save").click()
        expect(tabs.get_by_role("link", name="Sync")).to_be_visible()

    @staticmethod
    def _sync(page: Page) -> None:
        page.get_by_role("link", name="Sync", exact=True).click()
        settings = page.locator(".sync-settings")
        expect(settings).to_be_hidden()
        page.get_by_label("Sync PlanCompare enrollments").check()
        expect(settings).to_be_visible()
        page.get_by_label("Status of new policies").select_option(label="Submitted")
        page.get_by_label("Address type for incoming addresses").select_option(label="Home")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("main")).to_contain_text("Sync settings are saved.")

    @staticmethod
    def _users_by_file(page: Page, stack) -> None:
        page.goto(f"{CALL_CENTER}users/")
        page.get_by_role("link", name="Upload a file").click()
        lines = [HEADER, "callcenter1,dana.pc,Dana Reyes", "nobody,x.pc,", "agent2,DANA.pc,"]
        _upload(page, lines)
        page.get_by_role("button", name="Keep and check the rows").click()
        main = page.get_by_role("main")
        expect(main).to_contain_text("Nothing is imported while a row is rejected")
        page.get_by_role("link", name="View them").click()
        expect(page.locator("#row-3")).to_contain_text("“nobody” is not the name of a user.")
        expect(page.locator("#row-4")).to_contain_text("would have the same PlanCompare username")
        with stack.records():
            assert not PlanCompareUser.objects.filter(username="dana.pc").exists()
        page.get_by_role("link", name="upload it again").click()
        _upload(page, lines[:2])
        page.get_by_role("button", name="Import 1 changed record").click()
        expect(main).to_contain_text("1 record was changed")
        page.goto(f"{CALL_CENTER}users/")
        username = page.get_by_label("PlanCompare username of Dana Reyes")
        expect(username).to_have_value("dana.pc")
        admin = page.get_by_label("PlanCompare username of Adam Keller")
        admin.fill("Dana.PC")
        admin.press("Tab")
        row = page.get_by_role("row").filter(has=admin)
        expect(row.locator(".errorlist, .invalid-feedback").first).to_be_visible()
        admin.fill("adam.pc")
        admin.press("Tab")
        expect(page.get_by_role("row").filter(has_text="Adam Keller")).to_contain_text("Saved")

    @staticmethod
    def _send(desk, record: int) -> None:
        with desk.sit("callcenter1") as page:
            page.goto(f"/plancompare/send/sales_record/{record}/")
            expect(page.locator(".call-script")).to_contain_text("this call is recorded")
            beneficiary = plancompare.hand_off(page)
            expect(beneficiary.get_by_role("main")).to_contain_text("Call center")
            expect(page.locator(".call-script")).to_be_visible()

    @staticmethod
    def _deactivate(page: Page) -> None:
        page.goto(CALL_CENTER)
        page.get_by_role("button", name="Deactivate").click()
        expect(page.get_by_role("main")).to_contain_text("Settings and usernames are kept.")
        page.goto(CALL_CENTER)
        expect(page.get_by_role("main")).to_contain_text("the Partner ID; quoting links: 1")

    @staticmethod
    def _no_send(desk, record: int) -> None:
        with desk.sit("callcenter1") as page:
            page.goto(f"/sales-records/{record}/")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            expect(page.get_by_role("button", name="Send quotes")).to_have_count(0)


def _upload(page: Page, lines: list[str]) -> None:
    file = {"name": "users.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()
