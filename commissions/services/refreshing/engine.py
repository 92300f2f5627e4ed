"""One run, from what changed to links and outcomes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext_noop

from commissions.matching.scoring import THREADS
from commissions.models import Decision
from commissions.services.refreshing import noted, segments, states
from commissions.services.refreshing.full import Full
from commissions.services.refreshing.locks import lock_links
from commissions.services.refreshing.near import Near
from commissions.services.refreshing.noted import Noted
from commissions.services.refreshing.pairs import apply_decision
from commissions.services.refreshing.progress import Progress
from commissions.services.refreshing.sides import Kind

WORTH_ALL = 0.15
"""When so much of everything changed, comparing everything is quicker."""
MOST_ADDED = 0.5
_STEPS = 3


def refresh(*, is_full: bool, progress: Progress, at: datetime) -> dict[str, Any]:
    """Bring links and outcomes up to date with what was noted as changed; say what changed."""
    changes = noted.read()
    if is_full or not segments.are_usable() or _are_many(changes):
        return _everything(changes, progress, at)
    return _what_changed(changes, progress, at)


def _are_many(changes: Noted) -> bool:
    rows, added = segments.heights()
    return changes.rows > rows * WORTH_ALL or added > rows * MOST_ADDED


def _everything(changes: Noted, progress: Progress, at: datetime) -> dict[str, Any]:
    said = dict(Decision.objects.values_list("pk", "is_match"))
    progress.begin(gettext_noop("Reading applications and books"), done=0, total=_STEPS)
    with ThreadPoolExecutor(THREADS) as threads:
        full = Full(threads)
        progress.begin(gettext_noop("Looking for book rows"), done=1, total=_STEPS)
        full.find_books()
        progress.begin(gettext_noop("Looking for commission lines"), done=2, total=_STEPS)
        with transaction.atomic():
            lock_links()
            changed = full.keep()
            _say_again(said)
            moved = states.settle(application_ids=None, at=at)
            changes.forget()
    return _told(changes, changed, moved)


def _say_again(said: dict[int, bool]) -> None:
    """Let decisions stand that were made while pairs were looked for; ``said`` were before."""
    for decision in Decision.objects.order_by("decided_at", "pk"):
        if said.get(decision.pk) != decision.is_match:
            apply_decision(decision)


def _what_changed(changes: Noted, progress: Progress, at: datetime) -> dict[str, Any]:
    progress.begin(gettext_noop("Looking at what changed"), done=0, total=1)
    with transaction.atomic():
        lock_links()
        near = Near(changes)
        books = near.find_books()
        lines = near.find_lines(books)
        near.keep_keys()
        changed = pl.concat([books, lines])
        applications = set(changed["application"]) | set(changes.of(Kind.APPLICATION))
        moved = states.settle(application_ids=applications, at=at)
        changes.forget()
    return _told(changes, changed, moved)


def _told(changes: Noted, changed: pl.DataFrame, moved: dict[str, int]) -> dict[str, Any]:
    """What a run did; ``moved`` is how many applications newly have which outcome."""
    return {
        "changed_rows": changes.rows,
        "changed_pairs": changed.height,
        "outcomes": sum(moved.values()),
        "moved": moved,
    }
