"""What workers do for Premier feeds: one call each; everything may be said twice."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from integrations.premier.models import Pull
from integrations.premier.services import intake, pulling


@shared_task
def read_again(*, source: str, **_decided: Any) -> None:
    """Apply what was told in unknown words, now that somebody said what they mean."""
    intake.read_again(carrier_id=int(source.partition(":")[2]), at=timezone.now())


@shared_task
def pull_due(**_newer_arguments: Any) -> None:
    """Ask the APIs that are due, and go on with what waits or was left."""
    at = timezone.now()
    pulling.start_due(at=at)
    for pull_id in pulling.to_go_on_with(at=at):
        pull_statuses.delay(pull_id=pull_id)


@shared_task
def pull_statuses(*, pull_id: int, **_newer_arguments: Any) -> str:
    """Ask for a while; the rest is the next task's. Answers with the pull's state."""
    pull = pulling.work(pull_id=pull_id)
    if pull.state == Pull.State.WAITING and pull.again_at and pull.again_at <= timezone.now():
        pull_statuses.delay(pull_id=pull_id)
    return pull.state
