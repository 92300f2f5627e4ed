"""Reading what happened, in order, each thing once: nothing is lost and nothing comes twice.

Keys of a table are handed out before their transactions commit, so a higher one may be visible
before a lower one. A stream is therefore read up to a *mark* only: the last key that was handed out
at some moment, once every transaction that had begun by then has ended. What is read is turned into
events and deliveries in the transaction that moves the cursor.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from integrations.outgoing import streams
from integrations.outgoing.found import fold
from integrations.outgoing.models import Endpoint, Position
from integrations.outgoing.services import telling

PAGE = 1_000
# A mark is taken anew after this long: after a restore its transaction may lie in the future.
STALE = timedelta(hours=1)
_LAST = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}"
_XID = "SELECT pg_current_xact_id()::text::bigint"
_SETTLED = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint > %s"


@dataclass(frozen=True)
class Stream:
    """A table that grows at its end, and how a page of it is read."""

    name: str
    table: str
    read: Callable[[Position, int], streams.Page]


STREAMS = (
    Stream("changes", "records_change", streams.changes),
    Stream("ranges", "records_insertedrange", streams.ranges),
    Stream("signals", "outgoing_signal", streams.signals),
)


@dataclass(frozen=True)
class Progress:
    """How many events a run told, and whether something waits for transactions to end."""

    told: int
    waits: bool


def read_all(*, at: datetime) -> Progress:
    """Tell everything that can be told now. Of two at once, one does nothing."""
    told, waits = 0, False
    for stream in STREAMS:
        _mark(stream, at=at)
        while (step := _step(stream, at=at)) is not None:
            told += step
        waits |= Position.objects.filter(pk=stream.name, mark__gt=F("cursor")).exists()
    return Progress(told, waits)


def begin() -> None:
    """Start at the end of every stream, where nothing was ever read."""
    for stream in STREAMS:
        last = _last(stream)
        Position.objects.get_or_create(stream=stream.name, defaults={"cursor": last, "mark": last})


def _mark(stream: Stream, *, at: datetime) -> None:
    """Note how far the stream goes, once what was noted before is read.

    The order matters: whoever took a key up to the first answer had its transaction before the
    second, since a row's own transaction begins before its history is written.
    """
    position, _ = Position.objects.get_or_create(
        stream=stream.name, defaults={"cursor": (last := _last(stream)), "mark": last}
    )
    is_open = position.mark > position.cursor
    if is_open and position.marked_at and at - position.marked_at < STALE:
        return
    last = _last(stream)
    if last <= position.cursor:
        return
    if not Endpoint.objects.filter(is_active=True).exists():
        Position.objects.filter(pk=stream.name, cursor__lt=last).update(
            cursor=last, within=0, mark=last
        )
        return
    with connection.cursor() as cursor:
        cursor.execute(_XID)
        (xid,) = cursor.fetchone()
    Position.objects.filter(pk=stream.name, mark__lte=last).update(
        mark=last, mark_xid=xid, marked_at=at
    )


def _last(stream: Stream) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [stream.table])
        (sequence,) = cursor.fetchone()
        cursor.execute(_LAST.format(sequence=sequence))
        return int(cursor.fetchone()[0])


@transaction.atomic
def _step(stream: Stream, *, at: datetime) -> int | None:
    """Read a page and move on; None when there is nothing (more) to read now."""
    rows = Position.objects.select_for_update(skip_locked=True)
    position = rows.filter(pk=stream.name).first()
    if position is None or position.cursor >= position.mark or not _is_settled(position):
        return None
    page = stream.read(position, PAGE)
    told = telling.tell(fold(page.found), at=at)
    position.cursor, position.within = page.cursor, page.within
    position.save(update_fields=["cursor", "within"])
    return told


def _is_settled(position: Position) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, [position.mark_xid])
        return bool(cursor.fetchone()[0])
