"""Who gets what in a large group: the preview beside the one statement that says the same."""

import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from bench import databases, results
from bench.results import Result
from groups.models import BenefitClass, EmployerGroup
from integrations.noyo.models import (
    CarrierOption,
    ClassRule,
    Mapping,
    NoyoCarrier,
    NoyoGroup,
    RuleCondition,
    UnitLink,
)
from integrations.noyo.selectors import who

NAME = "noyo"
TARGET = 3.0
SIZES = {"smoke": (500, 2), "quick": (20_000, 15), "full": (20_000, 41)}
START = date(2026, 1, 1)
EMPLOYEES = """
INSERT INTO groups_employee (
    group_id, first_name, last_name, job_title, salary, hire_date, benefit_class_id,
    created_at, updated_at
)
SELECT %(group)s, 'Ana', 'Lopez' || n,
    (ARRAY['Chief of staff', 'Sales clerk', 'Welder', 'Driver', 'Sales manager'])[1 + n %% 5],
    30000 + n %% 90000, DATE '2010-01-01' + n %% 5000,
    (%(classes)s::bigint[])[1 + n %% 4], now(), now()
FROM generate_series(1, %(number)s) AS n
"""
# What the rules below say, by hand.
STATEMENT = """
SELECT CASE
    WHEN UPPER(job_title) LIKE 'CHIEF%%' THEN %(first)s
    WHEN UPPER(job_title) LIKE '%%SALES%%' AND salary > 60000 THEN %(second)s
    WHEN hire_date < '2015-01-01' THEN %(third)s
    WHEN benefit_class_id = %(unit)s THEN %(second)s
    ELSE %(first)s END AS given, count(*)
FROM groups_employee
WHERE group_id = %(group)s AND (termination_date IS NULL OR termination_date >= %(on)s)
GROUP BY given
"""


def run(scale: str) -> Iterator[Result]:
    """Fill a group, check that both say the same, then measure them in turn."""
    number, rounds = SIZES[scale]
    databases.prepare()
    mapping, given = _fill(number)
    on = timezone.localdate()

    def ours() -> dict[int, int]:
        [found] = who.summarize(mapping, who.categories(mapping), on=on)
        return dict(found.options)

    def theirs() -> dict[int, int]:
        with connection.cursor() as cursor:
            cursor.execute(STATEMENT, {**given, "on": on})
            return dict(cursor.fetchall())

    if ours() != theirs():
        msg = "the preview and the statement differ"
        raise RuntimeError(msg)
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(rounds):
        times["ours"].append(_timed(ours))
        times["theirs"].append(_timed(theirs))
    yield results.compare(
        NAME,
        f"who gets what of {number:,} employees",
        value=min(times["ours"]),
        unit="ms",
        baseline=min(times["theirs"]),
        baseline_name="one SQL statement",
        at_most=TARGET if scale != "smoke" else None,
    )


def _timed(work: Callable[[], Any]) -> float:
    begins = time.perf_counter()
    work()
    return (time.perf_counter() - begins) * 1_000


def _fill(number: int) -> tuple[Mapping, dict[str, Any]]:
    """The group with its rules, and the keys that the statement takes."""
    at = timezone.now()
    group = EmployerGroup.objects.create(name="Prairie Millworks")
    carrier = NoyoCarrier.objects.create(noyo_id="carrier", name="Prairie Mutual")
    noyo_group = NoyoGroup.objects.create(noyo_id="group", name=group.name, group=group, seen_at=at)
    units = [BenefitClass.objects.create(group=group, code=code, name=code) for code in "ABCD"]
    options = [
        CarrierOption.objects.create(
            noyo_group=noyo_group, carrier=carrier, category="benefit_classes", key=key, label=key,
            first_seen_at=at, seen_at=at,
        )
        for key in ("0001", "0002", "0003")
    ]  # fmt: skip
    mapping = Mapping.objects.create(group=group, carrier=carrier, start_date=START)
    tests: list[list[tuple[str, str, str]]] = [
        [("job_title", "begins_with", "chief")],
        [("job_title", "contains", "sales"), ("salary", "greater_than", "60000")],
        [("hire_date", "less_than", "2015-01-01")],
    ]
    here = {"mapping": mapping, "category": "benefit_classes"}
    for rank, conditions in enumerate(tests):
        rule = ClassRule.objects.create(
            name=f"Rule {rank}", option=options[rank], rank=rank, **here
        )
        for place, (field, operator, value) in enumerate(conditions):
            RuleCondition.objects.create(
                rule=rule, place=place, field=field, operator=operator, values=[value]
            )
    UnitLink.objects.create(benefit_class=units[1], option=options[1], state="confirmed", **here)
    ClassRule.objects.create(name="Others", option=options[0], is_default=True, **here)
    with connection.cursor() as cursor:
        cursor.execute(
            EMPLOYEES,
            {"group": group.pk, "classes": [one.pk for one in units], "number": number},
        )
        cursor.execute("ANALYZE groups_employee")
    given = {
        "first": options[0].pk, "second": options[1].pk, "third": options[2].pk,
        "unit": units[1].pk, "group": group.pk,
    }  # fmt: skip
    return mapping, given
