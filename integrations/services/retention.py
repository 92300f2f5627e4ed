"""How long raw bodies are kept, which are health data needed while they may be replayed, and how
long it is told what did not work: incidents that are over, and retries."""

from datetime import datetime, timedelta

from django.db import transaction

from integrations.models import InboundMessage, Incident, RetriedMessage, Retry

State = InboundMessage.State
PAGE = 100
UNDECIDED = (State.RECEIVED, State.PROCESSING, State.HELD, State.FAILED)


def purge_bodies(*, at: datetime, keep_days: int) -> int:
    """Empty the bodies of messages older than ``keep_days`` that nobody has to decide about.

    What became of them stays. Purging twice changes nothing. Returns how many were emptied.
    """
    old = InboundMessage.objects.filter(
        received_at__lt=at - timedelta(days=keep_days), body__isnull=False
    )
    return old.exclude(state__in=UNDECIDED).update(body=None)


def purge_incidents(*, at: datetime, keep_days: int) -> int:
    """Delete incidents that were over ``keep_days`` ago; one that is open stays. Returns how many.

    Mails of an incident are told apart by its key for ever: no later one gets the same.
    """
    over = Incident.objects.filter(closed_at__lt=at - timedelta(days=keep_days))
    return over.delete()[0]


def purge_retries(*, at: datetime, keep_days: int) -> int:
    """Delete retries that were started over ``keep_days`` ago, with the lists of their messages.

    The messages stay, and so does what the history says of the retry. Each step is a transaction of
    its own: one that dies goes on where it was. Returns how many retries were deleted.
    """
    old = Retry.objects.filter(started_at__lt=at - timedelta(days=keep_days)).order_by("pk")
    removed = 0
    while keys := list(old.values_list("pk", flat=True)[:PAGE]):
        for key in keys:
            with transaction.atomic():
                RetriedMessage.objects.filter(retry=key).delete()
                removed += Retry.objects.filter(pk=key).delete()[1].get(Retry._meta.label, 0)
    return removed
