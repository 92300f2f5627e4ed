"""Readings of Noyo: begun when due or by a person, and taken up again."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.db import lock_keys
from integrations.nights import due_night
from integrations.noyo.models import Account, NoyoGroup, SyncRun
from integrations.noyo.services import accounts
from integrations.services import nightly

LOCK = "noyo.run"
OVERTAKEN = gettext_noop(
    "The next night's reading began before this one was through; that one reads all groups."
)


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
    nightly.go_on(run, at=at)
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
        zone=timezone.get_default_timezone(),
        active_since=account.activated_at,
    )
    if night is None:
        return None
    lock_keys([LOCK])
    if SyncRun.objects.filter(night__gte=night).exists():
        return None
    nightly.overtake(SyncRun.objects.filter(noyo_group=None), error=OVERTAKEN, at=at)
    return _create(night=night, user=None, at=at, group=None)


def _create(
    *, night: date | None, user: User | None, at: datetime, group: NoyoGroup | None
) -> SyncRun:
    return SyncRun.objects.create(
        night=night, started_by=user, requested_at=at, resume_at=at, noyo_group=group
    )


def to_take_up(*, at: datetime) -> list[int]:
    """The readings that wait for their moment, or that a dead worker left."""
    return nightly.to_take_up(SyncRun.objects.all(), lease=lease(), at=at)


def lease() -> timedelta:
    """How long a worker may give no sign of life."""
    return timedelta(seconds=settings.NOYO_LEASE_SECONDS)
