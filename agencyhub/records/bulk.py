"""Rows added in bulk, which the history keeps as ranges of keys instead of one change each.

An import adds a million rows; a change for each would double its cost and tell nothing that the row
itself does not. Updates are always written one by one.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from threading import Lock

from django.db import connection, models
from psycopg import sql
from psycopg.pq import TransactionStatus

from agencyhub.records import tables
from agencyhub.records.models import Batch, Change, InsertedRange

_OF_RECORDS = sql.SQL(
    "SELECT found.batch_id, record.name, record.id FROM ({records}) AS record(name, id)"
    " CROSS JOIN LATERAL (SELECT batch_id, last_id FROM records_insertedrange"
    " WHERE table_name = record.name AND first_id <= record.id"
    " ORDER BY first_id DESC LIMIT 1) AS found WHERE record.id <= found.last_id"
)
_OF_RECORD = sql.SQL("SELECT %(table)s::text, %(record)s::bigint")
_SEQUENCE = "SELECT pg_get_serial_sequence(%s, %s)"
_RESERVE = "SELECT nextval(%s::regclass) FROM generate_series(1, %s)"
_OF_INDIVIDUAL = sql.SQL("SELECT {name}, id FROM {table} WHERE {column} = %(individual)s")
# Threads that add rows of one table side by side would share its sequence key by key.
_TURNS = Lock()


@contextmanager
def without_changes() -> Iterator[None]:
    """Write no change for rows that the block's statements add or remove; updates are written.

    Runs inside ``history.batch``. Whoever adds rows this way calls ``record_inserted`` for all of
    them in the same transaction.
    """
    _set(on=True)
    try:
        yield
    finally:
        if not _is_aborted():
            _set(on=False)


@contextmanager
def with_changes() -> Iterator[None]:
    """Inside ``without_changes``, write changes again: for rows that an undo must take in order."""
    _set(on=False)
    try:
        yield
    finally:
        if not _is_aborted():
            _set(on=True)


def _is_aborted() -> bool:
    """Whether the transaction takes no more statements; what it set ends with it."""
    status = connection.connection.info.transaction_status
    return connection.needs_rollback or status == TransactionStatus.INERROR


def _set(*, on: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('agencyhub.bulk', %s, true)", ["on" if on else "off"])


def reserve(model: type[models.Model], *, count: int) -> list[int]:
    """Take ``count`` keys from the model's sequence, in order; nobody else gets them.

    They are one range but for keys that another process takes in the same moment.
    """
    with connection.cursor() as cursor, _TURNS:
        cursor.execute(_SEQUENCE, [model._meta.db_table, model._meta.pk.column])
        (sequence,) = cursor.fetchone()  # asked once: it costs ten times a key
        cursor.execute(_RESERVE, [sequence, count])
        return [pk for (pk,) in cursor.fetchall()]


def record_inserted(*, batch: Batch, model: type[models.Model], ids: Sequence[int]) -> None:
    """Note that ``batch`` added the rows with these keys, given in ascending order."""
    InsertedRange.objects.bulk_create(
        InsertedRange(batch=batch, table_name=model._meta.db_table, first_id=first, last_id=last)
        for first, last in ranges(ids)
    )


def ranges(ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Fold ascending keys into first and last of each run: 3 4 5 9 gives (3, 5) and (9, 9)."""
    if not ids:
        return
    first = ids[0]
    for one, following in pairwise(ids):
        if following != one + 1:
            yield first, one
            first = following
    yield first, ids[-1]


def additions(*, table: str, record_id: int, individual_id: int | None = None) -> list[Change]:
    """The bulk additions of a record, and of everything that belongs to the individual.

    They come as changes that were never saved, with their batches, for the timeline. One query.
    """
    values: dict[str, str | int] = {"table": table, "record": record_id}
    if individual_id is not None:
        values["individual"] = individual_id
    with connection.cursor() as cursor:
        cursor.execute(_additions_text(of_individual=individual_id is not None), values)
        found = cursor.fetchall()
    batches = Batch.objects.select_related("user").in_bulk({batch_id for batch_id, *_ in found})
    return [_addition(batches[batch_id], name, pk, individual_id) for batch_id, name, pk in found]


@lru_cache(maxsize=2)
def _additions_text(*, of_individual: bool) -> str:
    """The statement, put together once: it names every table of what belongs to people."""
    parts = [
        _OF_INDIVIDUAL.format(
            name=sql.Literal(one.name),
            table=sql.Identifier(one.name),
            column=sql.Identifier(column),
        )
        for one, column in (tables.of_individuals() if of_individual else ())
    ]
    return _OF_RECORDS.format(records=sql.SQL(" UNION ").join([_OF_RECORD, *parts])).as_string()


def additions_of(batch: Batch, *, limit: int) -> list[Change]:
    """The first rows that a batch added in bulk, as changes that were never saved."""
    found: list[Change] = []
    for one in batch.ranges.order_by("pk"):
        last = min(one.last_id, one.first_id + limit - len(found) - 1)
        found += [_addition(batch, one.table_name, pk) for pk in range(one.first_id, last + 1)]
        if len(found) >= limit:
            break
    return found


def _addition(batch: Batch, table: str, pk: int, individual_id: int | None = None) -> Change:
    return Change(
        batch=batch,
        table_name=table,
        record_id=pk,
        individual_id=individual_id,
        action=Change.Action.INSERT,
        changed_at=batch.created_at,
    )
