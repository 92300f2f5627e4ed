"""What the employees of a group have, to choose from in rules: units, states and job titles."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from groups.models import Employee
from integrations.noyo import models
from integrations.noyo.links import UNIT_KINDS
from integrations.noyo.selectors import sources, who

MOST = 300
FIELDS = (*UNIT_KINDS, "location_state", "job_title")
"""Fields whose values are chosen; the others are numbers, days or a number of each employee."""


@dataclass(frozen=True)
class Offer:
    """A value that a rule may name, as it is called, and how many employees have it."""

    value: str
    label: str
    number: int


Offers = Mapping[str, Sequence[Offer]]


def values(mapping: models.Mapping, *, on: date) -> Offers:
    """What rules of a mapping can be about, by field: all units in use, and what employees have."""
    rows = who.employees(mapping, on=on).order_by()
    found: dict[str, Sequence[Offer]] = {}
    for kind, units in sources.units(mapping.group).items():
        counts = _counts(rows, f"{kind}_id")
        found[kind] = [Offer(one.code, _unit(one.code, one.name), counts[one.pk]) for one in units]
    for field in FIELDS[len(UNIT_KINDS) :]:
        found[field] = list(_told(rows, who.COLUMNS[field]))
    return found


def _unit(code: str, name: str) -> str:
    return f"{name} ({code})" if name and name != code else code


def _counts(rows: QuerySet[Employee], column: str) -> Counter[int]:
    return Counter(dict(rows.values_list(column).annotate(number=Count("pk"))))


def _told(rows: QuerySet[Employee], column: str) -> Iterator[Offer]:
    """Texts that employees have, the most frequent first; alike but for case they are one."""
    found: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    counted = rows.exclude(**{column: ""}).exclude(**{f"{column}__isnull": True})
    for text, number in counted.values_list(column).annotate(number=Count("pk")).order_by(column):
        key = text.strip().casefold()
        found[key] += number
        spelled.setdefault(key, text.strip())
    for key, number in found.most_common(MOST):
        if key:
            yield Offer(spelled[key], spelled[key], number)
