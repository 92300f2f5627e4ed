"""Runs asked for: by hand for a range of days, and by the schedule when a connection is due."""

from datetime import date, datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from integrations.carriers import queue, schedule
from integrations.carriers.models import Connection, Retrieval
from integrations.carriers.services import leases

LONGEST_RANGE = timedelta(days=366)
State = Retrieval.State


class AlreadyRunningError(DomainError):
    """A connection has one run at a time."""

    code = "retrieval_already_running"


class UnusableRangeError(DomainError):
    """The days do not make a range."""

    code = "unusable_range"


def request(
    *, connection_id: int, since: date, until: date, user: User | None, is_queued: bool = True
) -> Retrieval:
    """Ask for a run now; one that waits for another try is taken up at once, with the new range.

    Without ``is_queued`` the caller does the work.

    Raises:
        AlreadyRunningError: one is being worked on.
        UnusableRangeError: the last day is before the first, in the future, or far away.
    """
    check_range(since, until)
    with transaction.atomic():
        connection = Connection.objects.select_for_update().get(pk=connection_id)
        run = leases.of_connection(connection.pk)
        if run is not None and (run.state == State.RUNNING or run.again_at is None):
            msg = gettext_noop("A run of this carrier is under way. Wait until it is finished.")
            raise AlreadyRunningError(msg)
        run = run or Retrieval(connection=connection)
        run.since, run.until, run.user = since, until, user
        run.again_at, run.is_listed, run.failures = None, False, 0
        run.save()
        if is_queued:
            transaction.on_commit(partial(queue.retrieve, run.pk))
    return run


def check_range(since: date, until: date) -> None:
    """Refuse days that make no range.

    Raises:
        UnusableRangeError: says which day to change.
    """
    if until < since:
        raise UnusableRangeError(gettext_noop("The last day is before the first."), field="until")
    if until > timezone.localdate() + timedelta(days=1):
        raise UnusableRangeError(gettext_noop("The last day is in the future."), field="until")
    if until - since > LONGEST_RANGE:
        raise UnusableRangeError(gettext_noop("Choose a year at the most."), field="since")


def start_due(*, at: datetime) -> list[int]:
    """Start every active connection that is due and has no run; answer the runs' keys.

    However many schedulers ask at once, each due moment starts one run.
    """
    active = Connection.objects.filter(is_active=True).order_by("pk")
    started = [_start_if_due(connection, at=at) for connection in active]
    return [pk for pk in started if pk is not None]


def _start_if_due(connection: Connection, *, at: datetime) -> int | None:
    due_at = due_moment(connection, now=at)
    if due_at is None or connection.retrievals.filter(due_at__gte=due_at).exists():
        return None
    zone = timezone.get_default_timezone()
    until = at.astimezone(zone).date()
    run = Retrieval(
        connection=connection, due_at=due_at, since=first_day(connection, until), until=until
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            transaction.on_commit(partial(queue.retrieve, run.pk))
    except IntegrityError:  # somebody was quicker, or a run is open: the next round looks again
        return None
    return run.pk


def due_moment(connection: Connection, *, now: datetime) -> datetime | None:
    """When an active connection was due last; None before its first time."""
    zone = timezone.get_default_timezone()
    moment = schedule.last_due(days=connection.days, at=connection.at, zone=zone, now=now)
    since = connection.scheduled_since
    return moment if since is not None and moment > since else None


def first_day(connection: Connection, until: date) -> date:
    """Where a scheduled range begins: so far back, or after the last good range.

    Statements made for the dates asked for would bring days again that were had before.
    """
    wide = until - timedelta(days=connection.look_back_days)
    if connection.statement_type != Connection.StatementType.CUSTOM or connection.book_pattern:
        return wide
    done = connection.retrievals.filter(state=State.DONE).order_by("-until", "-pk")
    last = done.values_list("until", flat=True).first()
    return wide if last is None else max(wide, min(last + timedelta(days=1), until))
