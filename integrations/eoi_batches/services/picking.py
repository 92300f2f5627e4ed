"""Picks batch files up, from a worker: any number may at once, and die anywhere."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from agencyhub.lib.leases import Lease, LostLeaseError
from integrations.carriers.connectors.sftp import SftpConnector
from integrations.carriers.problems import NO_ANSWER, NO_FOLDER, Problem, RetrieveError
from integrations.eoi_batches.models import BatchFile, Folder, Look, Server
from integrations.eoi_batches.services import arriving, leases, opening, working

SLICE_SECONDS = 240.0
"""How long a worker stays with a server before it makes room for others."""


@dataclass
class Visit:
    """What one look at a server brought: files that came to their end, and what went wrong."""

    server: Server
    finished: list[BatchFile] = field(default_factory=list)
    problem: Problem | None = None


def pick_up(*, server_id: int, is_patient: bool = False) -> Visit:
    """Look into a server's folders, take what has arrived, and go on with what was left.

    A file has arrived when two looks find it unchanged: whoever ``is_patient`` takes both.
    """
    server = Server.objects.get(pk=server_id)
    visit = Visit(server)
    ends_at = time.monotonic() + SLICE_SECONDS
    try:
        with opening.open_connector(server) as connector:
            folders = list(server.folders.filter(is_active=True).order_by("pk"))
            connector.has("/")  # a server without folders shows whether it answers as well
            if is_patient:
                _let_arrive(folders, connector)
            _visit_all(folders, connector, visit, ends_at=ends_at)
    except RetrieveError as error:
        visit.problem = error.problem
    _note(server, visit.problem, at=timezone.now())
    return visit


def try_out(server: Server) -> int:
    """Sign in and list every group's inbox; answer how many files lie there. Nothing is taken.

    Raises:
        RetrieveError: says what is wrong and which field to correct.
    """
    with opening.open_connector(server) as connector:
        folders = server.folders.filter(is_active=True).order_by("pk")
        connector.has("/")
        for folder in folders:
            _prepare(folder, connector)
        return sum(len(connector.list_folder(one.part(Folder.INBOUND))) for one in folders)


def _let_arrive(folders: Iterable[Folder], connector: SftpConnector) -> None:
    """Take the first look, and wait until the second one may find files unchanged."""
    for folder in folders:
        with suppress(RetrieveError):  # the second look says what is wrong
            _arrived(folder, connector)
    if BatchFile.objects.filter(folder__in=folders, state=BatchFile.State.SEEN).exists():
        time.sleep(settings.EOI_BATCH_SETTLE_SECONDS)


def _visit_all(
    folders: Iterable[Folder], connector: SftpConnector, visit: Visit, *, ends_at: float
) -> None:
    """Visit folder by folder; what is wrong with one does not keep the others waiting."""
    for folder in folders:
        try:
            _visit(folder, connector, visit, ends_at=ends_at)
        except RetrieveError as error:
            visit.problem = error.problem
        if time.monotonic() > ends_at or visit.problem == NO_ANSWER:
            return


def _visit(folder: Folder, connector: SftpConnector, visit: Visit, *, ends_at: float) -> None:
    """Do what there is to do in a folder while there is time."""
    for lease in _to_do(folder, connector):
        with _at_work(lease):
            working.go_on(lease, connector)
        if lease.row.state in (BatchFile.State.ARCHIVED, BatchFile.State.REJECTED):
            visit.finished.append(lease.row)
        if time.monotonic() > ends_at:
            return


def _to_do(folder: Folder, connector: SftpConnector) -> Iterator[Lease[BatchFile]]:
    """Leases of what was left, then of what has arrived, the oldest first."""
    left = leases.left(at=timezone.now()).filter(folder=folder).order_by("taken_at", "pk")
    left_ids = list(left.values_list("pk", flat=True))
    arrived = _arrived(folder, connector)
    if left_ids or arrived:
        _prepare(folder, connector)
    for file_id in left_ids:
        lease = leases.take_over(file_id, at=timezone.now())
        if lease:
            yield lease
    for file in arrived:
        lease = leases.take(file, at=timezone.now())
        if lease is None:  # the next look finds what is left to do in their order
            return
        yield lease


def _arrived(folder: Folder, connector: SftpConnector) -> list[BatchFile]:
    try:
        return arriving.look(folder, connector, at=timezone.now())
    except RetrieveError as error:
        if error.problem.code != NO_FOLDER.code:
            raise
    _prepare(folder, connector)
    return arriving.look(folder, connector, at=timezone.now())


def _prepare(folder: Folder, connector: SftpConnector) -> None:
    """Make the five folders where they are missing."""
    for part in Folder.PARTS:
        connector.make_folder(folder.part(part))


@contextmanager
def _at_work(lease: Lease[BatchFile]) -> Iterator[None]:
    """Leave a file for whoever has it, or for anybody when the server fails."""
    with suppress(LostLeaseError):
        try:
            yield
        except RetrieveError:
            with suppress(LostLeaseError):
                lease.let_go()
            raise


def _note(server: Server, problem: Problem | None, *, at: datetime) -> None:
    look, _ = Look.objects.get_or_create(server=server)
    if problem is None:
        look.looked_at, look.failed_at = at, None
    else:
        look.failed_at = look.failed_at or at
    look.code = problem.code if problem else ""
    look.error = problem.words if problem else ""
    look.next_step = problem.next_step if problem else ""
    look.save()
