"""Imports that nobody waits for: files that were fetched go on by themselves while all is well."""

from django.utils.translation import gettext_noop

from agencyhub.imports.models import Import
from agencyhub.imports.services import runs, sheets

State = Import.State
# A file of which more is rejected is not what its template is about.
MOST_REJECTED = 0.02
TOO_MANY = gettext_noop(
    "{rejected:,} of {rows:,} rows were rejected, so nothing was imported by itself. Press “Try"
    " again”, look at them, and decide."
)


def go_on(*, import_id: int, is_queued: bool = True) -> None:
    """Import what was checked when nobody has to look at it; else ask for attention.

    The other sheets of a workbook go the same way. Imports that somebody attends, and files whose
    columns are not known, stay as they are.
    """
    run = Import.objects.get(pk=import_id)
    if not run.options.get(runs.UNATTENDED) or run.state != State.CHECKED:
        return
    for sheet in sheets.others(run):
        sheets.read_also(import_id=run.pk, sheet=sheet, user=run.user)
    if run.rejected > run.rows * MOST_REJECTED:
        run.state = State.ATTENTION
        run.problem = TOO_MANY.format(rejected=run.rejected, rows=run.rows)
        run.save(update_fields=["state", "problem"])
    elif runs.has_work(run):
        runs.start_commit(import_id=run.pk, user=run.user, is_queued=is_queued)
    else:
        run.state = State.IMPORTED
        run.save(update_fields=["state"])
