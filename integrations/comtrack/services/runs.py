"""Runs of the nightly query: begun when due or by a person, ended, and taken up again."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.db import lock_keys
from agencyhub.lib.errors import DomainError
from commissions.models import Application, Line
from integrations.comtrack.models import Connection, QueryRun
from integrations.nights import due_night
from integrations.services import nightly

LOCK = "comtrack.run"
ASKED_LINES = (Line.MED_ADV, Line.MED_SUPP, Line.PDP)
OVERTAKEN = gettext_noop(
    "The next night's run began before this one was through; that one asks about all."
)


class NotActiveError(DomainError):
    """ComTrack is not connected."""

    code = "comtrack_not_active"


@transaction.atomic
def start_run(*, user: User | None, at: datetime) -> QueryRun:
    """Begin to ask about every application now; a run that is under way goes on instead.

    Raises:
        NotActiveError: the connection is not active.
    """
    lock_keys([LOCK])
    if not Connection.objects.filter(is_active=True).exists():
        msg = gettext_noop("ComTrack is not active. Activate it under Settings, Integrations.")
        raise NotActiveError(msg)
    run = QueryRun.objects.filter(state__in=QueryRun.OPEN).first()
    if run is None:
        return _create(night=None, user=user, at=at)
    nightly.go_on(run, at=at)
    return run


@transaction.atomic
def start_due_run(*, at: datetime) -> QueryRun | None:
    """Begin the night's run when it is due and has not begun; otherwise None."""
    connection = Connection.objects.filter(is_active=True, activated_at__isnull=False).first()
    if connection is None or connection.activated_at is None:
        return None
    night = due_night(
        now=at,
        start=connection.start_time,
        zone=zone_of(connection),
        active_since=connection.activated_at,
    )
    if night is None:
        return None
    lock_keys([LOCK])
    if QueryRun.objects.filter(night__gte=night).exists():
        return None
    nightly.overtake(QueryRun.objects.all(), error=OVERTAKEN, at=at)
    return _create(night=night, user=None, at=at)


def zone_of(connection: Connection) -> ZoneInfo:
    """The zone whose midnight counts: its own, else the agency's."""
    return ZoneInfo(connection.time_zone or settings.TIME_ZONE)


def to_take_up(*, at: datetime) -> list[int]:
    """The run that waits for its moment, or that a dead worker left."""
    return nightly.to_take_up(QueryRun.objects.all(), lease=lease(), at=at)


def lease() -> timedelta:
    """How long a worker may give no sign of life."""
    return timedelta(seconds=settings.COMTRACK_LEASE_SECONDS)


def asked_applications() -> QuerySet[Application]:
    """The applications that ComTrack is asked about: those of lines that it matches."""
    return Application.objects.filter(line__in=ASKED_LINES)


def _create(*, night: date | None, user: User | None, at: datetime) -> QueryRun:
    applications = asked_applications()
    return QueryRun.objects.create(
        night=night,
        started_by=user,
        requested_at=at,
        resume_at=at,
        total=applications.count(),
        last_id=applications.aggregate(last=Max("pk"))["last"] or 0,
    )
