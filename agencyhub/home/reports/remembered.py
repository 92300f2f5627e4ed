"""Figures of a report: counted at once for a small book, else by a worker, and remembered."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.utils import timezone, translation

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import gathered, reach_of, small_book
from agencyhub.home.reports.base import Counting, Figures, Report
from agencyhub.home.reports.forms import texts_of
from agencyhub.lib import beforehand
from agencyhub.lib.beforehand import FRESH
from agencyhub.records.lists import registry as lists

TASK = "agencyhub.home.tasks.count_report"
# Rows of one list that are counted while a page is waited for.
MOST_AT_ONCE = 2_000
SECONDS_SMALL = 600


@dataclass(frozen=True)
class _Question:
    """What was asked, so that a worker can ask the same."""

    report: Report
    user: User
    params: Mapping[str, Any]
    on: date

    @property
    def key(self) -> str:
        """Names the answer in the cache: whoever sees the same rows in the same words shares it."""
        said = (
            self.report.key,
            texts_of(self.params),
            self.on.isoformat(),
            translation.get_language(),
            timezone.get_current_timezone_name(),
            reach_of(self.user).digest,
            sorted(one for one in _RIGHTS if self.user.has_perm(one)),
        )
        return f"home.report:{hashlib.sha256(json.dumps(said).encode()).hexdigest()}"

    def count(self) -> Figures:
        return self.report.count(self.user, self.params, self.on)


# Columns that not every reader of a report sees.
_RIGHTS = (
    "commissions.view_commissionline", "commissions.view_expectedpay", "policies.view_risk",
)  # fmt: skip


def figures_of(
    report: Report, *, user: User, params: Mapping[str, Any], on: date, now: datetime
) -> Figures | Counting:
    """The figures, or that a worker counts them.

    ``params`` are cleaned by the report's form, ``on`` is today. Figures of a large book are up to
    ten minutes old; older ones are answered for two hours while they are counted anew.
    """
    question = _Question(report, user, params, on)
    if _is_small(report, user):
        return question.count()
    known: Figures | None = cache.get(question.key)
    if known is not None and now - known.as_of < FRESH:
        return known
    since = _have_counted(question, now)
    return known if known is not None else Counting(since)


def count_and_keep(
    report: Report, *, user: User, texts: Mapping[str, str], on: date, marker: str
) -> bool:
    """Count figures and remember them; whether there are any. Called by a worker.

    ``texts`` are parameters as ``texts_of`` wrote them; ``marker`` says that they are counted.
    """
    form = report.form(texts)
    if not report.is_for(user) or not form.is_valid():
        cache.delete(marker)
        return False
    question = _Question(report, user, form.cleaned_data, on)
    with beforehand.counting(marker):
        beforehand.keep(question.key, question.count())
    return True


def _have_counted(question: _Question, now: datetime) -> datetime:
    """Let a worker count, unless one does; answers since when."""
    return beforehand.have_counted(
        question.key,
        TASK,
        at=now,
        key=question.report.key,
        user_id=question.user.pk,
        texts=texts_of(question.params),
        on=question.on.isoformat(),
        language=translation.get_language(),
        zone=timezone.get_current_timezone_name(),
    )


def _is_small(report: Report, user: User) -> bool:
    """Whether the rows within the user's reach are counted in the time that a page may take."""
    return all(_is_small_list(key, user) for key in report.lists)


def _is_small_list(key: str, user: User) -> bool:
    model, reach = lists.of(key).model, reach_of(user)
    if not reach.sees_all and small_book(model, user=user) is None:
        return False
    is_small = cache.get_or_set(
        f"home.report.small:{model._meta.label}:{reach.digest}",
        lambda: (
            len(gathered(model, user=user).order_by()[: MOST_AT_ONCE + 1].values_list("pk"))
            <= MOST_AT_ONCE
        ),
        SECONDS_SMALL,
    )
    return bool(is_small)
