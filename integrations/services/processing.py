"""Applying messages: at least once in, exactly once in effect.

A worker claims a page of messages in one short transaction and applies each in its own. What a
dead worker had claimed is free again when its lease ends; what it had applied is committed together
with the message's state, so nothing is applied twice.

These claims are no leases of ``lib.leases``: nothing is written between a message's claim and the
one transaction that applies it and locks its row, so the lock is all the right that a worker needs.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.db import one_or_none, prepared_statements
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.errors import (
    HeldForReviewError,
    MessageStateError,
    PartnerContractError,
    fields_in,
)
from integrations.models import InboundMessage, TouchedRecord
from integrations.partner import Applied, Partner, Session

logger = logging.getLogger(__name__)
State = InboundMessage.State

PAGE = 25
MAX_ATTEMPTS = 5
# One message that a dead worker left, else a page of new ones. One, because any of them may have
# killed the worker: its neighbours must not share its attempts.
CLAIM = """
WITH abandoned AS (
    SELECT id FROM integrations_inboundmessage
    WHERE state = 'processing' AND attempts < %s
        AND claimed_at < now() - make_interval(secs => %s)
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
), new AS (
    SELECT id FROM integrations_inboundmessage
    WHERE state = 'received' AND NOT EXISTS (SELECT FROM abandoned)
    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE integrations_inboundmessage
SET state = 'processing', attempts = attempts + 1, claimed_at = now()
WHERE id IN (SELECT id FROM abandoned UNION ALL SELECT id FROM new)
RETURNING id, partner
"""


@dataclass(frozen=True)
class Outcome:
    """How one message ended."""

    message_id: int
    state: str


@dataclass(frozen=True)
class Ended:
    """Why a message did not get through; ``value`` is what equal ones share, of nobody."""

    code: str
    reason: str
    value: str = ""


def process_waiting(*, partners: Mapping[str, Partner]) -> Iterator[Outcome]:
    """Apply every waiting message until none is left: abandoned ones first, then the oldest."""
    while claimed := _claim():
        with prepared_statements():
            yield from _apply_page(sorted(claimed), partners)


def _apply_page(
    claimed: Sequence[tuple[int, str]], partners: Mapping[str, Partner]
) -> Iterator[Outcome]:
    """Apply a page with the settings of its beginning.

    A row may be locked for a moment by a worker that only looks for waiting messages, or a message
    may be the victim of a deadlock: such a message has its second chance at the end of the page,
    not after its lease.
    """
    sessions = {slug: partners[slug].open_session() for slug in {slug for _, slug in claimed}}

    def apply(message_id: int, slug: str) -> Outcome:
        return apply_message(message_id=message_id, partner=partners[slug], session=sessions[slug])

    again = []
    for message_id, slug in claimed:
        outcome = apply(message_id, slug)
        if outcome.state == State.PROCESSING:
            again.append((message_id, slug))
        else:
            yield outcome
    for message_id, slug in again:
        yield apply(message_id, slug)


def _claim() -> list[tuple[int, str]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM, [MAX_ATTEMPTS, settings.INBOX_LEASE_SECONDS, PAGE])
        return list(cursor.fetchall())


def apply_message(
    *, message_id: int, partner: Partner, session: Session, user: User | None = None
) -> Outcome:
    """Apply one claimed message in one transaction and record how it ended.

    A message that another worker holds or has finished is left alone.
    """
    started = time.monotonic()
    at = timezone.now()
    try:
        applied = _apply(message_id, partner, session, user=user, at=at, started=started)
    except HeldForReviewError as error:
        partner.remember_hold(hold_details=error.hold.details)
        ended = Ended(error.hold.code, error.hold.reason, error.hold.value)
        return _finish(message_id, State.HELD, ended, error.hold.details)
    except OperationalError:
        return _try_again_later(message_id)
    except (PartnerContractError, DomainError, DatabaseError) as error:
        return _finish(message_id, State.FAILED, _failure(error))
    return Outcome(message_id, applied)


def _failure(error: PartnerContractError | DomainError | DatabaseError) -> Ended:
    """A stable code, a sentence without personal data, and what it is about."""
    if isinstance(error, DomainError):
        return Ended(error.code, error.message)
    if isinstance(error, PartnerContractError):
        reason = gettext_noop("Unreadable fields: %(error)s") % {"error": error}
        return Ended("contract", reason, fields_in(error.problems))
    if isinstance(error, IntegrityError):
        rule = _rule(error)
        reason = gettext_noop("Another record stands in the way (rule: %(replace)s).")
        return Ended("conflict", reason % {"replace": rule}, rule)
    return Ended("database", type(error).__name__)


def _apply(
    message_id: int,
    partner: Partner,
    session: Session,
    *,
    user: User | None,
    at: datetime,
    started: float,
) -> str:
    summary = gettext_noop("%(title)s message %(message_id)s") % {
        "title": partner.title,
        "message_id": message_id,
    }
    with history.batch(user=user, channel=Batch.Channel.SYNC, summary=summary) as batch:
        waiting = InboundMessage.objects.select_for_update(skip_locked=True)
        message = one_or_none(waiting.filter(pk=message_id, state=State.PROCESSING))
        if message is None:
            return State.PROCESSING
        if not message.body:
            msg = gettext_noop("The body of this message was deleted when its retention ended.")
            raise MessageStateError(msg)
        body = message.body.reveal().encode()
        applied = session.apply(message=message, body=body, batch=batch, at=at)
        _save_touched(message, applied)
        state = State.IGNORED if applied.is_ignored else State.APPLIED
        InboundMessage.objects.filter(pk=message_id).update(
            state=state,
            code="",
            value="",
            reason="; ".join(applied.reasons),
            details={**message.details, "reasons": applied.reasons, "attention": applied.attention},
            needs_attention=bool(applied.attention),
            finished_at=at,
            duration_ms=int((time.monotonic() - started) * 1000),
            batch_id=batch.pk,
        )
        return state


def _save_touched(message: InboundMessage, applied: Applied) -> None:
    TouchedRecord.objects.bulk_create(
        [
            TouchedRecord(
                message=message, kind=record.kind, record_id=record.record_id, action=record.action
            )
            for record in applied.touched
        ],
        ignore_conflicts=True,
    )


def _finish(
    message_id: int, state: str, ended: Ended, details: Mapping[str, object] | None = None
) -> Outcome:
    changes: dict[str, object] = {"details": details} if details is not None else {}
    InboundMessage.objects.filter(pk=message_id, state=State.PROCESSING).update(
        state=state,
        code=ended.code[:60],
        value=ended.value[:120],
        reason=ended.reason,
        finished_at=timezone.now(),
        **changes,
    )
    logger.info("message %s ended as %s (%s)", message_id, state, ended.code)
    return Outcome(message_id, state)


def _try_again_later(message_id: int) -> Outcome:
    """A deadlock or a lost connection: nobody's fault, so it waits for its next turn."""
    message = InboundMessage.objects.get(pk=message_id)
    if message.attempts >= MAX_ATTEMPTS:
        reason = gettext_noop(
            "The database refused %(max_attempts)s times in a row. Retry when it is well again."
        ) % {"max_attempts": MAX_ATTEMPTS}
        return _finish(message_id, State.FAILED, Ended("database", reason))
    return Outcome(message_id, State.PROCESSING)


def _rule(error: IntegrityError) -> str:
    cause = getattr(error.__cause__, "diag", None)
    name = getattr(cause, "constraint_name", None) or "unknown"
    return name.replace("_", " ")


def give_up_on_killers() -> int:
    """Fail messages whose worker died again and again while applying them; say how many."""
    lease = timedelta(seconds=settings.INBOX_LEASE_SECONDS)
    return InboundMessage.objects.filter(
        state=State.PROCESSING,
        attempts__gte=MAX_ATTEMPTS,
        claimed_at__lt=timezone.now() - lease,
    ).update(
        state=State.FAILED,
        code="worker_died",
        value="",
        reason=gettext_noop(
            "The worker stopped %(max_attempts)s times while applying this message."
        )
        % {"max_attempts": MAX_ATTEMPTS},
        finished_at=timezone.now(),
    )
