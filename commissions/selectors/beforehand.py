"""Outcomes and groups of so many applications that a worker counts them, and what it found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from celery import current_app
from django.core.cache import cache
from django.utils import timezone

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import reach_of
from agencyhub.lib.db import one_or_none
from agencyhub.records.lists.selection import TooSlowError, within
from commissions.models import MatchRun

TASK = "commissions.tasks.count_matches"
# So long a page tries to count by itself.
PATIENCE_MS = 1_500
# As old as counts may be; how old when Refresh has found something since; how long older ones are
# shown while they are counted anew.
FRESH, RENEWED, KEPT = timedelta(minutes=10), timedelta(minutes=1), timedelta(hours=2)
# A worker that was killed is followed by another; one that failed is not asked again at once.
COUNTING, AFTER_FAILURE = timedelta(minutes=20), timedelta(minutes=1)
Counted = TypeVar("Counted")


@dataclass(frozen=True)
class Found:
    """What a worker counted: applications by outcome, and the largest shares of the groups."""

    as_of: datetime
    states: Mapping[str, int]
    shares: Sequence[Mapping[str, Any]]


def at_once(count: Callable[[], Counted], *, user: User) -> Counted | Found | None:
    """Count now if that is quick; else what a worker found, or None while it counts.

    Whoever sees the same applications shares what was found.
    """
    found: Found | None = cache.get(_key(user))
    if found is not None:
        if not _is_fresh(found):
            _have_counted(user)
        return found
    if cache.get(_marker(user)) is None:
        try:
            with within(milliseconds=PATIENCE_MS):
                return count()
        except TooSlowError:
            _have_counted(user)
    return None


def keep(
    user: User, *, states: Callable[[], Mapping[str, int]], shares: Callable[[], Sequence[Any]]
) -> None:
    """Count without hurry and remember it. Called by a worker."""
    as_of = timezone.now()
    cache.set(_marker(user), True, COUNTING.total_seconds())
    try:
        found = Found(as_of, states(), shares())
    except Exception:
        cache.touch(_marker(user), AFTER_FAILURE.total_seconds())
        raise
    cache.set(_key(user), found, KEPT.total_seconds())
    cache.delete(_marker(user))


def _is_fresh(found: Found) -> bool:
    age = timezone.now() - found.as_of
    if age >= FRESH:
        return False
    done = MatchRun.objects.filter(state=MatchRun.State.DONE).order_by("-pk")
    last = one_or_none(done.only("finished_at"))
    is_newer = last is not None and last.finished_at is not None and last.finished_at > found.as_of
    return age < RENEWED or not is_newer


def _have_counted(user: User) -> None:
    if cache.add(_marker(user), True, COUNTING.total_seconds()):
        current_app.send_task(TASK, [user.pk])


def _key(user: User) -> str:
    return f"commissions.beforehand:{reach_of(user).digest}"


def _marker(user: User) -> str:
    return f"{_key(user)}:counting"
