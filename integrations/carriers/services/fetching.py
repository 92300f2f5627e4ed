"""The second step of a run: each file is fetched and handed to the imports, one by one."""

from datetime import date, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from agencyhub.imports.models import Import
from agencyhub.imports.services import files
from agencyhub.lib.leases import Lease
from agencyhub.lib.scanning import InfectedFileError, ScannerSilentError, UnscannableFileError
from integrations.carriers.connectors.base import Connector, Limits, RemoteFile, Sink
from integrations.carriers.models import CarrierFile, Connection, Retrieval
from integrations.carriers.problems import (
    EMPTY,
    SCANNER_SILENT,
    UNSCANNABLE,
    Problem,
    RetrieveError,
    infected,
)

MOST_TRIES = 3
State = CarrierFile.State


def fetch(lease: Lease[Retrieval], connector: Connector, file: CarrierFile) -> None:
    """Fetch one file and hand it on; that and the note of it are one transaction.

    Raises:
        RetrieveError: it could not be had; nothing was written.
        LostLeaseError: the run is somebody else's; nothing was written.
    """
    limits = Limits(
        settings.RETRIEVE_MAX_BYTES, settings.RETRIEVE_FILE_SECONDS, settings.RETRIEVE_MAX_FILES
    )
    with SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE) as target:
        sink = Sink(target, limits, on_progress=lease.beat)
        remote = RemoteFile(file.name, file.path, file.size, file.stamp, file.file_date)
        connector.fetch(remote, sink)
        if not sink.size:
            raise RetrieveError(EMPTY)
        lease.beat()
        examined = _examined(_upload(target, file.name, sink.size), file)
        _hand_on(lease, file, examined, at=timezone.now())


def _examined(content: UploadedFile[Any], file: CarrierFile) -> files.Examined:
    """Have a file scanned, before the transaction that its refusal would be lost with."""
    try:
        return files.examine(content=content, name=file.name, user=None)
    except InfectedFileError as error:
        raise RetrieveError(infected(error.signature)) from error
    except ScannerSilentError as error:
        raise RetrieveError(SCANNER_SILENT) from error
    except UnscannableFileError as error:
        raise RetrieveError(UNSCANNABLE) from error


@transaction.atomic
def _hand_on(
    lease: Lease[Retrieval], file: CarrierFile, examined: files.Examined, *, at: datetime
) -> None:
    run = files.receive(
        content=examined,
        name=file.name,
        kind=file.kind,
        user=None,
        options=options_of(file, file.connection, today=timezone.localdate(at)),
    )
    is_duplicate = run.state == Import.State.DUPLICATE
    file.state = State.DUPLICATE if is_duplicate else State.IMPORTING
    file.run, file.fetched_at, file.problem = run, at, ""
    file.save(update_fields=["state", "run", "fetched_at", "problem"])
    lease.save(
        fetched=F("fetched") + 1,
        duplicates=F("duplicates") + int(is_duplicate),
        failures=0,
    )


def options_of(file: CarrierFile, connection: Connection, *, today: date) -> dict[str, Any]:
    """What the imports are told besides the bytes: nobody is there to ask."""
    options: dict[str, Any] = {
        "carrier": connection.carrier_id,
        "as_of": (file.file_date or today).isoformat(),
        "unattended": True,
    }
    if file.kind == CarrierFile.Kind.STATEMENT:
        rolling = Connection.StatementType.ROLLING
        options["is_rolling"] = connection.statement_type == rolling
    return options


def put_aside(lease: Lease[Retrieval], file: CarrierFile, problem: Problem) -> None:
    """Note that a file could not be had; a passing problem leaves it to be tried again.

    Raises:
        LostLeaseError: the run is somebody else's; nothing was written.
    """
    file.tries += 1
    file.problem = f"{problem.words} {problem.next_step}"[:300]
    is_final = not problem.is_passing or file.tries >= MOST_TRIES
    with transaction.atomic():
        if is_final:
            file.state = State.FAILED
        file.save(update_fields=["tries", "problem", "state"])
        lease.save(failed=F("failed") + int(is_final))


def _upload(content: IO[bytes], name: str, size: int) -> UploadedFile[Any]:
    return UploadedFile(file=content, name=name, size=size)
