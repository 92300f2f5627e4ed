"""What lies in the inboxes: a file counts as arrived when a later look finds it unchanged."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from integrations.carriers.connectors.base import RemoteFile
from integrations.carriers.connectors.sftp import SftpConnector
from integrations.eoi_batches.models import BatchFile, Folder

UNFINISHED = (".tmp", ".part", ".partial", ".filepart")
State = BatchFile.State


def look(folder: Folder, connector: SftpConnector, *, at: datetime) -> list[BatchFile]:
    """Note what lies in a folder's inbox; answer what has arrived, the oldest first.

    Raises:
        RetrieveError: it cannot be listed.
    """
    inbound = folder.part(Folder.INBOUND)
    shown = {_name(file): file for file in connector.list_folder(inbound) if _is_meant(_name(file))}
    rows = BatchFile.objects.filter(folder=folder, state=State.SEEN)
    # A file that came after this list was made is somebody else's to forget.
    rows.filter(seen_at__lt=at).exclude(name__in=shown).delete()
    known = {row.name: row for row in rows.filter(name__in=shown)}
    _note_new(folder, (file for name, file in shown.items() if name not in known), at=at)
    changed = [row for row in known.values() if not _is_same(row, shown[row.name])]
    for row in changed:
        file = shown[row.name]
        rows.filter(pk=row.pk).update(size=file.size, stamp=file.stamp, seen_at=at)
    settled = at - timedelta(seconds=settings.EOI_BATCH_SETTLE_SECONDS)
    arrived = [row for row in known.values() if row not in changed and row.seen_at <= settled]
    return sorted(arrived, key=lambda row: (row.stamp, row.name))


def _note_new(folder: Folder, files: Iterable[RemoteFile], *, at: datetime) -> None:
    BatchFile.objects.bulk_create(
        [
            BatchFile(folder=folder, name=_name(file), size=file.size, stamp=file.stamp, seen_at=at)
            for file in files
        ],
        ignore_conflicts=True,  # somebody else has just seen it, or is taking it
    )


def _name(file: RemoteFile) -> str:
    """What the server calls it, whatever of that can be shown."""
    return file.path.rpartition("/")[2]


def _is_meant(name: str) -> bool:
    """Whether it is a file that was put here whole; programs upload under other names first."""
    return not name.startswith(".") and not name.lower().endswith(UNFINISHED)


def _is_same(row: BatchFile, file: RemoteFile) -> bool:
    return (row.size, row.stamp) == (file.size, file.stamp)
