"""The sender, on the queue of mail, and what is forgotten later."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from agencyhub.mailing.services import keeping, notices, sending


@shared_task
def send_mail_due(**_newer_arguments: Any) -> dict[str, int]:
    """Hand over what is due, notices about accounts too, and say of what got lost that it did."""
    at = timezone.now()
    notices.write_due(at=at)
    return {**sending.send_due(at=at), "lost": sending.mark_lost(at=at)}


@shared_task
def purge_mail(**_newer_arguments: Any) -> int:
    """Empty mails that are older than they are kept."""
    at = timezone.now()
    return keeping.empty(before=at - timedelta(days=settings.MAIL_KEEP_DAYS), at=at)
