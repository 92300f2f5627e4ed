"""Storing what Noyo told of a group: rows of now, every version of before, and what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from integrations.noyo.changes import (
    Changes,
    FieldChange,
    column_changes,
    columns_of,
    content_changes,
)
from integrations.noyo.models import CarrierPlan, NoyoCarrier, NoyoGroup, PlanYear, Snapshot
from integrations.noyo.services.structures import store_configurations, store_options
from integrations.noyo.services.versions import Versions
from integrations.noyo.told import ConfigurationTold, PlanTold, PlanYearTold, Record

Kind = Snapshot.Kind
Columns = dict[str, Any]
PLAN_YEAR = (
    "version", "line", "status", "effective_date", "termination_date", "enrollment_start",
    "enrollment_end", "renewal_date",
)  # fmt: skip
PLAN = (
    "version", "plan_year_id", "line", "name", "code", "plan_type", "network", "metal_tier",
    "is_voluntary", "status", "effective_date", "termination_date", "member_types",
    "class_identifiers", "guaranteed_issue", "digest",
)  # fmt: skip


@dataclass(frozen=True)
class Pulled:
    """All that one reading of a group brought."""

    configurations: Sequence[ConfigurationTold]
    plans: Sequence[PlanTold]
    plan_years: Sequence[PlanYearTold]


@dataclass(frozen=True)
class _Stored:
    """What storing rows found, by Noyo's ID: the new ones, those that changed as they were, and
    those that are told no more."""

    new: set[str]
    before: dict[str, Columns]
    gone: set[str]


@dataclass(frozen=True)
class _Storing:
    """What every step of storing one reading needs."""

    group: NoyoGroup
    carriers: Mapping[str, NoyoCarrier]
    changes: Changes
    versions: Versions
    at: datetime

    def plan_years(self, told: Sequence[PlanYearTold]) -> None:
        stored = self._rows(PlanYear, {one.noyo_id: self._columns(one, PLAN_YEAR) for one in told})
        self.changes.plan_years |= stored.new | stored.before.keys()
        for one in told:
            if one.noyo_id in self.changes.plan_years:
                self._tell(Kind.PLAN_YEAR, one)
        self.versions.end(Kind.PLAN_YEAR, stored.gone)

    def plans(self, told: Sequence[PlanTold]) -> None:
        columns = {one.noyo_id: self._columns(one, PLAN) for one in told}
        stored = self._rows(CarrierPlan, columns)
        self.changes.new_plans |= stored.new
        self.changes.gone_plans |= stored.gone
        former = self.versions.now(Kind.PLAN, stored.before)
        for one in told:
            before = stored.before.get(one.noyo_id)
            if before is not None:
                self.changes.plans[one.noyo_id] = _plan_changes(
                    before, columns[one.noyo_id], former.get(one.noyo_id), one.content
                )
            if before is not None or one.noyo_id in stored.new:
                self._tell(Kind.PLAN, one)
        self.versions.end(Kind.PLAN, stored.gone)

    def _tell(self, kind: Snapshot.Kind, one: PlanTold | PlanYearTold) -> None:
        self.versions.tell(
            kind, one.noyo_id, version=one.version, content=one.content, digest=one.digest,
            effective_date=one.effective_date, termination_date=one.termination_date,
        )  # fmt: skip

    def _columns(self, one: PlanTold | PlanYearTold, names: Sequence[str]) -> Columns:
        found: Columns = {name: getattr(one, name) for name in names}
        return found | {"carrier_id": self.carriers[one.carrier_id].pk}

    def _rows(
        self, model: type[CarrierPlan] | type[PlanYear], columns: Mapping[str, Columns]
    ) -> _Stored:
        """Write the rows that changed; those that are told no more are gone, and may come back."""
        rows: QuerySet[Any] = model.objects.filter(noyo_group=self.group)
        known = {row.noyo_id: row for row in rows}
        new: set[str] = set()
        before: dict[str, Columns] = {}
        for noyo_id, values in columns.items():
            row = known.get(noyo_id)
            if row is None or row.gone_at is not None:
                new.add(noyo_id)
            elif (former := columns_of(row, values)) != values:
                before[noyo_id] = former
        gone = {one for one, row in known.items() if row.gone_at is None and one not in columns}
        if gone:
            rows.filter(noyo_id__in=gone).update(gone_at=self.at)
        rows.filter(gone_at=None).update(seen_at=self.at)
        self._write(model, {noyo_id: columns[noyo_id] for noyo_id in [*new, *before]})
        return _Stored(new, before, gone)

    def _write(
        self, model: type[CarrierPlan] | type[PlanYear], columns: Mapping[str, Columns]
    ) -> None:
        if not columns:
            return
        names = [name.replace("carrier_id", "carrier") for name in next(iter(columns.values()))]
        written: Any = [
            model(noyo_group=self.group, noyo_id=noyo_id, seen_at=self.at, **values)
            for noyo_id, values in columns.items()
        ]
        model.objects.bulk_create(
            written,
            update_conflicts=True,
            unique_fields=["noyo_id"],
            update_fields=["noyo_group", "seen_at", "gone_at", *names],
        )


def store(
    *, group: NoyoGroup, pulled: Pulled, carriers: Mapping[str, NoyoCarrier], at: datetime
) -> Changes:
    """Store a reading inside the caller's transaction; what is the same is only marked as seen.

    ``carriers`` are all that are named, by Noyo's IDs.
    """
    changes, versions = Changes(), Versions(group, at=at)
    storing = _Storing(group, carriers, changes, versions, at)
    storing.plan_years(pulled.plan_years)
    storing.plans(pulled.plans)
    told = pulled.configurations
    store_configurations(group=group, told=told, carriers=carriers, versions=versions, at=at)
    store_options(group=group, told=told, carriers=carriers, changes=changes, at=at)
    versions.keep()
    return changes


def _plan_changes(
    before: Columns, after: Columns, former: Record | None, content: Record
) -> list[FieldChange]:
    """What a person can see; a new version alone is a change as well, for links name it."""
    found = column_changes(before, after, but=("digest", "version"))
    if former is not None:
        found += content_changes(former, content)
    return found or column_changes(before, after, but=("digest",))
