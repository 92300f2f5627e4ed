"""The runs of a partner that is asked every night: begun, worked off in slices, and ended.

Any worker may take a run up, and may die with it at any moment; see ``lib.leases``.
"""

import logging
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from agencyhub.lib.db import lock_keys, one_or_none
from agencyhub.lib.errors import DomainError
from agencyhub.lib.leases import Lease, Leases, LostLeaseError
from integrations.errors import (
    PartnerContractError,
    PartnerRejectedError,
    PartnerUnavailableError,
)
from integrations.nightly_models import NightlyRun
from integrations.nights import due_night

logger = logging.getLogger(__name__)
State = NightlyRun.State
Run = TypeVar("Run", bound=NightlyRun)
PAUSES = (60, 300, 900, 1800)
"""Seconds until a partner is asked again, by tries in a row that brought nothing."""
MOST_MISSES = 12


class InactiveError(DomainError):
    """The partner is not connected."""


@dataclass(frozen=True)
class Words:
    """The errors of a partner's runs.

    ``overtaken``: the next night's began before it was through. ``deactivated``: while it was under
    way. ``away``, with a reason: it goes on by itself. ``given_up``: after the last try of many.
    ``shape``, with an error: the partner's answer is of another one.
    """

    overtaken: str
    deactivated: str
    away: str
    given_up: str
    shape: str


@dataclass(frozen=True)
class Nights(Generic[Run]):
    """The runs of one partner.

    Whoever begins one holds ``lock`` meanwhile. ``length`` is how long a worker may give no sign of
    life.
    """

    runs: QuerySet[Run]
    lock: str
    length: Callable[[], timedelta]
    words: Words

    @property
    def leases(self) -> Leases[Run]:
        """How workers hold them. Their right is a random one: that column they have from before."""
        held = Q(state=State.RUNNING)
        return Leases(self.runs, held, self.length, right="worker", new_right=uuid.uuid4)

    @transaction.atomic
    def start(self, *, at: datetime, create: Callable[..., Run], **of: object) -> Run:
        """Begin a run ``of`` something now; one that is open goes on instead, and at once.

        ``create`` makes it; it is told its ``night``, if any, and ``at``.
        """
        lock_keys([self.lock])
        run = one_or_none(self.runs.filter(state__in=NightlyRun.OPEN, **of))
        if run is None:
            return create(night=None, at=at)
        if run.state == State.WAITING:
            run.resume_at = at
            run.save(update_fields=["resume_at"])
        return run

    @transaction.atomic
    def start_due(
        self,
        *,
        at: datetime,
        start: time,
        zone: ZoneInfo,
        active_since: datetime,
        create: Callable[..., Run],
        **of: object,
    ) -> Run | None:
        """Begin the night's run when it is due and has not begun; otherwise None.

        An open one ``of`` the same things ends, for the new one does it as well.
        """
        night = due_night(now=at, start=start, zone=zone, active_since=active_since)
        if night is None:
            return None
        lock_keys([self.lock])
        if self.runs.filter(night__gte=night).exists():
            return None
        self.runs.filter(state__in=NightlyRun.OPEN, **of).update(
            state=State.INCOMPLETE, error=self.words.overtaken, finished_at=at, worker=None
        )
        return create(night=night, at=at)

    def to_take_up(self, *, at: datetime) -> list[int]:
        """The runs that wait for their moment, or that a dead worker left."""
        waits = Q(state=State.WAITING, resume_at__lte=at)
        rows = self.runs.filter(waits | self.leases.lapsed(at=at))
        return list(rows.order_by("pk").values_list("pk", flat=True))

    def take(self, run_id: int, *, at: datetime) -> Lease[Run] | None:
        """Take an open run that nobody works on, be its pause over or not."""
        return self.leases.take(
            run_id,
            free=Q(state=State.WAITING) | self.leases.lapsed(at=at),
            at=at,
            state=State.RUNNING,
            resume_at=None,
            error="",
            started_at=Coalesce("started_at", Value(at)),
        )

    def work(self, run_id: int, go_on: Callable[[Lease[Run]], State | None]) -> Run:
        """Let ``go_on`` work on a run, unless somebody does; say how the run stands then.

        ``go_on`` answers the state in which the run ends, or None when there is more to do but its
        time is over. It may raise what calls to partners raise, and ``InactiveError``.
        """
        lease = self.take(run_id, at=timezone.now())
        if lease is not None:
            with suppress(LostLeaseError):  # whoever has it now goes on
                self._work(lease, go_on)
        run = self.runs.get(pk=run_id)
        logger.info("%s is %s", run, run.state)
        return run

    def _work(self, lease: Lease[Run], go_on: Callable[[Lease[Run]], State | None]) -> None:
        words = self.words
        try:
            ending = go_on(lease)
        except InactiveError:
            _end(lease, State.INCOMPLETE, words.deactivated)
        except PartnerUnavailableError as error:
            self._pause(lease, words.away % {"reason": error})
        except PartnerRejectedError as error:
            _end(lease, State.FAILED, error.message)
        except PartnerContractError as error:
            _end(lease, State.FAILED, words.shape % {"error": error})
        else:
            if ending is None:  # the rest is the next worker's, at once
                _wait(lease, until=timezone.now())
            else:
                _end(lease, ending)

    def _pause(self, lease: Lease[Run], error: str) -> None:
        """Wait before the partner is asked again, longer each time; what is stored stays."""
        misses = lease.row.misses + 1
        if misses >= MOST_MISSES:
            _end(lease, State.INCOMPLETE, self.words.given_up)
            return
        seconds = PAUSES[min(misses, len(PAUSES)) - 1]
        until = timezone.now() + timedelta(seconds=seconds)
        _wait(lease, until=until, misses=misses, error=_cut(lease.row, error))


def _wait(lease: Lease[Run], *, until: datetime, **values: object) -> None:
    lease.let_go(state=State.WAITING, resume_at=until, worker=None, **values)


def _end(lease: Lease[Run], state: State, error: str = "") -> None:
    error = _cut(lease.row, error)
    lease.let_go(state=state, error=error, finished_at=timezone.now(), worker=None)


def _cut(run: NightlyRun, error: str) -> str:
    meta: Any = run._meta
    return error[: meta.get_field("error").max_length]
