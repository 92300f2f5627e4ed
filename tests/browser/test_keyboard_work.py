"""Queues, uploads and connections with nothing but the keyboard."""

import re
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from eoi.models import EoiRequest
from individuals.models import DuplicatePair
from integrations.noyo.models import Difference, Mapping
from integrations.outgoing.models import Endpoint
from tests.browser import mappings
from tests.browser.desk import PATIENCE_MS
from tests.browser.keyboard import Hands
from tests.browser.test_importing import file
from tests.browser.troubles import message_in
from tests.factories.noyo_people import DifferenceFactory

NAMED = "By keyboard"
WHY = "The carrier wrote to the wrong person"
REFUSAL = {
    "status": 422, "part": "rules", "name": "Managers", "said": "",
    "fields": [["resulting_field_value", "The carrier does not know this value."]],
}  # fmt: skip


@pytest.fixture
def hands(owner: Page) -> Hands:
    """The owner's."""
    return Hands(owner)


@pytest.fixture
def _no_webhook(stack) -> Iterator[None]:
    yield
    with stack.records():
        Endpoint.objects.filter(name=NAMED).delete()


class TestIntegrations:
    def test_errors_are_found_and_tried_again(self, hands):
        page = hands.page
        hands.open("/integrations/")
        hands.follow(page.get_by_role("link", name="Errors"), back=True)
        hands.follow(page.get_by_role("link", name="Retry all").first)
        expect(page.get_by_role("heading", level=1)).to_have_text("Retry messages")
        hands.to(page.get_by_label("Received to"))
        hands.press(page.get_by_role("button", name="Count", exact=True))
        expect(page.locator("#retry-scope")).to_contain_text("match")
        hands.assert_held()
        hands.follow(page.get_by_role("button", name=re.compile("^Retry ")))
        expect(page.get_by_role("heading", name="Done")).to_be_visible(timeout=PATIENCE_MS)

    def test_a_message_is_corrected(self, hands, stack):
        page = hands.page
        with stack.records():
            message_in("failed")
        hands.open("/integrations/inbox/")
        hands.press(page.get_by_role("link", name=re.compile("^Failed")))
        expect(page.get_by_role("link", name=re.compile("^Failed"))).to_have_attribute(
            "aria-current", "true"
        )
        hands.assert_held()
        hands.follow(page.locator("#inbox-list tbody a, main tbody a").first)
        hands.follow(page.get_by_role("button", name="Correct the body"), back=True)
        body = page.locator("textarea[name=body]")
        hands.type_into(body, "{")
        with page.expect_navigation():
            hands.press(page.get_by_role("button", name="Apply the corrected body"))
        expect(page.get_by_role("alert")).to_be_visible()
        hands.assert_held()


