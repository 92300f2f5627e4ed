"""Refresh: find which book row and which commission lines belong to each application.

Triggers note every row that changed. A run takes what was noted, and decides again about the rows
near it; a full run compares everything. One runs at a time, one more may wait.
"""

from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.db import alone, lock_keys, one_or_none
from commissions.models import MatchChange, MatchRun
from commissions.services.refreshing import engine
from commissions.services.refreshing.progress import Progress

TASK = "commissions.tasks.refresh_matches"
FAILED = _(
    "Refresh stopped with an error. It is tried again automatically; if this stays, tell support."
)
PAUSE = timedelta(minutes=10)
"""After a failure, so long until changes alone start another run."""
State = MatchRun.State
# Whoever runs holds this lock for the session: one who is killed gives it back.
_LOCK = "matches"


def request(*, is_full: bool = False, user: User | None = None) -> MatchRun:
    """Let a worker refresh once this transaction is done; answer the run that will do so.

    At most one run waits: whoever asks meanwhile gets that one, which takes their changes too.
    """
    with transaction.atomic():
        lock_keys(["match runs"])
        waiting = one_or_none(MatchRun.objects.filter(state=State.WAITING))
        if waiting is None:
            waiting = MatchRun.objects.create(is_full=is_full, started_by=user)
        elif is_full and not waiting.is_full:
            waiting.is_full = True
            waiting.save(update_fields=["is_full"])
        transaction.on_commit(partial(_send, waiting.pk))
    return waiting


def run(*, run_id: int, at: datetime) -> MatchRun:
    """Do a run, unless somebody is at work, who then sees to this one; twice does no harm.

    A run that was killed is begun again: what it has not written is still noted as changed.
    """
    with alone(_LOCK) as is_alone:
        if is_alone and _claim(run_id, at):
            _do(run_id, at)
    return MatchRun.objects.get(pk=run_id)


def sweep(*, at: datetime) -> None:
    """Go on with runs whose worker died, and begin one for changes that nobody asked about."""
    with alone(_LOCK) as is_alone:
        if not is_alone:
            return
    begun = MatchRun.objects.filter(state__in=(State.RUNNING, State.WAITING)).order_by("state")
    left = one_or_none(begun)
    failed = MatchRun.objects.filter(state=State.FAILED, finished_at__gt=at - PAUSE)
    if left is not None:
        _send(left.pk)
    elif MatchChange.objects.exists() and not failed.exists():
        request()


def _do(run_id: int, at: datetime) -> None:
    try:
        result = engine.refresh(
            is_full=MatchRun.objects.get(pk=run_id).is_full, progress=Progress(run_id), at=at
        )
    except Exception:
        _finish(run_id, State.FAILED, error=FAILED)
        raise
    _finish(run_id, State.DONE, result=result)
    following = one_or_none(MatchRun.objects.filter(state=State.WAITING))
    if following is not None:
        _send(following.pk)


def _claim(run_id: int, at: datetime) -> bool:
    """Begin a run, or begin one again that nobody is at work on: the lock is ours."""
    with transaction.atomic():
        lock_keys(["match runs"])
        dead = MatchRun.objects.filter(state=State.RUNNING).exclude(pk=run_id)
        dead.update(state=State.FAILED, finished_at=at, error=FAILED)
        open_runs = MatchRun.objects.filter(pk=run_id, state__in=(State.WAITING, State.RUNNING))
        return bool(open_runs.update(state=State.RUNNING, started_at=at, alive_at=at))


def _finish(run_id: int, state: str, **values: object) -> None:
    MatchRun.objects.filter(pk=run_id).update(
        state=state, finished_at=Now(), alive_at=Now(), phase="", **values
    )


def _send(run_id: int) -> None:
    current_app.send_task(TASK, [run_id])
