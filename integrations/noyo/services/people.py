"""Reading the members of mapped groups and what they have, then linking and comparing them.

Noyo lists dependents for one employee at a time. So only families are asked for that are new or
changed, besides a seventh of all every night; and all of them, when somebody whom nobody knows is
covered.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils import timezone

from agencyhub.lib.crypto import blind_index
from groups.models.members import SSN_INDEX
from integrations.noyo import models
from integrations.noyo.changes import columns_of
from integrations.noyo.client import MissingError, Noyo
from integrations.noyo.models import CarrierCoverage, CarrierPlan, NoyoGroup, NoyoMember
from integrations.noyo.services import differences, members, tracking
from integrations.noyo.told import CoverageTold, MemberTold
from integrations.noyo.wire import read_coverage, read_member

Kind = NoyoMember.Kind
TAIL = 4
NIGHTS = 7
MEMBER = (
    "version", "custom_individual_id", "first_name", "last_name", "date_of_birth", "gender",
    "relationship", "employment_status", "hire_date", "job_title",
)  # fmt: skip
COVERAGE = ("version", "line", "status", "effective_date", "termination_date")
FIELDS = {
    "employee_of_id": "employee_of", "member_id": "member", "carrier_plan_id": "carrier_plan",
}  # fmt: skip
Columns = dict[str, Any]


def pull_people(*, noyo: Noyo, group: NoyoGroup, at: datetime) -> None:
    """Read members and coverages of a group that has a mapping; others are left alone.

    Raises the errors of ``Noyo``; what pages brought before stays, and nobody is gone then.
    """
    is_mapped = models.Mapping.objects.filter(group=group.group_id).exists()
    if group.group_id is None or not is_mapped:
        return
    reading = _Reading(noyo, group, at)
    reading.employees()
    reading.coverages()
    reading.mark_gone()
    members.link_members(noyo_group=group)
    differences.compare(noyo_group=group, at=at, on=timezone.localdate(at))
    # A group that the Tracking API does not know has no differences there.
    with suppress(MissingError):
        tracking.take(noyo=noyo, group=group, at=at)


class _Reading:
    """One reading of a group's people, page by page."""

    def __init__(self, noyo: Noyo, group: NoyoGroup, at: datetime) -> None:
        self._noyo, self._group, self._at = noyo, group, at
        self._path = f"/groups/{group.noyo_id}"
        self._asked: set[int] = set()

    def employees(self) -> None:
        """All employees, and the families that are due."""
        for page in self._noyo.pages(f"{self._path}/employees"):
            changed = self._store_members([read_member(row) for row in page])
            due = [
                row
                for row in self._rows(NoyoMember, [row["id"] for row in page])
                if row.noyo_id in changed or row.pk % NIGHTS == self._at.toordinal() % NIGHTS
            ]
            self._ask_for_dependents(due)

    def coverages(self) -> None:
        """All coverages; where one is of an unknown dependent, all families are asked for."""
        plans = dict(
            CarrierPlan.objects.filter(noyo_group=self._group).values_list("noyo_id", "pk")
        )
        unknown: list[CoverageTold] = []
        for page in self._noyo.pages(f"{self._path}/individual_enrollments"):
            unknown += self._store_coverages([read_coverage(row) for row in page], plans)
        if unknown:
            employees = NoyoMember.objects.filter(
                noyo_group=self._group, kind=Kind.EMPLOYEE, seen_at=self._at
            )
            self._ask_for_dependents(employees.exclude(pk__in=self._asked))
            self._store_coverages(unknown, plans)

    def mark_gone(self) -> None:
        """Who and what Noyo did not name this time. Families not asked for stay as they are."""
        people = NoyoMember.objects.filter(noyo_group=self._group, gone_at=None)
        unseen = people.exclude(seen_at=self._at)
        unseen.filter(kind=Kind.EMPLOYEE).update(gone_at=self._at)
        lost = Q(employee_of__in=self._asked) | Q(employee_of__gone_at__isnull=False)
        unseen.filter(lost, kind=Kind.DEPENDENT).update(gone_at=self._at)
        coverages = CarrierCoverage.objects.filter(member__noyo_group=self._group, gone_at=None)
        coverages.exclude(seen_at=self._at).update(gone_at=self._at)

    def _ask_for_dependents(self, employees: Iterable[NoyoMember]) -> None:
        for employee in employees:
            self._asked.add(employee.pk)
            for page in self._noyo.pages(f"/employees/{employee.noyo_id}/dependents"):
                self._store_members([read_member(row) for row in page], employee=employee)

    def _store_members(
        self, told: Sequence[MemberTold], employee: NoyoMember | None = None
    ) -> set[str]:
        columns = {
            one.noyo_id: _member(one) | {"employee_of_id": employee and employee.pk} for one in told
        }
        kind = Kind.DEPENDENT if employee else Kind.EMPLOYEE
        return self._write(NoyoMember, columns, {"noyo_group_id": self._group.pk, "kind": kind})

    def _store_coverages(
        self, told: Sequence[CoverageTold], plans: Mapping[str, int]
    ) -> list[CoverageTold]:
        """Store what known people have; answer with the rest."""
        people = {row.noyo_id: row for row in self._rows(NoyoMember, [x.member_id for x in told])}
        columns = {
            one.noyo_id: {name: getattr(one, name) for name in COVERAGE}
            | {
                "member_id": people[one.member_id].pk,
                "carrier_plan_id": plans.get(one.plan_id),
                "volume": _volume(one.volume),
            }
            for one in told
            if one.member_id in people
        }
        self._write(CarrierCoverage, columns, {})
        return [one for one in told if one.member_id not in people]

    def _rows(self, model: type[NoyoMember], noyo_ids: Iterable[str]) -> list[NoyoMember]:
        return list(model.objects.filter(noyo_group=self._group, noyo_id__in=list(noyo_ids)))

    def _write(self, model: Any, columns: Mapping[str, Columns], fixed: Columns) -> set[str]:
        """Write the rows that are new or other and answer with their IDs; mark all as seen."""
        rows = model.objects.filter(noyo_id__in=list(columns))
        known = {row.noyo_id: row for row in rows if row.gone_at is None}
        changed = {
            noyo_id
            for noyo_id, values in columns.items()
            if noyo_id not in known or columns_of(known[noyo_id], values) != values
        }
        rows.exclude(noyo_id__in=changed).update(seen_at=self._at)
        names = [FIELDS.get(name, name) for name in _names(columns)]
        if not changed:
            return changed
        model.objects.bulk_create(
            [
                model(noyo_id=noyo_id, seen_at=self._at, **columns[noyo_id], **fixed)
                for noyo_id in sorted(changed)
            ],
            update_conflicts=True,
            unique_fields=["noyo_id"],
            update_fields=[*names, "seen_at", "gone_at"],
        )
        return changed


def _member(told: MemberTold) -> Columns:
    """A member's columns; of the SSN only what compares."""
    index = blind_index(told.ssn, purpose=SSN_INDEX) if told.ssn else None
    return {name: getattr(told, name) for name in MEMBER} | {
        "ssn_index": index,
        "ssn_tail": told.ssn[-TAIL:],
    }


def _names(columns: Mapping[str, Columns]) -> list[str]:
    return list(next(iter(columns.values()), {}))


def _volume(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
