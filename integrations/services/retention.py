"""How long raw bodies are kept: they are health data, needed while they may be replayed."""

from datetime import datetime, timedelta

from integrations.models import InboundMessage

State = InboundMessage.State
UNDECIDED = (State.RECEIVED, State.PROCESSING, State.HELD, State.FAILED)


def purge_bodies(*, at: datetime, keep_days: int) -> int:
    """Empty the bodies of messages older than ``keep_days`` that nobody has to decide about.

    What became of them stays. Purging twice changes nothing. Returns how many were emptied.
    """
    old = InboundMessage.objects.filter(
        received_at__lt=at - timedelta(days=keep_days), body__isnull=False
    )
    return old.exclude(state__in=UNDECIDED).update(body=None)
