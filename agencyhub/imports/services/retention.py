"""How long files and their rejected rows are kept: they are health data, needed for repairs."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from agencyhub.imports import vault
from agencyhub.imports.engine.parts import Parts
from agencyhub.imports.models import File, Import, RejectedRows

State = Import.State
AT_WORK = (State.RECEIVED, State.CHECKING, State.COMMITTING, State.UNDOING)
# Nothing of these came into the records, and without its file nobody can go on with them.
UNFINISHED = (State.MAPPING, State.CHECKED, State.ATTENTION, State.DUPLICATE)


def purge(*, at: datetime, keep_days: int) -> int:
    """Delete files, and rows as they stood in them, ``keep_days`` after their last import.

    Counts, fingerprints of rows and what became of the records stay; an import can still be undone.
    Purging twice changes nothing. Answer how many imports and files were emptied.
    """
    end = at - timedelta(days=keep_days)
    runs = Import.objects.filter(created_at__lt=end).exclude(state__in=AT_WORK)
    kept = RejectedRows.objects.filter(run=OuterRef("pk"))
    full = runs.exclude(staged_as="") | runs.exclude(reasons=None) | runs.filter(Exists(kept))
    emptied = sum(_empty(pk) for pk in full.order_by("pk").values_list("pk", flat=True).distinct())
    newer = Import.objects.filter(file=OuterRef("pk"), created_at__gte=end)
    busy = Import.objects.filter(file=OuterRef("pk"), state__in=AT_WORK)
    files = File.objects.filter(received_at__lt=end).exclude(stored_as="")
    for file in files.exclude(Exists(newer)).exclude(Exists(busy)).order_by("pk"):
        vault.delete(file.stored_as)
        File.objects.filter(pk=file.pk).update(stored_as="")
        emptied += 1
    _delete_forgotten(before=end)
    return emptied


@transaction.atomic
def _empty(import_id: int) -> int:
    waiting = Import.objects.select_for_update(skip_locked=True).exclude(state__in=AT_WORK)
    run = waiting.filter(pk=import_id).first()
    if run is None:
        return 0
    if run.staged_as:
        Parts(run.staged_as, run.parts).delete()
    run.rejections.all().delete()
    run.repairs.filter(committed_at__isnull=True).delete()
    run.repairs.update(cells=None)
    run.staged_as, run.parts, run.reasons = "", 0, None
    if run.state in UNFINISHED:
        run.state = State.DISCARDED
    run.save(update_fields=["staged_as", "parts", "reasons", "state"])
    return 1


def _delete_forgotten(*, before: datetime) -> None:
    """Delete what a dead worker left in the vault: nothing names it."""
    named = set(File.objects.exclude(stored_as="").values_list("stored_as", flat=True))
    named |= set(Import.objects.exclude(staged_as="").values_list("staged_as", flat=True))
    for name in vault.names():
        written_at = vault.written_at(name)
        is_old = written_at is not None and written_at < before.timestamp()
        if is_old and name.partition(".")[0] not in named:
            vault.delete(name)
