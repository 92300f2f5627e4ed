"""What a migration may do while the release before it still runs (docs/migrations.md).

``problems_of`` reads operations, not SQL, and answers sentences. A migration that was looked at
says so itself: ``reviewed = {"rule": "why it is safe here"}`` in its class.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

CONTRACTS = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.DeleteModel,
    migrations.RenameModel,
    migrations.AlterModelTable,
)
CONCURRENT = (AddIndexConcurrently, RemoveIndexConcurrently)
LOCKING_SQL = (
    r"\bLOCK\s+TABLE\b",
    r"\bCREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)",
    r"\bDROP\s+INDEX\s+(?!CONCURRENTLY)",
    r"\b(VACUUM\s+FULL|CLUSTER|REINDEX\s+(?!.*CONCURRENTLY))\b",
    r"\bSET\s+NOT\s+NULL\b",
)
REMOVING_SQL = (r"\bDROP\s+(TABLE|COLUMN)\b", r"\bRENAME\s+(TO|COLUMN)\b")


def problems_of(migration: migrations.Migration, before: ProjectState | None = None) -> list[str]:
    """Sentences that name rule and operation; nothing for a migration that is safe or reviewed.

    With the models ``before`` it, changes of a field that the database does not see are let pass.
    """
    reviewed = getattr(migration, "reviewed", {})
    return [
        f"{migration.app_label}.{migration.name}: {rule}: {operation.describe()}"
        for rule, operation in _found(migration, before)
        if not str(reviewed.get(rule, "")).strip()
    ]


def _found(
    migration: migrations.Migration, before: ProjectState | None
) -> Iterator[tuple[str, Operation]]:
    made: set[str] = set()
    operations = list(_flat(migration.operations))
    for operation in operations:
        if isinstance(operation, migrations.CreateModel):
            made.add(operation.name_lower)
        if isinstance(operation, migrations.AlterField) and _is_unseen(
            operation, before, migration.app_label
        ):
            continue
        for rule in _rules(operation, made):
            yield rule, operation
    if migration.atomic and any(isinstance(one, CONCURRENT) for one in operations):
        yield "concurrent_in_transaction", operations[0]
    yield from _mixed(operations)


def _flat(operations: Any) -> Iterator[Operation]:
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from _flat(operation.database_operations)
        else:
            yield operation


def _rules(operation: Operation, made: set[str]) -> Iterator[str]:
    is_new = _table(operation) in made
    if isinstance(operation, CONTRACTS) and not is_new:
        yield "removes_what_old_code_reads"
    if isinstance(operation, migrations.AddField) and not is_new:
        yield from _added(operation.field)
    if isinstance(operation, migrations.AlterField) and not is_new:
        yield "rewrites_or_scans_a_column"
    is_index = isinstance(operation, migrations.AddIndex | migrations.RemoveIndex)
    if is_index and not is_new and not isinstance(operation, CONCURRENT):
        yield "index_not_concurrently"
    if isinstance(operation, migrations.AddConstraint) and not is_new:
        yield from _constrained(operation)
    if isinstance(operation, migrations.RunSQL):
        yield from _said(str(operation.sql))


def _is_unseen(operation: migrations.AlterField, before: ProjectState | None, app: str) -> bool:
    """Whether only words change: labels, help, choices."""
    model = before.models.get((app, operation.model_name_lower)) if before else None
    was = model.fields.get(operation.name) if model else None
    return was is not None and _stored(was) == _stored(operation.field)


def _stored(field: models.Field[Any, Any]) -> tuple[Any, ...]:
    _name, path, args, options = field.deconstruct()
    kept = {key: value for key, value in options.items() if key not in field.non_db_attrs}
    return path, args, kept


def _table(operation: Operation) -> str:
    name = getattr(operation, "model_name_lower", None) or getattr(operation, "name_lower", "")
    return str(name)


def _added(field: models.Field[Any, Any]) -> Iterator[str]:
    """Old code inserts rows without the column: the database has to fill it."""
    is_filled = field.null or field.has_db_default() or field.many_to_many or field.generated
    if not is_filled:
        yield "not_null_without_db_default"
    if field.generated:
        yield "rewrites_or_scans_a_column"
    if (field.db_index or field.unique) and not field.many_to_many:
        yield "index_not_concurrently"


def _constrained(operation: migrations.AddConstraint) -> Iterator[str]:
    if isinstance(operation.constraint, models.UniqueConstraint):
        yield "index_not_concurrently"
    elif not isinstance(operation, AddConstraintNotValid):
        yield "constraint_checked_under_lock"


def _said(text: str) -> Iterator[str]:
    if any(re.search(pattern, text, re.IGNORECASE) for pattern in REMOVING_SQL):
        yield "removes_what_old_code_reads"
    if any(re.search(pattern, text, re.IGNORECASE) for pattern in LOCKING_SQL):
        yield "locks_by_sql"


def _mixed(operations: list[Operation]) -> Iterator[tuple[str, Operation]]:
    """Data are moved apart from the schema: a long transaction keeps every lock it took."""
    moves = [one for one in operations if isinstance(one, migrations.RunPython)]
    schema = [
        one
        for one in operations
        if not isinstance(one, migrations.RunPython | migrations.RunSQL) and one.reduces_to_sql
    ]
    if moves and schema:
        yield "data_with_schema", moves[0]
