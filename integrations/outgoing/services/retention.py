"""Events and deliveries that nobody asks for any more."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from integrations.outgoing.models import Delivery, Event, Position, Signal

PAGE = 5_000


def purge(*, at: datetime, keep_days: int) -> int:
    """Delete what is older than ``keep_days`` and no longer waits; answer with how many events."""
    waiting = Delivery.objects.filter(event=OuterRef("pk"), state__in=Delivery.OPEN)
    old = Event.objects.filter(~Exists(waiting), created_at__lt=at - timedelta(days=keep_days))
    removed = 0
    while keys := list(old.order_by("pk").values_list("pk", flat=True)[:PAGE]):
        Event.objects.filter(pk__in=keys).delete()
        removed += len(keys)
    position = Position.objects.filter(stream="signals").first()
    if position is not None:
        Signal.objects.filter(pk__lte=position.cursor).delete()
    return removed
