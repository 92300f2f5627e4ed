"""Work about documents that the schedule starts."""

from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from documents.services import retention


@shared_task
def purge_documents(**_newer_arguments: Any) -> int:
    """Delete documents that were removed long enough ago; answer with how many."""
    return retention.purge(at=timezone.now(), keep_days=settings.DOCUMENT_KEEP_DAYS)
