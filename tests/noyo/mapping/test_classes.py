"""Rules of classes: conditions, who gets what, and rules that never decide."""

from datetime import date
from decimal import Decimal

import pytest

from integrations.noyo.classes import (
    Category,
    Condition,
    InvalidConditionError,
    Rule,
    Source,
    Value,
    check,
    fits,
    give,
    holds,
    unreachable,
)

EXECUTIVES, SALES, OTHERS = 1, 2, 3


def title(operator: str, *values: str) -> Condition:
    return Condition("job_title", operator, values)


@pytest.mark.parametrize(
    ("operator", "values", "value", "expected"),
    [
        ("is", ["CEO"], "ceo", True),
        ("is", ["CEO"], "CEO of sales", False),
        ("is", ["CEO"], "", False),
        ("is_not", ["CEO"], "CFO", True),
        ("is_not", ["CEO"], "ceo", False),
        ("is_not", ["CEO"], "", True),
        ("is_one_of", ["CEO", "CFO"], "cfo", True),
        ("is_one_of", ["CEO", "CFO"], "COO", False),
        ("is_not_one_of", ["CEO", "CFO"], "COO", True),
        ("is_not_one_of", ["CEO", "CFO"], "CEO", False),
        ("begins_with", ["Chief"], "chief of staff", True),
        ("begins_with", ["Chief"], "The chief", False),
        ("ends_with", ["manager"], "Sales Manager", True),
        ("contains", ["sales"], "Head of Sales, West", True),
        ("contains", ["sales"], "", False),
    ],
)
def test_texts(operator: str, values: list[str], value: Value, expected: bool) -> None:
    assert holds(title(operator, *values), value) is expected


@pytest.mark.parametrize(
    ("field", "operator", "values", "value", "expected"),
    [
        ("salary", "greater_than", ["60,000"], Decimal("60000.01"), True),
        ("salary", "greater_than", ["$60,000"], Decimal(60000), False),
        ("salary", "less_than", ["60000"], Decimal(59999), True),
        ("salary", "less_than", ["60000"], None, False),
        ("salary", "between", ["50000", "60000"], Decimal(60000), True),
        ("salary", "between", ["50000", "60000"], Decimal(60001), False),
        ("salary", "is", ["60000.00"], Decimal(60000), True),
        ("hire_date", "less_than", ["2020-01-01"], date(2019, 12, 31), True),
        ("hire_date", "between", ["2020-01-01", "2020-12-31"], date(2021, 1, 1), False),
    ],
)
def test_amounts_and_days(
    field: str, operator: str, values: list[str], value: Value, expected: bool
) -> None:
    assert holds(Condition(field, operator, tuple(values)), value) is expected


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        (title("is"), "number"),
        (title("is", "  "), "number"),
        (title("is", "CEO", "CFO"), "number"),
        (title("greater_than", "A"), "operator"),
        (Condition("salary", "contains", ("6",)), "operator"),
        (Condition("salary", "between", ("6",)), "number"),
        (Condition("salary", "is", ("much",)), "amount"),
        (Condition("hire_date", "is", ("13/01/2020",)), "date"),
    ],
)
def test_what_cannot_be_compared_is_refused(condition: Condition, why: str) -> None:
    with pytest.raises(InvalidConditionError, match=why):
        check(condition)


def test_all_of_and_any_of() -> None:
    conditions = (title("contains", "sales"), Condition("salary", "greater_than", ("90000",)))
    employee = {"job_title": "Sales clerk", "salary": Decimal(40_000)}

    assert not fits(Rule(1, EXECUTIVES, 1, "AND", conditions), employee)
    assert fits(Rule(1, EXECUTIVES, 1, "OR", conditions), employee)
    assert not fits(Rule(1, EXECUTIVES, 1), employee)


class TestGive:
    CATEGORY = Category(
        "benefit_classes",
        rules=(
            Rule(12, SALES, 2, conditions=(title("contains", "sales"),)),
            Rule(11, EXECUTIVES, 1, conditions=(title("begins_with", "Chief"),)),
            Rule(13, OTHERS, 0, conditions=(title("is", "x"),), is_active=False),
        ),
        default=OTHERS,
        units={("benefit_class", 7): SALES, ("division", 8): EXECUTIVES},
    )

    def test_the_first_rule_by_rank_decides_and_the_other_is_told(self) -> None:
        found = give(self.CATEGORY, {12, 11}, {})

        assert (found.option, found.source, found.rule, found.also) == (
            EXECUTIVES, Source.RULE, 11, (12,),
        )  # fmt: skip

    def test_rules_come_before_units_and_units_before_the_default(self) -> None:
        assert give(self.CATEGORY, {12}, {"division": 8}).option == SALES
        assert give(self.CATEGORY, (), {"division": 8}).source == Source.UNIT
        assert give(self.CATEGORY, (), {"division": 9}).source == Source.DEFAULT

    def test_the_class_comes_before_the_division(self) -> None:
        assert give(self.CATEGORY, (), {"benefit_class": 7, "division": 8}).option == SALES

    def test_an_inactive_rule_is_not_asked(self) -> None:
        assert give(self.CATEGORY, {13}, {}).source == Source.DEFAULT

    def test_without_a_default_somebody_gets_nothing(self) -> None:
        assert give(Category("benefit_classes"), (), {}).source == Source.NONE


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        ([title("is", "CEO")], [title("is", "ceo")], {2: 1}),
        ([title("is_one_of", "CEO", "CFO")], [title("is", "CFO")], {2: 1}),
        ([title("is", "CEO")], [title("is_one_of", "CEO", "CFO")], {}),
        (
            [title("is", "CEO")],
            [title("is", "CEO"), Condition("salary", "greater_than", ("1",))],
            {2: 1},
        ),
        ([title("is_not", "CEO")], [title("is", "CFO")], {2: 1}),
        ([title("contains", "sales")], [title("contains", "west")], {}),
        ([title("is", "CFO")], [title("is", "CEO"), title("is", "COO")], {2: None}),
        ([title("is", "CFO")], [title("is", "CEO"), title("is_not", "CEO")], {2: None}),
    ],
    ids=[
        "equal", "narrower", "broader", "one_more_test", "within_not", "unlike", "two_at_once",
        "is_and_is_not",
    ],
)  # fmt: skip
def test_rules_that_never_decide(
    earlier: list[Condition], later: list[Condition], expected: dict[int, int | None]
) -> None:
    rules = (
        Rule(1, EXECUTIVES, 1, conditions=tuple(earlier)),
        Rule(2, SALES, 2, conditions=tuple(later)),
    )

    assert unreachable(Category("benefit_classes", rules)) == expected
