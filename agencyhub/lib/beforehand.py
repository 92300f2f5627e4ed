"""Answers that take too long for a page: a worker finds them, and the cache keeps them.

Whoever asks first has a worker count; while one does, nobody else has. An answer is fresh for ten
minutes and shown for two hours while it is counted anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.core.cache import cache
from django.utils import timezone

FRESH, KEPT = timedelta(minutes=10), timedelta(hours=2)
# A worker that was killed is followed by another; one that failed is not asked again at once.
COUNTING, AFTER_FAILURE = timedelta(minutes=20), timedelta(minutes=1)


def marker_of(key: str) -> str:
    """The key that says that a worker counts the answer ``key``."""
    return f"{key}:counting"


def have_counted(key: str, task: str, /, *, at: datetime, **arguments: Any) -> datetime:
    """Have a worker count by ``task``, unless one does; answers since when.

    The task takes ``arguments``, and the ``marker`` that says that it counts: the answer of who
    sees less by then has another key, and whoever waits for this one asks anew.
    """
    marker = marker_of(key)
    if cache.add(marker, at, COUNTING.total_seconds()):
        current_app.send_task(task, kwargs={**arguments, "marker": marker})
        return at
    return cache.get(marker) or at


@contextmanager
def counting(marker: str) -> Iterator[None]:
    """Say that somebody counts while the block does. For workers."""
    if not cache.touch(marker, COUNTING.total_seconds()):
        cache.set(marker, timezone.now(), COUNTING.total_seconds())
    try:
        yield
    except Exception:
        cache.touch(marker, AFTER_FAILURE.total_seconds())
        raise
    cache.delete(marker)


def keep(key: str, answer: Any) -> None:
    """Remember an answer as long as it may be shown."""
    cache.set(key, answer, KEPT.total_seconds())
