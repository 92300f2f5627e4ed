"""How partners that are asked every night are doing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from integrations.nightly_models import NightlyRun
from integrations.reports import Counted, Door, Problem, Report, judge

State = NightlyRun.State
MOST_FAILED = 1000
SILENT_AFTER = timedelta(hours=50)
"""Two nights and some time for the second run."""


@dataclass(frozen=True)
class Nightly:
    """What a partner that is asked every night is called, and where its pages are.

    ``headlines`` say what it means that the last run is in a state. ``run_url`` takes the POST that
    begins a run.
    """

    key: str
    title: str
    url: str
    icon: str
    headlines: Mapping[Any, StrOrPromise]
    run_url: str


def report(
    nightly: Nightly,
    *,
    is_active: bool,
    active_since: datetime | None,
    runs: QuerySet[Any],
    next_at: datetime | None,
    now: datetime,
    words: Callable[[Any], str],
    problems: tuple[Problem, ...] = (),
) -> Report:
    """Say how the nights went: what failed since the last run that came to its end.

    ``words`` say what the newest run brought.
    """
    newest, done, failed = _told_by(runs)
    tries = newest.misses if newest and newest.is_open else 0
    error = newest.error if newest and newest.state in nightly.headlines else ""
    last_good = done.finished_at if done else None
    return Report(
        key=nightly.key,
        title=nightly.title,
        url=nightly.url,
        icon=nightly.icon,
        state=judge(
            is_active=is_active,
            failures=len(failed) + tries,
            is_silent=_is_silent(active_since, last_good, now=now),
            needs_somebody=bool(error or problems),
            has_run=newest is not None,
        ),
        text=words(newest) if newest else "",
        headline=nightly.headlines[newest.state] if error and is_active else "",
        error=error if is_active else "",
        failures=len(failed) + tries,
        last_at=newest.requested_at if newest else None,
        next_at=next_at,
        doors=[Door(_("Runs failed"), Counted(len(failed)), nightly.url, "danger")],
        problems=(*_failed_runs(nightly, failed), *problems),
    )


def _told_by(runs: QuerySet[Any]) -> tuple[Any, Any, list[Any]]:
    """The newest run, the last one that came to its end, and those that failed since: one query."""
    keys = runs.order_by("-pk").values("pk")
    last_done = Subquery(keys.filter(state=State.DONE)[:1])
    broken = Q(state=State.FAILED) | Q(state=State.INCOMPLETE, misses__gt=0)
    since = Q(pk__gt=Coalesce(last_done, 0))
    telling = Q(pk=Subquery(keys[:1])) | Q(pk=last_done) | broken & since
    found = list(runs.filter(telling).order_by("-pk")[: MOST_FAILED + 2])
    done = next((one for one in found if one.state == State.DONE), None)
    failed = [one for one in found if _is_broken(one)]
    return (found[0] if found else None), done, failed


def _is_broken(run: NightlyRun) -> bool:
    return run.state == State.FAILED or (run.state == State.INCOMPLETE and run.misses > 0)


def _is_silent(since: datetime | None, last_good: datetime | None, *, now: datetime) -> bool:
    begun = max(filter(None, (since, last_good)), default=None)
    return begun is not None and now - begun > SILENT_AFTER


def _failed_runs(nightly: Nightly, failed: list[Any]) -> tuple[Problem, ...]:
    if not failed:
        return ()
    problem = Problem(
        title=nightly.title,
        words=failed[0].error,
        count=Counted(len(failed)),
        oldest=failed[-1].requested_at,
        newest=failed[0].requested_at,
        rows_url=nightly.url,
        remedy=gettext("Check the settings"),
        remedy_url=nightly.url,
        retry_url=nightly.run_url,
        is_retried_by_post=True,
        code="runs",
    )
    return (problem,)
