"""Changing many rows of a list at once: as one act, set-based, and with undo."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.lists import bulk, registry
from agencyhub.records.lists.kinds import ListKind
from agencyhub.records.lists.models import BulkEdit
from agencyhub.records.models import Batch

# Up to here the rows that were counted are kept by key; beyond, the highest key is.
KEPT_PKS = 10_000
AT_ONCE = 500
PIECE = 2_000
LISTED = 1_000
REFUSED_BY_DATABASE = gettext_noop("a rule of the database does not allow it")
PROGRESS_SECONDS = 60 * 60
State = BulkEdit.State


class NothingSelectedError(DomainError):
    """No row is meant."""

    code = "nothing_selected"


class BulkEditNotAllowedError(DomainError):
    """The user may not change such records."""

    code = "bulk_edit_not_allowed"


class AlreadyRunError(DomainError):
    """The edit was started before."""

    code = "bulk_edit_already_run"


def start(
    *,
    list_key: str,
    user: User,
    filters: Mapping[str, Sequence[str]],
    query: str,
    pks: Sequence[int] | None,
) -> BulkEdit:
    """Prepare an edit of the rows ``pks`` or, without, of all that fit ``filters`` now.

    Raises:
        NothingSelectedError: no such row.
        BulkEditNotAllowedError: no right to change them.
        BadFilterError: see ``selection.rows``.
    """
    kind = registry.of(list_key)
    if not (kind.bulk and user.has_perm(kind.change_permission)):
        msg = gettext_noop("You may not edit %(nouns)s. Ask an administrator.") % {
            "nouns": kind.nouns
        }
        raise BulkEditNotAllowedError(msg)
    rows = bulk.selected(list_key, user=user, filters=filters, pks=pks)
    found = list(rows.order_by().values_list("pk", flat=True)[: KEPT_PKS + 1])
    if not found:
        msg = gettext_noop(
            "No row is selected. Tick the boxes of rows first, or edit all that match."
        )
        raise NothingSelectedError(msg)
    is_many = len(found) > KEPT_PKS
    upto = rows.aggregate(highest=Max("pk"))["highest"] if is_many else 0
    return BulkEdit.objects.create(
        list_key=list_key,
        user=user,
        filters=dict(filters),
        query=query,
        pks=None if is_many else found,
        upto_pk=upto,
        expected=rows.count() if is_many else len(found),
    )


def choose(*, edit: BulkEdit, values: Mapping[str, str], expected: int) -> BulkEdit:
    """Note what is to be set, and how many rows somebody was told of."""
    edit.values, edit.expected = dict(values), expected
    edit.save(update_fields=["values", "expected"])
    return edit


def confirm(*, edit_id: int) -> BulkEdit:
    """Take an edit out of preparation; ``run`` carries it out, by a worker when it ``is_long``.

    Raises:
        AlreadyRunError: it was confirmed before.
    """
    with transaction.atomic():
        edit = BulkEdit.objects.select_for_update().get(pk=edit_id)
        if edit.state != State.DRAFT:
            msg = gettext_noop("This edit was started already.")
            raise AlreadyRunError(msg)
        edit.state = State.QUEUED
        edit.save(update_fields=["state"])
    return edit


def is_long(edit: BulkEdit) -> bool:
    """Whether nobody should wait for it in front of a page."""
    return edit.expected > AT_ONCE


def progress(edit: BulkEdit) -> int:
    """How many rows a running edit has been through; its transaction shows nothing of it."""
    return int(cache.get(_progress_key(edit), 0))


def run(*, edit_id: int, at: datetime) -> BulkEdit:
    """Carry out a confirmed edit as one batch; one that ran already stays as it is.

    The rows are selected anew, with the user's reach and rights of now, and locked: what left the
    filter since it was counted stays as it is.
    """
    edit = BulkEdit.objects.select_related("user").get(pk=edit_id)
    if edit.state != State.QUEUED:
        return edit
    kind = registry.of(edit.list_key)
    if not edit.user.is_active or not edit.user.has_perm(kind.change_permission):
        return _failed(edit, at=at)
    names = ", ".join(bulk.labels(kind, edit.values))
    summary = gettext_noop("Bulk edit of %(nouns)s: %(names)s") % {
        "nouns": kind.nouns,
        "names": names,
    }
    try:
        with history.batch(user=edit.user, channel=Batch.Channel.SCREEN, summary=summary) as batch:
            locked = BulkEdit.objects.select_for_update().get(pk=edit_id)
            if locked.state != State.QUEUED:  # another worker was quicker
                return locked
            outcome = _change(kind, edit)
            _finish(edit, outcome, batch=batch, at=at)
    except Exception:
        _failed(edit, at=at)
        raise
    finally:
        cache.delete(_progress_key(edit))
    return edit


@dataclass
class _Outcome:
    """What became of the rows so far."""

    changed: int = 0
    unchanged: int = 0
    refused_count: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, pks: Sequence[int], reason: str) -> None:
        self.refused_count += len(pks)
        self.refused += [(pk, reason) for pk in pks[: LISTED - len(self.refused)]]


def _change(kind: ListKind, edit: BulkEdit) -> _Outcome:
    outcome = _Outcome()
    done = 0
    for pks in _pieces(bulk.rows_of(edit)):
        rows = kind.model._default_manager.filter(pk__in=pks)
        left = set(pks)
        for condition, reason in bulk.reasons(kind, edit.values):
            refused = sorted(rows.filter(condition, pk__in=left).values_list("pk", flat=True))
            outcome.refuse(refused, reason)
            left -= set(refused)
        different = rows.filter(bulk.needs_change(kind, edit.values), pk__in=left)
        todo = sorted(different.values_list("pk", flat=True))
        outcome.unchanged += len(left) - len(todo)
        _apply(kind, edit, todo, outcome)
        done += len(pks)
        cache.set(_progress_key(edit), done, PROGRESS_SECONDS)
    return outcome


def _pieces(rows: QuerySet[Any]) -> Iterator[list[int]]:
    """Lock the rows in the order of their keys and answer them, some at a time."""
    locked = rows.order_by("pk").select_for_update(of=("self",), no_key=True)
    last = 0
    while pks := [row.pk for row in locked.filter(pk__gt=last).only("pk")[:PIECE]]:
        yield pks
        last = pks[-1]


def _apply(kind: ListKind, edit: BulkEdit, pks: list[int], outcome: _Outcome) -> None:
    """Set every field; where the database refuses, find out which of the rows it means."""
    if not pks:
        return
    try:
        with transaction.atomic():
            rows = kind.model._default_manager.filter(pk__in=pks)
            for one, value in bulk.fields_of(kind, edit.values):
                one.apply(rows, value)
    except IntegrityError:
        if len(pks) == 1:
            outcome.refuse(pks, REFUSED_BY_DATABASE)
            return
        middle = len(pks) // 2
        _apply(kind, edit, pks[:middle], outcome)
        _apply(kind, edit, pks[middle:], outcome)
    else:
        outcome.changed += len(pks)


def _finish(edit: BulkEdit, outcome: _Outcome, *, batch: Batch, at: datetime) -> None:
    edit.state, edit.batch, edit.finished_at = State.DONE, batch, at
    edit.changed, edit.unchanged = outcome.changed, outcome.unchanged
    edit.refused, edit.refused_count = outcome.refused, outcome.refused_count
    edit.save()


def _failed(edit: BulkEdit, *, at: datetime) -> BulkEdit:
    edit.state, edit.finished_at = State.FAILED, at
    edit.save(update_fields=["state", "finished_at"])
    return edit


def _progress_key(edit: BulkEdit) -> str:
    return f"bulk-edit-{edit.pk}"
