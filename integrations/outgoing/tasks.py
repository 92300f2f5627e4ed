"""What workers do for webhooks; everything may be said twice."""

import logging
import time
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from integrations.outgoing.services import reading, retention, sending

logger = logging.getLogger(__name__)

SECONDS = 40.0
PAUSE, TURNS = 0.1, 20


@shared_task(soft_time_limit=100, time_limit=120)
def deliver_webhooks(**_newer_arguments: Any) -> int:
    """Read what happened, and bring what is due; answer with the number of tries."""
    for _ in range(TURNS):
        if not reading.read_all(at=timezone.now()).waits:
            break
        time.sleep(PAUSE)  # somebody's transaction is about to end
    return sending.send_due(seconds=SECONDS)


@shared_task
def purge_webhooks(**_newer_arguments: Any) -> int:
    """Delete old events; answer with how many."""
    return retention.purge(at=timezone.now(), keep_days=settings.WEBHOOK_KEEP_DAYS)


def deliver_soon() -> None:
    """Ask a worker to look now; when the broker is away, the schedule finds what is due."""
    try:
        deliver_webhooks.delay()
    except (RedisError, OperationalError) as error:
        logger.warning("webhooks wake-up failed: %s", type(error).__name__)
