"""How runs are handed to the workers: by the name of the task, which lies above."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

RETRIEVE = "integrations.carriers.tasks.retrieve_files"


def retrieve(retrieval_id: int) -> None:
    """Let a worker do a run; when the broker is away, the schedule finds it later."""
    try:
        current_app.send_task(RETRIEVE, [retrieval_id])
    except (RedisError, OperationalError) as error:
        logger.warning("retrieval %d not queued: %s", retrieval_id, type(error).__name__)
