"""Who is at work on a run; see ``lib.leases``."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce

from agencyhub.lib.leases import Lease, Leases
from integrations.carriers.connectors.web import PATIENT
from integrations.carriers.models import Retrieval

# Longer than one call with all its tries and the pauses between them, which nobody interrupts.
LEASE = timedelta(
    seconds=60
    + (PATIENT.retries + 1) * sum(settings.PARTNER_TIMEOUT)
    + PATIENT.retries * PATIENT.longest_seconds
)
UNQUEUED = timedelta(minutes=2)
State = Retrieval.State
RUNS = Leases(Retrieval.objects.all(), held=Q(state=State.RUNNING), length=lambda: LEASE)


def claim(retrieval_id: int, *, at: datetime) -> Lease[Retrieval] | None:
    """Take a run that waits or was left behind; None when somebody else is, or was, at it.

    A run that a worker left behind without a word counts a failure.
    """
    is_ready = Q(state=State.WAITING) & (Q(again_at=None) | Q(again_at__lte=at))
    return RUNS.take(
        retrieval_id,
        free=is_ready | RUNS.lapsed(at=at),
        at=at,
        failures=F("failures") + Case(When(state=State.RUNNING, then=1), default=0),
        state=State.RUNNING,
        again_at=None,
        started_at=Coalesce("started_at", Value(at)),
    )


def to_go_on_with(*, at: datetime) -> list[int]:
    """Runs whose pause is over, whose worker died, or whose wake-up was lost."""
    is_paused = Q(state=State.WAITING, again_at__lte=at)
    is_unqueued = Q(state=State.WAITING, again_at=None, created_at__lt=at - UNQUEUED)
    rows = Retrieval.objects.filter(is_paused | is_unqueued | RUNS.lapsed(at=at))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def of_connection(connection_id: int) -> Retrieval | None:
    """The run of a connection that is not at its end, if there is one."""
    return Retrieval.objects.open().filter(connection_id=connection_id).order_by(F("pk")).first()
