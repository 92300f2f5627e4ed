"""The board of policies at risk: what it shows, to whom, at what cost, and what is logged on it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils.html import escape

from agencyhub.accounts.models import Role, User
from agencyhub.records.models import Entry
from policies.models import Risk, Standing
from policies.selectors.risks import premium_left
from tests.factories.accounts import AgentFactory, RoleFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import (
    CarrierFactory,
    PolicyFactory,
    PremierTermFactory,
    RiskFactory,
    StandingFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
HTMX = {"HX-Request": "true"}
BOARD = reverse("policies:risk_list")
NOW = datetime(2026, 10, 16, 15, 0, tzinfo=UTC)


@pytest.fixture
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def at_risk():
    """Somebody past due with five days left, at a Premier Partner that takes payments."""
    carrier = CarrierFactory(payment_url="https://pay.example.com/members")
    PremierTermFactory(carrier=carrier)
    person = IndividualFactory(first_name="Ana", last_name="Lopez", home_phone="3055550142")
    policy = PolicyFactory(subscriber=person, carrier=carrier, premium=Decimal("30.00"))
    StandingFactory(policy=policy, status="past_due")
    return RiskFactory(
        policy=policy,
        deadline=date(2026, 10, 21),
        reasons=[{"code": "past_due", "deadline": "2026-10-21", "owed": "60.00"}],
        premium_at_stake=Decimal("30.00"),
        commission_at_stake=Decimal("347.00"),
        commission_as_of=date(2026, 10, 5),
    )


def close(client, risk, outcome="saved", **more):
    url = reverse("policies:risk_close", args=[risk.pk])
    return client.post(url, {"outcome": outcome, **more})


class TestRiskList:
    def test_says_why_how_long_and_what_is_at_stake(self, client, owner, at_risk):
        page = client.get(BOARD).content.decode()

        for words in (
            "Ana Lopez",
            "The payment is past due; the last day to pay is 10/21/2026. $60.00 is owed.",
            "5 days left",
            "$90.00",  # October to December
            "$347.00",
            "10/05/2026",
            "as of",
            "Carrier&#x27;s file",
            "tel:+13055550142",
            'href="https://pay.example.com/members" target="_blank" rel="noopener"',
            "Premier Partner: status updated daily",
            reverse("individuals:individual_detail", args=[at_risk.policy.subscriber_id]),
        ):
            assert words in page

    @pytest.mark.parametrize(
        ("begins", "months"),
        [(date(2026, 1, 1), 3), (date(2026, 12, 1), 1), (date(2027, 1, 1), 12), (None, 3)],
    )
    def test_counts_the_premium_of_the_year_that_is_left(self, begins, months):
        assert premium_left(Decimal(10), begins, NOW.date()) == 10 * months

    def test_shows_the_gravest_first_and_then_the_soonest(self, client, owner):
        kept = [
            RiskFactory(kind="unknown", severity=6, reasons=[{"code": "not_told"}]),
            RiskFactory(severity=3, deadline=date(2026, 12, 1), reasons=[{"code": "past_due"}]),
            RiskFactory(severity=3, reasons=[{"code": "past_due"}]),
            RiskFactory(severity=3, deadline=date(2026, 11, 1), reasons=[{"code": "past_due"}]),
            RiskFactory(kind="coverage", severity=1, reasons=[{"code": "grace_ending",
                        "deadline": "2026-11-01"}]),
        ]  # fmt: skip

        items = client.get(BOARD).context["items"]

        assert [one.pk for one in items] == [kept[at].pk for at in (4, 3, 1, 2, 0)]

    @pytest.mark.parametrize("sort", ["severity", "-severity", "deadline", "-deadline"])
    def test_is_paged_without_losing_or_repeating_a_row(self, client, owner, sort):
        pks = {
            RiskFactory(
                severity=3 + number % 2,
                deadline=date(2026, 11, 1 + number % 3) if number % 4 else None,
                reasons=[{"code": "past_due"}],
            ).pk
            for number in range(23)
        }

        first = client.get(BOARD, {"sort": sort})
        second = client.get(first.context["next_url"])

        walked = [one.pk for page in (first, second) for one in page.context["items"]]
        assert len(walked) == 23
        assert set(walked) == pks
        back = client.get(second.context["prev_url"]).context["items"]
        assert [one.pk for one in back] == walked[:20]

    def test_counts_each_kind_and_leads_to_exactly_those(self, client, owner):
        RiskFactory.create_batch(2, reasons=[{"code": "past_due"}])
        RiskFactory(kind="unknown", severity=6, reasons=[{"code": "not_told"}])
        RiskFactory(closed_at=NOW, outcome="passed")

        for one, url, _ in client.get(BOARD).context["kinds"]:
            assert len(client.get(url).context["items"]) == one.count
        response = client.get(BOARD, {"kind": "past_due"})
        assert response.context["left"] == 2
        assert response.context["every_count"] == 3

    def test_shows_what_is_within_reach_only(self, client, agent):
        own = RiskFactory(policy__servicing_agent=agent, reasons=[{"code": "past_due"}])
        RiskFactory(policy__servicing_agent=AgentFactory(), reasons=[{"code": "past_due"}])
        grant(agent.user, "policies.view_risk")

        response = client.get(BOARD)

        assert [one.pk for one in response.context["items"]] == [own.pk]
        assert response.context["every_count"] == 1

    def test_refuses_whoever_may_not_see_risks(self, client, agent):
        assert client.get(BOARD).status_code == 403

    def test_writes_names_and_addresses_as_text(self, client, owner):
        carrier = CarrierFactory(
            name="<i>Aetna</i>", payment_url="https://pay.example.com/?a=1&b=2"
        )
        person = IndividualFactory(first_name="<b>Ana", last_name='O"Hara', home_phone="3055550142")
        RiskFactory(policy__subscriber=person, policy__carrier=carrier, reasons=[])

        page = client.get(BOARD, {"opened_from": "2000-01-01"}).content.decode()

        assert "&lt;b&gt;Ana O&quot;Hara" in page
        assert "&lt;i&gt;Aetna&lt;/i&gt;" in page
        assert 'href="https://pay.example.com/?a=1&amp;b=2"' in page
        assert 'name="state" value="opened_from=2000-01-01"' in page
        assert "<b>Ana" not in page

    def test_marks_what_is_stale(self, client, owner, at_risk):
        Standing.objects.update(stale_at=datetime(2026, 10, 16, tzinfo=UTC))

        assert "Stale since" in client.get(BOARD).content.decode()

    def test_answers_htmx_with_the_board_only(self, client, owner, at_risk):
        response = client.get(BOARD, {"kind": "past_due"}, headers=HTMX)

        page = response.content.decode()
        assert page.strip().startswith('<div id="list"')
        assert response["HX-Push-Url"] == f"{BOARD}?kind=past_due"
        assert "Ana Lopez" in page

    def test_says_what_to_do_when_nothing_is_at_risk(self, client, owner):
        assert "Nothing is at risk" in client.get(BOARD).content.decode()

    def test_costs_the_same_for_any_number_of_rows(
        self, client, owner, django_assert_max_num_queries
    ):
        for _ in range(12):
            StandingFactory(policy=RiskFactory(reasons=[{"code": "past_due"}]).policy)
        client.get(BOARD)

        with django_assert_max_num_queries(14):
            assert len(client.get(BOARD).context["items"]) == 12

    def test_exports_exactly_the_filtered_rows(self, client, owner, at_risk):
        RiskFactory(kind="unknown", severity=6, reasons=[{"code": "not_told"}])
        url = reverse("records:list_export", args=["risks"])

        file = client.post(url, {"state": "kind=past_due", "format": "csv"})

        lines = b"".join(file.streaming_content).decode().splitlines()
        assert len(lines) == 2
        assert "Ana Lopez,Past due,The payment is past due" in lines[1]
        assert ",5,90.00,347.00," in lines[1]


def grant(user: User, *names: str) -> None:
    """Give somebody more rights, as far as their own book reaches."""
    user.groups.add(RoleFactory(permissions=names, scope=Role.Scope.OWN))


class TestRiskClose:
    def test_logs_an_outcome_and_takes_the_row_away(self, client, owner, at_risk):
        response = client.post(
            reverse("policies:risk_close", args=[at_risk.pk]),
            {"outcome": "saved", "why": "Paid by phone", "state": ""},
            headers=HTMX,
        )

        at_risk.refresh_from_db()
        assert (at_risk.outcome, at_risk.closed_by, at_risk.closed_at) == ("saved", owner, NOW)
        assert at_risk.outcome_reason == "Paid by phone"
        line = Entry.objects.get()
        assert (line.text, line.reasons) == ("At risk: logged as saved", ["Paid by phone"])
        assert line.individual_id == at_risk.policy.subscriber_id
        page = response.content.decode()
        assert f"risk-{at_risk.pk}" not in page
        assert "Ana Lopez is logged as saved." in page
        assert "<strong>0</strong> left, <strong>1</strong> done today" in page

    def test_works_without_javascript_and_names_the_outcome_to_undo(self, client, owner, at_risk):
        response = close(client, at_risk, "lost", state="kind=past_due")

        assert response.url == f"{BOARD}?kind=past_due&done={at_risk.pk}"
        page = client.get(response.url).content.decode()
        assert "Ana Lopez is logged as lost." in page
        assert reverse("policies:risk_reopen", args=[at_risk.pk]) in page

    def test_notes_why_afterwards(self, client, owner, at_risk):
        close(client, at_risk)

        client.post(reverse("policies:risk_explain", args=[at_risk.pk]), {"why": "Promised"})

        at_risk.refresh_from_db()
        assert at_risk.outcome_reason == "Promised"

    def test_takes_an_outcome_back(self, client, owner, at_risk):
        close(client, at_risk)

        client.post(reverse("policies:risk_reopen", args=[at_risk.pk]))

        at_risk.refresh_from_db()
        assert (at_risk.closed_at, at_risk.outcome, at_risk.closed_by) == (None, "", None)

    def test_refuses_what_somebody_else_has_closed(self, client, owner, at_risk):
        at_risk.closed_at, at_risk.outcome = NOW, Risk.Outcome.PASSED
        at_risk.save()

        page = client.get(close(client, at_risk).url).content.decode()

        assert escape("This was closed meanwhile: passed by itself. Nothing was changed.") in page
        at_risk.refresh_from_db()
        assert at_risk.outcome == "passed"

    def test_refuses_to_take_back_what_newer_statements_replaced(self, client, owner, at_risk):
        close(client, at_risk)
        RiskFactory(policy=at_risk.policy, reasons=[{"code": "past_due"}])

        response = client.post(reverse("policies:risk_reopen", args=[at_risk.pk]), follow=True)

        assert "Newer statements have put this policy at risk again" in response.content.decode()

    def test_is_out_of_reach_of_others(self, client, agent, at_risk):
        grant(agent.user, "policies.view_risk", "policies.change_risk")

        assert close(client, at_risk).status_code == 404

    def test_asks_for_the_right(self, client, agent, at_risk):
        assert close(client, at_risk).status_code == 403
