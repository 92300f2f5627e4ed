from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from integrations.models import Heartbeat, InboundMessage
from tests.factories.accounts import UserFactory
from tests.factories.integrations import InboundMessageFactory
from tests.factories.plancompare import PlanCompareUserFactory, QuotingLinkFactory, SiteFactory

pytestmark = pytest.mark.django_db
HEALTH = reverse("integrations:health")
State = InboundMessage.State
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(client):
    client.force_login(UserFactory(may=["integrations.manage_integrations"]))
    return client


def report_of(browser, key: str):
    return {one.key: one for one in browser.get(HEALTH).context["rows"]}[key]


class TestHealth:
    def test_counts_what_waits_what_failed_and_what_needs_a_person(self, browser):
        SiteFactory()
        for state in (State.RECEIVED, State.PROCESSING, State.FAILED, State.HELD, State.APPLIED):
            InboundMessageFactory(state=state)
        InboundMessageFactory(state=State.APPLIED, needs_attention=True)
        InboundMessageFactory(state=State.REJECTED)
        old = InboundMessageFactory(state=State.REJECTED)
        InboundMessage.objects.filter(pk=old.pk).update(
            received_at=timezone.now() - timedelta(days=8)
        )

        report = report_of(browser, "plancompare")

        assert report.backlog.count.value == 2
        assert {str(door.label): door.count.value for door in report.doors} == {
            "Failed": 1,
            "Held for review": 1,
            "Applied, to complete": 1,
            "Rejected in 7 days": 1,
        }
        assert (report.state, report.failures) == ("failing", 2)
        assert report.oldest_at is not None

    def test_each_number_is_a_door_to_exactly_its_rows(self, browser):
        SiteFactory()
        for state in (State.RECEIVED, State.FAILED, State.HELD, State.REJECTED, State.APPLIED):
            InboundMessageFactory(state=state)
        InboundMessageFactory(state=State.APPLIED, needs_attention=True)
        InboundMessageFactory(state=State.FAILED, partner="noyo")

        report = report_of(browser, "plancompare")

        for door in (report.backlog, *report.doors):
            rows = browser.get(door.url).context["rows"]
            assert len(rows) == door.count.value == 1, door.label

    def test_says_that_a_partner_is_not_active(self, browser):
        page = browser.get(HEALTH).content.decode()

        assert "Not active" in page
        assert "Deliveries are refused until then." in page

    @pytest.mark.parametrize(
        ("_case", "days", "words"),
        [
            ("in 30 days", 30, "expires on"),
            ("in 31 days", 31, None),
            ("today", 0, "expires on"),
            ("yesterday", -1, "expired on"),
        ],
    )
    def test_warns_of_links_that_end_within_30_days(self, browser, _case, days, words):
        PlanCompareUserFactory()
        last = timezone.localdate() + timedelta(days=days)
        QuotingLinkFactory(site=SiteFactory(), label="2027 Broker", valid_to=last)

        titles = [one.title for one in browser.get(HEALTH).context["notices"]]

        wanted = [f"“2027 Broker” {words} {last:%m/%d/%Y}"] if words else []
        assert titles == wanted

    def test_shows_processes_that_were_seen_lately(self, browser):
        Heartbeat.objects.create(process="worker", seen_at=timezone.now())
        Heartbeat.objects.create(process="beat", seen_at=timezone.now() - timedelta(minutes=10))

        found = {one.name: one.is_alive for one in browser.get(HEALTH).context["processes"]}

        assert found == {"Worker": True, "Scheduler": False}

    def test_answers_htmx_with_the_part(self, browser):
        answer = browser.get(HEALTH, headers=HTMX)

        assert answer.content.decode().strip().startswith('<div id="health"')

    def test_is_for_those_who_manage_or_review(self, client):
        assert client.get(HEALTH).status_code == 302
        client.force_login(UserFactory(may=["individuals.view_individual"]))
        assert client.get(HEALTH).status_code == 403
        client.force_login(UserFactory(may=["integrations.review_inbound"]))
        assert client.get(HEALTH).status_code == 200

    def test_stays_within_its_queries(self, browser, django_assert_max_num_queries):
        site = SiteFactory()
        for number in range(12):
            InboundMessageFactory(state=State.FAILED)
            QuotingLinkFactory(site=site, label=f"Link {number}", valid_to=date(2026, 1, 1))

        with django_assert_max_num_queries(38):
            browser.get(HEALTH)
