"""The act that a transaction's changes belong to.

The triggers of ``records.triggers`` read the batch from a session variable that lasts as long as
the transaction, so set-based SQL and ``COPY`` are recorded as well as the ORM.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, models, transaction

from agencyhub.accounts.models import User
from agencyhub.records.models import Batch, Entry

_START = """
WITH batch AS (
    INSERT INTO records_batch (user_id, channel, summary, created_at, undo_of_id)
    VALUES (%s, %s, %s, now(), %s) RETURNING id, created_at
)
SELECT id, created_at, set_config('agencyhub.batch_id', id::text, true) FROM batch
"""


@contextmanager
def batch(
    *, user: User | None, channel: Batch.Channel, summary: str, undo_of: Batch | None = None
) -> Iterator[Batch]:
    """Open a transaction whose changes form one batch, and yield the batch.

    Inside another batch this joins the outer one. ``summary`` holds no personal data. ``user`` is
    None for partners and schedules.
    """
    outer = current()
    if outer is not None:
        yield outer
        return
    with transaction.atomic():
        new = _start(user=user, channel=channel, summary=summary[:200], undo_of=undo_of)
        try:
            yield new
        finally:
            _stack().pop()
    if connection.in_atomic_block:  # a savepoint of a longer transaction, which goes on without
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('agencyhub.batch_id', '', true)")


@contextmanager
def resume(batch: Batch) -> Iterator[Batch]:
    """Open another transaction whose changes belong to a batch that was begun before.

    Long work commits in steps: each is a transaction of its own, all of them are one batch.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('agencyhub.batch_id', %s, true)", [str(batch.pk)])
        _stack().append(batch)
        try:
            yield batch
        finally:
            _stack().pop()


def _start(*, user: User | None, channel: str, summary: str, undo_of: Batch | None) -> Batch:
    values = [user.pk if user else None, channel, summary, undo_of.pk if undo_of else None]
    with connection.cursor() as cursor:
        cursor.execute(_START, values)
        pk, created_at, _ = cursor.fetchone()
    new = Batch(
        pk=pk, user=user, channel=channel, summary=summary, undo_of=undo_of, created_at=created_at
    )
    new._state.adding = False
    new._state.db = connection.alias
    _stack().append(new)
    return new


def _stack() -> list[Batch]:
    """Open batches of this connection, kept on it: connections are per thread."""
    if not hasattr(connection, "agencyhub_batches"):
        connection.agencyhub_batches = []  # type: ignore[attr-defined]
    return connection.agencyhub_batches  # type: ignore[attr-defined]


def current() -> Batch | None:
    """The batch that is open on this connection, if there is one."""
    stack = _stack()
    return stack[-1] if stack else None


def entry(
    *,
    batch: Batch,
    record: models.Model,
    text: str,
    individual_id: int | None = None,
    reasons: Sequence[str] = (),
) -> Entry:
    """Prepare (not save) a line of words for ``record``'s timeline; save many with ``write``."""
    return Entry(
        batch=batch,
        user=batch.user,
        table_name=record._meta.db_table,
        record_id=record.pk,
        individual_id=individual_id,
        text=text[:200],
        reasons=list(reasons),
    )


def write(*entries: Entry) -> None:
    """Save timeline lines in one statement."""
    Entry.objects.bulk_create(entries)
