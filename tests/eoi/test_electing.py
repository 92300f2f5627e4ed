"""Elect: the three sets, coverage from day to day, and the request that is opened or kept."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from eoi.models import EoiRequest
from eoi.services.electing import elect, end, follow_salary, withdraw
from groups.models import CoveragePeriod, Election, GroupPlan, PlanRate
from groups.services.offers import ElectionRefusedError
from tests.factories.groups import (
    BenefitClassFactory,
    BenefitFactory,
    CoverageLockFactory,
    DependentFactory,
    EmployeeFactory,
    GroupPlanFactory,
    GuaranteedIssueFactory,
    PlanRateFactory,
    SpouseBenefitFactory,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 16, 15, 0, tzinfo=UTC)
ELECTED = date(2026, 10, 15)
STARTS = date(2026, 11, 1)
BIRTH = date(2026, 12, 10)
Event = Election.Event


@pytest.fixture
def employee():
    return EmployeeFactory()


def life(employee, *, guaranteed="100000.00", **facts):
    plan = GroupPlanFactory(benefit__group=employee.group, **facts)
    GuaranteedIssueFactory(plan=plan, volume=Decimal(guaranteed))
    PlanRateFactory(plan=plan)
    return plan


def salaries(employee):
    plan = GroupPlanFactory(
        benefit__group=employee.group,
        basis=GroupPlan.Basis.MULTIPLE,
        increment=Decimal(1000),
        maximum_multiple=Decimal(5),
        minimum_volume=Decimal(0),
    )
    GuaranteedIssueFactory(plan=plan, volume=None, multiple=Decimal(2))
    return plan


def choose(employee, plan, **facts):
    defaults = {
        "event": Event.NEW_HIRE,
        "elected_date": ELECTED,
        "effective_date": STARTS,
        "user": None,
        "at": AT,
    }
    if "volume" in facts:
        facts["volume"] = Decimal(facts["volume"])
    return elect(
        employee_id=employee.pk,
        benefit_id=plan.benefit_id,
        plan_id=plan.pk,
        **(defaults | facts),
    )


def periods(election):
    rows = CoveragePeriod.objects.filter(election=election).order_by("start_date")
    return [(one.start_date, one.end_date, int(one.volume)) for one in rows]


def approve(election, volume, start):
    """What a decision leaves behind."""
    election.refresh_from_db()
    election.periods.filter(end_date=None).update(end_date=start - (STARTS - date(2026, 10, 31)))
    CoveragePeriod.objects.create(
        election=election, plan=election.requested_plan, volume=volume, start_date=start
    )
    election.plan = election.requested_plan
    election.volume = election.requested_volume = volume
    election.waiting_for_eoi = False
    election.original_effective_date = election.original_effective_date or start
    election.save()
    election.eoi_requests.open().update(status=EoiRequest.Status.APPROVED, closed_at=AT)


class TestElect:
    def test_puts_the_guaranteed_part_in_force_and_lets_the_rest_wait(self, employee):
        plan = life(employee)

        election = choose(employee, plan, volume=150_000)

        election.refresh_from_db()
        assert (election.volume, election.gi_volume) == (100_000, 100_000)
        assert (election.requested_volume, election.eoi_volume) == (150_000, 50_000)
        assert election.waiting_for_eoi
        assert (election.premium, election.requested_premium, election.gi_premium) == (20, 30, 20)
        assert election.original_effective_date == STARTS
        assert periods(election) == [(STARTS, None, 100_000)]
        assert election.periods.get().premium == 20
        request = EoiRequest.objects.get()
        assert (request.election, request.employee, request.group) == (
            election, employee, employee.group,
        )  # fmt: skip
        assert (request.status, request.form_status) == ("pending", "not_sent")
        assert (request.opened_date, request.expiration_date) == (ELECTED, date(2026, 12, 14))
        assert request.requested_volume == 150_000
        assert request.reasons == [{"code": "above_guaranteed_issue", "volume": "100000.00"}]

    def test_opens_no_request_where_nothing_waits(self, employee):
        election = choose(employee, life(employee), volume=100_000)

        assert not election.waiting_for_eoi
        assert (election.requested_plan, election.requested_volume) == (election.plan, 100_000)
        assert not EoiRequest.objects.exists()

    def test_puts_nothing_in_force_for_who_is_late(self, employee):
        late = {"elected_date": date(2027, 3, 1), "effective_date": date(2027, 4, 1)}

        election = choose(employee, life(employee), volume=50_000, **late)

        assert (election.plan, election.volume, election.gi_volume) == (None, 0, 0)
        assert election.original_effective_date is None
        assert election.eoi_volume == 50_000
        assert periods(election) == []
        assert EoiRequest.objects.get().reasons == [{"code": "late_entrant", "days": 31}]

    def test_changes_nothing_when_the_same_is_chosen_again(self, employee):
        plan = life(employee)
        first = choose(employee, plan, volume=150_000)
        request = EoiRequest.objects.get()

        again = choose(employee, plan, volume=150_000)

        assert again.pk == first.pk
        assert EoiRequest.objects.get() == request
        assert periods(again) == [(STARTS, None, 100_000)]

    def test_withdraws_the_request_of_who_chooses_no_more_than_is_granted(self, employee):
        plan = life(employee)
        choose(employee, plan, volume=150_000)

        election = choose(employee, plan, volume=80_000)

        assert (election.volume, election.waiting_for_eoi) == (80_000, False)
        request = EoiRequest.objects.get()
        assert (request.status, request.closed_at) == ("voided", AT)
        assert periods(election) == [(STARTS, None, 80_000)]

    def test_does_not_bring_forward_what_was_approved_for_later(self, employee):
        plan = life(employee)
        election = choose(employee, plan, volume=150_000)
        approve(election, Decimal(150_000), date(2027, 1, 1))

        less = choose(
            employee, plan, volume=120_000, event=Event.LIFE_EVENT, elected_date=BIRTH,
            effective_date=BIRTH,
        )  # fmt: skip

        assert less.volume == 120_000
        assert periods(less) == [
            (STARTS, date(2026, 12, 31), 100_000),
            (date(2027, 1, 1), None, 120_000),
        ]

    def test_takes_a_plan_without_amounts_as_a_whole(self, employee):
        plan = GroupPlanFactory(benefit__group=employee.group, basis=GroupPlan.Basis.NONE)
        PlanRateFactory(plan=plan, level="family", per_thousand=None, flat=Decimal("120.00"))
        level = PlanRate.Level.FAMILY
        late = {"elected_date": date(2027, 3, 1), "effective_date": date(2027, 4, 1)}

        waits = choose(employee, plan, level=level, **late)
        waiting = (waits.waiting_for_eoi, waits.plan, waits.requested_plan, waits.requested_level)
        granted = choose(employee, plan, level=level)

        assert waiting == (True, None, plan, level)
        assert (granted.waiting_for_eoi, granted.plan, granted.level) == (False, plan, level)
        assert granted.premium == 120
        assert EoiRequest.objects.get().status == "voided"

    def test_keeps_a_spouse_beside_the_employees_approved_volume(self, employee):
        own = life(employee, guaranteed="40000.00")
        benefit = SpouseBenefitFactory(group=employee.group)
        spouse = DependentFactory(employee=employee)
        plan = GroupPlanFactory(benefit=benefit, name="Spouse", spouse_percent=50)
        GuaranteedIssueFactory(plan=plan, volume=Decimal(30_000))
        choose(employee, own, volume=100_000)

        election = choose(employee, plan, dependent_id=spouse.pk, volume=50_000)

        assert (election.volume, election.gi_volume) == (20_000, 20_000)
        assert election.eoi_requests.get().reasons == [
            {"code": "above_guaranteed_issue", "volume": "30000.00"},
            {"code": "awaits_employee", "volume": "20000.00", "percent": 50},
        ]
        with pytest.raises(ElectionRefusedError, match=r"at most \$50,000.00"):
            choose(employee, plan, dependent_id=spouse.pk, volume=60_000)


class TestAfterWaiting:
    """What other systems got wrong (reference B5 and B10)."""

    def test_a_life_event_keeps_the_request_and_the_interim_coverage(self, employee):
        plan = life(employee)
        election = choose(employee, plan, volume=150_000)
        request = EoiRequest.objects.get()
        after = {
            "event": Event.LIFE_EVENT,
            "elected_date": BIRTH,
            "effective_date": date(2027, 1, 1),
        }

        for volume in (100_000, 150_000, 200_000):
            choose(employee, plan, volume=volume, **after)

            election.refresh_from_db()
            assert election.waiting_for_eoi
            assert election.volume == 100_000
            assert election.requested_volume == max(volume, 150_000)
            kept = EoiRequest.objects.get()
            assert (kept, kept.status, kept.opened_date) == (request, "pending", ELECTED)
            assert periods(election) == [(STARTS, None, 100_000)]

    def test_an_approved_volume_is_not_asked_for_again(self, employee):
        plan = life(employee)
        election = choose(employee, plan, volume=150_000)
        approve(election, Decimal(150_000), date(2027, 1, 1))
        later = {
            "elected_date": date(2027, 11, 5),
            "effective_date": date(2028, 1, 1),
            "event": Event.OPEN_ENROLLMENT,
        }

        same = choose(employee, plan, volume=150_000, **later)
        more = choose(employee, plan, volume=160_000, **later)

        assert (same.volume, more.volume, more.eoi_volume) == (150_000, 150_000, 10_000)
        assert EoiRequest.objects.open().count() == 1

    def test_who_left_and_comes_back_is_asked_again(self, employee):
        plan = life(employee)
        election = choose(employee, plan, volume=100_000)
        end(election_id=election.pk, last_day=date(2027, 6, 30), user=None, at=AT)

        back = choose(
            employee, plan, volume=100_000, event=Event.OPEN_ENROLLMENT,
            elected_date=date(2027, 11, 5), effective_date=date(2028, 1, 1),
        )  # fmt: skip

        assert (back.plan, back.volume, back.eoi_volume) == (None, 0, 100_000)
        assert back.termination_date is None
        assert periods(back) == [(STARTS, date(2027, 6, 30), 100_000)]

    def test_a_lock_stands(self, employee):
        plan = life(employee)
        CoverageLockFactory(employee=employee, benefit=plan.benefit, volume=Decimal(50_000))

        with pytest.raises(ElectionRefusedError, match=r"no more than \$50,000.00") as refusal:
            choose(employee, plan, volume=60_000)

        assert refusal.value.field == "volume"
        assert not Election.objects.exists()


class TestFollowSalary:
    def raised(self, employee, salary, on=date(2027, 3, 1)):
        employee.salary = Decimal(salary)
        employee.save()
        [election] = follow_salary(employee_id=employee.pk, effective_date=on, user=None, at=AT)
        return election

    def test_asks_only_for_what_is_beyond_the_approved_volume(self, employee):
        election = choose(employee, salaries(employee), multiple=Decimal(3))
        approve(election, Decimal(180_000), date(2027, 1, 1))

        within = self.raised(employee, "60000.00")
        before = (within.volume, within.waiting_for_eoi)
        beyond = self.raised(employee, "70000.00")

        assert before == (180_000, False)
        assert (beyond.volume, beyond.requested_volume) == (180_000, 210_000)
        assert beyond.multiple == 3

    def test_keeps_what_was_approved_through_a_cut_and_a_raise(self, employee):
        election = choose(employee, salaries(employee), multiple=Decimal(3))
        approve(election, Decimal(180_000), date(2027, 1, 1))

        cut = self.raised(employee, "50000.00")
        volume = cut.volume
        back = self.raised(employee, "60000.00", on=date(2027, 4, 1))

        assert (volume, back.volume, back.waiting_for_eoi) == (150_000, 180_000, False)

    def test_keeps_the_request_of_who_waits(self, employee):
        choose(employee, salaries(employee), multiple=Decimal(3))
        request = EoiRequest.objects.get()

        election = self.raised(employee, "70000.00")

        assert (election.volume, election.requested_volume) == (140_000, 210_000)
        assert EoiRequest.objects.open().get() == request

    @pytest.mark.parametrize("status", ["approved_partial", "approved_capped", "denied", "expired"])
    def test_does_not_ask_again_for_what_was_refused(self, employee, status):
        election = choose(employee, salaries(employee), multiple=Decimal(3))
        withdraw(election_id=election.pk, user=None, at=AT)
        EoiRequest.objects.update(status=status)

        after = self.raised(employee, "70000.00")

        assert (after.volume, after.waiting_for_eoi) == (140_000, False)

    def test_stops_at_the_plans_maximum_and_at_a_lock(self, employee):
        plan = salaries(employee)
        choose(employee, plan, multiple=Decimal(2))
        CoverageLockFactory(employee=employee, benefit=plan.benefit, volume=Decimal(130_000))

        assert self.raised(employee, "400000.00").requested_volume == 130_000


class TestWithdraw:
    def test_leaves_in_force_what_is(self, employee):
        election = choose(employee, life(employee), volume=150_000)

        after = withdraw(election_id=election.pk, user=None, at=AT)

        assert (after.volume, after.requested_volume, after.eoi_volume) == (100_000, 100_000, 0)
        assert EoiRequest.objects.get().status == "voided"


class TestEnd:
    def test_ends_coverage_and_withdraws_what_waits(self, employee):
        election = choose(employee, life(employee), volume=150_000)

        after = end(election_id=election.pk, last_day=date(2026, 12, 31), user=None, at=AT)

        assert after.termination_date == date(2026, 12, 31)
        assert periods(after) == [(STARTS, date(2026, 12, 31), 100_000)]
        assert not EoiRequest.objects.open().exists()

    def test_is_undone_by_choosing_again_without_a_gap(self, employee):
        plan = life(employee)
        election = choose(employee, plan, volume=100_000)
        end(election_id=election.pk, last_day=date(2027, 6, 30), user=None, at=AT)

        again = choose(
            employee, plan, volume=100_000, event=Event.OPEN_ENROLLMENT,
            elected_date=date(2027, 6, 1), effective_date=date(2027, 7, 1),
        )  # fmt: skip

        assert (again.volume, again.waiting_for_eoi, again.termination_date) == (
            100_000, False, None,
        )  # fmt: skip
        assert periods(again) == [
            (STARTS, date(2027, 6, 30), 100_000),
            (date(2027, 7, 1), None, 100_000),
        ]

    def test_refuses_a_day_before_coverage_begins(self, employee):
        election = choose(employee, life(employee), volume=100_000)

        with pytest.raises(ElectionRefusedError):
            end(election_id=election.pk, last_day=date(2026, 10, 31), user=None, at=AT)

        assert periods(election) == [(STARTS, None, 100_000)]


class TestAnOffer:
    @pytest.mark.parametrize(
        ("case", "field"),
        [
            ("another group's plan", "plan"),
            ("another class", "plan"),
            ("not yet offered", "effective_date"),
            ("somebody else's spouse", "dependent"),
            ("a spouse under the employee's benefit", "dependent"),
        ],
    )
    def test_is_refused(self, employee, case, field):
        plan, facts = life(employee), {}
        if case == "another group's plan":
            plan = life(EmployeeFactory())
        elif case == "another class":
            plan.classes.add(BenefitClassFactory(group=employee.group))
        elif case == "not yet offered":
            facts["effective_date"] = date(2025, 12, 31)
        elif case == "somebody else's spouse":
            facts["dependent_id"] = DependentFactory().pk
        else:
            facts["dependent_id"] = DependentFactory(employee=employee).pk

        with pytest.raises(ElectionRefusedError) as refusal:
            choose(employee, plan, volume=10_000, **facts)

        assert refusal.value.field == field
        assert not Election.objects.exists()


def test_a_benefit_of_another_group_is_refused(employee):
    plan = life(EmployeeFactory())

    with pytest.raises(ElectionRefusedError):
        elect(
            employee_id=employee.pk,
            benefit_id=BenefitFactory(group=employee.group).pk,
            plan_id=plan.pk,
            volume=Decimal(10_000),
            event=Event.NEW_HIRE,
            elected_date=ELECTED,
            effective_date=STARTS,
            user=None,
            at=AT,
        )
