"""The life of an import between its states: what a person decides about it."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.imports import kinds, leases, queue
from agencyhub.imports.models import Import
from agencyhub.imports.services.files import check_allowed
from agencyhub.lib.errors import DomainError
from agencyhub.records.services.undo import UndoResult, undo_batch

State = Import.State
# Nothing of these is in the records, and nobody is at work on them.
OPEN = (State.MAPPING, State.CHECKED, State.ATTENTION, State.DUPLICATE)
# The option of an import that goes on by itself, until a person does something with it.
UNATTENDED = "unattended"
NOT_WHOLE = gettext_noop(
    "Everything of such a file is imported, or nothing. Correct the rejected rows in the file and"
    " upload it again."
)

UNDO_FAILS = gettext_noop(
    "Undoing this import failed several times; nothing was undone. Tell AgencyHub’s support the"
    " number of the import."
)


class ImportNotReadyError(DomainError):
    """The import is in a state that does not allow this."""

    code = "import_not_ready"


class NothingToImportError(DomainError):
    """Every row is the same as before, or rejected."""

    code = "nothing_to_import"


class NotWholeError(DomainError):
    """Everything of this file is imported or nothing, and a row of it is rejected."""

    code = "import_not_whole"


@transaction.atomic
def again(*, import_id: int, user: User | None) -> None:
    """Read a file anyway that was read before, or once more after its trouble was seen to.

    Raises:
        ImportNotAllowedError: see ``files.check_allowed``.
        ImportNotReadyError: it is neither a duplicate nor in need of attention.
    """
    run = locked(import_id, user=user, states=(State.DUPLICATE, State.ATTENTION))
    _queue_check(run)


@transaction.atomic
def choose_sheet(*, import_id: int, sheet: str, header_line: int, user: User | None) -> None:
    """Read another sheet of the workbook, or another line as the header.

    Raises:
        ImportNotAllowedError, ImportNotReadyError: as ``again``.
    """
    run = locked(import_id, user=user, states=OPEN)
    run.sheet, run.header_line, run.version = sheet, header_line, None
    _queue_check(run)


@transaction.atomic
def set_mode(*, import_id: int, mode: str, user: User | None) -> None:
    """Decide whether rows may add records, change them, or both; the check runs again.

    Raises:
        ImportNotAllowedError, ImportNotReadyError: as ``again``.
    """
    run = locked(import_id, user=user, states=OPEN)
    run.mode = Import.Mode(mode)
    _queue_check(run)


@transaction.atomic
def choose_kind(*, import_id: int, kind: str, user: User | None) -> None:
    """Take the file for something else; the check starts from its header.

    Raises:
        ImportNotAllowedError, ImportNotReadyError: as ``again``.
    """
    run = locked(import_id, user=user, states=OPEN)
    check_allowed(kind, user=user)
    run.kind, run.version = kind, None
    run.save(update_fields=["kind"])
    _queue_check(run)


@transaction.atomic
def discard(*, import_id: int, user: User | None) -> None:
    """Put an import aside that nobody wants to go on with; nothing of it is in the records.

    Raises:
        ImportNotAllowedError, ImportNotReadyError: as ``again``.
    """
    run = locked(import_id, user=user, states=OPEN)
    run.state = State.DISCARDED
    run.save(update_fields=["state"])


@transaction.atomic
def start_commit(*, import_id: int, user: User | None, is_queued: bool = True) -> None:
    """Let a worker bring the checked rows into the records.

    Without ``is_queued`` the caller does the worker's part.

    Raises:
        ImportNotAllowedError, ImportNotReadyError: as ``again``.
        NothingToImportError: no row is new or changed.
        NotWholeError: see there.
    """
    run = locked(import_id, user=user, states=(State.CHECKED, State.IMPORTED))
    if kinds.of(run.kind).exact and run.rejected:
        raise NotWholeError(NOT_WHOLE)
    if not has_work(run):
        msg = gettext_noop("No row is new or changed, so there is nothing to import.")
        raise NothingToImportError(msg)
    run.state, run.progress, run.alive_at, run.attempts = State.COMMITTING, 0, None, 0
    run.save(update_fields=["state", "progress", "alive_at", "attempts"])
    if is_queued:
        transaction.on_commit(partial(queue.commit, run.pk))


def has_work(run: Import) -> bool:
    """Whether importing would do anything: rows are new, changed, repaired, or told again."""
    if run.repairs.filter(is_valid=True, committed_at__isnull=True).exists():
        return True
    is_told_again = run.same > 0 and kinds.of(run.kind).is_snapshot
    return run.state == State.CHECKED and bool(run.new or run.changed or is_told_again)


@transaction.atomic
def start_undo(*, import_id: int, user: User) -> None:
    """Let a worker take back what an import did.

    Raises:
        ImportNotAllowedError: see ``files.check_allowed``.
        ImportNotReadyError: it was not imported, changed nothing, or was undone before.
    """
    run = locked(import_id, user=user, states=(State.IMPORTED,))
    _batch_of(run)
    run.state, run.problem, run.undo_user, run.attempts = State.UNDOING, "", user, 0
    run.save(update_fields=["state", "problem", "undo_user", "attempts"])
    transaction.on_commit(partial(queue.undo, run.pk))


def finish_undo(*, import_id: int, at: datetime) -> None:
    """Do what ``start_undo`` was asked for, unless another worker is at it; say why not.

    What kills every worker that begins it is given up: the import stays as it is.
    """
    if _begin_undo(import_id):
        _undo(import_id, at)


@transaction.atomic
def _begin_undo(import_id: int) -> bool:
    """Count the attempt before it, so that one that is killed is counted, too."""
    run = _being_undone(import_id)
    if run is None:
        return False
    if run.attempts >= leases.MOST_ATTEMPTS:
        run.state, run.problem = State.IMPORTED, UNDO_FAILS
    run.attempts += 1
    run.save(update_fields=["state", "problem", "attempts"])
    return run.state == State.UNDOING


def _being_undone(import_id: int) -> Import | None:
    """Lock an import that waits to be undone; None when somebody is at work on it."""
    waiting = Import.objects.select_for_update(skip_locked=True)
    return waiting.filter(pk=import_id, state=State.UNDOING).first()


@transaction.atomic
def _undo(import_id: int, at: datetime) -> None:
    run = _being_undone(import_id)
    if run is None or run.undo_user is None or run.batch_id is None:
        return
    try:
        with transaction.atomic():
            undo_batch(batch_id=run.batch_id, user=run.undo_user, at=at)
        run.state = State.UNDONE
    except DomainError as refusal:
        run.state, run.problem = State.IMPORTED, refusal.message[:400]
    run.save(update_fields=["state", "problem"])


@transaction.atomic
def undo(*, import_id: int, user: User, at: datetime) -> UndoResult:
    """Take back what an import did; what was edited since stays and is listed.

    Raises:
        ImportNotReadyError: it was not imported, or undone before.
        UndoNotAllowedError, UndoWindowClosedError: see ``records.services.undo``.
    """
    run = locked(import_id, user=user, states=(State.IMPORTED,))
    result = undo_batch(batch_id=_batch_of(run), user=user, at=at)
    run.state = State.UNDONE
    run.save(update_fields=["state"])
    return result


@transaction.atomic
def recheck(*, import_id: int) -> None:
    """Check a file again whose unknown values are known by now, unless it went on since."""
    run = Import.objects.select_for_update().filter(pk=import_id, state=State.CHECKED).first()
    if run is not None:
        _queue_check(run)


def _batch_of(run: Import) -> int:
    """The batch to undo; an import without one changed nothing."""
    if run.batch_id is None:
        msg = gettext_noop("This import changed nothing, so there is nothing to undo.")
        raise ImportNotReadyError(msg)
    return run.batch_id


def _queue_check(run: Import) -> None:
    run.state, run.problem, run.progress, run.alive_at = State.RECEIVED, "", 0, None
    run.attempts = 0
    run.options.pop(UNATTENDED, None)
    run.save(
        update_fields=[
            *("state", "problem", "progress", "alive_at", "attempts", "options"),
            *("sheet", "header_line", "version", "mode"),
        ]
    )
    transaction.on_commit(partial(queue.stage, run.pk))


def locked(import_id: int, *, user: User | None, states: tuple[str, ...]) -> Import:
    """Lock an import for somebody who may run it, in one of ``states``."""
    run = Import.objects.select_for_update().get(pk=import_id)
    check_allowed(run.kind, user=user)
    if run.state not in states:
        msg = gettext_noop("This import is “%(state)s”, so this cannot be done now.") % {
            "state": run.get_state_display()
        }
        raise ImportNotReadyError(msg)
    return run
