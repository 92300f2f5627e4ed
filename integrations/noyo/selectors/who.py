"""Who gets what: every employee of a group and the option they get, worked out by PostgreSQL.

``classes`` says the same in Python; a test holds the two together.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Words
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import add, and_, or_
from typing import Any

from django.db.models import BigIntegerField, Case, Count, Q, QuerySet, Value, When

from groups.models import Employee
from integrations.noyo import classes
from integrations.noyo.classes import Category, Condition, Rule, Source
from integrations.noyo.links import unit_key
from integrations.noyo.models import ClassRule, Link, Mapping, UnitLink

# So many rules are counted in one column.
BITS = 60
# Employee's columns by the fields of conditions: units go by their codes.
COLUMNS = {
    "benefit_class": "benefit_class__code",
    "division": "division__code",
    "location": "location__code",
    "location_state": "location__state",
    "job_title": "job_title",
    "employee_number": "employee_number",
    "salary": "salary",
    "hire_date": "hire_date",
}


@dataclass(frozen=True)
class RuleCount:
    """A rule and how many it decides for, fits, and fits after an earlier one decided otherwise."""

    rule: int
    decides: int = 0
    fits: int = 0
    overlaps: int = 0


@dataclass(frozen=True)
class Summary:
    """Who gets what of one category, in numbers.

    ``options`` by key of the option, ``sources`` by ``classes.Source``; ``unmapped`` get nothing.
    ``unreachable`` are rules that can never decide, see ``classes.unreachable``; ``overlaps`` are
    pairs of rules, the earlier first, with the employees whom both fit with different options.
    """

    category: str
    total: int
    options: Words[int, int] = field(default_factory=dict)
    sources: Words[str, int] = field(default_factory=dict)
    rules: Words[int, RuleCount] = field(default_factory=dict)
    overlaps: Words[tuple[int, int], int] = field(default_factory=dict)
    unreachable: Words[int, int | None] = field(default_factory=dict)

    @property
    def unmapped(self) -> int:
        """How many get nothing."""
        return self.sources.get(Source.NONE, 0)


def categories(mapping: Mapping) -> list[Category]:
    """What is decided now in every category that has a rule or a confirmed link."""
    found: dict[str, dict[str, Any]] = {}
    rows = ClassRule.objects.filter(mapping=mapping).prefetch_related("conditions")
    for row in rows.order_by("category", "rank", "pk"):
        entry = found.setdefault(row.category, {"rules": [], "units": {}, "default": None})
        if row.is_default:
            entry["default"] = row.option_id if row.is_active else None
        else:
            entry["rules"].append(_rule(row))
    for link in UnitLink.objects.filter(mapping=mapping, state=Link.State.CONFIRMED):
        category, kind, unit = unit_key(link)
        entry = found.setdefault(category, {"rules": [], "units": {}, "default": None})
        entry["units"][kind, unit] = link.option_id
    return [
        Category(name, tuple(one["rules"]), one["default"], one["units"])
        for name, one in sorted(found.items())
    ]


def _rule(row: ClassRule) -> Rule:
    conditions = sorted(row.conditions.all(), key=lambda one: one.place)
    return Rule(
        pk=row.pk,
        option=row.option_id,
        rank=row.rank or 0,
        joins=row.joins,
        conditions=tuple(Condition(c.field, c.operator, tuple(c.values)) for c in conditions),
        is_active=row.is_active,
    )


def employees(mapping: Mapping, *, on: date) -> QuerySet[Employee]:
    """Those whom the mapping is for: with the group on a day, or since the plan year's first."""
    day = max(on, mapping.start_date)
    return Employee.objects.filter(
        Q(termination_date=None) | Q(termination_date__gte=day), group=mapping.group_id
    )


