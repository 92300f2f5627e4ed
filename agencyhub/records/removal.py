"""Taking back rows that a batch added in bulk: set by set, but for those somebody needs now."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import connection, models
from django.utils.translation import gettext_noop
from psycopg import sql

from agencyhub.records import bulk, tables
from agencyhub.records.models import Batch
from agencyhub.records.tables import Table

# So many rows, or one range of them, are looked at and removed in one statement.
PAGE = 50_000
# Pairs of a first and a last key. Two imports at once leave ranges of a few rows each.
_RANGES = sql.SQL("unnest(%s::bigint[], %s::bigint[]) AS among(first_id, last_id)")
_WITHIN = sql.SQL("t.id BETWEEN among.first_id AND among.last_id")
# Rows that others must not touch until the transaction ends: who is adding a reference finishes
# first, and the statements below see it.
_LOCK = sql.SQL(
    "SELECT count(*) FROM (SELECT 1 FROM {ranges} JOIN {table} AS t ON {within} ORDER BY t.id"
    " FOR UPDATE OF t) AS locked"
)
_EDITED = sql.SQL(
    "EXISTS (SELECT 1 FROM records_change AS c WHERE c.table_name = {name} AND c.record_id = t.id"
    " AND c.batch_id IS DISTINCT FROM {batch} AND (c.after - {touched}::text[]) <> '{{}}')"
)
_REFERRED = sql.SQL("EXISTS (SELECT 1 FROM {table} AS r WHERE r.{column} = t.id)")
_KEPT = sql.SQL("SELECT t.id, {reasons} FROM {ranges} JOIN {table} AS t ON {within} WHERE {any}")
_DELETE = sql.SQL("DELETE FROM {table} AS t USING {ranges} WHERE {within} AND t.id <> ALL(%s)")
Ranges = list[tuple[int, int]]


def remove_added(batch: Batch) -> tuple[int, list[str]]:
    """Remove the rows that ``batch`` added in bulk; answer how many, and which stay, in words.

    A row that was edited since stays, and one that others refer to. Runs inside the undo's batch.
    """
    added: dict[str, Ranges] = defaultdict(list)
    for one in batch.ranges.order_by("table_name", "first_id"):
        added[one.table_name].append((one.first_id, one.last_id))
    removed, kept = 0, []
    with bulk.without_changes():
        for name in tables.referring_first(added):
            table = tables.table_of(name)
            if table is None:
                kept.append(
                    gettext_noop("Rows of %(name)s stay: their kind of record no longer exists.")
                    % {"name": name}
                )
                continue
            for ranges in _pages(added[name]):
                count, left = _remove(table, ranges, batch)
                removed, kept = removed + count, kept + left
    return removed, kept


def _pages(ranges: Iterable[tuple[int, int]]) -> Iterator[Ranges]:
    """Ranges that are worth a statement together."""
    page: Ranges = []
    rows = 0
    for first, last in ranges:
        page.append((first, last))
        rows += last - first + 1
        if rows >= PAGE:
            yield page
            page, rows = [], 0
    if page:
        yield page


def _remove(table: Table, ranges: Ranges, batch: Batch) -> tuple[int, list[str]]:
    parts = {"table": sql.Identifier(table.name), "ranges": _RANGES, "within": _WITHIN}
    keys = [list(ends) for ends in zip(*ranges, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_LOCK.format(**parts), keys)
        why = _reasons_to_stay(table, batch)
        kept = _KEPT.format(
            reasons=sql.SQL(", ").join(why.values()),
            any=sql.SQL(" OR ").join(why.values()),
            **parts,
        )
        cursor.execute(kept, keys)
        staying = {pk: _words(table, pk, list(why), flags) for pk, *flags in cursor.fetchall()}
        cursor.execute(_DELETE.format(**parts), [*keys, list(staying)])
        return cursor.rowcount, list(staying.values())


def _reasons_to_stay(table: Table, batch: Batch) -> dict[str, sql.Composed]:
    """Conditions under which a row stays, by the end of the sentence that tells."""
    ignored = sorted(table.touched | table.computed)
    why = {
        "it was edited since": _EDITED.format(
            name=sql.Literal(table.name), batch=sql.Literal(batch.pk), touched=sql.Literal(ignored)
        )
    }
    for relation in _referring(table.model):
        end = gettext_noop("%(verbose_name_plural)s refer to it") % {
            "verbose_name_plural": relation.related_model._meta.verbose_name_plural
        }
        condition = _REFERRED.format(
            table=sql.Identifier(relation.related_model._meta.db_table),
            column=sql.Identifier(relation.field.column),
        )
        before = why.get(end)
        why[end] = sql.SQL("({} OR {})").format(before, condition) if before else condition
    return why


def _words(table: Table, pk: int, whys: list[str], flags: list[bool]) -> str:
    reasons = [why for why, flag in zip(whys, flags, strict=True) if flag]
    return gettext_noop("%(row_name)s stays: %(reasons)s.") % {
        "row_name": tables.row_name(table.name, pk),
        "reasons": ", and ".join(reasons),
    }


def _referring(model: type[models.Model]) -> Iterator[models.ManyToOneRel]:
    """Foreign keys of other tables that point to the model, as the database knows them."""
    for relation in model._meta.get_fields(include_hidden=True):
        # What the stubs of Django do not know of a foreign key.
        if isinstance(relation, models.ManyToOneRel) and relation.field.db_constraint:  # type: ignore[attr-defined]
            yield relation
