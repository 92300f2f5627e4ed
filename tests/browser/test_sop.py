"""The standard procedure, all seven steps: from an enrollment at HealthSherpa to the trifecta."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from commissions.models import Application
from individuals.models import Individual
from policies.models import Carrier, Policy
from tests.browser.people import Person
from tests.browser.stack import Stack, until
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import PolicyFactory
from tests.templates import CARRIER_PASSWORD

# The first person that HealthSherpa's form is filled with, under a name of nobody else.
WALTER = Person("Thornwell", "Quigleyson", date(1956, 4, 9), mbi="3HK7DV2RT46")
FIELDS = {"First name": WALTER.first_name, "Last name": WALTER.last_name}
PATIENCE_MS = 90_000
DEFAULT_COLUMNS = ("Agent", "Source", "Carrier", "Sub-line", "Effective", "Submitted", "Match")


@pytest.fixture
def client(stack: Stack) -> Individual:
    """He is a client already."""
    with stack.records():
        return IndividualFactory(
            first_name=WALTER.first_name,
            last_name=WALTER.last_name,
            date_of_birth=WALTER.date_of_birth,
            mbi=WALTER.mbi,
        )


@pytest.fixture
def sherpa(chromium, stack: Stack) -> Iterator[Page]:
    """A window on the partners' sites, which know nobody of AgencyHub."""
    context = chromium.new_context(base_url=stack.sandbox)
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def is_connected(page: Page) -> None:
    """Step 2: the two values that HealthSherpa is mailed."""
    page.goto("/settings/integrations/healthsherpa/")
    expect(page.get_by_role("main")).to_contain_text("/hooks/healthsherpa/")
    expect(page.get_by_role("main")).to_contain_text("medicare-integrations@healthsherpa.com")


def submit(sherpa: Page) -> str:
    """Step 3: submit an enrollment; return its confirmation number once it is delivered."""
    sherpa.goto("/healthsherpa/new")
    for label, value in FIELDS.items():
        sherpa.get_by_label(label).fill(value)
    sherpa.get_by_role("button", name="Submit enrollment").click()
    expect(sherpa.get_by_role("heading", level=1)).to_have_text(WALTER.name)
    expect(sherpa.get_by_role("table", name="Deliveries")).to_contain_text(
        "Sent", timeout=PATIENCE_MS
    )
    facts = sherpa.locator("dl.facts").first
    return facts.locator("code").inner_text()


def is_in_the_table(page: Page, stack: Stack) -> Application:
    """Steps 3 and 4: it lands in the application table, normalised; every column can be shown."""

    def arrived() -> Application | None:
        with stack.records():
            return Application.objects.filter(last_name=WALTER.last_name).first()

    application = until(arrived, seconds=90)
    page.goto("/applications/")
    row = page.get_by_role("row").filter(has_text=WALTER.name)
    for words in ("HealthSherpa", "Humana", "Med Adv"):
        expect(row).to_contain_text(words)
    for label in DEFAULT_COLUMNS:
        expect(page.get_by_role("columnheader", name=label, exact=True)).to_be_visible()
    page.get_by_role("button", name="Show all columns").click()
    expect(page.get_by_role("columnheader", name="Confirmation number")).to_be_visible()
    page.get_by_role("button", name="Usual columns").click()
    expect(page.get_by_role("columnheader", name="Confirmation number")).to_have_count(0)
    return application


def keep_policy(sherpa: Page, stack: Stack, client: Individual, number: str) -> Policy:
    """The agency keeps the policy under the number; the next update of HealthSherpa finds it."""
    with stack.records():
        humana = Carrier.objects.get(name="Humana")
        policy = PolicyFactory(
            subscriber=client,
            carrier=humana,
            policy_number=number,
            effective_date=date(2027, 1, 1),
        )
    sherpa.get_by_label("Premium per month (USD)").fill("12.00")
    sherpa.get_by_role("button", name="Send the update").click()

    def is_linked() -> bool:
        with stack.records():
            return Application.objects.filter(policy=policy).exists()

    until(is_linked, seconds=90)
    return policy


