"""What an application shows of the carriers' facts depends on who looks: on rights and on scope."""

from datetime import date

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role
from commissions.models import BookLink, ComtrackStatus, LineLink
from commissions.selectors.outcomes import facts_of
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import ApplicationFactory, BookRowFactory, CommissionLineFactory

pytestmark = pytest.mark.django_db
VIEW, BOOK, LINES = (
    f"commissions.view_{one}" for one in ("application", "bookrow", "commissionline")
)


@pytest.fixture
def agent():
    return AgentFactory()


@pytest.fixture
def application(agent):
    """An application of the agent, in the book and paid."""
    made = ApplicationFactory(agent=agent, match_state="complete")
    tie = {"application": made, "state": 1, "method": 3, "score": 1, "reasons": []}
    BookLink.objects.create(book_row=BookRowFactory(agent=agent), **tie)
    LineLink.objects.create(line=CommissionLineFactory(agent=agent, amount=611), **tie)
    return made


def reader(*may, scope=Role.Scope.ALL, agent=None):
    user = UserFactory(may=list(may), may__reach=scope)
    if agent:
        agent.user = user
        agent.save()
    return user


class TestRights:
    def test_each_fact_takes_its_own(self, application):
        facts = facts_of([application], user=reader(VIEW, LINES))[application.pk]

        assert (facts.book, facts.commission.amount) == (None, 611)
        assert facts.hidden == ["You cannot see carriers’ books of business."]

    def test_pages_say_so_and_show_nothing_of_it(self, application, client):
        ComtrackStatus.objects.create(
            application=application, match_state="complete", policy_status="active",
            carrier_status="Enrolled", last_commission=611, as_of="2026-11-01T00:00Z",
            changed_at="2026-11-01T00:00Z",
        )  # fmt: skip
        client.force_login(reader(VIEW))

        page = client.get(
            reverse("commissions:application_detail", args=[application.pk])
        ).content.decode()

        assert "You cannot see carriers’ books of business." in page
        assert "You cannot see commissions." in page
        for told in ("Active Policy", "Enrolled", "611"):
            assert told not in page


class TestScope:
    def test_rows_of_another_agent_are_not_told(self, application, agent):
        other = AgentFactory()
        for link in (application.book_links.get().book_row, application.line_links.get().line):
            type(link).objects.filter(pk=link.pk).update(agent=other)
        user = reader(VIEW, BOOK, LINES, scope=Role.Scope.OWN, agent=agent)

        facts = facts_of([application], user=user)[application.pk]

        assert (facts.book, facts.commission) == (None, None)
        assert facts.hidden == [
            "The carrier lists it in another agent’s book.",
            "It was paid to another agent.",
        ]

    def test_of_several_lines_the_newest_that_is_seen_counts(self, application, agent):
        hidden = CommissionLineFactory(agent=AgentFactory(), paid_date=date(2030, 1, 1), amount=5)
        LineLink.objects.create(
            application=application, line=hidden, state=1, method=3, score=1, reasons=[]
        )
        user = reader(VIEW, BOOK, LINES, scope=Role.Scope.OWN, agent=agent)

        facts = facts_of([application], user=user)[application.pk]

        assert (facts.commission.amount, facts.commission.lines) == (611, 1)
