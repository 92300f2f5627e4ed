"""Giving held messages back to the workers, when what held them is settled."""

from collections.abc import Sequence

from agencyhub.accounts.models import User
from integrations.models import InboundMessage

State = InboundMessage.State


def release(*, message_ids: Sequence[int], user: User) -> int:
    """Let workers apply held messages as if they had just come; answer how many were held.

    Wake the inbox afterwards. A message that somebody else decided about meanwhile is left alone.
    """
    held = InboundMessage.objects.filter(pk__in=message_ids, state=State.HELD)
    return held.update(
        state=State.RECEIVED,
        decision=None,
        decided_by=user,
        attempts=0,
        claimed_at=None,
        finished_at=None,
    )