@pytest.mark.usefixtures("_no_webhook")
def test_a_webhook_is_added_tried_and_its_secret_replaced(hands, stack):
    page = hands.page
    hands.open("/settings/webhooks/")
    hands.follow(page.get_by_role("link", name="New webhook"))
    hands.type_into(page.get_by_label("Name"), NAMED)
    hands.type_into(page.get_by_label("Address"), f"{stack.sandbox}/webhooks/receive")
    hands.press(page.locator("[name=types]").first, "Space")
    hands.to(page.get_by_role("button", name="Add webhook"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("whsec_")
    hands.assert_held()
    with stack.records():  # the sandbox verifies with the secret of the demo's webhook
        demo = Endpoint.objects.exclude(name=NAMED).earliest("pk")
        Endpoint.objects.filter(name=NAMED).update(secret=demo.secret)
    hands.follow(page.get_by_role("link", name="I have copied it"))

    hands.follow(page.get_by_role("button", name="Send a trial event"))
    trial = page.locator("#deliveries tbody tr").filter(has_text="Trial event").get_by_role("link")
    hands.to(trial)
    # The part asks for itself anew as long as something is on its way.
    expect(page.locator("#deliveries[hx-get]")).to_have_count(0, timeout=PATIENCE_MS)
    expect(trial).to_be_focused()
    hands.follow(trial)
    hands.follow(page.get_by_role("button", name="Send again"))
    expect(page.get_by_role("main")).to_contain_text("1 delivery is sent again.")
    hands.follow(page.get_by_role("link", name=NAMED), back=True)
    hands.press(page.get_by_role("button", name="Replace the secret"))
    expect(page.get_by_role("main")).to_contain_text("whsec_")


@pytest.fixture
def differences(stack) -> Iterator[None]:
    """Two that wait to be settled."""
    with stack.records():
        noyo_group = mappings.a_group()
        people = noyo_group.group.employees.order_by("pk")[:2]
        made = [
            DifferenceFactory(noyo_group=noyo_group, employee=one, key=f"field:{one.pk}:{NAMED}").pk
            for one in people
        ]
    yield
    with stack.records():
        Difference.objects.filter(pk__in=made).delete()


@pytest.fixture
def refused(stack) -> Iterator[Mapping]:
    """A mapping with a suggested plan, of which Noyo did not take a rule."""
    with stack.records():
        mapping = mappings.with_a_suggestion(NAMED)
        Mapping.objects.filter(pk=mapping.pk).update(refusal=REFUSAL, refused_at=timezone.now())
    yield mapping
    with stack.records():
        Mapping.objects.filter(pk=mapping.pk).update(refusal=None, refused_at=None)


@pytest.mark.usefixtures("differences")
def test_differences_are_settled(hands):
    page = hands.page
    hands.open("/noyo/differences/")
    order = page.locator(".list-quick select").last
    hands.to(order)
    page.keyboard.press("ArrowDown")
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(order).to_be_focused()
    rows = page.locator("[data-queue-row]")
    former = rows.first.get_attribute("id")
    page.keyboard.press("Tab")
    page.keyboard.press("j")
    expect(rows.first).to_be_focused()
    page.keyboard.press("o")
    expect(page.locator("#difference-last")).to_contain_text("Ours is right")
    expect(page.locator(f"#{former}")).to_have_count(0)
    hands.assert_held()
    page.keyboard.press("u")
    expect(page.get_by_text("Taken back: the differences are open again.")).to_be_visible()


def test_a_mapping_that_noyo_refused_is_mended(hands, refused):
    page = hands.page
    hands.open(f"/groups/{refused.group_id}/mapping/{refused.pk}/")
    alert = page.locator(".map-refused")
    expect(alert).to_contain_text("Noyo did not take the rule “Managers”")
    card = page.locator("[data-queue-row]").filter(has_text="Suggested").first
    accept = card.get_by_role("button", name=re.compile("^Accept"))
    hands.press(accept)
    expect(page.get_by_text("Accepted links of a mapping")).to_be_visible(timeout=PATIENCE_MS)
    hands.assert_held()
    page.keyboard.press("u")
    expect(page.get_by_text("Accepted links of a mapping")).to_have_count(0, timeout=PATIENCE_MS)
    hands.assert_held()
    hands.follow(alert.get_by_role("link", name="Class rules"), back=True)
    expect(page.get_by_role("link", name="Class rules", exact=True).last).to_have_attribute(
        "aria-current", "page"
    )


class TestEvidence:
    def test_a_decision_is_saved_and_reversed(self, hands, stack):
        page = hands.page
        with stack.records():
            rows = EoiRequest.objects.open().filter(election__requested_plan__basis="amount")
            asked = rows.earliest("opened_date", "pk")
        hands.open("/eoi/")
        box = page.locator(f"#eoi-{asked.pk}").get_by_role("checkbox")
        hands.press(box, "Space")
        page.keyboard.press("a")
        action = page.locator("#id_action")
        expect(action).to_be_focused()
        page.keyboard.type("Approve A")
        expect(page.locator("#eoi-preview")).to_contain_text("is approved", timeout=PATIENCE_MS)
        hands.assert_held()
        expect(action).to_be_focused()
        hands.follow(page.locator(".eoi-save .btn-primary"))
        expect(page.get_by_text("is saved for one request.")).to_be_visible()

        hands.open(f"/eoi/{asked.pk}/")
        hands.type_into(page.get_by_label("Why?"), WHY)
        hands.follow(page.get_by_role("button", name="Reverse"))
        expect(page.get_by_text("1 decision is reversed")).to_be_visible()

    def test_a_worksheet_is_brought_back(self, hands):
        page = hands.page
        hands.open("/eoi/data/")
        sheet = {"name": "by keyboard.xml", "mimeType": "application/xml", "buffer": b"<nothing/>"}
        hands.choose_file(page.locator("input[type=file]"), sheet)
        expect(page.locator("[data-dropzone-files]")).to_contain_text("by keyboard.xml")
        hands.follow(page.get_by_role("button", name="Upload and decide"))
        expect(page.get_by_role("heading", level=1)).to_have_text("by keyboard.xml")
        expect(page.get_by_role("link", name="Upload another file")).to_be_visible(
            timeout=PATIENCE_MS
        )
        hands.follow(page.get_by_role("link", name="Upload another file"))


def test_policies_at_risk_are_filtered_and_logged(hands):
    page = hands.page
    hands.open("/at-risk/")
    order = page.locator(".list-quick select").last
    hands.to(order)
    page.keyboard.press("ArrowDown")
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(order).to_be_focused()
    rows = page.locator("[data-queue-row]")
    saved = rows.first.get_by_role("button", name=re.compile("^Saved"))
    name = rows.first.get_attribute("id")
    following = rows.nth(1).get_attribute("id")
    hands.press(saved)
    expect(page.locator(f"#{name}")).to_have_count(0)
    expect(page.locator(f"#{following}")).to_be_focused()
    page.keyboard.press("w")
    expect(page.locator("#risk-why")).to_be_focused()
    hands.follow(page.get_by_role("button", name=re.compile("^Undo")))
    expect(page.locator(f"#{name}")).to_have_count(1)


def test_a_file_is_imported_and_taken_back(hands):
    page = hands.page
    rows = [["Una", "Gillingwater", "01/02/1950", "x"]]
    sheet = file("by keyboard.csv", ["First name", "Last name", "Birthday", "Shoes"], rows)
    hands.open("/imports/")
    kind = page.get_by_label("What the files hold")
    hands.to(kind)
    page.keyboard.type("Individuals")
    hands.choose_file(page.locator("input[type=file]"), sheet)
    hands.to(page.get_by_role("button", name="Upload and check"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Match columns").wait_for(timeout=PATIENCE_MS)
    hands.skip()
    column = page.get_by_label("Field for the column Shoes", exact=True)
    hands.to(column)
    with page.expect_response("**/columns/"):
        page.keyboard.press("End")
    hands.assert_held()
    with page.expect_response("**/columns/"):
        page.keyboard.press("Home")
    hands.assert_held()
    hands.press(page.get_by_role("button", name="Keep and check the rows"))
    commit = page.get_by_role("button", name=re.compile("^Import "))
    commit.wait_for(timeout=PATIENCE_MS)
    hands.press(commit)
    page.get_by_role("button", name="Undo this import").wait_for(timeout=PATIENCE_MS)
    hands.follow(page.get_by_role("button", name="Undo this import"))
    page.get_by_text("This import was undone").wait_for()


def test_two_records_of_one_person_are_merged(hands, stack):
    page = hands.page
    with stack.records():
        pair = DuplicatePair.objects.open().earliest("pk")
    hands.open(f"/individuals/{pair.first_id}/merge/{pair.second_id}/")
    row = page.locator("tr:has(input[type=radio])").first
    chosen = row.locator("input:checked")
    before = chosen.get_attribute("value")
    hands.to(chosen)
    page.keyboard.press("ArrowDown")
    expect(chosen).to_be_focused()
    expect(chosen).not_to_have_value(before or "")
    hands.follow(page.get_by_role("button", name=re.compile("^Merge")))
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Merge two Individuals")
