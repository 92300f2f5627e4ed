"""Outcomes and groups of so many applications that a worker counts them, and what it found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from celery import current_app
from django.core.cache import cache
from django.utils import timezone

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import reach_of
from agencyhub.lib import beforehand
from agencyhub.lib.beforehand import FRESH
from agencyhub.lib.db import one_or_none
from agencyhub.records.lists.selection import TooSlowError, within
from commissions.models import MatchRun

TASK = "commissions.tasks.count_matches"
# So long a page tries to count by itself.
PATIENCE_MS = 1_500
# As old as counts may be when Refresh has found something since.
RENEWED = timedelta(minutes=1)
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
    with beforehand.counting(_marker(user)):
        beforehand.keep(_key(user), Found(as_of, states(), shares()))


def _is_fresh(found: Found) -> bool:
    age = timezone.now() - found.as_of
    if age >= FRESH:
        return False
    done = MatchRun.objects.filter(state=MatchRun.State.DONE).order_by("-pk")
    last = one_or_none(done.only("finished_at"))
    is_newer = last is not None and last.finished_at is not None and last.finished_at > found.as_of
    return age < RENEWED or not is_newer


def _have_counted(user: User) -> None:
    send = partial(current_app.send_task, TASK, [user.pk])
    beforehand.have_counted(_key(user), send, at=timezone.now())


def _key(user: User) -> str:
    return f"commissions.beforehand:{reach_of(user).digest}"


def _marker(user: User) -> str:
    return beforehand.marker_of(_key(user))
