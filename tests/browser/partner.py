"""What an agent does between pressing Send and the enrollment."""

import re

from playwright.sync_api import Page, expect


def send(page: Page, *, button: str, link: str) -> Page:
    """Send the record on the page through a quoting link; return PlanCompare's tab."""
    page.get_by_role("button", name=button, exact=True).click()
    page.locator(".send-menu .dropdown-menu").get_by_role("link", name=link).click()
    expect(page.get_by_role("heading", name="Send to PlanCompare", level=1)).to_be_visible()
    return hand_off(page)


def hand_off(page: Page) -> Page:
    """Leave the pre-flight; return PlanCompare's tab once it shows the beneficiary."""
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Send to PlanCompare").click()
    partner = opened.value
    partner.wait_for_url(re.compile(r"/plancompare/beneficiaries/"))
    return partner


def enroll(partner: Page, plan_id: str) -> str:
    """Shop, enroll and submit; return the message's id once it is delivered."""
    partner.get_by_role("button", name="Shop plans").click()
    row = partner.get_by_role("row").filter(has_text=plan_id)
    row.get_by_role("button", name="Enroll").click()
    partner.get_by_role("button", name="Submit enrollment").click()
    expect(partner.get_by_role("heading", name="Enrollment submitted")).to_be_visible()
    delivered = partner.locator("#delivery [data-state='sent']")
    expect(delivered).to_be_visible(timeout=60_000)
    facts = delivered.inner_text()
    found = re.search(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", facts)
    assert found is not None, facts
    return found.group()
