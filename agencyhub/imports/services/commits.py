"""Checked rows into the records, from a worker; again and again until it is done."""

from contextlib import suppress
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.imports import kinds, leases, queue
from agencyhub.imports.engine import freshness, repaired
from agencyhub.imports.engine.committing import Committer
from agencyhub.imports.engine.parts import Parts
from agencyhub.imports.engine.staging import Stager
from agencyhub.imports.kinds import Kind
from agencyhub.imports.models import Import
from agencyhub.imports.services import unattended
from agencyhub.lib.errors import DomainError
from agencyhub.lib.leases import LostLeaseError
from agencyhub.records import history
from agencyhub.records.models import Batch

State = Import.State
CHANGED = gettext_noop(
    "Records were changed after this file was checked, so it was checked again. Look at the new"
    " figures, then press Import once more."
)
AGREED = ("new", "changed", "same", "rejected")


def commit(*, import_id: int) -> None:
    """Bring the rows of a checked import into the records, unless somebody is at it.

    Rows that a dead worker wrote are left out. Where records were changed since the check in a way
    that alters its figures, nothing is written: the import is CHECKED again and says so.
    """
    run = leases.claim(import_id, states=(State.COMMITTING,), to=State.COMMITTING)
    if run is None:
        return
    with suppress(LostLeaseError):
        _commit(run, kinds.of(run.kind).for_user(run.user))


def _commit(run: Import, kind: Kind) -> None:
    try:
        if not _is_still_agreed(run, kind):
            unattended.go_on(import_id=run.pk)
            return
        _write(run, kind)
    except IntegrityError:
        _check_again(run, kind)
        unattended.go_on(import_id=run.pk)
        return
    except DomainError as problem:
        run.state, run.problem, run.alive_at = State.ATTENTION, problem.message[:400], None
        run.save(update_fields=["state", "problem", "alive_at"])
        return
    if kind.after_commit is not None and run.batch_id:
        queue.follow_up(run.pk)


def follow_up(*, import_id: int) -> None:
    """Do what can wait until the rows are there: what the kind says; may run twice."""
    run = Import.objects.get(pk=import_id)
    kind = kinds.of(run.kind)
    if kind.after_commit is not None and run.batch_id and run.state == State.IMPORTED:
        kind.after_commit(run.batch_id)


def _is_still_agreed(run: Import, kind: Kind) -> bool:
    """Whether the figures that a person confirmed still hold; rows written already stay."""
    if run.committed_at or run.pages.exists():
        return True
    if not freshness.has_changed(kind, run.mark, batch_id=run.batch_id):
        return True
    agreed = _figures(run)
    _check_again(run, kind)
    if run.state == State.CHECKED and _figures(run) == agreed:
        run.state, run.problem, run.progress = State.COMMITTING, "", 0
        run.alive_at = timezone.now()
        run.save(update_fields=["state", "problem", "progress", "alive_at"])
        return True
    return False


def _figures(run: Import) -> list[Any]:
    return [*(getattr(run, name) for name in AGREED), run.mark.get("effects", "")]


def _check_again(run: Import, kind: Kind) -> None:
    Stager(run, kind).check()
    run.problem = CHANGED
    run.save(update_fields=["problem"])


def _write(run: Import, kind: Kind) -> None:
    batch = _batch(run, kind)
    if not run.committed_at:
        parts = Parts(run.staged_as, run.parts)
        written = Committer(run, kind, parts, batch).commit()
        if written.rows.height:
            Stager(run, kind).leave_out(written.rows)
    repaired.commit(run, kind, batch)
    run.refresh_from_db()
    run.state, run.alive_at = State.IMPORTED, None
    run.committed_at = run.committed_at or timezone.now()
    run.save(update_fields=["state", "alive_at", "committed_at"])


@transaction.atomic
def _batch(run: Import, kind: Kind) -> Batch:
    """The one act that everything of this import belongs to, however often it is resumed."""
    if run.batch is not None:
        return run.batch
    summary = gettext_noop("%(label)s imported") % {"label": kind.label}
    with history.batch(user=run.user, channel=Batch.Channel.IMPORT, summary=summary) as batch:
        run.batch = batch
        run.save(update_fields=["batch"])
    return batch
