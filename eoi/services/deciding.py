"""The one way in which a carrier's decision on a request is taken, whichever door it came through.

Each row stands by itself, in the order given: a second decision on a request meets what the first
one left. A repeated decision fails safely; a row of a file that was decided before is
reported as it was (ADR 0026).
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.memory import no_cycles_sought
from agencyhub.records import history
from agencyhub.records.models import Batch
from eoi.asked import Asked, Problem
from eoi.models import Decision
from eoi.results import Decided, Failed, Result
from eoi.services import judging, writing
from eoi.services.judging import Call
from groups.models import DECIDING, EmployerGroup
from groups.models.groups import EmployerGroupQuerySet

CHUNK = 2_000
SUMMARY = gettext_noop("Decided on EOI")
CHANNELS = {
    Decision.Channel.MANUAL: Batch.Channel.SCREEN,
    Decision.Channel.WORKSHEET: Batch.Channel.IMPORT,
    Decision.Channel.BATCH: Batch.Channel.IMPORT,
    Decision.Channel.API: Batch.Channel.API,
}
_NOBODY = "Without groups to work within there must be a user"

__all__ = ["Decided", "Failed", "Result", "decide", "preview"]


def decide(
    asked: Sequence[Asked],
    *,
    channel: Decision.Channel,
    user: User | None,
    within: EmployerGroupQuerySet | None,
    subscriber_id: str | None = None,
    source: str = "",
    at: datetime,
) -> Result:
    """Take decisions, row by row in their order; callers open no transaction around it.

    ``within`` are the groups that the door may touch; None: those that ``user`` may see.
    ``subscriber_id``: all rows must be this subscriber's. ``source`` names the file or the call; a
    row of a file that was decided under it before counts as valid and changes nothing.
    """
    call = Call(channel, user, _groups(within, user), subscriber_id, source, at)
    work = _Work(call)
    for start in range(0, len(asked), CHUNK):
        work.take(asked[start : start + CHUNK])
    return work.result


def preview(
    asked: Sequence[Asked],
    *,
    channel: Decision.Channel,
    user: User | None,
    within: EmployerGroupQuerySet | None,
    subscriber_id: str | None = None,
    at: datetime,
) -> Result:
    """Say what ``decide`` would make of the rows, and write nothing."""
    call = Call(channel, user, _groups(within, user), subscriber_id, "", at)
    judged = judging.judge(asked, call, is_locking=False)
    return Result([taken.told(None) for taken in judged.taken], judged.failed)


class _Work:
    """A call on its way: chunks that commit one by one, all of them one act of the history."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.result = Result()
        self.batch: Batch | None = None

    def take(self, rows: Sequence[Asked]) -> None:
        """Decide a chunk; where the database refuses it, its halves, down to the row it refuses."""
        try:
            self._chunk(rows)
        except IntegrityError:
            if len(rows) == 1:
                problem = Problem("changed_meanwhile")
                self.result.failed.append(Failed(rows[0], (problem,)))
                return
            middle = len(rows) // 2
            self.take(rows[:middle])
            self.take(rows[middle:])

    def _chunk(self, rows: Sequence[Asked]) -> None:
        done: list[Decided] = []
        batch = self.batch
        with no_cycles_sought(), transaction.atomic():
            judged = judging.judge(rows, self.call, is_locking=True)
            if judged.taken:
                with self._batch() as batch:
                    _set_deciding("on")
                    ids = writing.write(judged.taken, self.call)
                    _set_deciding("off")
                pairs = zip(judged.taken, ids, strict=True)
                done = [one.told(decision_id) for one, decision_id in pairs]
        self.batch = batch
        valid = sorted([*judged.done, *done], key=lambda one: one.row) if judged.done else done
        self.result.add(Result(valid, judged.failed))

    def _batch(self) -> AbstractContextManager[Batch]:
        if self.batch:
            return history.resume(self.batch)
        channel = CHANNELS[self.call.channel]
        return history.batch(user=self.call.user, channel=channel, summary=SUMMARY)


def _set_deciding(value: str) -> None:
    """Leave the history of elections to the decisions, which hold it (``groups.models``)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [DECIDING, value])


def _groups(within: EmployerGroupQuerySet | None, user: User | None) -> EmployerGroupQuerySet:
    if within is not None:
        return within
    if user is None:
        raise ValueError(_NOBODY)
    return EmployerGroup.objects.visible_to(user)
