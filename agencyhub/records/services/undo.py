"""Undo of one batch: every row and column that nobody has touched since goes back."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history, redoing, removal, rewind, tables
from agencyhub.records.models import UNDO_WINDOW, Batch
from agencyhub.records.reach import is_within_reach
from agencyhub.records.wording import REDID, UNDID

UNDO = "records.undo_batch"
LEFT = gettext_noop("Left as it is")
MAX_TOLD = 1_000


class UndoNotAllowedError(DomainError):
    """The user may not undo, or not this batch."""

    code = "undo_not_allowed"


class AlreadyUndoneError(DomainError):
    """The batch was undone before."""

    code = "already_undone"


class UndoWindowClosedError(DomainError):
    """The batch is too old."""

    code = "undo_window_closed"


@dataclass(frozen=True)
class UndoResult:
    """What an undo did: the batch it made, how many rows went back, and what it left, in words."""

    batch: Batch
    restored: int = 0
    kept: list[str] = field(default_factory=list)


def undo_batch(*, batch_id: int, user: User, at: datetime) -> UndoResult:
    """Take back what a batch did, as one batch that can be undone in turn.

    A row or column that was changed since stays as it is and is listed. ``at`` is now.

    Raises:
        UndoNotAllowedError: no right to undo, or the batch touched records out of the user's reach.
        AlreadyUndoneError: undone before.
        UndoWindowClosedError: older than 30 days.
        DomainError: another one, from the rules of a model whose rows the batch touched.
    """
    if not user.has_perm(UNDO):
        msg = gettext("You cannot undo changes. Ask an administrator.")
        raise UndoNotAllowedError(msg)
    original = Batch.objects.get(pk=batch_id)
    with history.batch(
        user=user,
        channel=Batch.Channel.SCREEN,
        summary=_summary(original),
        undo_of=original,
    ) as batch:
        original = Batch.objects.select_for_update(no_key=True).get(pk=batch_id)
        _check(original, user=user, at=at)
        ruled = _ruled(original)
        for model in ruled:
            model.before_undo(original)
        restored, kept = _rewind(original)
        kept += [words for model in ruled for words in model.after_undo(original)]
        _mark(original, user=user, at=at)
        _remember(batch, kept=kept)
    return UndoResult(batch=batch, restored=restored, kept=kept)


def _check(batch: Batch, *, user: User, at: datetime) -> None:
    if batch.undone_at:
        msg = gettext("This was undone already on %(undone_at)s.") % {
            "undone_at": f"{batch.undone_at:%m/%d/%Y}"
        }
        raise AlreadyUndoneError(msg)
    if batch.channel == Batch.Channel.SYSTEM:
        msg = gettext("This was done by AgencyHub's own setup and cannot be undone here.")
        raise UndoNotAllowedError(msg)
    final = redoing.refusals([batch])
    if final:
        raise UndoNotAllowedError(final[batch.pk])
    if at - batch.created_at > UNDO_WINDOW:
        msg = gettext("This is older than %(days)s days and can no longer be undone.") % {
            "days": UNDO_WINDOW.days
        }
        raise UndoWindowClosedError(msg)
    if not is_within_reach(batch, user=user):
        msg = gettext("This changed records that you cannot see. Ask an administrator to undo it.")
        raise UndoNotAllowedError(msg)


def _summary(original: Batch) -> str:
    """Name what was undone; the undo of an undo is a redo."""
    if original.summary.startswith(UNDID):
        return REDID + original.summary.removeprefix(UNDID)
    return UNDID + original.summary.removeprefix(REDID)


def _ruled(batch: Batch) -> list[Any]:
    """The models whose rules the undo of the batch has to keep."""
    ruled = tables.with_undo_rules()
    touched = batch.changes.filter(table_name__in=ruled).order_by("table_name")
    return [ruled[name] for name in touched.values_list("table_name", flat=True).distinct()]


def _rewind(batch: Batch) -> tuple[int, list[str]]:
    restored, kept = 0, list[str]()
    for effects in rewind.pages(batch):
        count, left = _take_back(rewind.plan(effects))
        restored, kept = restored + count, kept + left
    removed, left = removal.remove_added(batch)
    return restored + removed, kept + left


def _take_back(plan: rewind.Plan) -> tuple[int, list[str]]:
    try:
        with transaction.atomic():
            _wait_with_constraints()  # rows may take back each other's values
            rewind.run(plan.steps)
            _check_references()
    except IntegrityError:
        refused = _one_by_one(plan.steps)
        return len(plan.steps) - len(refused), [*plan.kept, *refused]
    return len(plan.steps), plan.kept


def _one_by_one(steps: list[rewind.Step]) -> list[str]:
    """Run what the database accepts; a step may need another first, so repeat while it helps."""
    waiting = steps
    refused: dict[rewind.Step, str] = {}
    while waiting:
        refused = {}
        for step in waiting:
            try:
                with transaction.atomic():
                    rewind.run([step])
                    _check_references()
            except IntegrityError as error:
                refused[step] = step.refusal(error)
        if len(refused) == len(waiting):
            break
        waiting = list(refused)
    return list(refused.values())


def _check_references() -> None:
    """Let foreign keys object now rather than at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    _wait_with_constraints()


def _wait_with_constraints() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _mark(batch: Batch, *, user: User, at: datetime) -> None:
    """Mark the batch undone; if it was an undo, what it undid is in effect again, and so on."""
    current: Batch | None = batch
    undone = True
    while current is not None:
        current.undone_at, current.undone_by = (at, user) if undone else (None, None)
        current.save(update_fields=["undone_at", "undone_by"])
        undone = not undone
        current = current.undo_of


def _remember(batch: Batch, *, kept: list[str]) -> None:
    """Keep what stayed, for the page that tells."""
    told = kept[:MAX_TOLD]
    if len(kept) > MAX_TOLD:
        told.append(
            gettext("%(value)s more records stay as they are.")
            % {"value": f"{len(kept) - MAX_TOLD:,}"}
        )
    if told:
        history.write(history.entry(batch=batch, record=batch, text=LEFT, reasons=told))
