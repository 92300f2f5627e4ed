"""An agent keeps a Scope of Appointment with a client, and an ID card with a policy."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from individuals.models import Individual, Opening
from policies.models import Policy
from tests.browser.axe import complaints, overflow
from tests.factories.documents import PDF, PNG

EXE = {"name": "setup.exe", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00"}
SCOPE = {"name": "Scope.pdf", "mimeType": "application/pdf", "buffer": PDF}
CARD = {"name": "card.png", "mimeType": "image/png", "buffer": PNG}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def client(stack):
    """Somebody of the agent's book who holds a policy."""
    with stack.records():
        own = Individual.objects.filter(servicing_agent__user__username="agent1")
        policy = Policy.objects.filter(subscriber__in=own, documents=None).earliest("pk")
        return policy.subscriber_id, policy.pk


def panel(page: Page) -> Locator:
    """The panel of a record's page, brought into sight, which is when it is loaded."""
    section = page.locator("#documents")
    # Not Playwright's way, which waits for what is replaced as soon as it is in sight.
    section.evaluate("one => one.scrollIntoView()")
    expect(section.get_by_text("Add documents")).to_be_visible()
    return section


def upload(section: Locator, kind: str, *files: Any, signed: str = "") -> None:
    if not section.get_by_label("What it is").is_visible():
        section.get_by_text("Add documents").click()
    section.get_by_label("What it is").select_option(label=kind)
    section.get_by_label("Signed on").fill(signed)
    section.locator("input[type=file]").set_input_files(list(files))
    section.get_by_role("button", name="Upload").click()


class TestDocuments:
    def test_are_added_opened_removed_and_put_back(self, desk, stack, client):
        individual_id, policy_id = client
        signed = timezone.localdate() - timedelta(days=3)
        with desk.sit("agent1", accept_downloads=True) as page:
            page.goto(f"/individuals/{individual_id}/")
            section = panel(page)
            upload(section, "Scope of Appointment", EXE, signed=signed.isoformat())
            expect(section.get_by_text("setup.exe is none of the kinds of files")).to_be_visible()

            upload(section, "Scope of Appointment", SCOPE, signed=signed.isoformat())
            expect(section.get_by_role("status")).to_contain_text("1 document was added.")
            row = section.get_by_role("row").filter(has_text="Scope.pdf")
            expect(row).to_contain_text("Holds until")
            expect(row).to_contain_text("Kept until")
            expect(row.get_by_role("button")).to_have_count(0)

            with page.expect_download() as taken:
                row.get_by_role("link", name="Scope.pdf", exact=True).click()
            assert taken.value.path().read_bytes() == PDF
            assert taken.value.suggested_filename == "Scope.pdf"

            page.goto(f"/policies/{policy_id}/")
            section = panel(page)
            upload(section, "ID card", CARD)
            section.get_by_role("button", name="Remove card.png").click()
            expect(section.get_by_role("status")).to_contain_text("It can be put back")
            section.get_by_text("1 removed document").click()
            section.get_by_role("button", name="Put card.png back").click()
            expect(section.get_by_role("link", name="card.png", exact=True)).to_be_visible()
            assert complaints(page) == []
        with stack.records():
            assert Opening.objects.get(individual=individual_id).what == "Scope of Appointment"

    def test_of_the_wrong_client_are_moved_and_moved_back_by_keyboard(self, desk, stack, client):
        individual_id, policy_id = client
        with desk.sit("agent1") as page:
            page.goto(f"/policies/{policy_id}/")
            section = panel(page)
            upload(section, "Scope of Appointment", {**SCOPE, "name": "Wrong.pdf"})
            mover = section.get_by_role("link", name="Move Wrong.pdf to another client")
            mover.focus()
            page.keyboard.press("Enter")
            page.wait_for_url("**/move/")
            expect(page.get_by_label("Whose it is")).to_be_focused()
            with stack.records():
                wanted = Individual.objects.get(pk=individual_id)
            page.keyboard.type(f"{wanted.first_name} {wanted.last_name}")
            page.keyboard.press("Enter")
            choice = page.locator(f'input[name="to"][value="individual:{individual_id}"]')
            expect(choice).to_be_visible()
            choice.focus()
            page.keyboard.press("Space")
            page.get_by_label("Why").focus()
            page.keyboard.type("Uploaded to the wrong client")
            page.keyboard.press("Enter")
            page.wait_for_url("**/documents/?moved=*")
            expect(page.get_by_text("Wrong.pdf belongs to this client now.")).to_be_visible()
            assert complaints(page) == []
            undo = page.get_by_role("button", name="Undo")
            undo.focus()
            page.keyboard.press("Enter")
            page.wait_for_url("**/timeline/batches/*/")
            page.goto(f"/policies/{policy_id}/documents/")
            expect(page.get_by_role("link", name="Wrong.pdf", exact=True)).to_be_visible()

    def test_fit_a_phone(self, desk, client):
        with desk.sit("agent1", viewport=PHONE, color_scheme="dark") as page:
            page.goto(f"/individuals/{client[0]}/")
            section = panel(page)
            long = f"{' '.join(['Enrollment application of the year'] * 4)}.pdf"
            upload(section, "Application", {**SCOPE, "name": long, "buffer": PDF + b"%"})
            expect(section.get_by_role("link", name=long, exact=True)).to_be_visible()

            assert overflow(page) <= 0
            assert complaints(page) == []

    def test_need_no_javascript(self, desk, client):
        individual_id, _ = client
        with desk.sit("agent1", java_script_enabled=False) as page:
            page.goto(f"/individuals/{individual_id}/")
            page.get_by_role("link", name="Show the documents").click()
            section = page.locator("#documents")
            upload(section, "Consent", {**CARD, "name": "consent.png"})
            expect(page.get_by_role("link", name="consent.png", exact=True)).to_be_visible()
