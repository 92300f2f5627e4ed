"""Settings of the ledgers: contracts of agents, and carriers' numbers for them."""

from datetime import date

import pytest
from django.urls import reverse

from agencyhub.records.models import Batch
from commissions.models import AgentContract, CommissionSplit, WritingNumber
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import CommissionLineFactory
from tests.factories.policies import CarrierFactory

pytestmark = pytest.mark.django_db
NEW, LIST = reverse("commissions:agentcontract_create"), reverse("commissions:agentcontract_list")
NEW_NUMBER = reverse("commissions:writingnumber_create")


@pytest.fixture
def page(client):
    client.force_login(UserFactory(owner=True))
    return client


def contract(agent, carrier, **values):
    return {
        "agent": agent.pk, "carrier": carrier.pk, "percent": "55", "upline": "",
        "upline_percent": "0", "start_date": "2026-01-01", "end_date": "", **values,
    }  # fmt: skip


class TestContracts:
    def test_share_what_waited_and_stand_in_the_list(self, page):
        line = CommissionLineFactory(agent=AgentFactory(first_name="Luis", last_name="Ortega"))

        answer = page.post(NEW, contract(line.agent, line.carrier), follow=True)

        text = answer.content.decode()
        assert "2 shares were added." in text
        assert ("Luis Ortega" in text, "55 %" in text) == (True, True)
        assert CommissionSplit.objects.count() == 2
        assert Batch.objects.filter(summary="Agent contract added").exists()

    def test_are_added_from_the_line_that_lacks_one(self, page):
        line = CommissionLineFactory(agent=AgentFactory())
        there = reverse("commissions:commissionline_detail", args=[line.pk])
        url = f"{NEW}?agent={line.agent_id}&carrier={line.carrier_id}"

        assert url.replace("&", "&amp;") in page.get(there).content.decode()
        form = page.get(url).context["form"]
        assert form.initial["agent"] == line.agent_id
        assert form.initial["carrier"] == line.carrier_id

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({}, "The agent has a contract with this carrier in these days."),
            ({"start_date": "2030-01-01", "end_date": "2029-01-01"}, "lies before the first"),
            (
                {"start_date": "2030-01-01", "percent": "60", "upline_percent": "50"},
                "Both shares together",
            ),
        ],
    )
    def test_that_cannot_be_are_refused_in_words(self, page, values, words):
        agent, carrier = AgentFactory(), CarrierFactory()
        AgentContract.objects.create(
            agent=agent, carrier=carrier, percent=50,
            start_date=date(2026, 1, 1), end_date=date(2026, 12, 31),
        )  # fmt: skip

        answer = page.post(NEW, contract(agent, carrier, **values))

        assert answer.status_code == 422
        assert words in answer.content.decode()

    def test_are_changed_and_removed(self, page):
        made = AgentContract.objects.create(
            agent=AgentFactory(is_active=False), carrier=CarrierFactory(), percent=50,
            start_date=date(2026, 1, 1),
        )  # fmt: skip
        values = contract(made.agent, made.carrier, end_date="2026-12-31")

        page.post(reverse("commissions:agentcontract_edit", args=[made.pk]), values)
        made.refresh_from_db()
        assert made.end_date == date(2026, 12, 31)
        page.post(reverse("commissions:agentcontract_remove", args=[made.pk]))
        assert not AgentContract.objects.exists()


class TestNumbers:
    def test_name_the_rows_that_waited(self, page):
        agent = AgentFactory()
        line = CommissionLineFactory(agent=None, agent_number="00A-7")

        answer = page.post(
            NEW_NUMBER,
            {"agent": agent.pk, "carrier": line.carrier_id, "number": "A7"},
            follow=True,
        )

        line.refresh_from_db()
        assert line.agent == agent
        assert "1 row got its agent." in answer.content.decode()

    def test_of_another_agent_are_refused_in_words(self, page):
        number = WritingNumber.objects.create(
            agent=AgentFactory(), carrier=CarrierFactory(), number="A7"
        )

        answer = page.post(
            NEW_NUMBER, {"agent": AgentFactory().pk, "carrier": number.carrier_id, "number": "A7"}
        )

        assert answer.status_code == 422
        assert "The carrier calls another agent by this number." in answer.content.decode()


class TestRights:
    def test_are_their_own(self, client):
        client.force_login(UserFactory(may=["commissions.view_agentcontract"]))

        assert client.get(LIST).status_code == 200
        assert client.get(NEW).status_code == 403
        assert client.get(reverse("commissions:writingnumber_list")).status_code == 403
