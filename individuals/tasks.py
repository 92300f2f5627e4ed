"""Work about people that the schedule starts."""

from celery import shared_task

from individuals.services import duplicates
from individuals.services.search_index import index_waiting


@shared_task
def index_people() -> None:
    """Add and take away the search terms that large statements left to do."""
    index_waiting()


@shared_task
def nightly_duplicates() -> str:
    """Compare everybody with everybody once a day: an undo or plain SQL came by no other door."""
    return "; ".join(duplicates.sweep().words())
