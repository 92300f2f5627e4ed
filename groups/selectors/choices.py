"""What the rules of evidence need to know, read from a plan and a member's records."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Min, Q

from groups.coverage import Stretch, best_without_gap, volume_on
from groups.evidence import NOTHING, Employees, Guarantee, Standing, Terms
from groups.models import (
    Benefit,
    CoverageLock,
    CoveragePeriod,
    Dependent,
    Election,
    Employee,
    GroupPlan,
)
from groups.rates import Rate

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """Whose coverage is chosen, of what, and from when."""

    employee: Employee
    benefit: Benefit
    dependent: Dependent | None
    plan: GroupPlan
    effective_date: date


def terms_of(plan: GroupPlan) -> Terms:
    """The terms of a plan, with its guaranteed issues."""
    return Terms(
        has_amount=plan.basis != GroupPlan.Basis.NONE,
        by_salary=plan.basis == GroupPlan.Basis.MULTIPLE,
        increment=plan.increment,
        minimum=plan.minimum_volume,
        maximum=plan.maximum_volume,
        maximum_multiple=plan.maximum_multiple,
        dependent_percent=(
            None if plan.benefit.covers == Benefit.Covers.SUBSCRIBER else plan.spouse_percent
        ),
        needs_evidence=plan.needs_eoi,
        late_days=plan.late_days,
        step_up=plan.step_up_volume,
        guarantees=tuple(
            Guarantee(from_age=one.from_age, volume=one.volume, multiple=one.multiple)
            for one in plan.guaranteed_issues.all()
        ),
    )


def rates_of(plan: GroupPlan) -> list[Rate]:
    """What a plan costs."""
    return [
        Rate(
            start_date=one.start_date,
            from_age=one.from_age,
            level=one.level,
            per_thousand=one.per_thousand,
            flat=one.flat,
        )
        for one in plan.rates.all()
    ]


def election_of(asked: Asked) -> Election | None:
    """The election of this person under this benefit, locked for a change."""
    return (
        Election.objects.select_for_update(of=("self",))
        .select_related("plan")
        .filter(employee=asked.employee, benefit=asked.benefit, dependent=asked.dependent)
        .first()  # unique: at most one
    )


def stretches_of(election: Election) -> list[Stretch]:
    """The coverage of an election from day to day."""
    return [
        Stretch(
            start_date=one.start_date,
            end_date=one.end_date,
            plan_id=one.plan_id,
            volume=one.volume,
            level=one.level,
            decision_id=one.decision_id,
        )
        for one in CoveragePeriod.objects.filter(election=election).order_by("start_date")
    ]


def standing_of(asked: Asked, election: Election | None) -> Standing:
    """What the person has when the choice takes effect; ended coverage counts as none."""
    lock = (
        CoverageLock.objects.filter(
            employee=asked.employee,
            benefit=asked.benefit,
            dependent=asked.dependent,
            lifted_at=None,
        )
        .values_list("volume", flat=True)
        .first()  # unique: at most one holds
    )
    if election is None or not is_covered(election, asked.effective_date):
        return Standing(lock=lock)
    stretches = stretches_of(election)
    return Standing(
        has_coverage=True,
        volume=election.volume,
        best=best_without_gap(stretches),
        before=volume_on(stretches, asked.effective_date - DAY),
        lock=lock,
    )


def is_covered(election: Election, effective_date: date) -> bool:
    """Whether anything is in force up to the eve of a day at least."""
    if election.plan_id is None:
        return False
    ended = election.termination_date
    return ended is None or ended >= effective_date - DAY


def eligible_date(asked: Asked) -> date | None:
    """The first day on which the employee could have chosen the benefit.

    It began with the benefit's first plan: a new carrier's plan makes nobody new.
    """
    first: date | None = asked.benefit.plans.aggregate(first=Min("effective_date"))["first"]
    days = [day for day in (asked.employee.hire_date, first) if day]
    return max(days, default=None)


def employees_own(asked: Asked) -> Employees | None:
    """The employee's own coverage beside which a dependent's stands; None for the employee's.

    ``spouse_life`` stands beside ``subscriber_life``; without such a namesake, beside the largest
    of the line.
    """
    benefit = asked.benefit
    if benefit.covers == Benefit.Covers.SUBSCRIBER:
        return None
    own = Election.objects.select_related("benefit").filter(
        Q(volume__gt=0) | Q(requested_volume__gt=0),
        employee=asked.employee,
        benefit__line=benefit.line,
        benefit__covers=Benefit.Covers.SUBSCRIBER,
    )
    name = _namesake(benefit)
    namesakes = [one for one in own if _namesake(one.benefit) == name]
    volumes = [_volumes(one, asked.effective_date) for one in namesakes or own]
    return max(volumes, key=lambda one: one.volume, default=Employees())


def _namesake(benefit: Benefit) -> str:
    return benefit.lookup_code.partition("_")[2]


def _volumes(election: Election, day: date) -> Employees:
    in_force = election.volume if is_covered(election, day) else NOTHING
    requested = election.requested_volume if election.waiting_for_eoi else None
    return Employees(volume=in_force, requested=in_force if requested is None else requested)
