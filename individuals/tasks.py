"""Work about people that the schedule starts."""

from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from individuals.services import duplicates, retention
from individuals.services.search_index import index_waiting


@shared_task
def index_people() -> None:
    """Add and take away the search terms that large statements left to do."""
    index_waiting()


@shared_task
def nightly_duplicates() -> str:
    """Compare everybody with everybody once a day: an undo or plain SQL came by no other door."""
    return "; ".join(duplicates.sweep().words())


@shared_task
def purge_looks(**_newer_arguments: Any) -> int:
    """Delete old notes of who looked at whom; answer with how many."""
    return retention.purge_looks(at=timezone.now(), keep_days=settings.LOOK_KEEP_DAYS)
