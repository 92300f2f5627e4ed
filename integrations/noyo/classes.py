"""Who gets which option of a carrier's category: ranked rules, then units, then the default. Pure.

The first active rule by rank that fits decides, else the option that the employee's class, division
or location is linked with, else the default. Texts compare without regard to case.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

NUMBERS, DAYS = frozenset({"salary"}), frozenset({"hire_date"})
COMPARING = frozenset({"greater_than", "less_than", "between"})
LISTS = frozenset({"is_one_of", "is_not_one_of"})
NEGATIVE = {"is_not": "is", "is_not_one_of": "is_one_of"}
TEXT_ONLY = frozenset({"begins_with", "ends_with", "contains"})
Value = str | Decimal | date | None


class InvalidConditionError(ValueError):
    """A value that the field or the operator cannot be compared with: the code names why."""


@dataclass(frozen=True)
class Condition:
    """One test: a field of the employee, an operator and texts. See ``models.RuleCondition``."""

    field: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """A ranked rule; without conditions it fits nobody."""

    pk: int
    option: int
    rank: int
    joins: str = "AND"
    conditions: tuple[Condition, ...] = ()
    is_active: bool = True


@dataclass(frozen=True)
class Category:
    """How one category of a carrier's account structure is given out.

    ``units`` are linked options by kind of unit and its key.
    """

    name: str
    rules: tuple[Rule, ...] = ()
    default: int | None = None
    units: Mapping[tuple[str, int], int] = field(default_factory=dict)

    @property
    def ranked(self) -> list[Rule]:
        """The rules that are asked, in order."""
        return sorted(
            (one for one in self.rules if one.is_active and one.conditions),
            key=lambda one: (one.rank, one.pk),
        )


class Source(StrEnum):
    """What gave somebody an option."""

    RULE = "rule"
    UNIT = "unit"
    DEFAULT = "default"
    NONE = "none"


@dataclass(frozen=True)
class Given:
    """The option that somebody gets, and why; ``also`` are later rules that would give another."""

    option: int | None
    source: Source
    rule: int | None = None
    also: tuple[int, ...] = ()


def read(field_name: str, text: str) -> Value:
    """A condition's text as the field has it.

    Raises:
        InvalidConditionError: not an amount, or not a date.
    """
    try:
        if field_name in NUMBERS:
            return Decimal(text.replace(",", "").replace("$", "").strip())
        if field_name in DAYS:
            return date.fromisoformat(text.strip())
    except (InvalidOperation, ValueError) as error:
        raise InvalidConditionError("amount" if field_name in NUMBERS else "date") from error
    return text.strip()


def check(condition: Condition) -> None:
    """Refuse what cannot be compared.

    Raises:
        InvalidConditionError: no value, too many, not readable, or an operator of another kind.
    """
    is_text = condition.field not in NUMBERS | DAYS
    if (condition.operator in COMPARING and is_text) or (
        condition.operator in TEXT_ONLY and not is_text
    ):
        raise InvalidConditionError("operator")
    wanted = 2 if condition.operator == "between" else 1
    values = [one for one in condition.values if one.strip()]
    if len(values) < wanted or (condition.operator not in LISTS and len(values) != wanted):
        raise InvalidConditionError("number")
    for value in values:
        read(condition.field, value)


def fits(rule: Rule, employee: Mapping[str, Value]) -> bool:
    """Whether a rule's conditions hold for an employee's values by field name."""
    found = [holds(one, employee.get(one.field)) for one in rule.conditions]
    return bool(found) and (all(found) if rule.joins == "AND" else any(found))


def holds(condition: Condition, value: Value) -> bool:
    """Whether one condition holds; what is blank is not anything, and neither more nor less."""
    if condition.operator in NEGATIVE:
        positive = Condition(condition.field, NEGATIVE[condition.operator], condition.values)
        return not holds(positive, value)
    if value is None or value == "":
        return False
    wanted = [read(condition.field, text) for text in condition.values]
    if condition.operator in ("is", "is_one_of"):
        return any(_folded(value) == _folded(one) for one in wanted)
    if condition.operator in COMPARING:
        return _compare(condition.operator, value, wanted)
    text, part = str(_folded(value)), str(_folded(wanted[0]))
    return {
        "begins_with": text.startswith, "ends_with": text.endswith, "contains": text.__contains__,
    }[condition.operator](part)  # fmt: skip


def _compare(operator: str, value: Value, wanted: Sequence[Value]) -> bool:
    first = wanted[0]
    if operator == "greater_than":
        return value > first  # type: ignore[operator]
    if operator == "less_than":
        return value < first  # type: ignore[operator]
    return first <= value <= wanted[1]  # type: ignore[operator]


def _folded(value: Value) -> Value:
    return value.upper() if isinstance(value, str) else value


def give(category: Category, fitting: Iterable[int], units: Mapping[str, int | None]) -> Given:
    """What somebody gets of a category, by the keys of all rules that fit and their units."""
    fit = set(fitting)
    rules = [one for one in category.ranked if one.pk in fit]
    if rules:
        first = rules[0]
        also = tuple(one.pk for one in rules[1:] if one.option != first.option)
        return Given(first.option, Source.RULE, first.pk, also)
    for kind in ("benefit_class", "division", "location"):
        pk = units.get(kind)
        if pk is not None and (kind, pk) in category.units:
            return Given(category.units[kind, pk], Source.UNIT)
    if category.default is not None:
        return Given(category.default, Source.DEFAULT)
    return Given(None, Source.NONE)


def unreachable(category: Category) -> dict[int, int | None]:
    """Rules that can never decide, with the earlier rule that always does; None: they contradict.

    Found in the rules alone: equal, narrower than an earlier one, or never true.
    """
    found: dict[int, int | None] = {}
    earlier: list[Rule] = []
    for rule in category.ranked:
        if _is_contradiction(rule):
            found[rule.pk] = None
            continue
        cover = next((one for one in earlier if _covers(one, rule)), None)
        if cover is not None:
            found[rule.pk] = cover.pk
        else:
            earlier.append(rule)
    return found


def _covers(broad: Rule, narrow: Rule) -> bool:
    """Whether everybody whom ``narrow`` fits fits ``broad`` as well, as far as one can see."""
    ways = [[one] for one in narrow.conditions] if narrow.joins == "OR" else [narrow.conditions]
    return all(_implies(way, broad) for way in ways)


def _implies(held: Sequence[Condition], broad: Rule) -> bool:
    tests = [any(_within(one, wanted) for one in held) for wanted in broad.conditions]
    return all(tests) if broad.joins == "AND" else any(tests)


def _within(one: Condition, wanted: Condition) -> bool:
    """Whether a condition is the other, or a narrower list of it."""
    if one.field != wanted.field:
        return False
    ones, others = ({v.strip().upper() for v in c.values} for c in (one, wanted))
    if one.operator == wanted.operator and ones == others:
        return True
    positive = {"is", "is_one_of"}
    if one.operator in positive:
        if wanted.operator in positive:
            return ones <= others
        return wanted.operator in NEGATIVE and not ones & others
    return one.operator in NEGATIVE and wanted.operator in NEGATIVE and others <= ones


def _is_contradiction(rule: Rule) -> bool:
    """Whether all of the conditions ask one field to be two different things."""
    if rule.joins != "AND":
        return False
    allowed: dict[str, set[str]] = {}
    for one in rule.conditions:
        values = {value.strip().upper() for value in one.values}
        if one.operator in ("is", "is_one_of"):
            allowed[one.field] = allowed.get(one.field, values) & values
    for one in rule.conditions:
        if one.operator in NEGATIVE and one.field in allowed:
            allowed[one.field] -= {value.strip().upper() for value in one.values}
    return any(not values for values in allowed.values())
