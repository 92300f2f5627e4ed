"""The work of an undo: one effect per row, compared with the row of today, and taken back."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import IntegrityError, connection
from django.utils.translation import gettext_noop
from psycopg import sql

from agencyhub.records import tables
from agencyhub.records.models import Batch, Change
from agencyhub.records.tables import CUSTOM, DOT, Table

Values = dict[str, Any]
Action = Change.Action
FOREIGN_KEY_VIOLATION = "23503"
PAGE = 20_000

# Each takes one parameter: a JSON list of payloads.
_DELETE = sql.SQL(
    "DELETE FROM {table} AS t USING jsonb_to_recordset(%s) AS p(id bigint) WHERE t.id = p.id"
)
_INSERT = sql.SQL(
    "INSERT INTO {table} ({columns})"
    " SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s)"
)
_UPDATE = sql.SQL(
    "UPDATE {table} AS t SET {parts} FROM jsonb_to_recordset(%s)"
    " AS p(id bigint, before jsonb, gone jsonb, kept jsonb) WHERE t.id = p.id"
)
_COLUMNS = sql.SQL(
    "({columns}) = (SELECT {columns} FROM jsonb_populate_record(NULL::{table}, p.before))"
)
_KEYS = sql.SQL("custom = (t.custom - ARRAY(SELECT jsonb_array_elements_text(p.gone))) || p.kept")


@dataclass(eq=False)
class Effect:
    """What a batch did to one row in the end.

    ``before`` is None for a row that it added, ``after`` for one that it removed. ``turn`` is the
    change that decides when the row is taken back: an added row goes after those that were added
    later, which may refer to it, whatever else was done to it.
    """

    table: str
    record_id: int
    turn: int = 0
    before: Values | None = None
    after: Values | None = None

    @property
    def name(self) -> str:
        return tables.row_name(self.table, self.record_id)


@dataclass(eq=False)
class Step:
    """One row's way back. Steps of one ``statement`` run together: it takes a list of payloads."""

    effect: Effect
    statement: sql.Composed
    payload: Values

    def refusal(self, error: IntegrityError) -> str:
        """Say in words why the row stays as it is."""
        diagnosis = getattr(error.__cause__, "diag", None)
        if self.effect.before is None:
            other = tables.table_of(getattr(diagnosis, "table_name", "") or "")
            nouns = (
                str(other.model._meta.verbose_name_plural)
                if other
                else gettext_noop("other records")
            )
            return f"{self.effect.name} stays: {nouns} refer to it."
        if getattr(error.__cause__, "sqlstate", "") == FOREIGN_KEY_VIOLATION:
            return f"{self.effect.name} stays: a record it refers to was removed since."
        rule = (getattr(diagnosis, "constraint_name", "") or "").replace("_", " ")
        return f"{self.effect.name} stays: {rule or 'the database refused'}."


def run(steps: Iterable[Step]) -> None:
    """Execute steps in order, those of the same kind that follow each other in one statement.

    Raises:
        IntegrityError: the database refuses, for instance because other rows refer to a new one.
    """
    with connection.cursor() as cursor:
        for statement, alike in groupby(steps, key=lambda step: step.statement):
            payloads = [{"id": step.effect.record_id, **step.payload} for step in alike]
            cursor.execute(statement, [json.dumps(payloads)])


@dataclass
class Plan:
    """What to run, newest change first, and what stays, in words."""

    steps: list[Step] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def pages(batch: Batch) -> Iterator[list[Effect]]:
    """The effects of a batch in the order to take them back, so many at a time as fit in memory.

    A small batch comes as one page, newest change first. A large one goes kind by kind: what was
    added or changed with those that refer to others first, then what was removed the other way
    round.
    """
    if batch.changes.count() <= PAGE:
        yield net_effects(batch.changes.order_by("pk"))
        return
    names = batch.changes.order_by().values_list("table_name", flat=True).distinct()
    ordered = tables.referring_first(names)
    for name in ordered:
        yield from _pages_of(batch, name, lambda effect: effect.after is not None)
    for name in reversed(ordered):
        yield from _pages_of(batch, name, lambda effect: effect.after is None)


def _pages_of(
    batch: Batch, name: str, is_wanted: Callable[[Effect], bool]
) -> Iterator[list[Effect]]:
    changes = batch.changes.filter(table_name=name).order_by("record_id", "pk")
    page: list[Effect] = []
    rows = changes.iterator(chunk_size=PAGE)
    for _record_id, of_one_row in groupby(rows, key=lambda change: change.record_id):
        page += filter(is_wanted, net_effects(of_one_row))
        if len(page) >= PAGE:
            yield page
            page = []
    if page:
        yield page


def net_effects(changes: Iterable[Change]) -> list[Effect]:
    """Fold changes, oldest first, into one effect per row, in the order to take them back."""
    found: dict[tuple[str, int], Effect] = {}
    for change in changes:
        key = (change.table_name, change.record_id)
        _fold(found.setdefault(key, Effect(*key)), change)
    return sorted(found.values(), key=lambda effect: -effect.turn)


def _fold(effect: Effect, change: Change) -> None:
    """Add one more change: the earliest ``before`` and the latest ``after`` of a column count."""
    before, after = tables.flatten(change.before or {}), tables.flatten(change.after or {})
    columns = before.keys() | after.keys()
    if not effect.turn and change.action != Action.INSERT:
        effect.before = {}
    if not effect.turn or effect.before is not None:
        effect.turn = change.pk
    if effect.before is not None:
        effect.before = {**{name: before.get(name) for name in columns}, **effect.before}
    if change.action == Action.DELETE:
        effect.after = None
    else:
        effect.after = {**(effect.after or {}), **{name: after.get(name) for name in columns}}


