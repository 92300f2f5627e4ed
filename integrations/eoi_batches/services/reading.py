"""A file in the processing folder: brought there, fetched, and read."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.utils.translation import gettext_noop

from agencyhub.lib import scanning, workspace
from agencyhub.lib.leases import Lease
from agencyhub.lib.reading.limits import UnreadableFileError
from eoi.worksheets import reading
from eoi.worksheets.reading import Worksheet
from integrations.carriers.connectors.base import RemoteFile, Sink
from integrations.carriers.connectors.sftp import SftpConnector
from integrations.carriers.problems import GONE, SCANNER_SILENT, TOO_LARGE, RetrieveError
from integrations.eoi_batches.models import BatchFile, Folder
from integrations.eoi_batches.services import opening

LONGEST_NAME = 180
PIECE = 64 * 1024
REFUSED = (scanning.InfectedFileError, scanning.UnscannableFileError)
TOO_MUCH = gettext_noop("The file is larger than %(megabytes)s MB. Split it.")


class VanishedError(Exception):
    """Whoever brought the file took it away again before it was taken."""


@dataclass(frozen=True)
class Content:
    """What a file holds; ``problem`` says why it is no worksheet of decisions."""

    sha256: str
    worksheet: Worksheet | None
    problem: str = ""


def stored_name(file: BatchFile) -> str:
    """What a file is called from when it is taken: a name that no other has, with its end."""
    return f"{file.taken_at:%Y%m%dT%H%M%SZ}-{file.key}-{file.name[-LONGEST_NAME:]}"


def bring(lease: Lease[BatchFile], connector: SftpConnector) -> str:
    """Have a file in the processing folder, by whoever it was moved there; answer its path.

    Raises:
        LostLeaseError: another worker has taken it over.
        VanishedError: it is neither there nor in the inbox.
        RetrieveError: it cannot be moved.
    """
    file = lease.row
    source = f"{file.folder.part(Folder.INBOUND)}/{file.name}"
    path = f"{file.folder.part(Folder.PROCESSING)}/{stored_name(file)}"
    if connector.has(path):
        return path
    lease.save()  # by now a later file of this name may lie in the inbox
    try:
        connector.move(source, path)
    except RetrieveError as error:
        if connector.has(path):  # the answer was lost on its way, or somebody else moved it
            return path
        if error.problem == GONE and not connector.has(source):
            raise VanishedError from error
        raise
    return path


def read(lease: Lease[BatchFile], connector: SftpConnector) -> Content:
    """Fetch and read a file.

    Raises:
        VanishedError, RetrieveError: as ``bring``, or it cannot be fetched or scanned now.
    """
    try:
        with _fetched(lease, connector) as path:
            try:
                sha256 = _digest(path, name=lease.row.name)
            except REFUSED as error:
                return Content("", None, error.message)
            try:
                return Content(sha256, reading.read(path))
            except UnreadableFileError as error:
                return Content(sha256, None, error.message)
    except scanning.ScannerSilentError as error:
        raise RetrieveError(SCANNER_SILENT) from error
    except RetrieveError as error:
        if error.problem != TOO_LARGE:
            raise
        return Content("", None, TOO_MUCH % {"megabytes": reading.LIMITS.megabytes})


def _digest(path: Path, *, name: str) -> str:
    """The digest of a file that the virus scanner reads along.

    Raises:
        InfectedFileError, ScannerSilentError, UnscannableFileError: see ``lib.scanning``.
    """
    digest = hashlib.sha256()
    with path.open("rb") as content:
        pieces = iter(partial(content.read, PIECE), b"")
        for piece in scanning.passed(pieces, name=name, user_id=None):
            digest.update(piece)
    return digest.hexdigest()


@contextmanager
def _fetched(lease: Lease[BatchFile], connector: SftpConnector) -> Iterator[Path]:
    with workspace.Folder() as folder:
        path = Path(folder) / "content"
        with path.open("wb") as target:
            sink = Sink(target, opening.limits(), on_progress=lease.beat)
            connector.fetch(RemoteFile(lease.row.name, bring(lease, connector)), sink)
        yield path
