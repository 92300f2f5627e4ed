"""Imports that nobody waits for: files that were fetched go on by themselves while all is well."""

from agencyhub.imports.models import Import
from agencyhub.imports.services import runs

State = Import.State
# A file of which more is rejected is not what its template is about.
MOST_REJECTED = 0.02
TOO_MANY = (
    "{rejected:,} of {rows:,} rows were rejected, so nothing was imported by itself. Press “Try"
    " again”, look at them, and decide."
)


def go_on(*, import_id: int, is_queued: bool = True) -> None:
    """Import what was checked when nobody has to look at it; else ask for attention.

    Imports that somebody attends, and files whose columns are not known, stay as they are.
    """
    run = Import.objects.get(pk=import_id)
    if not run.options.get(runs.UNATTENDED) or run.state != State.CHECKED:
        return
    if run.rejected > run.rows * MOST_REJECTED:
        run.state = State.ATTENTION
        run.problem = TOO_MANY.format(rejected=run.rejected, rows=run.rows)
        run.save(update_fields=["state", "problem"])
    elif runs.has_work(run):
        runs.start_commit(import_id=run.pk, user=run.user, is_queued=is_queued)
    else:
        run.state = State.IMPORTED
        run.save(update_fields=["state"])
