"""From the board of policies at risk to the client and back, with the keyboard alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from agencyhub.accounts.models import User
from policies.models import Risk
from tests.browser.axe import complaints, overflow

PHONE = {"width": 390, "height": 844}
AGENT = "agent1"


@dataclass(frozen=True)
class Words:
    """What the journey looks for, as a language says it."""

    language: str
    board: str
    left: str
    saved: str
    undo: str
    pay: str
    payments: str
    paid: str
    log: str
    called: str
    back: str


LANGUAGES = [
    Words(
        language="en-us",
        board="At risk",
        left="left",
        saved="is logged as saved",
        undo="The outcome is taken back",
        pay="Make a payment",
        payments="Payments",
        paid="Paid",
        log="Log a call",
        called="Called once · left a message",
        back="The call is taken back",
    ),
    Words(
        language="es",
        board="En riesgo",
        left="pendientes",
        saved="queda anotada como salvada",
        undo="Se revirtió el resultado",
        pay="Hacer un pago",
        payments="Pagos",
        paid="Pagado",
        log="Anotar una llamada",
        called="Se llamó una vez · se dejó un mensaje",
        back="Se revirtió la llamada",
    ),
]


@pytest.fixture(params=LANGUAGES, ids=lambda words: words.language)
def words(request, stack) -> Iterator[Words]:
    """The journey in a language: the agent's own."""
    with stack.records():
        User.objects.filter(username=AGENT).update(language=request.param.language)
    yield request.param
    with stack.records():
        User.objects.filter(username=AGENT).update(language="en-us")


class TestAtRisk:
    def test_leads_from_the_board_to_the_client_and_logs_outcomes(self, words, stack, desk):
        with desk.sit(AGENT, reduced_motion="reduce") as page:
            page.goto("/at-risk/?kind=coverage&kind=past_due")
            expect(page.get_by_role("heading", level=1)).to_have_text(words.board)
            assert not complaints(page)
            rows = page.locator("[data-queue-row]")
            number = rows.count()
            assert number > 1
            progress = page.locator("#risk-kinds").get_by_role("status")
            expect(progress).to_contain_text(f"{number} {words.left}")

            page.keyboard.press("j")
            page.keyboard.press("j")
            expect(rows.nth(1)).to_have_attribute("aria-current", "true")
            first = rows.nth(1).get_attribute("id") or ""
            page.keyboard.press("s")
            expect(page.locator(f"#{first}")).to_have_count(0)
            expect(page.locator("#risk-last")).to_contain_text(words.saved)
            expect(progress).to_contain_text(f"{number - 1} {words.left}")
            page.keyboard.press("u")
            expect(page.get_by_text(words.undo)).to_be_visible()
            expect(page.locator(f"#{first}")).to_have_count(1)

            page.keyboard.press("j")
            current = page.locator("[data-queue-row][aria-current]")
            # Of some policies the agent may not open the client.
            while not current.locator("a[data-key=open][href^='/individuals/']").count():
                page.keyboard.press("j")
            second = current.get_attribute("id") or ""
            page.keyboard.press("Enter")
            page.wait_for_url(re.compile(r"/individuals/\d+/"))
            assert not complaints(page)
            expect(page.locator(f"#{second}")).to_be_visible()
            page.locator(f"#{second}").focus()
            page.keyboard.press("l")
            expect(page.locator(f"#{second}")).to_have_count(0)
        with stack.records():
            lost = Risk.objects.get(pk=second.removeprefix("risk-"))
            assert (lost.outcome, lost.closed_by.username) == ("lost", AGENT)
        assert not [one for one in desk.addresses if "outcome=" in one]

    def test_logs_a_call_and_keeps_the_policy_on_the_board(self, words, stack, desk):
        with desk.sit(AGENT, reduced_motion="reduce") as page:
            page.goto("/at-risk/?kind=past_due&next_call=unplanned")
            page.keyboard.press("j")
            row = page.locator("[data-queue-row][aria-current]")
            name = row.get_attribute("id") or ""
            page.keyboard.press("n")
            form = row.get_by_role("form", name=words.log)
            expect(form.locator("[name=last_call]")).to_be_focused()
            assert not complaints(page)
            page.set_viewport_size(PHONE)
            assert overflow(page) == 0
            form.locator("[name=last_call]").select_option("left_message")
            form.locator("[name=call_on]").fill("")
            form.locator("[name=call_note]").fill("123-45-6789")
            page.keyboard.press("Enter")
            expect(form.locator(".is-invalid")).to_have_count(1)
            form.locator("[name=call_note]").fill("Mornings")
            page.keyboard.press("Enter")

            expect(form).to_have_count(0)
            kept = page.locator(f"#{name}")
            expect(kept.locator(".risk-called")).to_contain_text(words.called)
            expect(kept).to_have_attribute("aria-current", "true")
            assert overflow(page) == 0
            assert not complaints(page)
            page.keyboard.press("u")
            expect(page.get_by_text(words.back)).to_be_visible()
            expect(page.locator(f"#{name} .risk-called")).to_have_count(0)
        with stack.records():
            again = Risk.objects.get(pk=name.removeprefix("risk-"))
            assert (again.calls, again.last_call, again.call_note) == (0, "", "")
        assert not [one for one in desk.addresses if "call_note=" in one]

    def test_shows_payments_on_a_desktop_and_on_a_phone(self, words, stack, desk):
        with stack.records():
            at_risk = Risk.objects.open().filter(
                kind=Risk.Kind.PAST_DUE, policy__servicing_agent__user__username=AGENT
            )
            policy = at_risk.earliest("pk").policy
        with desk.sit(AGENT, reduced_motion="reduce") as page:
            page.goto(f"/individuals/{policy.subscriber_id}/")
            card = page.locator(f"#payments-{policy.pk}")
            expect(card.get_by_role("heading")).to_contain_text(words.payments)
            pay = card.get_by_role("link", name=words.pay)
            expect(pay).to_have_attribute("target", "_blank")
            expect(pay).to_have_attribute("rel", "noopener")
            expect(card.locator(".months > li")).to_have_count(12)

            month = card.locator("summary", has_text=words.paid).first
            month.focus()
            page.keyboard.press("Enter")
            expect(card.locator(".month-panel:visible")).to_contain_text(words.paid)
            page.set_viewport_size(PHONE)
            expect(pay).to_be_visible()
            expect(card.locator(".month-panel:visible")).to_have_count(1)
            assert overflow(page) == 0
            assert not complaints(page)
