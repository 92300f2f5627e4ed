"""The pictures of the manuals, taken from the running demo: ``bin/screenshots [-k NAME]``.

Its name keeps it out of the tests: what it does is to write into ``docs/img/``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.desk import PATIENCE_MS
from tests.browser.screens import BROKER, Screen, find_examples

IMAGES = Path(settings.BASE_DIR) / "docs" / "img"
PHONE = (390, 844)
Act = Callable[[Page], None]


@dataclass(frozen=True)
class Picture:
    """A page of the demo as a manual shows it.

    ``act`` does what has to be done on the page first; ``part`` is the one element to show.
    """

    name: str
    screen: Screen
    size: tuple[int, int] = (1280, 860)
    act: Act | None = None
    part: str = ""

    def __str__(self) -> str:
        return self.name


def _press(name: str) -> Act:
    return lambda page: page.get_by_role("button", name=name).first.click()


def _type_into_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search everything").fill("gonzlez")
    page.get_by_role("listbox", name="Results").get_by_role("option").filter(
        has_text="González"
    ).first.wait_for()


def _counted(page: Page) -> None:
    page.locator("#report-table").wait_for()


def _arrived(page: Page) -> None:
    expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=PATIENCE_MS)


def _open_first(page: Page) -> None:
    page.get_by_role("main").locator("tbody a").first.click()
    page.wait_for_load_state()


def _view_as(page: Page) -> None:
    page.get_by_role("button", name="View as").click()
    page.get_by_role("button", name="Stop viewing as").wait_for()
    page.goto("/individuals/")


def _papers(page: Page) -> None:
    """A Scope of Appointment that was signed, and the application that came of it."""
    signed = timezone.localdate() - timedelta(days=12)
    for kind, name, day in (
        ("Scope of Appointment", "Scope of Appointment.pdf", signed),
        ("Application", "Application CN123456.pdf", signed + timedelta(days=2)),
    ):
        content = b"%PDF-1.7\n" + b"%" * 180_000 + name.encode()
        section = page.locator("#documents")
        section.scroll_into_view_if_needed()
        section.get_by_text("Add documents").wait_for()
        if not section.get_by_label("What it is").is_visible():
            section.get_by_text("Add documents").click()
        section.get_by_label("What it is").select_option(label=kind)
        section.get_by_label("Signed on").fill(day.isoformat())
        file = {"name": name, "mimeType": "application/pdf", "buffer": content}
        section.locator("[type=file]").set_input_files([file])
        section.get_by_role("button", name="Upload").click()
        section.get_by_role("link", name=name, exact=True).wait_for()
    page.reload()
    page.locator("#documents").scroll_into_view_if_needed()
    page.locator("#documents tbody").wait_for()
    page.locator("#documents").get_by_text("Add documents").click()


def _at(name: str, *args: str, query: str = "", user: str = "owner", example: str = "") -> Screen:
    return Screen(name, example, args, user, query)


PICTURES = (
    Picture("dashboard", _at("home:dashboard"), (1280, 1100), _arrived),
    Picture("dashboard-agent", _at("home:dashboard", user="agent1"), (1280, 1100), _arrived),
    Picture("reports", _at("home:report_detail", "production"), act=_counted),
    Picture("reports-by-mail", _at("home:subscription_list")),
    Picture("reports-retention", _at("home:report_detail", "retention"), act=_counted),
    Picture("search", _at("home:dashboard"), (1280, 760), _type_into_palette),
    Picture("individuals", _at("individuals:individual_list")),
    Picture("individual", _at("individuals:individual_detail", example="individual")),
    Picture("phone", _at("individuals:individual_detail", example="individual"), PHONE),
    Picture("timeline", _at("individuals:individual_detail", example="individual"),
            part="section:has(.timeline), .card:has(> .card-body > .timeline)"),
    Picture("documents", _at("individuals:individual_detail", example="individual"), act=_papers,
            part="#documents"),
    Picture("who-looked", _at("individuals:individual_lookers", example="individual")),
    Picture("sales-records", _at("individuals:salesrecord_list")),
    Picture("lists", _at("individuals:individual_list", query="?birth_month=3")),
    Picture("lists-columns", _at("individuals:individual_list", query="?panel=columns")),
    Picture("lists-bulk-edit", _at("records:bulkedit_detail", example="bulkedit"), (1280, 1150)),
    Picture("duplicates", _at("individuals:duplicate_list")),
    Picture("duplicate-ribbon", _at("individuals:individual_detail", example="twice")),
    Picture("merge", _at("individuals:individual_merge", example="both")),
    Picture("policies", _at("policies:policy_list")),
    Picture("payments", _at("policies:policy_detail", example="policy_told"), (1280, 1100)),
    Picture("at-risk", _at("policies:risk_list"), (1280, 900)),
    Picture("carriers", _at("policies:carrier_list")),
    Picture("applications", _at("commissions:application_list")),
    Picture("application", _at("commissions:application_detail", example="application_paid")),
    Picture("book-list", _at("commissions:bookrow_list")),
    Picture("book-row", _at("commissions:bookrow_detail", example="book_row")),
    Picture("commission-line", _at("commissions:commissionline_detail", example="commission_line")),
    Picture("match-results", _at("commissions:result_list")),
    Picture("match-review", _at("commissions:review_list")),
    Picture("match-one", _at("commissions:review_detail", example="tied")),
    Picture("match-unmatched", _at("commissions:unmatched_list")),
    Picture("expected-pay", _at("commissions:expectedpay_list")),
    Picture("expected-pay-why", _at("commissions:expectedpay_detail", example="expected_pay"),
            (1280, 1000)),
    Picture("missing-pay", _at("commissions:dispute_list")),
    Picture("dispute-pack", _at("commissions:disputepack_detail", example="dispute_pack")),
    Picture("groups", _at("groups:group_list")),
    Picture("group", _at("groups:group_detail", example="employergroup")),
    Picture("employee", _at("groups:employee_detail", example="employee"), (1280, 1000)),
    Picture("payroll", _at("groups:group_payroll", example="employergroup")),
    Picture("eoi-board", _at("eoi:request_list", user="benefits1")),
    Picture("eoi-request", _at("eoi:request_detail", example="eoi_open")),
    Picture("eoi-worksheets", _at("eoi:data"), (1280, 900)),
    Picture("eoi-worksheet-result", _at("eoi:worksheet_detail", example="worksheet_imported")),
    Picture("eoi-files", _at("eoi_batches:file_list")),
    Picture("mappings", _at("noyo:mapping_list")),
    Picture("mapping", _at("noyo:mapping_detail", example="mapping", query="?show=all"),
            (1280, 1000)),
    Picture("mapping-rules", _at("noyo:mapping_rules", example="mapping"), (1280, 1000)),
    Picture("mapping-members", _at("noyo:member_list", example="noyo_group")),
    Picture("differences", _at("noyo:difference_list")),
    Picture("renewals", _at("noyo:group_renewal", example="mapped_group")),
    Picture("noyo", _at("noyo:account_detail")),
    Picture("imports", _at("imports:import_list")),
    Picture("imports-columns", _at("imports:mapping_studio", example="import_mapping")),
    Picture("imports-dry-run", _at("imports:import_detail", example="import_checked"), (1280, 900)),
    Picture("imports-repair", _at("imports:problem_list", example="import_checked"), (1280, 900)),
    Picture("imports-result", _at("imports:import_detail", example="import_imported")),
    Picture("imports-template", _at("imports:template_detail", example="template")),
    Picture("batch", _at("records:batch_detail", example="batch")),
    Picture("values", _at("records:value_list"), (1280, 900)),
    Picture("options", _at("records:option_list", "policy_status")),
    Picture("custom-fields", _at("records:customfield_list")),
    Picture("held", _at("integrations:held_list")),
    Picture("health", _at("integrations:health"), (1280, 1100)),
    Picture("health-errors", _at("integrations:problem_list")),
    Picture("health-retry", _at("integrations:retry_create")),
    Picture("inbox", _at("integrations:inbox_list")),
    Picture("plancompare-setup", _at("plancompare:site_detail", BROKER)),
    Picture("plancompare-sync", _at("plancompare:site_sync", BROKER)),
    Picture("plancompare-users", _at("plancompare:site_users", BROKER)),
    Picture("preflight",
            _at("plancompare:preflight", "sales_record", user="agent1", example="salesrecord")),
    Picture("healthsherpa", _at("healthsherpa:connection_detail")),
    Picture("comtrack", _at("comtrack:connection_detail")),
    Picture("premier", _at("premier:feed_list")),
    Picture("retrieve", _at("carriers:connection_list")),
    Picture("retrieve-settings", _at("carriers:connection_edit", example="connection"),
            (1280, 1500)),
    Picture("retrieve-run", _at("carriers:retrieval_detail", example="retrieval")),
    Picture("mail", _at("mailing:mail_list")),
    Picture("mail-digest", _at("mailing:mail_detail", example="mail"), (1280, 900)),
    Picture("mail-preferences", _at("mailing:preference", user="agent1"), (1280, 900)),
    Picture("webhooks", _at("outgoing:endpoint_detail", example="webhook")),
    Picture("users", _at("accounts:user_list")),
    Picture("invitations", _at("accounts:invitation_list")),
    Picture("roles", _at("accounts:role_list")),
    Picture("role-edit", _at("accounts:role_edit", example="role")),
    Picture("second-factor", _at("accounts:second_factor_setup")),
    Picture("sign-ins", _at("accounts:accessevent_list")),
    Picture("api-keys", _at("accounts:apikey_list")),
    Picture("unusual-viewing", _at("home:viewing_report")),
    Picture("admin", _at("admin:index")),
    Picture("admin-import", _at("admin:individuals_individual_import")),
    # The last one: the owner goes on as somebody else.
    Picture("view-as", _at("accounts:user_edit", example="user"), act=_view_as),
)  # fmt: skip


@pytest.fixture(scope="module")
def examples(stack) -> dict[str, object]:
    with stack.records():
        return find_examples()


@pytest.mark.parametrize("picture", PICTURES, ids=str)
def test_picture(picture: Picture, desk, examples):
    width, height = picture.size
    options = {"viewport": {"width": width, "height": height}, "reduced_motion": "reduce"}
    with desk.sit(picture.screen.user, **options) as page:
        page.goto(picture.screen.path(examples))
        if picture.act:
            picture.act(page)
        page.evaluate("document.fonts.ready")
        target = page.locator(picture.part).first if picture.part else page
        target.screenshot(path=IMAGES / f"{picture.name}.png")
