"""Statement-level triggers that write each row's change into the history (ADR 0002).

Where the session says ``agencyhub.bulk = on``, rows that come and go are not written one by one:
``records.bulk`` notes them as ranges.
"""
# ruff: noqa: S608 - the statements are made of constants

import pgtrigger

from agencyhub.lib import guards

NEW = "new_rows"
OLD = "old_rows"
MANY = guards.MANY
_INTO = (
    "INSERT INTO records_change"
    " (batch_id, table_name, record_id, individual_id, action, before, after, changed_at) "
)


def unless_set(setting: str) -> str:
    """The beginning of a trigger that does nothing while a session's setting is on."""
    return f"IF current_setting('{setting}', true) = 'on' THEN RETURN NULL; END IF; "


_UNLESS_BULK = unless_set("agencyhub.bulk")
_BATCH = "NULLIF(current_setting('agencyhub.batch_id', true), '')::bigint"
# Each row is turned into JSON once, which "OFFSET 0" keeps the planner from taking apart: once for
# each column took a millisecond a row.
_DIFFERENCE = (
    "LATERAL (SELECT jsonb_object_agg(was.key, was.value) AS before,"
    " jsonb_object_agg(was.key, pair.is_now -> was.key) AS after"
    " FROM jsonb_each(pair.was) AS was"
    " WHERE pair.is_now -> was.key IS DISTINCT FROM was.value) AS difference"
)


def history(individual: str | None = None, *, unless: str = "") -> list[pgtrigger.Trigger]:
    """Triggers that record every insert, update and delete of a model's table.

    ``individual`` is the column that says on whose timeline the change belongs. Updates are not
    written while the session's setting ``unless`` is on: for what is derived from other records.
    """

    def whose(row: str) -> str:
        return f"{row}.{individual}" if individual else "NULL::bigint"

    inserted = (
        f"{_UNLESS_BULK}{_INTO} SELECT {_BATCH}, TG_TABLE_NAME, n.id, {whose('n')},"
        f" 'insert', NULL, to_jsonb(n), now() FROM {NEW} AS n; RETURN NULL;"
    )
    deleted = (
        f"{_UNLESS_BULK}{_INTO} SELECT {_BATCH}, TG_TABLE_NAME, o.id, {whose('o')},"
        f" 'delete', to_jsonb(o), NULL, now() FROM {OLD} AS o; RETURN NULL;"
    )

    def changed(table: str) -> str:
        return (
            f"{_INTO} SELECT {_BATCH}, {table}, pair.id, pair.individual_id, 'update',"
            " difference.before, difference.after, now()"
            f" FROM (SELECT n.id, {whose('n')} AS individual_id, to_jsonb(o) AS was,"
            f" to_jsonb(n) AS is_now FROM {OLD} AS o JOIN {NEW} AS n USING (id)"
            f" WHERE o.* IS DISTINCT FROM n.* OFFSET 0) AS pair, {_DIFFERENCE}"
        )

    updated = (
        f"{unless_set(unless) if unless else ''}"
        f"IF (SELECT count(*) >= {MANY} FROM {NEW}) THEN {planned_anew(changed('$1'))}"
        f" USING TG_TABLE_NAME; ELSE {changed('TG_TABLE_NAME')}; END IF; RETURN NULL;"
    )
    return [
        _trigger("history_insert", pgtrigger.Insert, inserted, new=True, of=individual),
        _trigger("history_update", pgtrigger.Update, updated, new=True, old=True, of=individual),
        _trigger("history_delete", pgtrigger.Delete, deleted, old=True, of=individual),
    ]


def planned_anew(statement: str) -> str:
    """Wrap a statement of a trigger, so that it is planned for the rows it is about to meet.

    A session keeps the plan of a trigger's statement: one made for a row suits no thousand.
    """
    return f"EXECUTE $many${statement}$many$"


class HistoryTrigger(pgtrigger.Trigger):
    """A trigger that knows which column says whose timeline its rows belong to."""

    individual: str | None = None


def _trigger(
    name: str,
    operation: pgtrigger.Operation,
    body: str,
    *,
    new: bool = False,
    old: bool = False,
    of: str | None,
) -> HistoryTrigger:
    trigger = HistoryTrigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(new=NEW if new else None, old=OLD if old else None),
        func=body,
    )
    trigger.individual = of
    return trigger
