"""What workers do for imports: one call each; everything may be said twice."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.imports import leases, queue
from agencyhub.imports.models import Import
from agencyhub.imports.services import checks, commits, repair, retention, runs

State = Import.State
OFTEN = gettext_noop(
    "Reading this file failed several times. Tell AgencyHub’s support the number of the import."
)


@shared_task
def stage_import(import_id: int) -> None:
    """Read and check a file."""
    checks.stage(import_id=import_id)


@shared_task
def import_rows(import_id: int) -> None:
    """Bring the rows of a checked file into the records."""
    commits.commit(import_id=import_id)


@shared_task
def follow_up(import_id: int) -> None:
    """Search, duplicates: what can wait until the rows are there."""
    commits.follow_up(import_id=import_id)


@shared_task
def undo_import(import_id: int) -> None:
    """Take an import back."""
    runs.finish_undo(import_id=import_id, at=timezone.now())


@shared_task
def sweep_imports() -> None:
    """Go on with imports whose worker died; put those aside that kill every worker."""
    for run in Import.objects.filter(state=State.UNDOING).only("pk"):
        queue.undo(run.pk)
    for import_id, state, attempts in leases.abandoned():
        if attempts >= leases.MOST_ATTEMPTS:
            leases.give_up(import_id, problem=OFTEN)
        elif state == State.COMMITTING:
            queue.commit(import_id)
        else:
            queue.stage(import_id)


@shared_task
def purge_files() -> int:
    """Delete files whose retention is over, and their rejected rows; answer with how many."""
    return retention.purge(at=timezone.now(), keep_days=settings.IMPORT_KEEP_DAYS)


@shared_task
def revalidate(source: str, kind: str, within_id: int, texts: list[str]) -> None:
    """Check a file again whose unknown values somebody has decided on, or its rejected rows."""
    del within_id
    import_id = int(source.partition(":")[2])
    runs.recheck(import_id=import_id)
    repair.check_again(import_id=import_id, field_of=kind, texts=texts)
