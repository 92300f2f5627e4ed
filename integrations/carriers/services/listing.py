"""The first step of a run: what the carrier shows, sorted into new, known and not yet."""

from collections.abc import Iterable, Sequence
from datetime import date
from fnmatch import fnmatchcase

from django.db import transaction

from agencyhub.lib.leases import Lease
from integrations.carriers import periods
from integrations.carriers.connectors.base import RemoteFile
from integrations.carriers.models import CarrierFile, Connection, Retrieval

Kind, State = CarrierFile.Kind, CarrierFile.State
Key = tuple[str, str, int | None, str]


def kind_of(name: str, connection: Connection) -> str:
    """What a file is, by the patterns of the connection; blank for one that nobody wants."""
    for pattern, kind in (
        (connection.statement_pattern, Kind.STATEMENT),
        (connection.book_pattern, Kind.BOOK),
        (connection.status_pattern, Kind.STATUS),
    ):
        if pattern and fnmatchcase(name.casefold(), pattern.casefold()):
            return kind
    return ""


def keep_list(lease: Lease[Retrieval], shown: Sequence[RemoteFile], *, today: date) -> None:
    """Write down what is to be fetched; the run goes on from here if its worker dies.

    Raises:
        LostLeaseError: the run is somebody else's; nothing was written.
    """
    connection = lease.row.connection
    wanted = _wanted(shown, connection)
    with transaction.atomic():
        before = _before(connection, wanted)
        known = [row for row in before.values() if row.state in CarrierFile.KNOWN]
        rows = [
            _row(lease, kind, remote, before.get(key), today=today)
            for key, (kind, remote) in wanted.items()
            if (row := before.get(key)) is None or row.state not in CarrierFile.KNOWN
        ]
        CarrierFile.objects.bulk_create([row for row in rows if row.pk is None])
        CarrierFile.objects.bulk_update(
            [row for row in rows if row.pk is not None], ["retrieval", "state", "tries", "problem"]
        )
        held_back = sum(row.state == State.HELD_BACK for row in rows)
        lease.save(is_listed=True, listed=len(wanted), known=len(known), held_back=held_back)


def _wanted(
    shown: Iterable[RemoteFile], connection: Connection
) -> dict[Key, tuple[str, RemoteFile]]:
    found = ((kind_of(remote.name, connection), remote) for remote in shown)
    return {
        (kind, remote.path, remote.size, remote.stamp): (kind, remote)
        for kind, remote in found
        if kind
    }


def _before(connection: Connection, wanted: Iterable[Key]) -> dict[Key, CarrierFile]:
    keys = set(wanted)
    rows = CarrierFile.objects.filter(connection=connection, path__in={key[1] for key in keys})
    found = {(row.kind, row.path, row.size, row.stamp): row for row in rows}
    return {key: row for key, row in found.items() if key in keys}


def _row(
    lease: Lease[Retrieval], kind: str, remote: RemoteFile, row: CarrierFile | None, *, today: date
) -> CarrierFile:
    connection = lease.row.connection
    row = row or CarrierFile(
        connection=connection,
        kind=kind,
        name=remote.name,
        path=remote.path,
        size=remote.size,
        stamp=remote.stamp,
        file_date=remote.file_date,
        period=periods.period_of(remote.name, file_date=remote.file_date),
    )
    row.retrieval, row.tries, row.problem = lease.row, 0, ""
    row.state = State.HELD_BACK if _waits(row, connection, today) else State.LISTED
    return row


def _waits(row: CarrierFile, connection: Connection, today: date) -> bool:
    """Whether a carrier still rewrites the statement and nobody wants it before it is final."""
    return (
        row.kind == Kind.STATEMENT
        and connection.statement_type == Connection.StatementType.ROLLING
        and connection.current_month == Connection.CurrentMonth.WAIT
        and periods.is_current(row.period, today=today)
    )
