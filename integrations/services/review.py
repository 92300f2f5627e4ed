"""What people do with messages that wait for them: decide, retry."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from integrations.errors import MessageStateError
from integrations.models import InboundMessage
from integrations.partner import Partner
from integrations.services.processing import apply_message

State = InboundMessage.State
NEW = {"new": True}


def decide(
    *,
    message_id: int,
    decision: Mapping[str, Any],
    user: User,
    at: datetime,
    partners: Mapping[str, Partner],
) -> InboundMessage:
    """Apply a held message with what a person decided, and return the message as it ended.

    ``decision`` is ``{"individual_id": 12}``, ``{"sales_record_id": 7}`` or ``{"new": true}``.

    Raises:
        MessageStateError: it is no longer held, or the decision is none of its candidates.
    """
    _claim_for_person(message_id, (State.HELD,), at, user, decision=dict(decision))
    return _apply_now(message_id, user, partners)


def retry(
    *, message_id: int, user: User, at: datetime, partners: Mapping[str, Partner]
) -> InboundMessage:
    """Apply a failed, held or ignored message once more, as it came; or one that was undone.

    Raises:
        MessageStateError: it is in another state.
    """
    states: tuple[str, ...] = (State.FAILED, State.HELD, State.IGNORED)
    if InboundMessage.objects.filter(pk=message_id, batch__undone_at__isnull=False).exists():
        states = (*states, State.APPLIED)
    _claim_for_person(message_id, states, at, user)
    return _apply_now(message_id, user, partners)


@transaction.atomic
def _claim_for_person(
    message_id: int,
    states: tuple[str, ...],
    at: datetime,
    user: User,
    decision: dict[str, Any] | None = None,
) -> None:
    message = InboundMessage.objects.select_for_update().get(pk=message_id)
    if message.state not in states:
        state = message.get_state_display().lower()
        msg = gettext_noop("Message %(public_id)s is %(state)s now; somebody else was faster.") % {
            "public_id": message.public_id,
            "state": state,
        }
        raise MessageStateError(msg)
    if decision is not None and decision not in _choices(message):
        msg = gettext_noop("Choose one of the people shown, or a new Individual.")
        raise MessageStateError(msg)
    message.state, message.claimed_at, message.decided_by = State.PROCESSING, at, user
    message.attempts = 1
    message.decision = decision
    message.save(update_fields=["state", "claimed_at", "decided_by", "attempts", "decision"])


def _choices(message: InboundMessage) -> list[dict[str, Any]]:
    candidates = message.details.get("candidates", [])
    return [NEW, *({f"{row['kind']}_id": row["id"]} for row in candidates)]


def _apply_now(message_id: int, user: User, partners: Mapping[str, Partner]) -> InboundMessage:
    partner = partners[InboundMessage.objects.values_list("partner", flat=True).get(pk=message_id)]
    apply_message(message_id=message_id, partner=partner, session=partner.open_session(), user=user)
    return InboundMessage.objects.get(pk=message_id)
