"""Pages of groups and employees: what they show, change and refuse, and at what cost."""

from datetime import date

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role
from agencyhub.records.models import Batch
from groups.models import (
    Benefit,
    BenefitClass,
    Dependent,
    Employee,
    EmployerGroup,
    GroupPlan,
    GuaranteedIssue,
    PlanRate,
    SsnReveal,
)
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.groups import (
    BenefitClassFactory,
    BenefitFactory,
    CoverageLockFactory,
    CoveragePeriodFactory,
    DependentFactory,
    ElectionFactory,
    EmployeeFactory,
    EmployerGroupFactory,
    GroupPlanFactory,
    PlanRateFactory,
)
from tests.factories.policies import CarrierFactory

pytestmark = pytest.mark.django_db
ANA = {"first_name": "Ana", "last_name": "Lopez", "external_id": "0002852117"}


def url(role: str, *args: object) -> str:
    return reverse(f"groups:{role}", args=args)


@pytest.fixture
def owner(client):
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


class TestGroups:
    def test_are_listed_with_doors_to_their_people(self, client, owner):
        election = ElectionFactory()
        group = election.employee.group
        EmployeeFactory(group=group)

        page = client.get(url("group_list")).text

        people = url("employee_list")
        assert f'<a href="{people}?group={group.pk}">2</a>' in page
        assert f'<a href="{people}?group={group.pk}&amp;waiting=yes">1</a>' in page

    def test_cost_the_same_however_many_there_are(
        self, client, owner, django_assert_max_num_queries
    ):
        for _ in range(12):
            ElectionFactory()

        with django_assert_max_num_queries(14):
            client.get(url("group_list"))

    def test_are_added_and_changed_with_what_the_database_refuses_in_words(self, client, owner):
        said = {"name": "Prairie Millworks", "status": "active", "pay_periods": "24",
                "federal_ein": "12-3456789", "external_id": "G-1"}  # fmt: skip
        client.post(url("group_create"), said)
        group = EmployerGroup.objects.get()
        assert (group.federal_ein, group.pay_periods) == ("123456789", 24)
        assert Batch.objects.filter(summary="Employer group added", user=owner).exists()

        again = client.post(url("group_create"), said)
        assert again.status_code == 422
        assert "Another group has this partner’s ID." in again.text
        odd = client.post(url("group_edit", group.pk), {**said, "pay_periods": "60"})
        assert "Between 1 and 53 times a year." in odd.text

    def test_are_out_of_reach_for_others(self, client):
        own = EmployerGroupFactory(servicing_agent=AgentFactory(user=UserFactory()))
        user = UserFactory(may=["groups.view_employergroup"], may__reach=Role.Scope.OWN)
        client.force_login(user)

        assert client.get(url("group_detail", own.pk)).status_code == 404
        assert client.get(url("group_plans", own.pk)).status_code == 403
        assert own.name not in client.get(url("group_list")).text


class TestWhatAGroupOffers:
    def test_is_built_benefit_by_benefit(self, client, owner):
        group, carrier = EmployerGroupFactory(), CarrierFactory()
        group_class = BenefitClassFactory(group=group)
        wrong = {"name": "Life", "lookup_code": "Sub Life", "line": "life", "covers": "subscriber"}
        refused = client.post(url("benefit_create", group.pk), wrong)
        assert "Small letters, digits and underscores only" in refused.text
        client.post(url("benefit_create", group.pk), {**wrong, "lookup_code": "subscriber_life"})
        benefit = Benefit.objects.get()
        terms = {
            "benefit": benefit.pk, "carrier": carrier.pk, "name": "Life 500",
            "effective_date": "2026-01-01", "classes": [group_class.pk], "basis": "amount",
            "increment": "$10,000", "minimum_volume": "10000", "maximum_volume": "500,000",
            "needs_eoi": "on", "late_days": "31", "step_up_volume": "0", "form_days": "60",
            "takes_effect": "first_of_next_month", "employer_percent": "0",
        }  # fmt: skip
        client.post(url("groupplan_create", group.pk), terms)
        plan = GroupPlan.objects.get()
        assert (int(plan.increment), list(plan.classes.all())) == (10_000, [group_class])

        client.post(
            url("term_create", plan.pk, "rates"),
            {"start_date": "2026-01-01", "from_age": "0", "per_thousand": "$0.20"},
        )
        client.post(
            url("term_create", plan.pk, "guaranteed-issues"), {"from_age": "0", "volume": "100,000"}
        )
        neither = client.post(url("term_create", plan.pk, "guaranteed-issues"), {"from_age": "65"})
        assert "Enter an amount, a multiple of the salary, or both." in neither.text
        assert (PlanRate.objects.count(), GuaranteedIssue.objects.count()) == (1, 1)
        page = client.get(url("groupplan_detail", plan.pk)).text
        assert "$100,000" in page
        assert "$0.2000 for each $1,000" in page
        assert "Life 500" in client.get(url("group_plans", group.pk)).text

    def test_keeps_what_members_have_and_loses_what_nobody_needs(self, client, owner):
        group = EmployerGroupFactory()
        used, free = BenefitClassFactory(group=group), BenefitClassFactory(group=group, code="X")
        EmployeeFactory(group=group, benefit_class=used)

        for unit in (used, free):
            client.post(url("unit_remove", group.pk, "benefit-classes", unit.pk), follow=True)

        assert list(BenefitClass.objects.all()) == [used]
        assert "Full time" in client.get(url("group_structure", group.pk)).text
        rate = PlanRateFactory(plan=GroupPlanFactory(benefit=BenefitFactory(group=group)))
        client.post(url("term_remove", rate.plan_id, "rates", rate.pk))
        assert not PlanRate.objects.exists()


