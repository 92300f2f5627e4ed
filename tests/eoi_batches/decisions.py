"""Three hundred decisions that every door is asked for, and what each must come to."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from eoi.asked import Asked
from eoi.models import EoiRequest
from groups.models import EmployerGroup, GroupPlan
from tests.factories.eoi import EoiRequestFactory
from tests.factories.groups import (
    BenefitFactory,
    CoverageLockFactory,
    CoveragePeriodFactory,
    DependentFactory,
    ElectionFactory,
    EmployeeFactory,
    GroupPlanFactory,
    PlanRateFactory,
)

HOW_MANY = 300
IN_FORCE, REQUESTED = Decimal("100000.00"), Decimal("200000.00")
CLOSED = {"status": "denied", "closed_at": "2026-11-20T12:00Z", "election__waiting_for_eoi": False}


@dataclass(frozen=True)
class Case:
    """One decision on a request of its own; ``sent`` overrides what names it or says what.

    ``setting`` are the request's values, ``made`` what else there is. ``problems`` are the codes
    that every door must tell; what a form offers no way to say is not ``by_hand``.
    """

    action: str
    volume: str | None = None
    day: str = "2026-12-01"
    problems: tuple[str, ...] = ()
    volume_after: int = 100_000
    setting: dict[str, Any] = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)
    made: str = ""
    by_hand: bool = True


CASES = (
    Case("approve_all", volume_after=200_000),
    Case("approve_part", "150000", volume_after=150_000),
    Case("pend_remaining", "$120,000.00", volume_after=120_000),
    Case("deny_permanently", "150000.00", volume_after=150_000),
    Case("deny_permanently", "200000", volume_after=200_000),
    Case("expire_all"),
    Case("deny_all"),
    Case("approve_all", "200000", volume_after=200_000, by_hand=False),
    Case("approve_part", "200000", problems=("volume_is_requested",)),
    Case("approve_part", "210000", problems=("volume_above_requested",)),
    Case("pend_remaining", "100000", problems=("volume_not_above",)),
    Case("deny_permanently", "90000", problems=("volume_below",)),
    Case("pend_remaining", "155000", problems=("volume_not_in_steps",)),
    Case("approve_part", problems=("volume_required",)),
    Case("approve_part", "lots", problems=("volume_not_valid",)),
    Case("deny_permanently", "0", problems=("volume_not_positive",)),
    Case("approve_all", "150000", problems=("volume_not_requested",), by_hand=False),
    Case("deny_all", "150000", problems=("volume_not_taken",), by_hand=False),
    Case("approve_part", "150000", problems=("volumes_differ",), by_hand=False,
         sent={"approved_amount": "160000"}),
    Case("approve_all", day="2026-10-15", problems=("date_too_early",)),
    Case("deny_all", day="2026-09-15", problems=("date_too_early", "date_before_hire")),
    Case("approve_all", day="2099-01-01", problems=("date_too_late",)),
    Case("approve_all", day="2027-01-01", problems=("coverage_ended",),
         setting={"election__termination_date": date(2026, 12, 31)}),
    Case("approve_all", problems=("volume_above_maximum",), made="maximum"),
    Case("approve_all", problems=("volume_above_cap",), made="spouse"),
    Case("approve_all", problems=("volume_above_lock",), made="lock"),
    Case("approve_part", "150000", problems=("no_volume",), made="level"),
    Case("approve_all", problems=("not_waiting",), setting=CLOSED),
    Case("approve_all", problems=("covered_required",), made="children", by_hand=False),
    Case("maybe", problems=("action_not_valid",), by_hand=False),
    Case("approve_all", day="", problems=("effective_date_required",), by_hand=False),
    Case("approve_all", day="13/45/2026", problems=("effective_date_not_valid",), by_hand=False),
    Case("approve_all", problems=("original_date_not_valid",), by_hand=False,
         sent={"original_effective_date": "soon"}),
    Case("approve_all", problems=("original_after_effective",), by_hand=False,
         sent={"original_effective_date": "2027-01-01"}),
    Case("approve_all", problems=("employee_not_found",), by_hand=False,
         sent={"ssn": "999-00-0001", "subscriber_id": "none"}),
    Case("approve_all", problems=("ssn_not_valid", "employee_required"), by_hand=False,
         sent={"ssn": "12", "subscriber_id": ""}),
    Case("approve_all", problems=("benefit_not_found", "not_waiting"), by_hand=False,
         sent={"benefit_lookup_code": "subscriber_boat"}),
    Case("approve_all", problems=("benefit_required",), by_hand=False,
         sent={"benefit_lookup_code": ""}),
)  # fmt: skip


@dataclass(frozen=True)
class Posed:
    """A case with the request it is about, as a door sends it."""

    case: Case
    request: EoiRequest
    asked: Asked


def pose(group: EmployerGroup, *, how_many: int = HOW_MANY, by_hand: bool = False) -> list[Posed]:
    """Make what the decisions are about; with ``by_hand`` only those that a form can say."""
    cases = [case for case in CASES if case.by_hand or not by_hand]
    return [_pose(group, cases[number % len(cases)], number) for number in range(how_many)]


def _pose(group: EmployerGroup, case: Case, number: int) -> Posed:
    ssn = f"123-{number // 100 + 10:02}-{number % 100 + 1:04}"
    employee = EmployeeFactory(group=group, external_id=f"S{number:04}", ssn=ssn)
    values = {"requested_volume": REQUESTED, **_made(case.made, employee)}
    values = {f"election__{name}": value for name, value in values.items()}
    request = EoiRequestFactory(election__employee=employee, **{**values, **case.setting})
    if case.made == "children":
        other = DependentFactory(employee=employee, relationship="child", first_name="Eva")
        election = ElectionFactory(
            employee=employee,
            benefit=request.election.benefit,
            plan=request.election.plan,
            dependent=other,
        )
        EoiRequestFactory(election=election)
    CoveragePeriodFactory(election=request.election)
    sent = {
        "subscriber_id": employee.external_id,
        "ssn": ssn,
        "benefit_lookup_code": request.election.benefit.lookup_code,
        "action": case.action,
        "approved_volume": case.volume,
        "effective_date": case.day,
        **case.sent,
    }
    return Posed(case, request, Asked(row=number + 2, **sent))


def _made(what: str, employee: Any) -> dict[str, Any]:
    """Plans of their own, dependents and locks."""
    group = employee.group
    if what in ("spouse", "children"):
        relationship = what.removesuffix("ren")
        code = f"{relationship}_life"
        ElectionFactory(employee=employee, in_force=True)
        benefit = BenefitFactory(group=group, lookup_code=code, covers=relationship)
        plan = GroupPlanFactory(benefit=benefit, name=code, spouse_percent=50)
        dependent = DependentFactory(employee=employee, relationship=relationship)
        return {"benefit": benefit, "plan": plan, "dependent": dependent}
    if what == "level":
        benefit = BenefitFactory(group=group, lookup_code="subscriber_dental", line="dental")
        plan = GroupPlanFactory(benefit=benefit, name="Dental", basis=GroupPlan.Basis.NONE)
        return {"benefit": benefit, "plan": plan}
    benefit = BenefitFactory(group=group)
    if what == "lock":
        CoverageLockFactory(employee=employee, benefit=benefit, volume=150_000)
    if what == "maximum":
        return {"plan": GroupPlanFactory(benefit=benefit, name="Low", maximum_volume=150_000)}
    plan = GroupPlanFactory(benefit=benefit)
    if not plan.rates.exists():
        PlanRateFactory(plan=plan)
    return {"plan": plan}
