"""When the bytes of documents are deleted."""

from datetime import datetime, timedelta

from agencyhub.records.models import UNDO_WINDOW, Change
from documents.models import Document
from documents.vault import VAULT

# What lies there for less may belong to an upload that is under way.
GROWING = timedelta(days=1)


def purge(*, at: datetime, keep_days: int) -> int:
    """Delete documents ``keep_days`` after they were removed, and never while that can be undone.

    Their history stays. What a dead process left in the vault goes as well. Purging twice changes
    nothing. Answer how many documents were deleted.
    """
    end = at - max(timedelta(days=keep_days), UNDO_WINDOW)
    waiting = Document.objects.removed().filter(removed_at__lt=end)
    deleted = sum(
        _delete(pk, end=end) for pk in waiting.order_by("pk").values_list("pk", flat=True)
    )
    _delete_forgotten(at=at)
    return deleted


def _delete(pk: int, *, end: datetime) -> int:
    """Delete one, unless it was put back meanwhile: first its row, then what nobody names."""
    found = Document.objects.filter(pk=pk, removed_at__lt=end)
    for document in found:
        if found.delete()[0]:
            VAULT.delete(document.stored_as)
            return 1
    return 0


def _delete_forgotten(*, at: datetime) -> None:
    """Delete what no document names: neither one that is there, nor one an undo may bring back."""
    for name in VAULT.names():
        written_at = VAULT.written_at(name)
        if written_at is None or written_at > (at - GROWING).timestamp():
            continue
        if not _is_named(name, at=at):
            VAULT.delete(name)


def _is_named(name: str, *, at: datetime) -> bool:
    if Document.objects.filter(key=bytes.fromhex(name)).exists():
        return True
    gone = Change.objects.filter(
        table_name=Document._meta.db_table,
        action=Change.Action.DELETE,
        changed_at__gte=at - UNDO_WINDOW - GROWING,
        before__key=f"\\x{name}",
    )
    return gone.exists()
