"""Employer groups of the demo, with their people and the coverage that nobody asks evidence for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.db.models import prefetch_related_objects

from agencyhub.accounts.models import Agent
from agencyhub.home.demo import employers, names
from agencyhub.home.demo.employers import Employer, Offer
from agencyhub.home.demo.people import plain
from agencyhub.lib.years import add_years
from groups import rates
from groups.evidence import volume_of
from groups.models import (
    Benefit,
    BenefitClass,
    CoveragePeriod,
    Dependent,
    Division,
    Election,
    Employee,
    EmployerGroup,
    GroupPlan,
    GuaranteedIssue,
    Location,
    PlanRate,
)
from groups.selectors import choices
from individuals.ages import age
from individuals.models import Gender
from policies.models import Carrier

SEED = 1906
NEW_SHARE, MARRIED, PARENTS, OWN_NUMBER = 0.2, 0.5, 0.4, 2_852_117
# Numbers that begin so are never given out.
NEVER_ISSUED = 666_010_000
SALARIES = {"EXEC": (120, 240), "FT": (38, 96), "PT": (18, 30)}


@dataclass
class Staff:
    """A group as it was written: its plans by the benefit's code, its people, their families."""

    group: EmployerGroup
    plans: dict[str, GroupPlan]
    employees: list[Employee] = field(default_factory=list)
    dependents: dict[int, list[Dependent]] = field(default_factory=dict)


def write_groups(*, agents: list[Agent], as_of: date) -> list[Staff]:
    """Write the groups with everything but what needs evidence. Call it inside a batch."""
    dice = Random(SEED)
    numbers = iter(range(1, 10_000))
    written = []
    for employer in employers.EMPLOYERS:
        staff = Staff(_group(employer, agents, as_of), {})
        _offer(staff, employer, as_of)
        _hire(staff, employer, dice, numbers, as_of)
        _cover(staff, dice)
        written.append(staff)
    return written


