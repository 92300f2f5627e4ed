"""A group is connected, mapped, its members settled and its renewal sent, in the browser."""

from datetime import date, timedelta

import requests
from django.utils import timezone
from playwright.sync_api import Page, expect

from groups.models import Benefit, BenefitClass, Employee, EmployerGroup, GroupPlan
from integrations.noyo.models import Mapping, NoyoCarrier
from tests.browser.axe import complaints, overflow

PATIENCE_MS = 120_000
PHONE = {"width": 390, "height": 844}


def an_employer() -> EmployerGroup:
    """Two people, a dental plan by the carrier's code, and one that the carrier does not have."""
    group = EmployerGroup.objects.create(
        name="Prairie Millworks", federal_ein="420000778", renewal_date=renewal_day()
    )
    carrier = NoyoCarrier.objects.get(name="Guardian").carrier
    unit = BenefitClass.objects.create(group=group, code="0001", name="All eligible employees")
    for number, title in enumerate(("Director", "Clerk")):
        Employee.objects.create(
            group=group, external_id=f"778-{number}", first_name="Ana", last_name=f"Lopez {title}",
            job_title=title, hire_date=date(2020, 1, 1), benefit_class=unit,
            date_of_birth=date(1980, 1, 1 + number),
        )  # fmt: skip
    for line, name in (("dental", "Dental 1000"), ("cancer", "Cancer Care")):
        benefit = Benefit.objects.create(group=group, lookup_code=line, name=name, line=line)
        GroupPlan.objects.create(
            group=group, benefit=benefit, carrier=carrier, name=name, basis=GroupPlan.Basis.NONE,
            effective_date=date(2024, 1, 1),
        )  # fmt: skip
    return group


def connect(page: Page, group: EmployerGroup) -> None:
    """Ask for the carrier, and wait until the mapping has opened by itself."""
    page.goto(f"/groups/{group.pk}/carriers/")
    page.get_by_role("link", name="Connect a carrier").click()
    page.get_by_label("Carrier", exact=False).first.select_option(label="Guardian")
    page.get_by_label("Carrier’s group number").fill("00778")
    page.get_by_role("button", name="Ask Noyo").click()
    for _ in range(120):
        if page.get_by_text("To be mapped").count():
            return
        page.wait_for_timeout(1_000)
        page.goto(f"/groups/{group.pk}/carriers/")
    expect(page.get_by_text("To be mapped")).to_be_visible()


def map_it(page: Page) -> None:
    """Accept and refuse by keyboard, give a class its option by a rule, and mark as mapped."""
    page.get_by_role("link", name="Guardian").first.click()
    dental = page.get_by_role("article", name="Dental 1000")
    expect(dental).to_contain_text("Dental PPO 1000")
    dental.focus()
    page.keyboard.press("a")
    expect(page.get_by_text("Accepted links of a mapping")).to_be_visible(timeout=PATIENCE_MS)
    page.keyboard.press("u")
    expect(dental.get_by_text("Suggested").first).to_be_visible(timeout=PATIENCE_MS)
    dental.get_by_role("button", name="Accept").first.click()
    expect(dental).to_have_count(0, timeout=PATIENCE_MS)
    cancer = page.get_by_role("article", name="Cancer Care")
    cancer.get_by_label("Note").fill("Asked for on Monday")
    cancer.get_by_role("button", name="Missing at the carrier").click()
    expect(page.get_by_text("Every plan is decided")).to_be_visible(timeout=PATIENCE_MS)
    assert not complaints(page)

    page.get_by_role("link", name="Class rules").first.click()
    page.get_by_role("link", name="New rule").first.click()
    page.get_by_label("Name").fill("Directors")
    page.get_by_label("Field").select_option(label="Job title")
    page.get_by_label("Director · 1 employee").check()
    expect(page.locator("#rule-preview")).to_contain_text(
        "decide for 1 employee", timeout=PATIENCE_MS
    )
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The rule is saved.")).to_be_visible()
    page.get_by_role("button", name="Set as default").click()
    expect(page.get_by_text("Everybody whom no rule and no link fits")).to_be_visible()
    page.get_by_role("button", name="Mark as mapped").click()
    expect(page.get_by_role("button", name="Open again")).to_be_visible()


def settle(page: Page, group: EmployerGroup) -> None:
    """Have the group read again, and dismiss that the carrier has somebody whom nobody knows."""
    page.goto(f"/groups/{group.pk}/carriers/")
    page.get_by_role("button", name="Read now").click()
    for _ in range(120):
        page.goto("/noyo/differences/?kind=missing_here")
        found = page.get_by_role("row").filter(has_text=group.name)
        if found.count():
            break
        page.wait_for_timeout(1_000)
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.locator("#difference-last")).to_contain_text("Ours is right")
    page.keyboard.press("u")
    expect(page.get_by_text("Taken back: the differences are open again.")).to_be_visible()
    found.first.get_by_role("link").first.click()
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("Explain why the difference does not matter.")).to_be_visible()
    page.get_by_label("Note").fill("Left years ago; the carrier knows.")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("The difference is dismissed until it changes.")).to_be_visible()


def renew(page: Page, group: EmployerGroup) -> None:
    """Send what is expected, and see that the carrier has it installed."""
    page.goto(f"/groups/{group.pk}/renewal/")
    page.get_by_role("button", name="Send to Noyo").click()
    expect(page.get_by_text("Sent. Noyo asks the carriers every day.")).to_be_visible()
    for _ in range(120):
        page.get_by_role("button", name="Check now").click()
        page.wait_for_load_state()
        if page.get_by_text("Ready at the carrier").count():
            return
        page.wait_for_timeout(1_000)
    expect(page.get_by_text("Ready at the carrier").first).to_be_visible()


def census(group: EmployerGroup) -> dict[str, object]:
    """The group's people as they once were sent; the carrier then knows one more."""
    people = [
        {
            "number": one.external_id,
            "first_name": one.first_name,
            "last_name": one.last_name,
            "date_of_birth": f"{one.date_of_birth}",
            "hire_date": f"{one.hire_date}",
        }
        for one in group.employees.all()
    ]
    return {"ein": group.federal_ein, "employees": people}


def renewal_day() -> date:
    """The first of a month, two months ahead: for a first, Noyo's sandbox has everything."""
    return (timezone.localdate().replace(day=1) + timedelta(days=70)).replace(day=1)


class TestMappingAGroup:
    def test_from_the_connection_to_the_renewal(self, stack, desk):
        def control(**wishes: object) -> None:
            answer = requests.post(f"{stack.sandbox}/noyo/control", json=wishes, timeout=60)
            answer.raise_for_status()

        control(connection_seconds=0.2)
        with stack.records():
            group = an_employer()

        with desk.sit("owner", reduced_motion="reduce") as page:
            connect(page, group)
            map_it(page)
            with stack.records():
                sent = census(group)
            control(wishes=[{"do": "load_census", "groups": [sent]}])
            settle(page, group)
            renew(page, group)

        with stack.records():
            mapping = Mapping.objects.get(group=group, status=Mapping.Status.READY)
        with desk.sit("owner", viewport=PHONE, reduced_motion="reduce") as page:
            page.goto(f"/groups/{group.pk}/mapping/{mapping.pk}/?show=all")
            assert overflow(page) == 0
