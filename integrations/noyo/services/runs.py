"""Readings of Noyo: begun when due or by a person, and taken up again."""

from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from integrations.noyo.models import Account, NoyoGroup, SyncRun
from integrations.noyo.services import accounts
from integrations.services import nightly

WORDS = nightly.Words(
    overtaken=gettext_noop(
        "The next night's reading began before this one was through; that one reads all groups."
    ),
    deactivated=gettext_noop("Noyo was deactivated while the reading was under way."),
    away=gettext_noop("Noyo is not available: %(reason)s. The reading goes on by itself."),
    given_up=gettext_noop("Noyo did not answer for hours. The next night reads all groups again."),
    shape=gettext_noop("Noyo’s list of groups is of another shape: %(error)s"),
)
NIGHTS = nightly.Nights(
    SyncRun.objects.all(),
    lock="noyo.run",
    length=lambda: timedelta(seconds=settings.NOYO_LEASE_SECONDS),
    words=WORDS,
)


def start_run(*, user: User | None, at: datetime, group: NoyoGroup | None = None) -> SyncRun:
    """Begin to read all groups, or one; a reading that is under way goes on instead.

    Raises:
        NotActiveError: the account is turned off.
    """
    accounts.active()
    create = partial(_create, user=user, group=group)
    return NIGHTS.start(at=at, create=create, noyo_group=group)


def start_due_run(*, at: datetime) -> SyncRun | None:
    """Begin the night's reading when it is due and has not begun; otherwise None."""
    account = Account.objects.filter(is_active=True, activated_at__isnull=False).first()
    if account is None or account.activated_at is None:
        return None
    return NIGHTS.start_due(
        at=at,
        start=account.sync_time,
        zone=timezone.get_default_timezone(),
        active_since=account.activated_at,
        create=partial(_create, user=None, group=None),
        noyo_group=None,
    )


def _create(
    *, night: date | None, user: User | None, at: datetime, group: NoyoGroup | None
) -> SyncRun:
    return SyncRun.objects.create(
        night=night, started_by=user, requested_at=at, resume_at=at, noyo_group=group
    )
