"""Somebody has a program told of changes, sees that it was, and sends it again."""

import re
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page, expect

from agencyhub.records import history
from agencyhub.records.models import Batch
from individuals.models import Individual
from integrations.outgoing.models import Endpoint
from tests.browser.stack import until

NAME = "Data lake"


@pytest.fixture
def _gone_afterwards(stack) -> Iterator[None]:
    yield
    with stack.records():
        Endpoint.objects.filter(name=NAME).delete()


def _came(stack, event_id: str) -> dict[str, object]:
    address = f"{stack.sandbox}/webhooks/control"
    answer = requests.get(address, params={"event_id": event_id}, timeout=60)
    (event,) = answer.json()["events"]
    return event


def _is_delivered(page: Page) -> bool:
    page.reload()
    return "Delivered" in page.get_by_role("main").inner_text()


@pytest.mark.usefixtures("_gone_afterwards")
def test_a_program_is_told_and_told_again(desk, stack):
    with desk.sit("owner") as page:
        page.goto("/settings/webhooks/add/")
        page.get_by_label("Name").fill(NAME)
        page.get_by_label("Address").fill(f"{stack.sandbox}/webhooks/receive")
        page.locator("[name=types][value='individual.updated']").check()
        page.get_by_role("button", name="Add webhook").click()
        expect(page.get_by_role("main")).to_contain_text("whsec_")
        with stack.records():  # the sandbox verifies with the secret of the demo's webhook
            demo = Endpoint.objects.exclude(name=NAME).earliest("pk")
            Endpoint.objects.filter(name=NAME).update(secret=demo.secret)
            person = Individual.objects.earliest("pk")
            with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary="Change"):
                Individual.objects.filter(pk=person.pk).update(email="changed@example.com")
        page.get_by_role("link", name="I have copied it").click()

        page.get_by_role("button", name="Send a trial event").click()
        # Other journeys change other people meanwhile.
        rows = page.locator("#deliveries tbody tr")
        trial = rows.filter(has_text="Trial event")
        change = rows.filter(has_text=re.compile(rf"Individual {person.pk}(?!\d)"))
        for row in (trial, change):
            expect(row.filter(has_text="Delivered")).to_have_count(1, timeout=60_000)
        expect(change).to_contain_text("changed")

        trial.get_by_role("link").click()
        sent = page.locator("pre").inner_text()
        event_id = re.search(r"evt_[0-9a-f]{32}", sent).group()
        assert "changed@example.com" not in sent
        before = _came(stack, event_id)
        page.get_by_role("button", name="Send again").click()
        expect(page.get_by_role("main")).to_contain_text("1 delivery is sent again.")
        until(lambda: _is_delivered(page))

        after = _came(stack, event_id)
        assert (before["times"], after["times"]) == (1, 2)
        assert after["verdict"] == "verified"
