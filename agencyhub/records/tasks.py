"""Work on records that nobody waits for in front of a page."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from agencyhub.records.services import bulkedits, repeats


@shared_task
def edit_in_bulk(*, edit_id: int, **_newer_arguments: Any) -> str:
    """Carry out a confirmed bulk edit; delivered twice, it runs once. Answers its state."""
    return bulkedits.run(edit_id=edit_id, at=timezone.now()).state


@shared_task
def purge_idempotency(**_newer_arguments: Any) -> int:
    """Forget keys of repeated requests that are too old to count; answer with how many."""
    return repeats.purge(at=timezone.now())
