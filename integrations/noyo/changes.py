"""What one reading of a group found otherwise than the reading before. Pure."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from integrations.noyo.reader import as_text

WITH_COLUMNS = {
    "effective_start_date", "effective_end_date", "line_of_coverage", "voluntary", "name", "code",
    "eligible_member_types", "eligible_member_type", "plan_configuration", "group_enrollment_id",
    "guaranteed_issue_rules", "plan_type", "network", "metal_tier", "status", "id", "carrier_id",
    "version", "created", "modified",
}  # fmt: skip
"""Fields of a plan that have a column of their own, or mean nothing."""


@dataclass(frozen=True)
class FieldChange:
    """One field of a plan or an option, before and after, as texts; "" is blank, or none."""

    field: str
    before: str
    after: str


@dataclass
class Changes:
    """What is new, other or gone; all of it blank when nothing changed.

    Plans and plan years go by Noyo's IDs, options by our keys, carriers by those of
    ``NoyoCarrier``. ``plan_years`` are new or changed ones. ``first_connection`` are the carriers
    that are connected since the last reading.
    """

    plans: dict[str, list[FieldChange]] = field(default_factory=dict)
    new_plans: set[str] = field(default_factory=set)
    gone_plans: set[str] = field(default_factory=set)
    options: dict[int, list[FieldChange]] = field(default_factory=dict)
    new_options: set[int] = field(default_factory=set)
    gone_options: set[int] = field(default_factory=set)
    plan_years: set[str] = field(default_factory=set)
    first_connection: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        """Whether there is anything to look at."""
        return any(vars(self).values())


def columns_of(row: object, names: Iterable[str]) -> dict[str, Any]:
    """Columns of a stored row by their names; the driver hands out views of bytes."""
    found = {name: getattr(row, name) for name in names}
    return {
        name: bytes(value) if isinstance(value, memoryview) else value
        for name, value in found.items()
    }


def column_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], *, but: Collection[str]
) -> list[FieldChange]:
    """The columns that differ, except some."""
    return [
        FieldChange(name, said(before.get(name)), said(value))
        for name, value in after.items()
        if name not in but and before.get(name) != value
    ]


def content_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    """The fields of a plan as told that differ and have no column: waiting periods, benefits."""
    names = sorted((before.keys() | after.keys()) - WITH_COLUMNS)
    return [
        FieldChange(name, said(before.get(name)), said(after.get(name)))
        for name in names
        if before.get(name) != after.get(name)
    ]


def said(value: Any) -> str:
    """A value in one text: days in ISO's form, lists with commas, objects as JSON."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
        return ", ".join(map(said, value))
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True) if value else ""
    return as_text(value)
