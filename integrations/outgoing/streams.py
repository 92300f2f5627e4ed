"""A page of each stream: the changes of the history, rows added in bulk, and signals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import QuerySet

from agencyhub.records.models import Change, InsertedRange
from integrations.outgoing.found import Found, names_of
from integrations.outgoing.kinds import (
    CREATED,
    DELETED,
    KINDS,
    MERGED,
    PARTS,
    RISK,
    UPDATED,
    Kind,
    Part,
    table,
)
from integrations.outgoing.models import Event, Position, Signal
from policies.models import Risk

VERBS = {
    Change.Action.INSERT: CREATED,
    Change.Action.UPDATE: UPDATED,
    Change.Action.DELETE: DELETED,
}
# Names of columns and keys of records; nothing else of a row leaves the database.
_CHANGES = """
SELECT id, batch_id, table_name, record_id, action, changed_at,
    CASE WHEN action = 'update' THEN ARRAY(SELECT jsonb_object_keys(after)) ELSE '{}' END
        AS columns,
    CASE table_name {parents} END::bigint AS parent,
    (after ->> 'closed_at') IS NOT NULL AS is_closed
FROM records_change
WHERE id > %s AND id <= %s AND table_name = ANY(%s)
ORDER BY id LIMIT %s
"""


@dataclass(frozen=True)
class Page:
    """What was found, and where to go on."""

    found: list[Found]
    cursor: int
    within: int = 0


@dataclass(frozen=True)
class Row:
    """A change as far as it is looked at."""

    pk: int
    batch_id: int | None
    table_name: str
    record_id: int
    action: str
    changed_at: Any
    columns: list[str]
    parent: int | None
    is_closed: bool


@cache
def _records() -> Mapping[str, Kind]:
    return {table(kind.label): kind for kind in KINDS.values()}


@cache
def _parts() -> Mapping[str, Part]:
    return {table(part.label): part for part in PARTS}


@cache
def _statement() -> str:
    columns = {table(part.label): part.column for part in PARTS}
    columns |= {table(RISK): "policy_id", table(MERGED): "survivor_id"}
    parents = " ".join(
        f"WHEN '{name}' THEN COALESCE(after ->> '{column}', before ->> '{column}')"
        for name, column in columns.items()
    )
    return _CHANGES.replace("{parents}", parents)


def changes(position: Position, most: int) -> Page:
    """A page of the history's changes."""
    tables = [*_records(), *_parts(), table(RISK), table(MERGED)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [position.cursor, position.mark, tables, most])
        rows = [Row(*row) for row in cursor.fetchall()]
    parents = _parents_of(rows)
    found = [one for row in rows if (one := _found(row, parents)) is not None]
    return Page(found, rows[-1].pk if len(rows) == most else position.mark)


def _parents_of(rows: Iterable[Row]) -> dict[tuple[str, int], int]:
    """The records that changed parts belong to, where the change itself does not say it."""
    labels = _parts()
    missing: dict[str, set[int]] = {}
    for row in rows:
        if row.parent is None and (row.table_name in labels or row.table_name == table(RISK)):
            missing.setdefault(row.table_name, set()).add(row.record_id)
    known: dict[tuple[str, int], int] = {}
    for name, pks in missing.items():
        part = labels.get(name)
        model: Any = Risk if part is None else _model(part)
        column = "policy_id" if part is None else part.column
        pairs: QuerySet[Any, Any] = model.objects.filter(pk__in=pks).values_list("pk", column)
        known |= {(name, pk): parent for pk, parent in pairs}
    return known


def _model(part: Part) -> Any:
    return apps.get_model(part.label)


def _found(row: Row, parents: Mapping[tuple[str, int], int]) -> Found | None:
    common: dict[str, Any] = {
        "occurred_at": row.changed_at,
        "source": Event.Source.CHANGE,
        "source_id": row.pk,
        "batch_id": row.batch_id,
    }
    kind = _records().get(row.table_name)
    if kind is not None:
        changed = names_of(row.table_name, row.columns)
        if row.action == Change.Action.UPDATE and not changed:
            return None
        verb = VERBS[Change.Action(row.action)]
        return Found(kind.key, verb, row.record_id, changed=changed, **common)
    parent = row.parent or parents.get((row.table_name, row.record_id))
    if parent is None:  # the part is gone by now, and its removal will be read as well
        return None
    if row.table_name == table(MERGED):
        is_new = row.action == Change.Action.INSERT
        return (
            Found("individual", "merged", row.record_id, through=parent, **common)
            if is_new
            else None
        )
    if row.table_name == table(RISK):
        return _risk(row, parent, common)
    part = _parts()[row.table_name]
    return Found(part.kind, UPDATED, parent, changed=(part.field,), **common)


def _risk(row: Row, policy_id: int, common: Mapping[str, Any]) -> Found | None:
    """Opened, closed, or opened again by who takes an outcome back."""
    if row.action == Change.Action.INSERT:
        return Found("policy", "at_risk_opened", policy_id, **common)
    if "closed_at" not in row.columns:
        return None
    verb = "at_risk_closed" if row.is_closed else "at_risk_opened"
    return Found("policy", verb, policy_id, **common)


def ranges(position: Position, most: int) -> Page:
    """The rows of one range that was added in bulk, or a page of them."""
    rows = InsertedRange.objects.select_related("batch").filter(
        pk__gt=position.cursor, pk__lte=position.mark, table_name__in=_records()
    )
    one = rows.order_by("pk").first()
    if one is None:
        return Page([], position.mark)
    first = max(one.first_id, position.within + 1)
    last = min(one.last_id, first + most - 1)
    kind = _records()[one.table_name]
    found = [
        Found(
            kind.key,
            CREATED,
            pk,
            one.batch.created_at,
            Event.Source.RANGE,
            one.pk,
            batch_id=one.batch_id,
        )
        for pk in range(first, last + 1)
    ]
    is_done = last == one.last_id
    return Page(found, one.pk if is_done else one.pk - 1, 0 if is_done else last)


def signals(position: Position, most: int) -> Page:
    """A page of what happened to EOI requests and imports."""
    rows = Signal.objects.filter(pk__gt=position.cursor, pk__lte=position.mark).order_by("pk")
    page = list(rows[:most])
    found = []
    for row in page:
        changed = names_of(row.table_name, row.columns)
        if row.verb == UPDATED and not changed:
            continue
        found.append(
            Found(
                _records()[row.table_name].key,
                row.verb,
                row.record_id,
                row.changed_at,
                Event.Source.SIGNAL,
                row.pk,
                batch_id=row.batch_id,
                changed=changed,
            )
        )
    return Page(found, page[-1].pk if len(page) == most else position.mark)
