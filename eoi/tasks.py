"""Work about EOI that workers do: one call each."""

from celery import shared_task
from django.utils import timezone

from eoi import queue
from eoi.services import proposing, taking_back


@shared_task
def nightly_expiry() -> int:
    """Propose to expire requests whose health form is overdue."""
    return proposing.propose_expiry(on=timezone.localdate())


@shared_task
def reverse_worksheet(reversal_id: int) -> None:
    """Take a worksheet back, or go on with it."""
    taking_back.go_on(reversal_id)


@shared_task
def sweep_reversals() -> None:
    """Go on with worksheets whose worker died while it took them back."""
    for reversal_id in taking_back.abandoned():
        queue.reverse(reversal_id)
