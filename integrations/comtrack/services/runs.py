"""Runs of the nightly query: begun when due or by a person, ended, and taken up again."""

from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.db import one_or_none
from commissions.models import Application, Line
from integrations.comtrack.models import Connection, QueryRun
from integrations.services import nightly

ASKED_LINES = (Line.MED_ADV, Line.MED_SUPP, Line.PDP)
WORDS = nightly.Words(
    overtaken=gettext_noop(
        "The next night's run began before this one was through; that one asks about all."
    ),
    deactivated=gettext_noop("ComTrack was deactivated while the run was under way."),
    away=gettext_noop("ComTrack is not available: %(reason)s. The run goes on by itself."),
    given_up=gettext_noop(
        "ComTrack did not answer for hours. The next night asks about all applications again."
    ),
    shape=gettext_noop("ComTrack answered in another shape: %(error)s"),
)
NIGHTS = nightly.Nights(
    QueryRun.objects.all(),
    lock="comtrack.run",
    length=lambda: timedelta(seconds=settings.COMTRACK_LEASE_SECONDS),
    words=WORDS,
)


class NotActiveError(nightly.InactiveError):
    """ComTrack is not connected."""

    code = "comtrack_not_active"


def start_run(*, user: User | None, at: datetime) -> QueryRun:
    """Begin to ask about every application now; a run that is under way goes on instead.

    Raises:
        NotActiveError: the connection is not active.
    """
    active()
    return NIGHTS.start(at=at, create=partial(_create, user=user))


def start_due_run(*, at: datetime) -> QueryRun | None:
    """Begin the night's run when it is due and has not begun; otherwise None."""
    connection = Connection.objects.filter(is_active=True, activated_at__isnull=False).first()
    if connection is None or connection.activated_at is None:
        return None
    return NIGHTS.start_due(
        at=at,
        start=connection.start_time,
        zone=zone_of(connection),
        active_since=connection.activated_at,
        create=partial(_create, user=None),
    )


def active() -> Connection:
    """The connection that ComTrack is asked by.

    Raises:
        NotActiveError: it is not active.
    """
    connection = one_or_none(Connection.objects.filter(is_active=True))
    if connection is None:
        msg = gettext_noop("ComTrack is not active. Activate it under Settings, Integrations.")
        raise NotActiveError(msg)
    return connection


def zone_of(connection: Connection) -> ZoneInfo:
    """The zone whose midnight counts: its own, else the agency's."""
    return ZoneInfo(connection.time_zone or settings.TIME_ZONE)


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
