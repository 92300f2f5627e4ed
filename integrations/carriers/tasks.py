"""What workers do for Retrieve: one call each; everything may be said twice."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from integrations.carriers import queue
from integrations.carriers.models import Retrieval
from integrations.carriers.services import leases, requesting, running


@shared_task
def retrieve_files(retrieval_id: int, **_newer_arguments: Any) -> None:
    """Do a run, or a turn of it."""
    run = running.work(retrieval_id=retrieval_id)
    if run.state == Retrieval.State.WAITING and run.again_at and run.again_at <= timezone.now():
        queue.retrieve(retrieval_id)


@shared_task
def retrieve_due(**_newer_arguments: Any) -> None:
    """Start the connections that are due, and go on with what dead workers left."""
    now = timezone.now()
    requesting.start_due(at=now)
    for retrieval_id in leases.to_go_on_with(at=now):
        queue.retrieve(retrieval_id)
