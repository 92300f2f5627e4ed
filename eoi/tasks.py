"""Work about EOI that workers do: one call each."""

from celery import shared_task
from django.utils import timezone

from eoi.services import proposing


@shared_task
def nightly_expiry() -> int:
    """Propose to expire requests whose health form is overdue."""
    return proposing.propose_expiry(on=timezone.localdate())
