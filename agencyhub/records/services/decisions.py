"""What somebody decides about unknown values: each is asked about once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from celery import current_app
from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.kinds import KINDS, LISTENERS
from agencyhub.records.models import Batch
from agencyhub.records.unknown import UnknownValue, ValueMention

State = UnknownValue.State


class DecidedMeanwhileError(DomainError):
    """Somebody else decided about the value; nothing was changed."""

    code = "decided_meanwhile"


class MayNotAddError(DomainError):
    """The user may not add to this list."""

    code = "may_not_add"


@dataclass(frozen=True)
class Wish:
    """What one value is to mean."""

    value_id: int
    target_id: int


def map_values(*, wishes: Sequence[Wish], user: User, at: datetime) -> list[UnknownValue]:
    """Let each value mean an entry of its list, for good, and tell who waits for it.

    All or none.

    Raises:
        DecidedMeanwhileError: one of them is not open any more.
        DomainError: see ``Kind.remember``.
    """
    targets = {wish.value_id: wish.target_id for wish in wishes}
    with history.batch(
        user=user, channel=Batch.Channel.SCREEN, summary=gettext_noop("Mapped unknown values")
    ):
        values = _open(list(targets))
        for value in values:
            KINDS[value.kind].remember(
                text=value.text, target_id=targets[value.pk], within_id=value.within_id
            )
            _decide(value, State.MAPPED, user=user, at=at, target_id=targets[value.pk])
        _tell(values)
    return values


def add_value(*, value_id: int, meaning: str, user: User, at: datetime) -> UnknownValue:
    """Add the value to its list, as it was written, and tell who waits for it.

    Raises:
        MayNotAddError: without the right to add to the list.
        DecidedMeanwhileError: it is not open any more.
        DomainError: see ``Kind.add``.
    """
    with history.batch(
        user=user, channel=Batch.Channel.SCREEN, summary=gettext_noop("Added an unknown value")
    ):
        (value,) = _open([value_id])
        kind = KINDS[value.kind]
        if not kind.add_permission or not user.has_perm(kind.add_permission):
            msg = gettext(
                "You cannot add to the %(plural)s. Map the value, or ask an administrator."
            ) % {"plural": kind.plural}
            raise MayNotAddError(msg)
        target_id = kind.add(text=value.text, within_id=value.within_id, meaning=meaning)
        _decide(value, State.ADDED, user=user, at=at, target_id=target_id)
        _tell([value])
    return value


@transaction.atomic
def ignore_values(*, value_ids: Sequence[int], user: User, at: datetime) -> list[UnknownValue]:
    """Let values count as blank from now on, and tell who waits for them.

    Raises:
        DecidedMeanwhileError: one of them is not open any more.
    """
    values = _open(list(value_ids))
    for value in values:
        _decide(value, State.IGNORED, user=user, at=at, target_id=None)
    _tell(values)
    return values


def undo_decision(*, value_id: int, user: User) -> UnknownValue:
    """Ask again about a value. Records that got what it meant keep it.

    Raises:
        DecidedMeanwhileError: it is open.
        DomainError: what was added is in use.
    """
    summary = gettext_noop("Took back a decision about an unknown value")
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=summary):
        value = UnknownValue.objects.select_for_update(of=("self",)).get(pk=value_id)
        if value.state == State.OPEN:
            raise _decided(value)
        kind = KINDS[value.kind]
        target_id = value.target_id or 0
        if value.state == State.MAPPED:
            kind.forget(text=value.text, target_id=target_id, within_id=value.within_id)
        elif value.state == State.ADDED:
            kind.remove(target_id=target_id)
        _decide(value, State.OPEN, user=None, at=None, target_id=None)
    return value


def _open(value_ids: list[int]) -> list[UnknownValue]:
    """The open values, locked in one order."""
    rows = UnknownValue.objects.select_for_update(of=("self",)).filter(pk__in=value_ids)
    values = list(rows.order_by("pk"))
    for value in values:
        if value.state != State.OPEN:
            raise _decided(value)
    if len(values) != len(set(value_ids)):
        msg = gettext("One of these values no longer exists. Reload the page.")
        raise DecidedMeanwhileError(msg)
    return values


def _decide(
    value: UnknownValue,
    state: str,
    *,
    user: User | None,
    at: datetime | None,
    target_id: int | None,
) -> None:
    value.state, value.decided_by, value.decided_at = state, user, at
    value.target_id = target_id
    value.save(update_fields=["state", "decided_by", "decided_at", "target_id"])


def _decided(value: UnknownValue) -> DecidedMeanwhileError:
    state = value.get_state_display().lower()
    msg = gettext("“%(text)s” is %(state)s by now: somebody was quicker. Nothing was changed.") % {
        "text": value.text,
        "state": state,
    }
    return DecidedMeanwhileError(msg)


def _tell(values: Sequence[UnknownValue]) -> None:
    """Have those who wait told once the decision is committed: one call per source and list."""
    by_pk = {value.pk: value for value in values}
    waiting: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    mentions = ValueMention.objects.filter(value__in=by_pk).order_by("pk")
    for value_id, source in mentions.values_list("value_id", "source"):
        value = by_pk[value_id]
        waiting[source, value.kind, value.within_id].append(value.text)
    for (source, kind, within_id), texts in waiting.items():
        task = LISTENERS.get(source.partition(":")[0])
        if task:
            told = {"source": source, "kind": kind, "within_id": within_id, "texts": texts}
            transaction.on_commit(partial(current_app.send_task, task, kwargs=told))