def plan(effects: list[Effect]) -> Plan:
    """Compare each effect with the row of today, which stays locked until the transaction ends."""
    made = Plan()
    rows = _rows_of_today(effects)
    for effect in effects:
        table = tables.table_of(effect.table)
        if table is None:
            made.kept.append(f"{effect.name} stays: its kind of record no longer exists.")
            continue
        today = rows.get((effect.table, effect.record_id))
        if effect.before is None and effect.after is not None:
            _plan_removal(made, table, effect, today)
        elif effect.before is not None and effect.after is None:
            _plan_return(made, table, effect, today)
        elif effect.before is not None:
            _plan_restoring(made, table, effect, today)
    return made


def _rows_of_today(effects: list[Effect]) -> dict[tuple[str, int], Values]:
    wanted: dict[str, list[int]] = defaultdict(list)
    for effect in effects:
        if tables.table_of(effect.table):
            wanted[effect.table].append(effect.record_id)
    found: dict[tuple[str, int], Values] = {}
    for name in sorted(wanted):
        query = sql.SQL(
            "SELECT id, to_jsonb(t.*) FROM {} AS t WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
        ).format(sql.Identifier(name))
        with connection.cursor() as cursor:
            cursor.execute(query, [wanted[name]])
            for record_id, row in cursor.fetchall():
                found[name, record_id] = tables.flatten(json.loads(row))
    return found


def _plan_removal(made: Plan, table: Table, effect: Effect, today: Values | None) -> None:
    if today is None:
        return  # somebody removed it since: nothing is left to take back
    left = {
        **{column: None for column in today if column.startswith(CUSTOM + DOT)},
        **(effect.after or {}),
    }
    edited = _edited(table, left, today)
    if edited:
        made.kept.append(f"{effect.name} stays: {_words(table, edited)} edited since.")
        return
    delete = _DELETE.format(table=sql.Identifier(table.name))
    made.steps.append(Step(effect, delete, {}))


def _plan_return(made: Plan, table: Table, effect: Effect, today: Values | None) -> None:
    if today is not None:
        made.kept.append(f"{effect.name} stays: it was added again since.")
        return
    row = _unflatten(table, effect.before or {})
    names = [name for name in row if name in table.columns and name not in table.computed]
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in names)
    insert = _INSERT.format(table=sql.Identifier(table.name), columns=columns)
    made.steps.append(Step(effect, insert, row))


def _plan_restoring(made: Plan, table: Table, effect: Effect, today: Values | None) -> None:
    before, after = effect.before or {}, effect.after or {}
    meant = (before.keys() | after.keys()) - table.computed - table.touched
    changed = {
        column
        for column in meant
        if table.is_known(column) and before.get(column) != after.get(column)
    }
    if not changed:
        return
    if today is None:
        made.kept.append(f"{effect.name} was removed since.")
        return
    edited = _edited(table, {column: after.get(column) for column in changed}, today)
    groups = {table.group(column) for column in edited}
    restorable = {column for column in changed if table.group(column) not in groups}
    if edited:
        made.kept.append(f"{effect.name}: {_words(table, edited)} edited since.")
    if restorable:
        values = {column: before.get(column) for column in restorable}
        made.steps.append(_restoring(table, effect, values))


def _restoring(table: Table, effect: Effect, values: Values) -> Step:
    """Build the update: custom values one key at a time, so that later edits of others survive."""
    keys = {
        c.removeprefix(CUSTOM + DOT): v for c, v in values.items() if c.startswith(CUSTOM + DOT)
    }
    row = {column: value for column, value in values.items() if DOT not in column}
    name = sql.Identifier(table.name)
    parts: list[sql.Composable] = []
    if row:
        columns = sql.SQL(", ").join(sql.Identifier(column) for column in sorted(row))
        parts.append(_COLUMNS.format(table=name, columns=columns))
    if keys:
        parts.append(_KEYS)
    parts += [sql.SQL("{} = now()").format(sql.Identifier(one)) for one in sorted(table.touched)]
    update = _UPDATE.format(table=name, parts=sql.SQL(", ").join(parts))
    gone = [key for key, value in keys.items() if value is None]
    kept = {key: value for key, value in keys.items() if value is not None}
    return Step(effect, update, {"before": row, "gone": gone, "kept": kept})


def _edited(table: Table, expected: Mapping[str, Any], today: Values) -> list[str]:
    """Columns whose value is no longer what the batch left."""
    return sorted(
        column
        for column in expected
        if table.is_comparable(column) and today.get(column) != expected[column]
    )


def _words(table: Table, columns: list[str]) -> str:
    labels = list(dict.fromkeys(table.label(column) for column in columns))
    listed = ", ".join(
        label[:1].lower() + label[1:] if label[1:2].islower() else label for label in labels
    )
    return f"{listed} {'was' if len(labels) == 1 else 'were'}"


def _unflatten(table: Table, values: Values) -> Values:
    row = {column: value for column, value in values.items() if DOT not in column}
    if CUSTOM in table.columns:
        start = CUSTOM + DOT
        custom = {c.removeprefix(start): v for c, v in values.items() if c.startswith(start)}
        row[CUSTOM] = {key: value for key, value in custom.items() if value is not None}
    return row
