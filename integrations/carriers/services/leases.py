"""Who is at work on a run: a worker that gives no sign of life for a while has died."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.utils import timezone

from integrations.carriers.connectors.web import PATIENT
from integrations.carriers.models import Retrieval

# Longer than one call with all its tries and the pauses between them, which nobody interrupts.
LEASE = timedelta(
    seconds=60
    + (PATIENT.retries + 1) * sum(settings.PARTNER_TIMEOUT)
    + PATIENT.retries * PATIENT.longest_seconds
)
BEAT_SECONDS = 10.0
UNQUEUED = timedelta(minutes=2)
State = Retrieval.State


class LostLeaseError(Exception):
    """Another worker has taken the run, or it was ended: stop without a word."""


class Lease:
    """A worker's right to a run; every step proves it, so that two workers never both write."""

    def __init__(self, run: Retrieval, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.run = run
        self._clock = clock
        self._beaten_at = clock()

    def beat(self) -> None:
        """Give a sign of life, at most every ``BEAT_SECONDS``.

        Raises:
            LostLeaseError: the run is not this worker's any more.
        """
        if self._clock() - self._beaten_at >= BEAT_SECONDS:
            self.save(alive_at=timezone.now())

    def save(self, **values: object) -> None:
        """Change the run if it still is this worker's.

        Raises:
            LostLeaseError: it is not; nothing was changed.
        """
        mine = Retrieval.objects.filter(pk=self.run.pk, state=State.RUNNING, claims=self.run.claims)
        if not mine.update(**values):
            raise LostLeaseError
        for name, value in values.items():
            if not isinstance(value, Combinable):
                setattr(self.run, name, value)
        self._beaten_at = self._clock()


def claim(retrieval_id: int, *, at: datetime) -> Lease | None:
    """Take a run that waits or was left behind; None when somebody else is, or was, at it.

    A run that a worker left behind without a word counts a failure.
    """
    is_ready = Q(state=State.WAITING) & (Q(again_at=None) | Q(again_at__lte=at))
    is_abandoned = Q(state=State.RUNNING, alive_at__lt=at - LEASE)
    with transaction.atomic():
        free = Retrieval.objects.select_for_update(skip_locked=True)
        run = free.filter(is_ready | is_abandoned, pk=retrieval_id).first()
        if run is None:
            return None
        run.failures += run.state == State.RUNNING
        run.state, run.alive_at, run.again_at = State.RUNNING, at, None
        run.claims += 1
        run.started_at = run.started_at or at
        run.save(
            update_fields=["state", "alive_at", "again_at", "claims", "started_at", "failures"]
        )
    return Lease(run)


def to_go_on_with(*, at: datetime) -> list[int]:
    """Runs whose pause is over, whose worker died, or whose wake-up was lost."""
    is_paused = Q(state=State.WAITING, again_at__lte=at)
    is_unqueued = Q(state=State.WAITING, again_at=None, created_at__lt=at - UNQUEUED)
    is_abandoned = Q(state=State.RUNNING, alive_at__lt=at - LEASE)
    rows = Retrieval.objects.filter(is_paused | is_unqueued | is_abandoned)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def of_connection(connection_id: int) -> Retrieval | None:
    """The run of a connection that is not at its end, if there is one."""
    return Retrieval.objects.open().filter(connection_id=connection_id).order_by(F("pk")).first()
