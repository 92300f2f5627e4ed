"""Who gets what in PostgreSQL: the same as the pure rules, in one statement."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.models import Employee
from integrations.noyo import classes
from integrations.noyo.classes import Category, Condition, Rule, Source
from integrations.noyo.models import Mapping
from integrations.noyo.selectors import who
from tests.factories.groups import (
    BenefitClassFactory,
    DivisionFactory,
    EmployeeFactory,
    LocationFactory,
)
from tests.factories.noyo import (
    CarrierOptionFactory,
    ClassRuleFactory,
    MappingFactory,
    RuleConditionFactory,
    UnitLinkFactory,
)

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 22)
TITLES = ["Chief of staff", "Sales manager", "West Sales 50%_x", "", "ceo"]
CONDITIONS = [
    *[
        Condition("job_title", operator, (value,))
        for operator in ("is", "is_not", "begins_with", "ends_with", "contains")
        for value in ("CEO", "sales", "50%_x", "manager")
    ],
    Condition("job_title", "is_one_of", ("CEO", "Sales Manager")),
    Condition("job_title", "is_not_one_of", ("CEO", "Sales Manager")),
    Condition("salary", "greater_than", ("60000",)),
    Condition("salary", "less_than", ("60,000",)),
    Condition("salary", "between", ("40000", "60000")),
    Condition("salary", "is_not", ("60000",)),
    Condition("hire_date", "less_than", ("2020-01-01",)),
    Condition("hire_date", "is", ("2026-10-01",)),
    Condition("benefit_class", "is", ("exec",)),
    Condition("division", "is_not", ("001",)),
    Condition("location_state", "is_one_of", ("IA", "CA")),
    Condition("employee_number", "begins_with", ("00",)),
]


@pytest.fixture
def mapping() -> Mapping:
    return MappingFactory()


@pytest.fixture
def staff(mapping: Mapping) -> list[Employee]:
    group = mapping.group
    units: list[dict[str, Any]] = [
        {"benefit_class": BenefitClassFactory(group=group, code="EXEC"), "salary": None},
        {"division": DivisionFactory(group=group), "salary": Decimal(40_000)},
        {"location": LocationFactory(group=group), "hire_date": date(2019, 5, 1)},
        {"employee_number": "007", "salary": Decimal("90000.50")},
        {"hire_date": None},
    ]
    return [
        EmployeeFactory(group=group, job_title=title, **unit)
        for title, unit in zip(TITLES, units, strict=True)
    ]


def values(employee: Employee) -> dict[str, Any]:
    location = employee.location
    return {
        "benefit_class": employee.benefit_class.code if employee.benefit_class else "",
        "division": employee.division.code if employee.division else "",
        "location": location.code if location else "",
        "location_state": location.state if location else "",
        "job_title": employee.job_title,
        "employee_number": employee.employee_number,
        "salary": employee.salary,
        "hire_date": employee.hire_date,
    }


def test_every_condition_holds_as_in_the_pure_rules(
    mapping: Mapping, staff: list[Employee]
) -> None:
    rules = [Rule(pk, 1, pk, conditions=(one,)) for pk, one in enumerate(CONDITIONS, 1)]
    rules.append(Rule(90, 1, 90, "OR", (CONDITIONS[0], CONDITIONS[-1])))
    rules.append(Rule(91, 1, 91, "AND", (CONDITIONS[5], CONDITIONS[-1])))
    for rule in rules:
        found = set(Employee.objects.filter(who.matching(rule)).values_list("pk", flat=True))
        expected = {one.pk for one in staff if classes.fits(rule, values(one))}
        assert found == expected, rule


def test_summary_and_list_agree_with_the_pure_rules(
    mapping: Mapping, staff: list[Employee]
) -> None:
    category = Category(
        "benefit_classes",
        rules=(
            Rule(1, 101, 1, conditions=(CONDITIONS[12],)),
            Rule(2, 102, 2, "OR", (Condition("job_title", "contains", ("sales",)),)),
            Rule(3, 103, 3, conditions=(Condition("job_title", "contains", ("sales",)),)),
        ),
        units={("benefit_class", staff[0].benefit_class_id or 0): 104},
    )
    ranked = category.ranked

    with CaptureQueriesContext(connection) as queries:
        [found] = who.summarize(mapping, [category], on=ON)

    expected = {
        one.pk: classes.give(
            category,
            {rule.pk for rule in ranked if classes.fits(rule, values(one))},
            {"benefit_class": one.benefit_class_id},
        )
        for one in staff
    }
    assert len(queries) == 1, queries.captured_queries
    listed = who.listed(mapping, category, on=ON)
    assert {one.pk: one.given for one in listed} == {k: v.option for k, v in expected.items()}
    assert found.total == len(staff)
    assert found.unmapped == sum(one.source == Source.NONE for one in expected.values())
    assert found.options[104] == 1
    assert found.unreachable == {3: 2}
    assert sum(found.overlaps.values()) == sum(len(one.also) for one in expected.values())


def test_what_is_saved_is_read_with_its_links_and_default(mapping: Mapping) -> None:
    here = {"noyo_group": mapping.group.noyo_group, "carrier": mapping.carrier}
    one, other = CarrierOptionFactory.create_batch(2, **here)
    unit = BenefitClassFactory(group=mapping.group)
    UnitLinkFactory(mapping=mapping, option=one, benefit_class=unit, confirmed=True)
    UnitLinkFactory(mapping=mapping, option=other, division=DivisionFactory(group=mapping.group))
    rule = RuleConditionFactory(rule__mapping=mapping, rule__option=one).rule
    ClassRuleFactory(mapping=mapping, option=other, default=True)
    EmployeeFactory(group=mapping.group, benefit_class=unit)
    EmployeeFactory(group=mapping.group, job_title="Executive")
    EmployeeFactory(group=mapping.group)
    EmployeeFactory(group=mapping.group, termination_date=date(2026, 10, 31))

    [category] = who.categories(mapping)
    [found] = who.summarize(mapping, [category], on=ON)

    assert category.units == {("benefit_class", unit.pk): one.pk}
    assert [each.pk for each in category.ranked] == [rule.pk]
    assert found.options == {one.pk: 2, other.pk: 1}
    assert found.sources == {Source.UNIT: 1, Source.RULE: 1, Source.DEFAULT: 1}


def test_without_rules_everybody_gets_the_default(mapping: Mapping) -> None:
    EmployeeFactory.create_batch(2, group=mapping.group)

    [found] = who.summarize(mapping, [Category("bill_groups", default=5)], on=ON)

    assert found.options == {5: 2}
