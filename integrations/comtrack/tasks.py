"""The nightly query on its queue: begun when due, worked off in slices."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from integrations.comtrack.services import batches, runs


@shared_task
def nightly_comtrack(**_newer_arguments: Any) -> int:
    """Begin what is due and take up what waits or was left; answer with the number of runs."""
    at = timezone.now()
    runs.start_due_run(at=at)
    waiting = runs.NIGHTS.to_take_up(at=at)
    for run_id in waiting:
        nightly_comtrack_batches.delay(run_id=run_id)
    return len(waiting)


@shared_task
def nightly_comtrack_batches(*, run_id: int, **_newer_arguments: Any) -> str:
    """Ask for a while; the rest is the next task's. Answers with the run's state."""
    run = batches.work(run_id=run_id)
    if run.is_due(at=timezone.now()):
        nightly_comtrack_batches.delay(run_id=run_id)
    return run.state