def first_of_next_month(day: date) -> date:
    """When coverage begins that was chosen on a day."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _group(employer: Employer, agents: list[Agent], as_of: date) -> EmployerGroup:
    return EmployerGroup.objects.create(
        name=employer.name,
        external_id=employer.external_id,
        federal_ein=employer.ein,
        sic_code=employer.sic_code,
        state=employer.state,
        renewal_date=date(as_of.year + 1, 1, 1),
        pay_periods=employer.pay_periods,
        servicing_agent=agents[employer.agent],
        is_test=employer.is_test,
    )


def _offer(staff: Staff, employer: Employer, as_of: date) -> None:
    carrier, _ = Carrier.objects.get_or_create(name=employer.carrier)
    for offer in employers.OFFERS:
        if offer is employers.SUPPLEMENT and not employer.has_supplement:
            continue
        benefit = Benefit.objects.create(
            group=staff.group,
            lookup_code=offer.code,
            name=offer.name,
            line=offer.line,
            covers=offer.covers,
        )
        plan = GroupPlan.objects.create(
            group=staff.group,
            benefit=benefit,
            carrier=carrier,
            name=offer.plan,
            code=offer.plan.upper().replace(" ", "-"),
            policy_number=f"G-{employer.external_id[-5:]}",
            effective_date=date(as_of.year - 2, 1, 1),
            **offer.facts,
        )
        _price(plan, offer)
        staff.plans[offer.code] = plan


def _price(plan: GroupPlan, offer: Offer) -> None:
    GuaranteedIssue.objects.bulk_create(
        GuaranteedIssue(plan=plan, from_age=start, volume=volume, multiple=multiple)
        for start, volume, multiple in offer.guaranteed
    )
    lines = [{"from_age": start, "per_thousand": rate} for start, rate in offer.per_thousand]
    lines += [{"level": level, "flat": price} for level, price in offer.flat]
    PlanRate.objects.bulk_create(
        PlanRate(plan=plan, start_date=plan.effective_date, **line) for line in lines
    )
    # Read once, and not for every employee.
    prefetch_related_objects([plan], "guaranteed_issues", "rates")


def _hire(
    staff: Staff, employer: Employer, dice: Random, numbers: Iterator[int], as_of: date
) -> None:
    group = staff.group
    divisions = [Division(group=group, code=code, name=name) for code, name in employers.DIVISIONS]
    classes = [BenefitClass(group=group, code=code, name=name) for code, name in employers.CLASSES]
    Division.objects.bulk_create(divisions)
    BenefitClass.objects.bulk_create(classes)
    code = employer.city.upper().replace(" ", "")[:8]
    location = Location.objects.create(
        group=group, code=code, name=employer.city, state=employer.state
    )
    for _ in range(employer.size):
        employee = _employee(dice, next(numbers), as_of)
        employee.group, employee.location = group, location
        employee.division = dice.choice(divisions)
        employee.benefit_class = dice.choices(classes, (5, 85, 10))[0]
        lowest, highest = SALARIES[employee.benefit_class.code]
        employee.salary = Decimal(dice.randrange(lowest, highest) * 1000)
        staff.employees.append(employee)
    Employee.objects.bulk_create(staff.employees)
    families = {employee.pk: _family(dice, employee, numbers) for employee in staff.employees}
    Dependent.objects.bulk_create(one for family in families.values() for one in family)
    staff.dependents = families


def _employee(dice: Random, number: int, as_of: date) -> Employee:
    first_name, gender = _first_name(dice)
    last_name = dice.choice(names.ENGLISH_LAST + names.SPANISH_LAST[:20])
    born = as_of - timedelta(days=int(dice.triangular(22 * 365, 71 * 365, 44 * 365)))
    back = dice.randrange(3, 90) if dice.random() < NEW_SHARE else dice.randrange(160, 4000)
    employee = Employee(
        first_name=first_name,
        last_name=last_name,
        gender=gender,
        date_of_birth=born,
        external_id=f"000{OWN_NUMBER + number * 7}",
        employee_number=f"E{number:05d}",
        email=f"{plain(first_name)}.{plain(last_name)}{number}@example.com",
        phone=f"51555501{dice.randrange(100):02d}",
        hire_date=max(as_of - timedelta(days=back), add_years(born, 18)),
    )
    employee.set_ssn(str(NEVER_ISSUED + number))
    return employee


def _first_name(dice: Random) -> tuple[str, str]:
    if dice.random() < 0.5:
        return dice.choice(names.ENGLISH_WOMEN + names.SPANISH_WOMEN[:10]), Gender.FEMALE
    return dice.choice(names.ENGLISH_MEN + names.SPANISH_MEN[:10]), Gender.MALE


def _family(dice: Random, employee: Employee, numbers: Iterator[int]) -> list[Dependent]:
    born = employee.date_of_birth or date.min
    found = []
    if dice.random() < MARRIED:
        near = born + timedelta(days=dice.randrange(-1500, 1500))
        found.append(_dependent(dice, employee, Dependent.Relationship.SPOUSE, near, numbers))
    if dice.random() < PARENTS:
        for years in range(26, 26 + dice.randrange(1, 4)):
            child = add_years(born, years) + timedelta(days=dice.randrange(365))
            found.append(_dependent(dice, employee, Dependent.Relationship.CHILD, child, numbers))
    hired = employee.hire_date or date.max
    return [one for one in found if one.date_of_birth and one.date_of_birth < hired]


def _dependent(
    dice: Random, employee: Employee, relationship: str, born: date, numbers: Iterator[int]
) -> Dependent:
    first_name, gender = _first_name(dice)
    dependent = Dependent(
        employee=employee,
        first_name=first_name,
        last_name=employee.last_name,
        gender=gender,
        date_of_birth=born,
        relationship=relationship,
    )
    dependent.set_ssn(str(NEVER_ISSUED + next(numbers)))
    return dependent


def _cover(staff: Staff, dice: Random) -> None:
    """Medical, dental and basic life: chosen by many, in force at once."""
    elections = [
        _election(staff, employee, offer)
        for employee in staff.employees
        for offer in (employers.MEDICAL, employers.DENTAL, employers.BASIC_LIFE)
        if dice.random() < offer.wanted
    ]
    Election.objects.bulk_create(elections)
    CoveragePeriod.objects.bulk_create(
        CoveragePeriod(
            election=one,
            plan_id=one.plan_id,
            volume=one.volume,
            level=one.level,
            premium=one.premium,
            start_date=one.original_effective_date,
        )
        for one in elections
        if one.plan_id and one.original_effective_date
    )


def _election(staff: Staff, employee: Employee, offer: Offer) -> Election:
    plan = staff.plans[offer.code]
    chosen = max(employee.hire_date or date.min, plan.effective_date)
    start = first_of_next_month(chosen)
    level = "" if offer.per_thousand else _level(staff.dependents[employee.pk])
    volume = Decimal(0)
    if offer is employers.BASIC_LIFE and employee.salary is not None:
        volume = volume_of(Decimal(1), salary=employee.salary, terms=choices.terms_of(plan))
    premium = rates.premium(
        choices.rates_of(plan),
        volume=volume,
        level=level,
        age=age(born=employee.date_of_birth, on=start),
        on=start,
    )
    return Election(
        employee=employee,
        benefit_id=plan.benefit_id,
        plan=plan,
        volume=volume,
        gi_volume=volume,
        level=level,
        premium=premium,
        multiple=Decimal(1) if volume else None,
        requested_plan=plan,
        requested_volume=volume,
        requested_level=level,
        requested_premium=premium,
        event=Election.Event.NEW_HIRE,
        elected_date=chosen,
        original_effective_date=start,
        change_effective_date=start,
    )


def _level(family: list[Dependent]) -> str:
    has_spouse = any(one.relationship == Dependent.Relationship.SPOUSE for one in family)
    has_children = any(one.relationship == Dependent.Relationship.CHILD for one in family)
    if has_spouse and has_children:
        return PlanRate.Level.FAMILY
    if has_children:
        return PlanRate.Level.EMPLOYEE_CHILDREN
    return PlanRate.Level.EMPLOYEE_SPOUSE if has_spouse else PlanRate.Level.EMPLOYEE
