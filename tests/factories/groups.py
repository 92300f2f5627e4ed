"""Employer groups, their people and what they chose, for tests: fixed and dull."""

from datetime import date
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from agencyhub.lib.ssn import read_ssn
from groups.models import (
    Benefit,
    BenefitClass,
    CoverageLock,
    CoveragePeriod,
    Dependent,
    Division,
    Election,
    Employee,
    EmployerGroup,
    GroupPlan,
    GuaranteedIssue,
    LineOfCoverage,
    Location,
    PlanRate,
)
from tests.factories.policies import CarrierFactory

SSN = "123-00-0000"


class EmployerGroupFactory(DjangoModelFactory[EmployerGroup]):
    """An active group that nobody services and that pays twice a month."""

    class Meta:
        model = EmployerGroup

    name = factory.Sequence(lambda n: f"Prairie Millworks {n}")
    pay_periods = 24


class BenefitClassFactory(DjangoModelFactory[BenefitClass]):
    """Everybody who works full time."""

    class Meta:
        model = BenefitClass
        django_get_or_create = ("group", "code")

    group = factory.SubFactory(EmployerGroupFactory)
    code = "FT"
    name = "Full time"


class DivisionFactory(DjangoModelFactory[Division]):
    """The sawmill."""

    class Meta:
        model = Division
        django_get_or_create = ("group", "code")

    group = factory.SubFactory(EmployerGroupFactory)
    code = "001"
    name = "Sawmill"


class LocationFactory(DjangoModelFactory[Location]):
    """Ames, Iowa."""

    class Meta:
        model = Location
        django_get_or_create = ("group", "code")

    group = factory.SubFactory(EmployerGroupFactory)
    code = "AMES"
    name = "Ames"
    state = "IA"


class _MemberFactory(DjangoModelFactory[Any]):
    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: Any, *args: Any, ssn: str = "", **kwargs: Any) -> Any:
        """Seal ``ssn`` for the model's own column."""
        member = model_class(*args, **kwargs)
        if ssn:
            member.set_ssn(read_ssn(ssn))
        member.save()
        return member


class EmployeeFactory(_MemberFactory):
    """Ana Lopez, 46, hired on 1 October 2026 at $60,000 a year; without an SSN unless given."""

    class Meta:
        model = Employee

    group = factory.SubFactory(EmployerGroupFactory)
    external_id = factory.Sequence(lambda n: f"000{2852117 + n}")
    first_name = "Ana"
    last_name = "Lopez"
    date_of_birth = date(1980, 3, 14)
    hire_date = date(2026, 10, 1)
    salary = Decimal("60000.00")


class DependentFactory(_MemberFactory):
    """Ben Lopez, Ana's husband."""

    class Meta:
        model = Dependent

    employee = factory.SubFactory(EmployeeFactory)
    first_name = "Ben"
    last_name = "Lopez"
    date_of_birth = date(1981, 7, 2)
    relationship = Dependent.Relationship.SPOUSE


class BenefitFactory(DjangoModelFactory[Benefit]):
    """The employee's own life insurance; one of each code in a group."""

    class Meta:
        model = Benefit
        django_get_or_create = ("group", "lookup_code")

    group = factory.SubFactory(EmployerGroupFactory)
    lookup_code = "subscriber_life"
    name = "Voluntary Employee Life"
    line = LineOfCoverage.LIFE
    covers = Benefit.Covers.SUBSCRIBER


class SpouseBenefitFactory(BenefitFactory):
    """The spouse's life insurance."""

    lookup_code = "spouse_life"
    name = "Voluntary Spouse Life"
    covers = Benefit.Covers.SPOUSE


class GroupPlanFactory(DjangoModelFactory[GroupPlan]):
    """$10,000 to $500,000 in steps of $10,000 from 2026 on; one of each name in a benefit.

    It follows the benefit's group: say ``benefit=`` or ``benefit__group=``.
    """

    class Meta:
        model = GroupPlan
        django_get_or_create = ("group", "benefit", "name")

    benefit = factory.SubFactory(BenefitFactory)
    group = factory.LazyAttribute(lambda plan: plan.benefit.group)
    carrier = factory.SubFactory(CarrierFactory)
    name = "Voluntary Life 500"
    effective_date = date(2026, 1, 1)
    minimum_volume = Decimal("10000.00")
    maximum_volume = Decimal("500000.00")


class GuaranteedIssueFactory(DjangoModelFactory[GuaranteedIssue]):
    """$100,000 at any age."""

    class Meta:
        model = GuaranteedIssue

    plan = factory.SubFactory(GroupPlanFactory)
    volume = Decimal("100000.00")


class PlanRateFactory(DjangoModelFactory[PlanRate]):
    """Twenty cents per $1,000 and month at any age, from 2026 on."""

    class Meta:
        model = PlanRate

    plan = factory.SubFactory(GroupPlanFactory)
    start_date = date(2026, 1, 1)
    per_thousand = Decimal("0.2000")


class ElectionFactory(DjangoModelFactory[Election]):
    """$100,000 in force, which is guaranteed, and $150,000 asked for: the rest waits.

    Benefit and plan follow the employee's group. ``in_force``: the same without anything waiting.
    """

    class Meta:
        model = Election

    class Params:
        in_force = factory.Trait(waiting_for_eoi=False, requested_volume=Decimal("100000.00"))

    employee = factory.SubFactory(EmployeeFactory)
    benefit = factory.SubFactory(BenefitFactory, group=factory.SelfAttribute("..employee.group"))
    plan = factory.SubFactory(GroupPlanFactory, benefit=factory.SelfAttribute("..benefit"))
    volume = Decimal("100000.00")
    requested_plan = factory.SelfAttribute("plan")
    requested_volume = Decimal("150000.00")
    gi_volume = Decimal("100000.00")
    waiting_for_eoi = True
    event = Election.Event.NEW_HIRE
    elected_date = date(2026, 10, 15)
    original_effective_date = date(2026, 11, 1)
    change_effective_date = date(2026, 11, 1)


class CoveragePeriodFactory(DjangoModelFactory[CoveragePeriod]):
    """What is in force for the election, from its first day on."""

    class Meta:
        model = CoveragePeriod

    election = factory.SubFactory(ElectionFactory)
    plan = factory.SelfAttribute("election.plan")
    volume = factory.SelfAttribute("election.volume")
    premium = factory.SelfAttribute("election.premium")
    start_date = factory.SelfAttribute("election.original_effective_date")


class CoverageLockFactory(DjangoModelFactory[CoverageLock]):
    """No more than $100,000, since 1 December 2026."""

    class Meta:
        model = CoverageLock

    employee = factory.SubFactory(EmployeeFactory)
    benefit = factory.SubFactory(BenefitFactory, group=factory.SelfAttribute("..employee.group"))
    volume = Decimal("100000.00")
    locked_date = date(2026, 12, 1)
