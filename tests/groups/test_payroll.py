"""Payroll: approved coverage and nothing that waits; deductions above it are told."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role, User
from groups import rates
from groups.selectors import payroll
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.groups import (
    CoveragePeriodFactory,
    ElectionFactory,
    EmployeeFactory,
    EmployerGroupFactory,
    GroupPlanFactory,
)

pytestmark = pytest.mark.django_db
ON = date(2026, 12, 1)
SEES = ["groups.view_coverageperiod"]
PAYDAY = date(2026, 11, 27)


@pytest.fixture
def owner(client) -> User:
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


@pytest.fixture
def waiting():
    """$100,000 for $20.00 a month in force since November, $150,000 asked for; 24 paydays."""
    return CoveragePeriodFactory(election__premium=Decimal("20.00")).election


def exported(client, on=ON):
    url = reverse("records:list_export", args=["coverage"])
    answer = client.post(url, {"state": f"on={on:%Y-%m-%d}", "format": "csv", "columns": "all"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


class TestExport:
    def test_holds_what_is_approved_and_nothing_that_waits(self, client, owner, waiting):
        ElectionFactory(
            employee__group=waiting.employee.group, plan=None, volume=Decimal(0), gi_volume=0
        )

        [row] = exported(client)

        assert row["Subscriber ID"] == waiting.employee.external_id
        assert row["Approved volume"] == "100000.00"
        assert row["Monthly premium"] == row["Employee pays per month"] == "20.00"
        assert row["Employer pays per month"] == "0.00"
        assert row["Deduction per pay period"] == "10.00"
        assert row["Covered"] == "Employee"
        assert "150000" not in " ".join(row.values())

    def test_holds_the_coverage_of_the_day(self, client, owner, waiting):
        waiting.periods.update(end_date=date(2026, 12, 31))
        CoveragePeriodFactory(
            election=waiting,
            plan=waiting.plan,
            volume=Decimal(150_000),
            premium=Decimal("30.00"),
            start_date=date(2027, 1, 1),
        )

        volumes = [
            [row["Approved volume"] for row in exported(client, on)]
            for on in (date(2026, 10, 31), date(2026, 12, 31), date(2027, 1, 1))
        ]

        assert volumes == [[], ["100000.00"], ["150000.00"]]

    def test_holds_nobody_who_has_left_unless_coverage_goes_on(self, client, owner, waiting):
        employee = waiting.employee
        employee.termination_date = date(2026, 11, 15)
        employee.save(update_fields=["termination_date"])

        assert [exported(client, date(2026, 11, day)) != [] for day in (15, 16)] == [True, False]
        waiting.termination_date = date(2026, 11, 30)
        waiting.save(update_fields=["termination_date"])
        assert exported(client, date(2026, 11, 30))

    def test_holds_one_group_or_the_groups_in_reach(self, client, waiting):
        agent = AgentFactory(user=UserFactory(may=SEES, may__reach=Role.Scope.OWN))
        own = EmployerGroupFactory(servicing_agent=agent)
        CoveragePeriodFactory(election__employee__group=own, election__premium=Decimal(5))
        client.force_login(agent.user)

        assert [row["Monthly premium"] for row in exported(client)] == ["5.00"]
        assert client.get(reverse("groups:group_payroll", args=[own.pk])).status_code == 200
        other = reverse("groups:group_payroll", args=[waiting.employee.group_id])
        assert client.get(other).status_code == 404


class TestPage:
    def test_adds_up_each_plan(self, client, owner, waiting, django_assert_max_num_queries):
        group = waiting.employee.group
        GroupPlanFactory._meta.model.objects.update(employer_percent=25)
        for _ in range(12):
            CoveragePeriodFactory(
                election=ElectionFactory(employee__group=group, premium=Decimal("10.01"))
            )

        with django_assert_max_num_queries(16):
            url = reverse("groups:group_payroll", args=[group.pk])
            answer = client.get(url, {"on": f"{ON:%Y-%m-%d}"})

        [bill] = answer.context["bills"]
        assert (bill.people, bill.volume) == (13, 1_300_000)
        assert bill.premium == Decimal("140.12")
        # The employer's quarter is rounded for each person: 13 cents more than of the sum.
        assert (bill.employer, bill.employee) == (Decimal("35.00"), Decimal("105.12"))
        assert "150,000" not in answer.content.decode()

    def test_is_for_who_may_see_coverage(self, client, waiting):
        client.force_login(UserFactory(may=["groups.view_employergroup"]))

        url = reverse("groups:group_payroll", args=[waiting.employee.group_id])

        assert client.get(url).status_code == 403


class TestExcesses:
    @pytest.mark.parametrize(
        ("deduction", "percent", "pay_periods", "excess"),
        [
            pytest.param("10.00", 0, 24, None, id="as-approved"),
            pytest.param("10.01", 0, 24, "0.01", id="a-cent-more"),
            pytest.param("15.00", 0, 24, "5.00", id="for-what-waits"),
            pytest.param("7.50", 25, 24, None, id="less-the-employers-share"),
            pytest.param("10.00", 100, 24, "10.00", id="the-employer-pays-all"),
            pytest.param("9.23", 0, 26, None, id="every-other-week"),
            pytest.param("9.24", 0, 26, "0.01", id="every-other-week-a-cent-more"),
        ],
    )
    def test_are_told_to_the_cent(self, owner, waiting, deduction, percent, pay_periods, excess):
        waiting.deduction, waiting.deduction_as_of = Decimal(deduction), PAYDAY
        waiting.save()
        type(waiting.plan).objects.update(employer_percent=percent)
        EmployerGroupFactory._meta.model.objects.update(pay_periods=pay_periods)

        found = [(one.pk, one.excess) for one in payroll.excesses(user=owner)]

        assert found == ([(waiting.pk, Decimal(excess))] if excess else [])
        share = rates.shares(Decimal(20), employer_percent=percent).employee
        allowed = rates.deduction(share, pay_periods=pay_periods)
        assert (Decimal(deduction) > allowed) == bool(excess)

    def test_are_told_of_who_has_no_coverage_that_day(self, owner):
        election = ElectionFactory(
            plan=None, volume=Decimal(0), gi_volume=0, deduction=Decimal(5), deduction_as_of=PAYDAY
        )

        assert [one.pk for one in payroll.excesses(user=owner)] == [election.pk]

    def test_are_told_of_who_has_left(self, owner, waiting):
        waiting.deduction, waiting.deduction_as_of = Decimal("10.00"), PAYDAY
        waiting.save()
        waiting.employee.termination_date = date(2026, 11, 15)
        waiting.employee.save(update_fields=["termination_date"])

        assert [one.excess for one in payroll.excesses(user=owner)] == [Decimal("10.00")]

    def test_say_nothing_of_coverage_without_a_price(self, owner):
        CoveragePeriodFactory(election__deduction=Decimal(5), election__deduction_as_of=PAYDAY)

        assert not payroll.excesses(user=owner)

    def test_are_those_of_the_groups_in_reach(self, waiting):
        waiting.deduction, waiting.deduction_as_of = Decimal(15), PAYDAY
        waiting.save()
        agent = AgentFactory(user=UserFactory(may=SEES, may__reach=Role.Scope.OWN))
        EmployeeFactory(group__servicing_agent=agent)

        assert not payroll.excesses(user=agent.user)


class TestDeduction:
    def test_is_noted_with_its_payday(self, client, owner, waiting):
        url = reverse("groups:election_deduction", args=[waiting.pk])

        half = client.post(url, {"deduction": "$15.00"})
        both = client.post(url, {"deduction": "$15.00", "deduction_as_of": "2026-11-27"})

        assert half.status_code == 422
        assert both.status_code == 302
        [excess] = payroll.excesses(user=owner)
        assert (excess.pk, excess.excess) == (waiting.pk, 5)
