"""What is grouped or counted of so many rows that a worker does it, and what it found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

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
# Applications; commission lines and book rows without one.
MATCHES, LINES, BOOK = "matches", "lines", "book"
# So long a page tries to count by itself.
PATIENCE_MS = 1_500
# As old as counts may be when Refresh has found something since.
RENEWED = timedelta(minutes=1)
Counted = TypeVar("Counted")


@dataclass(frozen=True)
class Found:
    """What a worker counted: the largest shares of the groups; of applications also outcomes."""

    as_of: datetime
    states: Mapping[str, int]
    shares: Sequence[Mapping[str, Any]]


def at_once(
    count: Callable[[], Counted], *, user: User, what: str = MATCHES
) -> Counted | Found | None:
    """Count now if that is quick; else what a worker found, or None while it counts.

    Whoever sees the same rows shares what was found.
    """
    found = known(what, user)
    if found is not None:
        if not _is_fresh(found):
            _have_counted(what, user)
        return found
    if cache.get(beforehand.marker_of(_key(what, user))) is None:
        try:
            with within(milliseconds=PATIENCE_MS):
                return count()
        except TooSlowError:
            _have_counted(what, user)
    return None


def known(what: str, user: User) -> Found | None:
    """What a worker found of the rows that the user sees, if one did."""
    found: Found | None = cache.get(_key(what, user))
    return found


def keep(
    what: str,
    user: User,
    *,
    marker: str,
    shares: Callable[[], Sequence[Any]],
    states: Callable[[], Mapping[str, int]] = dict,
) -> None:
    """Count without hurry and remember it. Called by a worker."""
    as_of = timezone.now()
    with beforehand.counting(marker):
        beforehand.keep(_key(what, user), Found(as_of, states(), shares()))


def _is_fresh(found: Found) -> bool:
    age = timezone.now() - found.as_of
    if age >= FRESH:
        return False
    done = MatchRun.objects.filter(state=MatchRun.State.DONE).order_by("-pk")
    last = one_or_none(done.only("finished_at"))
    is_newer = last is not None and last.finished_at is not None and last.finished_at > found.as_of
    return age < RENEWED or not is_newer


def _have_counted(what: str, user: User) -> None:
    key = _key(what, user)
    beforehand.have_counted(key, TASK, at=timezone.now(), user_id=user.pk, what=what)


def _key(what: str, user: User) -> str:
    return f"commissions.beforehand:{what}:{reach_of(user).digest}"
