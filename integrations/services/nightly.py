"""A run that any worker may take up, and may die with at any moment.

Whoever holds the run's token stores; a worker that was taken for dead finds another's token and
stops.
"""

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone

from integrations.models import NightlyRun

logger = logging.getLogger(__name__)
State = NightlyRun.State
Run = TypeVar("Run", bound=NightlyRun)
PAUSES = (60, 300, 900, 1800)
"""Seconds until a partner is asked again, by tries in a row that brought nothing."""
MOST_MISSES = 12


def overtake(runs: QuerySet[Run], *, error: str, at: datetime) -> None:
    """End what is open, for a newer run does it as well."""
    runs.filter(state__in=NightlyRun.OPEN).update(
        state=State.INCOMPLETE, error=error, finished_at=at, worker=None
    )


def go_on(run: NightlyRun, *, at: datetime) -> None:
    """Let a run that waits wait no longer."""
    if run.state == State.WAITING:
        run.resume_at = at
        run.save(update_fields=["resume_at"])


def to_take_up(runs: QuerySet[Run], *, lease: timedelta, at: datetime) -> list[int]:
    """The runs that wait for their moment, or that a dead worker left."""
    waits = Q(state=State.WAITING, resume_at__lte=at)
    left = Q(state=State.RUNNING, alive_at__lt=at - lease)
    return list(runs.filter(waits | left).order_by("pk").values_list("pk", flat=True))


def claim(runs: QuerySet[Run], run_id: int, *, lease: timedelta) -> Run | None:
    """Take an open run that nobody works on."""
    now = timezone.now()
    free = Q(state=State.WAITING) | Q(state=State.RUNNING, alive_at__lt=now - lease)
    taken = runs.filter(free, pk=run_id).update(
        state=State.RUNNING, worker=uuid.uuid4(), alive_at=now, resume_at=None, error=""
    )
    if not taken:
        return None
    runs.filter(pk=run_id, started_at=None).update(started_at=now)
    return runs.get(pk=run_id)


def mine(run: Run) -> QuerySet[Run]:
    """The run, as long as no other worker has taken it."""
    rows: QuerySet[Any] = type(run)._default_manager.filter(pk=run.pk)
    return rows.filter(worker=run.worker, state=State.RUNNING)


def hand_on(run: Run) -> Run:
    """Leave the rest to the next worker, at once."""
    return _release(run, state=State.WAITING, resume_at=timezone.now())


def pause(run: Run, *, error: str, given_up: str) -> Run:
    """Wait before the partner is asked again, longer each time; what is stored stays.

    ``given_up`` is the error of a run that has waited too often, and ends.
    """
    rows: QuerySet[Any] = type(run)._default_manager.filter(pk=run.pk)
    misses = rows.values_list("misses", flat=True).get() + 1
    if misses >= MOST_MISSES:
        return end(run, State.INCOMPLETE, given_up)
    seconds = PAUSES[min(misses, len(PAUSES)) - 1]
    return _release(
        run,
        state=State.WAITING,
        resume_at=timezone.now() + timedelta(seconds=seconds),
        misses=misses,
        error=_cut(run, error),
    )


def end(run: Run, state: str, error: str = "") -> Run:
    """Close a run."""
    return _release(run, state=state, error=_cut(run, error), finished_at=timezone.now())


def _release(run: Run, **changes: object) -> Run:
    """Give it out of one's hands, unless another worker has taken it meanwhile."""
    mine(run).update(worker=None, **changes)
    run.refresh_from_db()
    logger.info("%s is %s", run, run.state)
    return run


def _cut(run: NightlyRun, error: str) -> str:
    meta: Any = run._meta
    return error[: meta.get_field("error").max_length]
