"""Suggestions and near ties, decided with the keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from commissions.models import Application, BookLink, Decision, Link
from tests.browser.matches import near_ties

LAST_NAMES = ("Quillfeather", "Ravensworth", "Smallbone")
PATIENCE_MS = 60_000


@pytest.fixture
def ties(stack) -> list[Application]:
    """Three people who stand twice in the carrier's book; the newest application is the last."""
    with stack.records():
        return near_ties(*LAST_NAMES)


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


class TestQueue:
    def test_is_worked_with_the_keyboard_alone(self, owner, stack, ties, desk):
        oldest, middle, newest = ties
        owner.goto("/applications/review/?sort=newest")
        owner.keyboard.press("j")
        row = owner.locator(f"#review-{newest.pk}")
        expect(row).to_have_attribute("aria-current", "true")
        expect(row).to_contain_text("But something else fits as well")

        owner.keyboard.press("a")
        expect(owner.get_by_role("alert")).to_contain_text("Choose one first")
        owner.keyboard.press("2")
        expect(row.get_by_role("radio").nth(1)).to_be_checked()
        owner.keyboard.press("a")
        expect(row).to_have_count(0)
        expect(owner.locator("#review-last")).to_contain_text("Learnt: number")
        with stack.records():
            chosen = BookLink.objects.get(application=newest, state=Link.State.LINKED)

        owner.keyboard.press("u")
        expect(owner.get_by_role("columnheader", name="Book row")).to_have_count(
            2, timeout=PATIENCE_MS
        )
        assert "Smallbone" in heading(owner)
        owner.keyboard.press("1")
        owner.keyboard.press("a")
        expect(owner.get_by_role("heading", level=1)).to_contain_text("Ravensworth")
        owner.keyboard.press("j")
        expect(owner.get_by_role("heading", level=1)).to_contain_text("Quillfeather")
        owner.keyboard.press("k")
        expect(owner.get_by_role("heading", level=1)).to_contain_text("Ravensworth")
        owner.keyboard.press("?")
        expect(owner.get_by_role("dialog")).to_contain_text("Choose the candidate")
        owner.keyboard.press("Escape")
        owner.keyboard.press("x")
        expect(owner.locator("#review-last")).to_contain_text("does not belong to")
        owner.keyboard.press("s")
        expect(owner).not_to_have_url(re.compile(f"/review/{oldest.pk}/"))

        with stack.records():
            said = Decision.objects.filter(application__in=ties)
            assert said.filter(application=newest, is_match=True).count() == 1
            assert said.filter(application=middle, is_match=False).count() == 2
            assert not said.filter(application=oldest).exists()
            linked = BookLink.objects.get(application=newest, state=Link.State.LINKED)
            assert linked.book_row_id != chosen.book_row_id
        assert not [one for one in desk.addresses if "Smallbone" in one]
