"""A partner misbehaves: the incident, its mail, the group, one mapping, one retry, recovered."""

from collections.abc import Iterator

import pytest
import requests
from django.db.models import Max
from django.utils import timezone
from playwright.sync_api import Page, expect

from agencyhub.accounts.models import User
from agencyhub.mailing.models import OutgoingMail
from agencyhub.mailing.services import sending
from integrations import tasks
from integrations.catalogue import SCREENS
from integrations.models import InboundMessage, Incident
from tests.browser import troubles
from tests.browser.stack import Stack, until

COUNT = 3
PLAN_TYPE = troubles.UNKNOWN_PLAN_TYPE
KIND = "integration_incident"


@pytest.fixture(autouse=True)
def _unknown_before_and_well_behaved_after(stack: Stack) -> Iterator[None]:
    with stack.records():
        troubles.make_plan_type_unknown()
    yield
    stack.control(bad_data="none")
    with stack.records():
        troubles.make_plan_type_unknown()


def _enroll(stack: Stack, bad_data: str, state: str) -> list[str]:
    """Let people enroll while the partner misbehaves; wait until their messages are in a state."""
    with stack.records():
        last = InboundMessage.objects.latest("pk").pk
    stack.control(bad_data=bad_data)
    answer = requests.post(
        f"{stack.sandbox}/control/enrollments", json={"count": COUNT, "seed": 4711}, timeout=60
    )
    assert answer.status_code == 201, answer.text

    def arrived() -> bool:
        with stack.records():
            rows = InboundMessage.objects.filter(pk__gt=last, partner="plancompare")
            return rows.filter(state=state).count() >= COUNT

    until(arrived)
    stack.control(bad_data="none")
    return [made["enrollment_id"] for made in answer.json()["enrollments"]]


def _map_in_the_settings(stack: Stack) -> None:
    """Say what the plan type is where nothing that waits is applied by itself."""
    screens = SCREENS["plancompare"]
    with stack.records():
        (choice, _words), *_rest = screens.value_choices()
        owner = User.objects.get(username="owner")
        screens.map_value(value=PLAN_TYPE, choice=choice, user=owner)


def _review(stack: Stack) -> None:
    with stack.records():
        tasks.review_incidents()


def _mails(stack: Stack, *, after: int) -> list[str]:
    """Subjects of the owner's mails about PlanCompare; other integrations have their own."""
    with stack.records():
        rows = OutgoingMail.objects.filter(kind=KIND, user__username="owner", pk__gt=after)
        return list(
            rows.filter(subject__contains="PlanCompare")
            .order_by("pk")
            .values_list("subject", flat=True)
        )


def test_from_a_misbehaving_partner_to_recovery(stack: Stack, owner: Page) -> None:
    with stack.records():
        before = OutgoingMail.objects.aggregate(last=Max("pk", default=0))["last"]
    _enroll(stack, "missing_field", "rejected")
    _review(stack)
    _review(stack)

    owner.goto("/integrations/")
    row = owner.get_by_role("row").filter(has_text="PlanCompare").first
    expect(row).to_contain_text("Failing")
    expect(owner.get_by_text("PlanCompare: Failing")).to_be_visible()
    assert _mails(stack, after=before) == ["Failing: PlanCompare"]
    with stack.records():
        mail = OutgoingMail.objects.get(
            kind=KIND, user__username="owner", subject="Failing: PlanCompare", pk__gt=before
        )
        sending.send_due(at=timezone.now(), only=[mail.pk])

    _enroll(stack, "unknown_plan_type", "held")
    owner.get_by_role("link", name="Errors").click()
    group = owner.get_by_role("row").filter(has_text=PLAN_TYPE)
    group.get_by_role("link", name="Map it once").click()
    expect(owner.get_by_text(PLAN_TYPE).first).to_be_visible()
    _map_in_the_settings(stack)
    owner.go_back()
    group.get_by_role("link", name="Retry all").click()
    owner.get_by_role("button", name="Retry").last.click()
    expect(owner.get_by_text("messages done.")).to_be_visible()
    expect(owner.get_by_role("heading", name="Done")).to_be_visible(timeout=60_000)

    _review(stack)
    with stack.records():
        assert not Incident.objects.filter(integration="plancompare", closed_at=None).exists()
    assert _mails(stack, after=before) == ["Failing: PlanCompare", "Works again: PlanCompare"]
    owner.goto("/integrations/")
    expect(owner.get_by_text("Works again").first).to_be_visible()