def retrieve(page: Page) -> None:
    """Step 6: Retrieve fetches the carrier's book of business."""
    page.goto("/settings/integrations/carriers/")
    page.get_by_role("button", name="Run Humana now for 30 days").click()
    page.goto("/settings/integrations/carriers/")
    page.get_by_role("link", name="Humana", exact=True).click()
    history = page.get_by_role("table").last
    expect(history).to_contain_text("Done", timeout=PATIENCE_MS)


def refresh(page: Page) -> None:
    """Step 5: press Refresh and wait for what it says."""
    page.goto("/applications/")
    page.locator("#refresh").get_by_role("button", name="Refresh").click()
    done = page.locator("#refresh").get_by_role("status")
    expect(done).to_have_text("Refresh is done.", timeout=PATIENCE_MS)


def has_outcome(page: Page, words: str) -> None:
    """Step 5: the application is among the results of this outcome."""
    page.goto("/applications/results/")
    line = page.get_by_role("listitem").filter(has_text=words)
    line.get_by_role("link").first.click()
    expect(page.get_by_role("row").filter(has_text=WALTER.name)).to_be_visible()


def upload_statement(page: Page, sherpa: Page, folder: Path) -> None:
    """Step 6: what Humana paid out of turn is downloaded from its portal and uploaded by hand."""
    sherpa.goto("/carriers/")
    sherpa.get_by_role("button", name="Pay first commissions now").click()
    sherpa.goto("/carriers/humana/login")
    sherpa.locator("input[name=username]").fill("sandbox-agency")
    sherpa.locator("input[type=password]").fill(CARRIER_PASSWORD)
    sherpa.get_by_role("button").click()
    with sherpa.expect_download() as download:
        sherpa.get_by_role("link", name=re.compile("special")).last.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)

    page.goto("/imports/")
    page.get_by_label("What the files hold").select_option(label="Commission statement")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_role("button", name=re.compile("^Import ")).click(timeout=PATIENCE_MS)
    expect(page.get_by_role("heading", name=re.compile("added$"))).to_be_visible(
        timeout=PATIENCE_MS
    )


def midnight(page: Page, sherpa: Page) -> None:
    """Step 7: both sides ask ComTrack, by hand instead of at midnight."""
    page.goto("/settings/integrations/comtrack/")
    page.get_by_role("button", name="Ask now").click()
    newest = page.locator("#run-list tbody tr").first
    expect(newest).to_contain_text("Done", timeout=PATIENCE_MS)
    sherpa.goto("/healthsherpa/")
    sherpa.get_by_role("button", name="Midnight: ask ComTrack").click()
    sherpa.get_by_role("link", name=WALTER.name).click()
    status = sherpa.locator("[data-status]")
    expect(status).to_have_attribute("data-status", "complete")
    for words in ("Policy status", "Last commission", "Payment period", "Book as of"):
        expect(status).to_contain_text(words)


def shows_the_trifecta(page: Page, url: str) -> None:
    """Step 7: submitted, in the book, paid: each with its source and day."""
    page.goto(url)
    main = page.get_by_role("main")
    for words in ("HealthSherpa", "Humana, book of business", "Humana, commission statement"):
        expect(main).to_contain_text(words)
    expect(main).to_contain_text("Complete")


class TestSop:
    def test_ties_an_enrollment_to_the_book_and_the_commission(
        self, owner: Page, sherpa: Page, stack: Stack, client: Individual, tmp_path: Path, desk
    ):
        owner.set_default_timeout(PATIENCE_MS)
        is_connected(owner)
        number = submit(sherpa)
        application = is_in_the_table(owner, stack)
        policy = keep_policy(sherpa, stack, client, number)

        refresh(owner)
        has_outcome(owner, "Not found")
        retrieve(owner)
        refresh(owner)
        has_outcome(owner, "Commission issue")
        upload_statement(owner, sherpa, tmp_path)
        refresh(owner)
        has_outcome(owner, "Complete")

        midnight(owner, sherpa)
        shows_the_trifecta(owner, f"/applications/{application.pk}/")
        expect(owner.get_by_role("main")).to_contain_text("ComTrack")
        shows_the_trifecta(owner, f"/individuals/{client.pk}/")
        shows_the_trifecta(owner, f"/policies/{policy.pk}/")
        assert not [one for one in desk.addresses if WALTER.last_name.lower() in one.lower()]
        assert WALTER.mbi not in stack.log()