def summarize(mapping: Mapping, parts: Iterable[Category], *, on: date) -> list[Summary]:
    """Who gets what of each category, worked out in one statement for the whole group.

    ``parts`` may be drafts: nothing of them has to be saved.
    """
    wanted = list(parts)
    rules = [rule for one in wanted for rule in one.ranked]
    kinds = [
        kind for kind in ("benefit_class", "division", "location")
        if any(kind == unit for one in wanted for unit, _ in one.units)
    ]  # fmt: skip
    masks = {f"fits_{at}": _mask(rules[at : at + BITS]) for at in range(0, len(rules), BITS)}
    rows = employees(mapping, on=on).annotate(**masks)
    columns = [*masks, *(f"{kind}_id" for kind in kinds)]
    counted: Iterable[tuple[Any, ...]] = (
        rows.order_by().values_list(*columns).annotate(number=Count("*"))
        if columns
        else [(rows.count(),)]
    )
    tallies = {one.name: _Tally(one) for one in wanted}
    for row in counted:
        fitting = {
            rule.pk for place, rule in enumerate(rules) if row[place // BITS] >> place % BITS & 1
        }
        units = dict(zip(kinds, row[len(masks) : -1], strict=True))
        for one in wanted:
            tallies[one.name].add(fitting, units, row[-1])
    return [tally.summary() for tally in tallies.values()]


def _mask(rules: Sequence[Rule]) -> Any:
    """Which of some rules fit, a bit for each: one number to count employees by."""
    bits = (
        Case(
            When(matching(rule), then=Value(1 << place)),
            default=Value(0),
            output_field=BigIntegerField(),
        )
        for place, rule in enumerate(rules)
    )
    return reduce(add, bits)


class _Tally:
    def __init__(self, category: Category) -> None:
        self.category = category
        self.total = 0
        self.options: Counter[int] = Counter()
        self.sources: Counter[str] = Counter()
        self.decides: Counter[int] = Counter()
        self.fits: Counter[int] = Counter()
        self.overlaps: Counter[tuple[int, int]] = Counter()

    def add(self, fitting: set[int], units: Words[str, int | None], number: int) -> None:
        given = classes.give(self.category, fitting, units)
        self.total += number
        self.sources[given.source] += number
        if given.option is not None:
            self.options[given.option] += number
        for rule in self.category.ranked:
            if rule.pk in fitting:
                self.fits[rule.pk] += number
        if given.rule is not None:
            self.decides[given.rule] += number
            for later in given.also:
                self.overlaps[given.rule, later] += number

    def summary(self) -> Summary:
        later: Counter[int] = Counter()
        for (_, rule), number in self.overlaps.items():
            later[rule] += number
        return Summary(
            category=self.category.name,
            total=self.total,
            options=dict(self.options),
            sources=dict(self.sources),
            rules={
                one.pk: RuleCount(one.pk, self.decides[one.pk], self.fits[one.pk], later[one.pk])
                for one in self.category.rules
            },
            overlaps=dict(self.overlaps),
            unreachable=classes.unreachable(self.category),
        )


def listed(mapping: Mapping, category: Category, *, on: date) -> QuerySet[Any]:
    """The employees by name, each with ``given``: the key of the option they get, or None.

    Filter by it: ``given=None`` are the unmapped.
    """
    rows = employees(mapping, on=on).annotate(given=given(category))
    return rows.order_by("last_name_key", "first_name_key", "pk")


def given(category: Category) -> Case:
    """The key of the option that an employee gets of a category, as an expression."""
    whens = [When(matching(rule), then=Value(rule.option)) for rule in category.ranked]
    for kind in ("benefit_class", "division", "location"):
        by_option: dict[int, list[int]] = {}
        for (unit, pk), option in sorted(category.units.items()):
            if unit == kind:
                by_option.setdefault(option, []).append(pk)
        whens += [
            When(**{f"{kind}__in": pks}, then=Value(option)) for option, pks in by_option.items()
        ]
    return Case(*whens, default=Value(category.default), output_field=BigIntegerField())


def matching(rule: Rule) -> Q:
    """A rule's conditions over employees; without conditions it fits nobody."""
    tests = [_test(one) for one in rule.conditions]
    if not tests:
        return Q(pk__in=())
    return reduce(and_ if rule.joins == "AND" else or_, tests)


def _test(condition: Condition) -> Q:
    column = COLUMNS[condition.field]
    if condition.operator in classes.NEGATIVE:
        positive = Condition(
            condition.field, classes.NEGATIVE[condition.operator], condition.values
        )
        blank = Q(**{f"{column}__isnull": True})
        return blank | ~_test(positive)
    values = [classes.read(condition.field, text) for text in condition.values]
    return _positive(condition, column, values)


def _positive(condition: Condition, column: str, values: list[Any]) -> Q:
    is_text = condition.field not in classes.NUMBERS | classes.DAYS
    first = values[0]
    tests = {
        "greater_than": {f"{column}__gt": first},
        "less_than": {f"{column}__lt": first},
        "begins_with": {f"{column}__istartswith": first},
        "ends_with": {f"{column}__iendswith": first},
        "contains": {f"{column}__icontains": first},
    }
    if condition.operator in tests:
        return Q(**tests[condition.operator])
    if condition.operator == "between":
        return Q(**{f"{column}__gte": first, f"{column}__lte": values[1]})
    if is_text:
        return reduce(or_, (Q(**{f"{column}__iexact": one}) for one in values))
    return Q(**{f"{column}__in": values})
