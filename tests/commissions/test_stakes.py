"""What policies earn, and whose commission is at risk: from linked lines and agents of record."""

from datetime import date
from decimal import Decimal

import pytest

from commissions import stakes
from commissions.models import AgentOfRecord, BookLink, CommissionLine, LineLink
from policies.risk import Danger
from policies.stakes import Stake
from tests.factories.accounts import AgentFactory
from tests.factories.commissions import ApplicationFactory, BookRowFactory, CommissionLineFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 16)
Kind = CommissionLine.Kind
BY_NUMBER = {"method": 3, "score": 1.0, "reasons": []}


@pytest.fixture
def application():
    policy = PolicyFactory()
    return ApplicationFactory(policy=policy, carrier=policy.carrier)


def paid(application, amount, day, *, state=1, **values):
    line = CommissionLineFactory(
        carrier=application.carrier,
        amount=Decimal(amount),
        paid_date=day,
        payment_period=day.replace(day=1),
        **values,
    )
    LineLink.objects.create(application=application, line=line, state=state, **BY_NUMBER)
    return line


def in_book(application, **values):
    values = {"as_of_date": date(2026, 10, 10), **values}
    row = BookRowFactory(carrier=application.carrier, **values)
    BookLink.objects.create(application=application, book_row=row, state=1, **BY_NUMBER)
    return row


class TestYearly:
    def test_adds_up_what_was_paid_in_the_last_year(self, application):
        paid(application, "347.00", date(2026, 1, 20), kind=Kind.INITIAL)
        paid(application, "28.92", date(2026, 10, 5), kind=Kind.RENEWAL)
        paid(application, "-100.00", date(2026, 5, 5), kind=Kind.CHARGEBACK)

        found = stakes.yearly([application.policy_id], TODAY)

        assert found == {application.policy_id: Stake(Decimal("275.92"), date(2026, 10, 5))}

    @pytest.mark.parametrize(
        ("_case", "day", "values"),
        [
            ("a year ago", date(2025, 10, 16), {}),
            ("only suggested", date(2026, 10, 1), {"state": 2}),
            ("an override", date(2026, 10, 1), {"kind": Kind.OVERRIDE}),
            ("rewritten since", date(2026, 10, 1), {"superseded_at": "2026-10-10T00:00Z"}),
        ],
    )
    def test_leaves_out_what_is_not_the_policys_of_this_year(self, application, _case, day, values):
        paid(application, "347.00", day, **values)

        assert stakes.yearly([application.policy_id], TODAY) == {}

    @pytest.mark.parametrize(
        ("on", "first", "day_before"),
        [
            (date(2028, 3, 15), date(2027, 3, 16), date(2027, 3, 15)),
            (date(2028, 2, 29), date(2027, 3, 1), date(2027, 2, 28)),
            (date(2029, 2, 28), date(2028, 2, 29), date(2028, 2, 28)),
            (date(2027, 1, 1), date(2026, 1, 2), date(2026, 1, 1)),
        ],
    )
    def test_a_year_with_a_leap_day_is_whole_too(self, application, on, first, day_before):
        paid(application, "28.92", day_before)
        paid(application, "30.00", first)

        found = stakes.yearly([application.policy_id], on)

        assert found == {application.policy_id: Stake(Decimal("30.00"), first)}

    def test_leaves_out_what_was_taken_back_altogether(self, application):
        paid(application, "347.00", date(2026, 1, 20))
        paid(application, "-347.00", date(2026, 5, 5), kind=Kind.CHARGEBACK)

        assert stakes.yearly([application.policy_id], TODAY) == {}


class TestEndangered:
    def test_finds_who_has_no_agent_of_record_any_more(self, application):
        row = in_book(application)
        AgentOfRecord.objects.create(
            book_row=row, agent=AgentFactory(), start_date=date(2026, 1, 1),
            end_date=date(2026, 9, 30),
        )  # fmt: skip
        danger = Danger("agent_ended", date(2026, 10, 1), date(2026, 10, 10))

        assert stakes.endangered(None, TODAY) == {application.policy_id: danger}
        assert stakes.endangered([application.policy_id], TODAY) != {}
        assert stakes.endangered([], TODAY) == {}
        assert stakes.endangered(None, date(2026, 9, 30)) == {}

    def test_finds_whom_somebody_else_has_taken_over(self, application):
        row = in_book(application)
        ours = {"book_row": row, "agent": AgentFactory(), "end_date": date(2026, 8, 31)}
        AgentOfRecord.objects.create(start_date=date(2026, 1, 1), **ours)
        AgentOfRecord.objects.create(
            book_row=row, agent_npn="990099999", start_date=date(2026, 9, 1)
        )

        found = stakes.endangered(None, TODAY)

        assert found[application.policy_id].code == "agent_other"
        assert found[application.policy_id].since == date(2026, 9, 1)

    @pytest.mark.parametrize(
        ("_case", "values"),
        [
            ("ended", {"termination_date": date(2026, 9, 30)}),
            ("not active", {"status": "terminated"}),
        ],
    )
    def test_leaves_out_rows_that_are_not_in_force(self, application, _case, values):
        AgentOfRecord.objects.create(
            book_row=in_book(application, **values), agent=AgentFactory(),
            start_date=date(2026, 1, 1), end_date=date(2026, 9, 30),
        )  # fmt: skip

        assert stakes.endangered(None, TODAY) == {}

    def test_finds_what_is_no_longer_paid_while_others_are(self, application):
        in_book(application)
        for month in (3, 4, 5):
            paid(application, "28.92", date(2026, month, 5), kind=Kind.RENEWAL)
        assert stakes.endangered(None, TODAY) == {}

        CommissionLineFactory(
            carrier=application.carrier,
            payment_period=date(2026, 9, 1),
            paid_date=date(2026, 10, 5),
        )
        assert stakes.endangered(None, TODAY) == {
            application.policy_id: Danger("commission_stopped", date(2026, 5, 1), date(2026, 10, 5))
        }

    def test_waits_as_long_as_carriers_are_late(self, application):
        in_book(application)
        for month in (5, 6, 7):
            paid(application, "28.92", date(2026, month, 5), kind=Kind.RENEWAL)
        CommissionLineFactory(carrier=application.carrier, payment_period=date(2026, 9, 1))

        assert stakes.endangered(None, TODAY) == {}
