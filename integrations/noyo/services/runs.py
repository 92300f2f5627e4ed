"""Readings of Noyo: begun when due or by a person, taken up again, ended."""

import uuid
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.db import lock_keys
from integrations.comtrack.services.schedule import due_night
from integrations.noyo.models import Account, NoyoGroup, SyncRun
from integrations.noyo.services import accounts

State = SyncRun.State
LOCK = "noyo.run"
PAUSES = (60, 300, 900, 1800)
"""Seconds until Noyo is asked again, by tries in a row that brought nothing."""
MOST_MISSES = 12
OVERTAKEN = gettext_noop(
    "The next night's reading began before this one was through; that one reads all groups."
)
GIVEN_UP = gettext_noop("Noyo did not answer for hours. The next night reads all groups again.")
UNAVAILABLE = gettext_noop("Noyo is not available: %(reason)s. The reading goes on by itself.")


@transaction.atomic
def start_run(*, user: User | None, at: datetime, group: NoyoGroup | None = None) -> SyncRun:
    """Begin to read all groups, or one; a reading that is under way goes on instead.

    Raises:
        NotActiveError: the account is turned off.
    """
    lock_keys([LOCK])
    accounts.active()
    run = SyncRun.objects.filter(state__in=SyncRun.OPEN, noyo_group=group).first()
    if run is None:
        return _create(night=None, user=user, at=at, group=group)
    if run.state == State.WAITING:
        run.resume_at = at
        run.save(update_fields=["resume_at"])
    return run


@transaction.atomic
def start_due_run(*, at: datetime) -> SyncRun | None:
    """Begin the night's reading when it is due and has not begun; otherwise None."""
    account = Account.objects.filter(is_active=True, activated_at__isnull=False).first()
    if account is None or account.activated_at is None:
        return None
    night = due_night(
        now=at,
        start=account.sync_time,
        zone=ZoneInfo(settings.TIME_ZONE),
        active_since=account.activated_at,
    )
    if night is None:
        return None
    lock_keys([LOCK])
    if SyncRun.objects.filter(night__gte=night).exists():
        return None
    SyncRun.objects.filter(state__in=SyncRun.OPEN, noyo_group=None).update(
        state=State.INCOMPLETE, error=OVERTAKEN, finished_at=at, worker=None
    )
    return _create(night=night, user=None, at=at, group=None)


def _create(
    *, night: date | None, user: User | None, at: datetime, group: NoyoGroup | None
) -> SyncRun:
    return SyncRun.objects.create(
        night=night, started_by=user, requested_at=at, resume_at=at, noyo_group=group
    )


def to_take_up(*, at: datetime) -> list[int]:
    """The readings that wait for their moment, or that a dead worker left."""
    waits = Q(state=State.WAITING, resume_at__lte=at)
    left = Q(state=State.RUNNING, alive_at__lt=at - _lease())
    return list(SyncRun.objects.filter(waits | left).order_by("pk").values_list("pk", flat=True))


def claim(run_id: int) -> SyncRun | None:
    """Take an open reading that nobody works on."""
    now = timezone.now()
    free = Q(state=State.WAITING) | Q(state=State.RUNNING, alive_at__lt=now - _lease())
    taken = SyncRun.objects.filter(free, pk=run_id).update(
        state=State.RUNNING, worker=uuid.uuid4(), alive_at=now, resume_at=None, error=""
    )
    if not taken:
        return None
    SyncRun.objects.filter(pk=run_id, started_at=None).update(started_at=now)
    return SyncRun.objects.get(pk=run_id)


def mine(run: SyncRun) -> QuerySet[SyncRun]:
    """The reading, as long as no other worker has taken it."""
    return SyncRun.objects.filter(pk=run.pk, worker=run.worker, state=State.RUNNING)


def hand_on(run: SyncRun) -> SyncRun:
    """Leave the rest to the next worker, at once."""
    return _release(run, state=State.WAITING, resume_at=timezone.now())


def pause(run: SyncRun, reason: str) -> SyncRun:
    """Wait before Noyo is asked again, longer each time; what is stored stays."""
    misses = SyncRun.objects.values_list("misses", flat=True).get(pk=run.pk) + 1
    if misses >= MOST_MISSES:
        return end(run, State.INCOMPLETE, GIVEN_UP)
    seconds = PAUSES[min(misses, len(PAUSES)) - 1]
    return _release(
        run,
        state=State.WAITING,
        resume_at=timezone.now() + timedelta(seconds=seconds),
        misses=misses,
        error=(UNAVAILABLE % {"reason": reason})[:300],
    )


def end(run: SyncRun, state: str, error: str = "") -> SyncRun:
    """Close a reading."""
    return _release(run, state=state, error=error[:300], finished_at=timezone.now())


def _release(run: SyncRun, **changes: object) -> SyncRun:
    """Give it out of one's hands, unless another worker has taken it meanwhile."""
    mine(run).update(worker=None, **changes)
    run.refresh_from_db()
    return run


def _lease() -> timedelta:
    return timedelta(seconds=settings.NOYO_LEASE_SECONDS)
