"""Working off a reading of Noyo: its lists first, then group after group. Any worker may die.

The lists' offset and the last group are kept as they are dealt with; whoever takes a reading up
goes on there. A group's content and that it was read are stored in one transaction.
"""

import logging
import time
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from agencyhub.lib.leases import Lease
from integrations.noyo.client import MissingError, Noyo
from integrations.noyo.models import Account, NoyoGroup, SyncRun
from integrations.noyo.services import accounts, connections, pulling, renewals
from integrations.noyo.services.carriers import Carriers
from integrations.noyo.services.pulling import Outcome
from integrations.noyo.services.runs import NIGHTS
from integrations.noyo.wire import read_connection, read_group

logger = logging.getLogger(__name__)
State = SyncRun.State
SLICE_SECONDS = 300
"""After this a task hands the rest to another, so that none runs into its time limit."""
MOST_DUE = 200
PAGE = 100


def work(*, run_id: int, seconds: float = SLICE_SECONDS) -> SyncRun:
    """Go on with a reading until it ends, has to wait, or ``seconds`` are over; say how it stands.

    A reading that another worker holds is left alone.
    """
    deadline = time.monotonic() + seconds

    def go_on(lease: Lease[SyncRun]) -> SyncRun.State | None:
        is_through = _read(lease, accounts.active(), deadline=deadline)
        return _close(lease.row) if is_through else None

    return NIGHTS.work(run_id, go_on)


def _close(run: SyncRun) -> SyncRun.State:
    """How a reading ends. Groups that another worker had in hand, and may die with, are due."""
    unread = Q(pulled_at=None) | Q(pulled_at__lt=run.requested_at)
    connections.mark_due(_groups(run).filter(unread, problem=""), at=timezone.now())
    run.refresh_from_db(fields=["failed"])
    return State.INCOMPLETE if run.failed else State.DONE


def read_due(*, at: datetime, seconds: float = SLICE_SECONDS) -> int:
    """Read the groups of which something was heard since they were read; say how many were due.

    Raises:
        PartnerUnavailableError, PartnerRejectedError: see ``pulling.pull``; they stay due.
    """
    account = Account.objects.filter(is_active=True).select_related("credentials").first()
    due = NoyoGroup.objects.filter(due_at__lte=at).order_by("due_at", "pk")[:MOST_DUE]
    groups: list[Any] = list(due)
    if account is None or not groups:
        return 0
    deadline = time.monotonic() + seconds
    with Noyo(account) as noyo:
        carriers = Carriers(noyo, at=at)
        for group in groups:
            if time.monotonic() >= deadline:
                break
            pulling.pull(
                noyo=noyo, group=group, carriers=carriers, at=timezone.now(),
                with_connections=True,
            )  # fmt: skip
    return len(groups)


def read_connection_again(*, noyo_id: str, at: datetime) -> None:
    """Read how one connection stands, of which an event told.

    Raises:
        PartnerUnavailableError, PartnerRejectedError: Noyo does not answer, or not this account.
    """
    with Noyo(accounts.active()) as noyo:
        told = read_connection(noyo.get(f"/group_connections/{noyo_id}"))
    connections.store_connections(told=[told], at=at)


def _read(lease: Lease[SyncRun], account: Account, *, deadline: float) -> bool:
    """Read on; False when the time is over."""
    run = lease.row
    with Noyo(account) as noyo:
        try:
            if run.noyo_group is not None:
                return _read_groups(lease, noyo, deadline=deadline)
            is_listed = run.total > 0 or _read_lists(lease, noyo, deadline=deadline)
            is_through = is_listed and _read_groups(lease, noyo, deadline=deadline)
            if is_through:
                renewals.poll(noyo=noyo, at=timezone.now())
            return is_through
        finally:
            lease.mine().update(calls=F("calls") + noyo.calls)


def _read_lists(lease: Lease[SyncRun], noyo: Noyo, *, deadline: float) -> bool:
    """Every group and every connection that Noyo names, before any of them is read.

    A page is stored before the lease is proved: what was told last stands, whoever was told it.
    """
    run = lease.row
    for page in noyo.pages("/groups", offset=run.listed):
        connections.store_groups(told=list(map(read_group, page)), at=run.requested_at)
        lease.save(listed=run.listed + len(page), misses=0)
        if time.monotonic() >= deadline:
            return False
    for page in noyo.pages("/group_connections"):
        connections.store_connections(told=list(map(read_connection, page)), at=run.requested_at)
        lease.save(misses=0)
    _look_for_lost(run, noyo)
    lease.save(total=max(1, _groups(run).count()), misses=0)
    return True


def _look_for_lost(run: SyncRun, noyo: Noyo) -> None:
    """Groups that the list left out are asked for one by one before they count as gone."""
    for group in NoyoGroup.objects.filter(seen_at__lt=run.requested_at, gone_at=None):
        try:
            told = read_group(noyo.get(f"/groups/{group.noyo_id}"))
        except MissingError:
            NoyoGroup.objects.filter(pk=group.pk).update(
                gone_at=run.requested_at, problem=pulling.GONE
            )
        else:
            connections.store_groups(told=[told], at=run.requested_at)


def _read_groups(lease: Lease[SyncRun], noyo: Noyo, *, deadline: float) -> bool:
    run = lease.row
    carriers = Carriers(noyo, at=run.requested_at)
    while page := list(_groups(run).filter(pk__gt=run.cursor).order_by("pk")[:PAGE]):
        for group in page:
            outcome = pulling.pull(
                noyo=noyo, group=group, carriers=carriers, at=timezone.now(),
                with_connections=run.noyo_group is not None,
            )  # fmt: skip
            lease.save(
                cursor=group.pk,
                misses=0,
                groups=F("groups") + 1,
                changed=F("changed") + int(outcome is Outcome.CHANGED),
                failed=F("failed") + int(outcome is Outcome.FAILED),
            )
            if time.monotonic() >= deadline:
                return False
    return True


def _groups(run: SyncRun) -> QuerySet[Any]:
    rows: QuerySet[Any] = NoyoGroup.objects.filter(gone_at=None)
    return rows if run.noyo_group_id is None else rows.filter(pk=run.noyo_group_id)
