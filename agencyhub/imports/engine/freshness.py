"""Whether records were changed since a check: told by the journal and by snapshots.

A transaction that was open while the mark was made may commit changes with lower numbers later:
the snapshot tells these from what the check could see.
"""

from typing import Any

from django.db import connection, models

from agencyhub.imports.kinds import Kind

# As many entries of the journal may be written by transactions open at one time.
IN_FLIGHT = 10_000
_MARK = """
SELECT pg_current_snapshot()::text,
    (SELECT coalesce(max(id), 0) FROM records_change),
    (SELECT coalesce(max(id), 0) FROM records_insertedrange)
"""
# The row's transaction with the epoch that ``xmin`` leaves out.
_XID = """
(WITH seen AS (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS high)
 SELECT (CASE WHEN (high >> 32 << 32 | r.xmin::text::bigint) >= high
     THEN (high >> 32 << 32 | r.xmin::text::bigint) - 4294967296
     ELSE high >> 32 << 32 | r.xmin::text::bigint END) FROM seen)
"""
_CHANGED = f"""
SELECT EXISTS (
    SELECT 1 FROM records_change AS r
    WHERE r.id > %(change)s AND r.table_name = ANY(%(tables)s)
        AND (r.batch_id IS NULL OR r.batch_id IS DISTINCT FROM %(batch)s)
        AND NOT pg_visible_in_snapshot({_XID}::text::xid8, %(snapshot)s::pg_snapshot)
) OR EXISTS (
    SELECT 1 FROM records_insertedrange AS r
    WHERE r.id > %(range)s AND r.table_name = ANY(%(tables)s)
        AND (r.batch_id IS NULL OR r.batch_id IS DISTINCT FROM %(batch)s)
        AND NOT pg_visible_in_snapshot({_XID}::text::xid8, %(snapshot)s::pg_snapshot)
)
"""  # noqa: S608 - made of constants


def mark() -> dict[str, Any]:
    """Where the journal stands now."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK)
        snapshot, change, inserted = cursor.fetchone()
    return {"snapshot": snapshot, "change": change, "range": inserted}


def has_changed(kind: Kind, since: dict[str, Any], *, batch_id: int | None) -> bool:
    """Whether anybody but ``batch_id`` changed a table of ``kind`` that the mark did not see."""
    if not since:
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            _CHANGED,
            {
                "change": since["change"] - IN_FLIGHT,
                "range": since["range"] - IN_FLIGHT,
                "tables": [model._meta.db_table for model in _models(kind)],
                "batch": batch_id,
                "snapshot": since["snapshot"],
            },
        )
        (changed,) = cursor.fetchone()
    return bool(changed)


def _models(kind: Kind) -> list[type[models.Model]]:
    """What a check of the kind compares with."""
    return [*(target.model for target in kind.targets), *(kind.exact.models if kind.exact else ())]
