"""Work that the broker starts: the inbox, and the signs of life that /readyz reads."""

import logging
import os
import threading
import time
from functools import partial
from typing import Any

from celery import shared_task
from celery.signals import heartbeat_sent
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from integrations import catalogue, registry
from integrations.models import Heartbeat
from integrations.services import incidents, processing, retention

logger = logging.getLogger(__name__)

WAKE_KEY = "inbox-wake"
WAKE_SECONDS = 5
WAKE_TOGETHER_SECONDS = 0.02
HEARTBEAT_EVERY = 20


def wake_inbox() -> None:
    """Ask a worker to look at the inbox, once for however many messages wait.

    The broker is only a wake-up: when it is away, the sweeper finds the messages.
    """
    try:
        if cache.add(WAKE_KEY, 1, timeout=WAKE_SECONDS):
            process_inbox.delay()
    except (RedisError, OperationalError) as error:
        logger.warning("inbox wake-up failed: %s", type(error).__name__)


def wake_inbox_soon() -> None:
    """Wake the inbox without waiting for the broker, so that a delivery is answered at once."""
    if settings.HOOK_WAKES_IN_BACKGROUND:
        _waker.ask()
    else:
        wake_inbox()


class _Waker:
    """A thread for each process that asks the broker once for all deliveries of a moment.

    What it has not asked when the process ends, the sweeper finds.
    """

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._starting = threading.Lock()
        self._process = 0

    def ask(self) -> None:
        """Have the inbox woken soon after this call."""
        if self._process != os.getpid():
            self._start()
        self._asked.set()

    def _start(self) -> None:
        with self._starting:
            if self._process != os.getpid():
                threading.Thread(target=self._run, name="inbox-waker", daemon=True).start()
                self._process = os.getpid()

    def _run(self) -> None:
        try:
            while self._asked.wait():
                time.sleep(WAKE_TOGETHER_SECONDS)
                self._asked.clear()
                wake_inbox()
        finally:
            self._process = 0  # whatever ended this thread, the next delivery starts another


_waker = _Waker()


@shared_task(soft_time_limit=270, time_limit=300)
def process_inbox(**_newer_arguments: Any) -> int:
    """Apply what waits; answer with the number of messages taken."""
    cache.delete(WAKE_KEY)
    return sum(1 for _ in processing.process_waiting(partners=registry.PARTNERS))


@shared_task
def sweep_inbox(**_newer_arguments: Any) -> int:
    """Find what a dead worker or a lost wake-up left behind."""
    processing.give_up_on_killers()
    return sum(1 for _ in processing.process_waiting(partners=registry.PARTNERS))


@shared_task
def purge_bodies(**_newer_arguments: Any) -> int:
    """Empty raw bodies whose retention is over; answer with how many."""
    return retention.purge_bodies(at=timezone.now(), keep_days=settings.INBOX_KEEP_DAYS)


@shared_task
def purge_incidents(**_newer_arguments: Any) -> dict[str, int]:
    """Delete what tells of troubles long over; count both kinds."""
    at = timezone.now()
    return {
        "incidents": retention.purge_incidents(at=at, keep_days=settings.INCIDENT_KEEP_DAYS),
        "retries": retention.purge_retries(at=at, keep_days=settings.RETRY_KEEP_DAYS),
    }


@shared_task
def review_incidents(**_newer_arguments: Any) -> dict[str, int]:
    """Notice what stopped working and what works again; count both."""
    at = timezone.now()
    found = incidents.review(read=partial(catalogue.reports, now=at), at=at)
    return {"opened": len(found.opened), "closed": len(found.closed)}


@shared_task
def beat_heartbeat(**_newer_arguments: Any) -> None:
    """Show that beat's schedule reaches a worker."""
    _seen("beat")


@heartbeat_sent.connect
def worker_heartbeat(**_signal: Any) -> None:
    """Show that a worker is alive, at most every ``HEARTBEAT_EVERY`` seconds."""
    try:
        if cache.add("worker-heartbeat", 1, timeout=HEARTBEAT_EVERY):
            _seen("worker")
    except (RedisError, DatabaseError) as error:
        logger.warning("worker heartbeat failed: %s", type(error).__name__)


def _seen(process: str) -> None:
    Heartbeat.objects.update_or_create(process=process, defaults={"seen_at": timezone.now()})
