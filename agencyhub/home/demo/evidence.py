"""Evidence of insurability in the demo: requests of every age, decisions of every kind."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.db.models import F
from django.utils import timezone

from agencyhub.accounts.models import Agent, User
from agencyhub.home.demo import employers, groups
from agencyhub.home.demo.groups import Staff, first_of_next_month
from agencyhub.records import history
from agencyhub.records.models import Batch
from eoi.asked import Asked
from eoi.models import Decision, EoiRequest
from eoi.services import deciding, electing, proposing
from groups import rates
from groups.evidence import guaranteed_at
from groups.models import (
    CoveragePeriod,
    Dependent,
    Election,
    Employee,
    EmployerGroup,
    GroupPlan,
)
from groups.selectors import choices
from groups.selectors.payroll import in_force
from individuals.ages import age

SEED = 811
NEW_DAYS = 90
STEP = Decimal(10_000)
NEW_HIRE, OPEN_ENROLLMENT = Election.Event.NEW_HIRE, Election.Event.OPEN_ENROLLMENT
# Of the open enrollment before the new year: shares of who asks for more, and who comes late.
MORE, LATE = 0.08, 0.03
OVERCHARGED = 5
ACTIONS = (
    *("approve_all",) * 9, *("approve_part",) * 4, *("pend_remaining",) * 3,
    *("deny_permanently",) * 2, *("deny_all",) * 3, *("expire_all",) * 2,
)  # fmt: skip
FORMS = (
    EoiRequest.Form.NOT_SENT, EoiRequest.Form.INCOMPLETE, EoiRequest.Form.INCOMPLETE,
    EoiRequest.Form.COMPLETE,
)  # fmt: skip


def write_evidence(*, agents: list[Agent], user: User, as_of: date, at: datetime) -> None:
    """Write the employer groups, let people choose, and decide some of what then waits."""
    with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary="Load the employer groups"):
        staffs = groups.write_groups(agents=agents, as_of=as_of)
        _choose(staffs, as_of=as_of, at=at)
        _send_forms(as_of=as_of)
    _decide(user=user, at=at)
    with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary="Load payroll deductions"):
        _deduct(as_of=as_of)
        proposing.propose_expiry(on=as_of)


def _choose(staffs: Sequence[Staff], *, as_of: date, at: datetime) -> None:
    """Those of long ago have what is granted; new employees and open enrollment ask for more."""
    dice = Random(SEED)
    for staff in staffs:
        for employee in staff.employees:
            hired = employee.hire_date or as_of
            if (as_of - hired).days > NEW_DAYS:
                _choose_long_ago(staff, employee, dice, as_of=as_of, at=at)
            else:
                day = min(hired + timedelta(days=dice.randrange(2, 25)), as_of)
                _choose_new(staff, employee, dice, day=day, at=at)


def _choose_long_ago(
    staff: Staff, employee: Employee, dice: Random, *, as_of: date, at: datetime
) -> None:
    plan = staff.plans[employers.LIFE.code]
    then = max(employee.hire_date or as_of, plan.effective_date)
    now = as_of - timedelta(days=dice.randrange(2, 40))
    next_year = date(as_of.year + 1, 1, 1)
    granted = _granted(plan, employee, first_of_next_month(then))
    if granted and dice.random() < employers.LIFE.wanted:
        volume = min(granted, STEP * dice.randrange(2, 11))
        _elect(plan, employee, volume, NEW_HIRE, day=then, at=at)
        _choose_for_spouse(staff, employee, dice, most=min(volume / 2, STEP), day=then, at=at)
        if dice.random() < MORE / employers.LIFE.wanted:
            volume += STEP * dice.randrange(3, 15)
            _elect(plan, employee, volume, OPEN_ENROLLMENT, day=now, at=at, start=next_year)
    elif dice.random() < LATE / (1 - employers.LIFE.wanted):
        volume = STEP * dice.randrange(2, 16)
        _elect(plan, employee, volume, OPEN_ENROLLMENT, day=now, at=at, start=next_year)


def _choose_new(staff: Staff, employee: Employee, dice: Random, *, day: date, at: datetime) -> None:
    plan = staff.plans[employers.LIFE.code]
    volume = STEP * dice.choice((5, 8, 10, 12, 15, 15, 20, 25, 30, 40))
    _elect(plan, employee, volume, NEW_HIRE, day=day, at=at)
    _choose_for_spouse(staff, employee, dice, most=volume / 2, day=day, at=at)
    supplement = staff.plans.get(employers.SUPPLEMENT.code)
    if supplement is not None and dice.random() < employers.SUPPLEMENT.wanted:
        multiple = Decimal(dice.randrange(2, 5))
        _elect(supplement, employee, None, NEW_HIRE, day=day, at=at, multiple=multiple)


def _choose_for_spouse(
    staff: Staff, employee: Employee, dice: Random, *, most: Decimal, day: date, at: datetime
) -> None:
    """Some take out coverage for their spouses too, as much as they may up to ``most``."""
    plan = staff.plans[employers.SPOUSE_LIFE.code]
    family = staff.dependents[employee.pk]
    spouse = next(
        (one for one in family if one.relationship == Dependent.Relationship.SPOUSE), None
    )
    if spouse is None or dice.random() > employers.SPOUSE_LIFE.wanted:
        return
    volume = min(most - most % plan.increment, Decimal(75_000))
    if volume >= plan.minimum_volume:
        _elect(plan, employee, volume, NEW_HIRE, day=day, at=at, dependent=spouse)


def _granted(plan: GroupPlan, employee: Employee, on: date) -> Decimal:
    years = age(born=employee.date_of_birth, on=on)
    return guaranteed_at(choices.terms_of(plan), age=years, salary=employee.salary)


def _elect(
    plan: GroupPlan,
    employee: Employee,
    volume: Decimal | None,
    event: str,
    *,
    day: date,
    at: datetime,
    start: date | None = None,
    dependent: Dependent | None = None,
    multiple: Decimal | None = None,
) -> None:
    electing.elect(
        employee_id=employee.pk,
        benefit_id=plan.benefit_id,
        plan_id=plan.pk,
        dependent_id=dependent.pk if dependent else None,
        volume=volume,
        multiple=multiple,
        event=event,
        elected_date=day,
        effective_date=start or first_of_next_month(day),
        user=None,
        at=at,
    )


def _send_forms(*, as_of: date) -> None:
    """Health forms come back or do not; some carriers give a number."""
    waiting = list(EoiRequest.objects.open().order_by("opened_date", "pk"))
    for number, request in enumerate(waiting):
        request.form_status = FORMS[number % len(FORMS)]
        if request.form_status == EoiRequest.Form.COMPLETE:
            back = request.opened_date + timedelta(days=12)
            request.form_completed_date = min(back, as_of)
            request.reference_number = f"UW-{70_000 + number}"
    fields = ["form_status", "form_completed_date", "reference_number"]
    EoiRequest.objects.bulk_update(waiting, fields)


def _decide(*, user: User, at: datetime) -> None:
    """Decide some that waited for long, an action after the other, through every door."""
    complete = EoiRequest.objects.open().filter(
        employee__dependents=None, election__requested_volume__gte=F("election__volume") + 2 * STEP
    )
    rows = complete.select_related("election__requested_plan").order_by("opened_date", "pk")
    channels = list(Decision.Channel)
    chosen = list(zip(rows, ACTIONS, strict=False))
    for number, channel in enumerate(channels):
        own = chosen[number :: len(channels)]
        deciding.decide(
            list(_asked(own, at=at)),
            channel=channel,
            user=user,
            within=EmployerGroup.objects.all(),
            at=at - timedelta(days=2 * number + 1),
        )


def _asked(chosen: Sequence[tuple[EoiRequest, str]], *, at: datetime) -> Iterator[Asked]:
    for number, (request, action) in enumerate(chosen, start=1):
        election = request.election
        start = first_of_next_month(timezone.localdate(at))
        has_part = action in {"approve_part", "pend_remaining", "deny_permanently"}
        yield Asked(
            row=number,
            request_id=str(request.pk),
            action=action,
            approved_volume=election.volume + STEP if has_part else None,
            effective_date=max(start, election.change_effective_date or start),
        )


def _deduct(*, as_of: date) -> None:
    """Payroll deducts what is in force; a few times it already takes what waits."""
    payday = as_of - timedelta(days=as_of.weekday() + 3)
    periods = (
        CoveragePeriod.objects.filter(in_force(payday), plan__employer_percent__lt=100)
        .filter(premium__isnull=False)
        .select_related("plan__group", "election")
        .order_by("pk")
    )
    changed = []
    overcharged = 0
    for period in periods:
        election, monthly = period.election, period.premium
        if election.waiting_for_eoi and overcharged < OVERCHARGED:
            overcharged += 1
            monthly = election.requested_premium
        share = rates.shares(
            monthly or Decimal(0), employer_percent=period.plan.employer_percent
        ).employee
        election.deduction = rates.deduction(share, pay_periods=period.plan.group.pay_periods)
        election.deduction_as_of = payday
        changed.append(election)
    Election.objects.bulk_update(changed, ["deduction", "deduction_as_of"])