class TestEmployees:
    def test_are_added_with_an_ssn_that_nobody_else_of_the_group_has(self, client, owner):
        group = EmployerGroupFactory()

        client.post(url("employee_create", group.pk), {**ANA, "new_ssn": "123-00-0000"})

        ana = Employee.objects.get()
        assert (ana.ssn.reveal(), ana.ssn_tail) == ("123000000", "0000")
        twin = client.post(
            url("employee_create", group.pk), {**ANA, "external_id": "8", "new_ssn": "123000000"}
        )
        assert "Another employee of this group has this SSN." in twin.text
        client.post(url("employee_edit", ana.pk), {**ANA, "clear_ssn": "on"})
        ana.refresh_from_db()
        assert (ana.ssn, ana.ssn_tail) == (None, "")

    def test_show_three_sets_locks_and_what_was_in_force(
        self, client, owner, django_assert_max_num_queries
    ):
        election = ElectionFactory()
        ana = election.employee
        CoveragePeriodFactory(election=election)
        CoverageLockFactory(employee=ana, benefit=election.benefit)
        DependentFactory(employee=ana, ssn="123-00-0001")

        with django_assert_max_num_queries(24):
            page = client.get(url("employee_detail", ana.pk)).text

        assert "$50,000 waits" in page
        assert "Not more than $100,000" in page
        assert "11/01/2026" in page
        assert "•••-••-0001" in page
        assert "123000001" not in page

    def test_have_dependents_who_are_added_changed_and_removed(self, client, owner):
        ana = EmployeeFactory()
        client.post(
            url("dependent_create", ana.pk),
            {"relationship": "spouse", "first_name": "Ben", "last_name": "Lopez"},
        )
        ben = Dependent.objects.get()
        client.post(
            url("dependent_edit", ben.pk),
            {"relationship": "domestic_partner", "first_name": "Ben", "last_name": "Ruiz"},
        )
        ben.refresh_from_db()
        assert (ben.relationship, ben.last_name) == ("domestic_partner", "Ruiz")
        client.post(url("dependent_remove", ben.pk))
        assert not Dependent.objects.exists()

    def test_keep_names_out_of_the_address_of_a_search(self, client, owner):
        EmployeeFactory(last_name="Quintero")

        found = client.post(
            reverse("records:list_private_filters", args=["employees"]),
            {"last_name": "Quint", "state": ""},
            follow=True,
        )

        assert "Quintero" in found.text
        assert "Quint" not in found.redirect_chain[-1][0]


class TestSsn:
    def test_is_uncovered_once_for_a_reason_that_stays_on_record(self, client, owner):
        ana = EmployeeFactory(ssn="123-00-0000")
        ben = DependentFactory(employee=ana, ssn="123-00-0001")
        address = url("employee_reveal_ssn", ana.pk)

        refused = client.post(address, {"reason": " "})
        assert (refused.status_code, SsnReveal.objects.count()) == (422, 0)
        assert "123-00-0000" not in refused.text
        shown = client.post(address, {"reason": "Call with the carrier"})
        assert "123-00-0000" in shown.text
        assert "no-store" in shown["Cache-Control"]
        client.post(url("dependent_reveal_ssn", ben.pk), {"reason": "Call with the carrier"})
        told = SsnReveal.objects.order_by("pk").values_list("employee", "dependent", "user")
        assert list(told) == [(ana.pk, None, owner.pk), (ana.pk, ben.pk, owner.pk)]

    def test_stays_covered_without_the_right(self, client):
        client.force_login(UserFactory(may=["groups.view_employee"]))
        ana = EmployeeFactory(ssn="123-00-0000")

        page = client.get(url("employee_detail", ana.pk))
        answer = client.post(url("employee_reveal_ssn", ana.pk), {"reason": "Curious"})

        assert "•••-••-0000" in page.text
        assert "Reveal" not in page.text
        assert (answer.status_code, SsnReveal.objects.count()) == (403, 0)


def test_the_search_finds_groups_and_employees_by_name_and_number(client, owner):
    ana = EmployeeFactory(first_name="Ana", last_name="Quintero", external_id="0007",
                          group__name="Prairie Millworks", hire_date=date(2026, 10, 1))  # fmt: skip
    address = reverse("home:search")

    for text in ("ana quint", "Quintero, Ana", "0007"):
        assert url("employee_detail", ana.pk) in client.post(address, {"q": text}).text
    assert url("group_detail", ana.group_id) in client.post(address, {"q": "millworks"}).text
