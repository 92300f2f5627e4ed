"""Bringing deliveries: at least once, each under one id, in order as far as that goes.

A worker takes an endpoint for itself with a lease and brings its deliveries one after another. That
a try begins is committed before anything is sent, and how it ended afterwards: what a dead worker
had begun is begun again by the next one, under the same id.
"""

import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from integrations.outgoing import payload, signing, waiting, wire
from integrations.outgoing.models import Attempt, Delivery, Endpoint
from integrations.outgoing.services import switching

State = Delivery.State
# The endpoint that has waited longest for a worker, among those with something due. The law of
# ``lib.leases``, with two differences: it takes whichever is free, not one that it was told of, and
# who lost the lease notes all the same what came of the try that it had begun, for that was sent.
_CLAIM = """
UPDATE outgoing_endpoint SET worker = %(worker)s, alive_at = %(at)s
WHERE id = (
    SELECT endpoint.id FROM outgoing_endpoint AS endpoint
    WHERE is_active AND (worker IS NULL OR alive_at < %(dead)s)
        AND (rests_until IS NULL OR rests_until <= %(at)s)
        AND EXISTS (
            SELECT FROM outgoing_delivery WHERE endpoint_id = endpoint.id
                AND state IN ('waiting', 'sending')
                AND (state = 'sending' OR next_at <= %(at)s)
        )
    ORDER BY alive_at NULLS FIRST, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id
"""


@dataclass(frozen=True)
class Begun:
    """A try that was begun: what to send where."""

    endpoint_id: int
    delivery_id: int
    attempt_id: int
    tries: int
    url: str
    body: bytes
    headers: dict[str, str]


def send_due(
    *,
    seconds: float,
    now: Callable[[], datetime] = timezone.now,
    chance: Callable[[], float] = random.random,
) -> int:
    """Bring what is due, for about ``seconds``; answer with the number of tries."""
    end = time.monotonic() + seconds
    tries = 0
    while time.monotonic() < end and (claim := _claim(at=now())) is not None:
        endpoint_id, worker = claim
        try:
            with wire.Wire() as line:
                while time.monotonic() < end:
                    begun = _begin(endpoint_id, worker, at=now())
                    if begun is None:
                        break
                    outcome = line.post(begun.url, body=begun.body, headers=begun.headers)
                    tries += 1
                    if not _finish(begun, outcome, at=now(), chance=chance()):
                        break
        finally:
            Endpoint.objects.filter(pk=endpoint_id, worker=worker).update(worker=None)
    return tries


def _claim(*, at: datetime) -> tuple[int, uuid.UUID] | None:
    worker = uuid.uuid4()
    dead = at - timedelta(seconds=settings.WEBHOOK_LEASE_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"worker": worker, "at": at, "dead": dead})
        row = cursor.fetchone()
    return (row[0], worker) if row else None


@transaction.atomic
def _begin(endpoint_id: int, worker: uuid.UUID, *, at: datetime) -> Begun | None:
    """Begin a try of the oldest delivery that is due; None: there is none, or we lost the lease."""
    rows = Endpoint.objects.select_for_update(no_key=True)
    endpoint = rows.filter(pk=endpoint_id, worker=worker, is_active=True).first()
    if endpoint is None:
        return None
    if not endpoint.owner.is_active:
        switching.switch_off(endpoint, because=Endpoint.Off.PERSON, at=at)
        return None
    delivery = _oldest_due(endpoint, at=at)
    if delivery is None:
        return None
    endpoint.alive_at = at
    endpoint.save(update_fields=["alive_at"])
    delivery.state, delivery.tries = State.SENDING, delivery.tries + 1
    delivery.save(update_fields=["state", "tries"])
    attempt = Attempt.objects.create(delivery=delivery, started_at=at)
    body = payload.body_of(delivery.event)
    headers = signing.headers(
        event_id=payload.id_of(delivery.event),
        timestamp=int(at.timestamp()),
        body=body,
        secrets=switching.live_secrets(endpoint, at=at),
    )
    return Begun(
        endpoint_id=endpoint.pk,
        delivery_id=delivery.pk,
        attempt_id=attempt.pk,
        tries=delivery.tries,
        url=endpoint.url,
        body=body,
        headers={**payload.HEADERS, **headers},
    )


def _oldest_due(endpoint: Endpoint, *, at: datetime) -> Delivery | None:
    """What a dead worker had begun, else the oldest that is due; too old ones are given up."""
    while True:
        open_ones = endpoint.deliveries.filter(state__in=Delivery.OPEN).select_related("event")
        begun = open_ones.filter(state=State.SENDING).order_by("pk").first()
        delivery = begun or open_ones.filter(next_at__lte=at).order_by("pk").first()
        if delivery is None or not waiting.is_over(since=delivery.since, at=at):
            return delivery
        delivery.state = State.FAILED
        delivery.save(update_fields=["state"])


@transaction.atomic
def _finish(begun: Begun, outcome: wire.Outcome, *, at: datetime, chance: float) -> bool:
    """Note how a try ended; answer whether the endpoint may be sent more now."""
    Attempt.objects.filter(pk=begun.attempt_id).update(
        status=outcome.status, outcome=outcome.code, duration_ms=outcome.duration_ms
    )
    endpoint = Endpoint.objects.select_for_update(no_key=True).filter(pk=begun.endpoint_id).first()
    if endpoint is None:
        return False
    mine = endpoint.deliveries.filter(pk=begun.delivery_id, state=State.SENDING, tries=begun.tries)
    delivery = mine.first()
    if delivery is None:  # another worker took it over, or somebody asked for it anew
        return False
    delivery.status, delivery.outcome = outcome.status, outcome.code
    if outcome.is_delivered:
        delivery.state, delivery.delivered_at = State.DELIVERED, at
        delivery.save(update_fields=["state", "status", "outcome", "delivered_at"])
        switching.note_success(endpoint, at=at)
        return True
    is_over = waiting.is_over(since=delivery.since, at=at)
    delivery.state = State.FAILED if is_over else State.WAITING
    asked = outcome.retry_after
    delivery.next_at = at + waiting.pause(tries=begun.tries, chance=chance, asked=asked)
    delivery.save(update_fields=["state", "status", "outcome", "next_at"])
    is_gone = outcome.code == wire.GONE
    return switching.note_failure(endpoint, is_gone=is_gone, at=at, chance=chance)
