"""Reading one group: everything is asked first, then stored in one transaction."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from agencyhub.lib.db import alone
from integrations.errors import PartnerContractError
from integrations.noyo.changes import Changes
from integrations.noyo.client import MissingError, Noyo, NoyoRefusedError
from integrations.noyo.models import GroupConnection, NoyoGroup
from integrations.noyo.services import connections, people, reopening
from integrations.noyo.services.carriers import Carriers
from integrations.noyo.services.storing import Pulled, store
from integrations.noyo.wire import (
    read_configuration,
    read_connection,
    read_group,
    read_plan,
    read_plan_year,
)

GONE = gettext_noop("Noyo no longer knows this group, or your account may not see it any more.")
REFUSED = gettext_noop("Noyo refused to tell about this group (%(status)s).")
UNREADABLE = gettext_noop("Noyo told something of this group that cannot be read: %(error)s")


class Outcome(Enum):
    """What came of reading a group."""

    SAME = "same"
    CHANGED = "changed"
    FAILED = "failed"


def pull(
    *,
    noyo: Noyo,
    group: NoyoGroup,
    carriers: Carriers,
    at: datetime,
    with_connections: bool = False,
) -> Outcome:
    """Read a group and all that hangs on it.

    What is wrong with this group alone is noted on it, and others can go on. A group that another
    worker reads at this moment is left to it, and stays due.
    ``with_connections`` reads how its connections stand as well.

    Raises:
        PartnerUnavailableError: Noyo does not answer; nothing was stored.
        PartnerRejectedError: the account is refused as a whole.
    """
    with alone(f"noyo group {group.pk}") as is_alone:
        if not is_alone:
            return Outcome.SAME
        return _pull_alone(noyo, group, carriers, at, with_connections=with_connections)


def _pull_alone(
    noyo: Noyo, group: NoyoGroup, carriers: Carriers, at: datetime, *, with_connections: bool
) -> Outcome:
    try:
        changes = _pull(noyo, group, carriers, at, with_connections=with_connections)
        _pull_people(noyo, group, at)
    except MissingError:
        _note(group, GONE, at=at, gone_at=at)
    except NoyoRefusedError as error:
        _note(group, REFUSED % {"status": error.status}, at=at)
    except PartnerContractError as error:
        _note(group, UNREADABLE % {"error": error}, at=at)
    else:
        return Outcome.CHANGED if changes else Outcome.SAME
    return Outcome.FAILED


def _pull(
    noyo: Noyo, group: NoyoGroup, carriers: Carriers, at: datetime, *, with_connections: bool
) -> Changes:
    path = f"/groups/{group.noyo_id}"
    if with_connections:
        told_here = map(read_connection, noyo.listed(f"{path}/group_connections"))
        # Noyo need not repeat the group of its own list.
        told_of = [replace(one, group_id=group.noyo_id) for one in told_here]
        connections.store_connections(told=told_of, at=at)
    if not group.name:
        told = read_group(noyo.get(path))
        group.name, group.version = told.name, told.version
        group.dba_name, group.federal_ein = told.dba_name, told.federal_ein
        group.save(update_fields=["name", "version", "dba_name", "federal_ein"])
    pulled = Pulled(
        configurations=list(map(read_configuration, noyo.whole(f"{path}/carrier_configurations"))),
        plans=list(map(read_plan, noyo.listed(f"{path}/plans"))),
        plan_years=list(map(read_plan_year, noyo.listed(f"{path}/group_enrollments"))),
    )
    audited_at = None if _says_something(pulled) else _audited_at(noyo, path)
    named = carriers.named(_carrier_ids(pulled))
    with transaction.atomic():
        row: Any = NoyoGroup.objects.select_for_update(no_key=True).get(pk=group.pk)
        changes = store(group=row, pulled=pulled, carriers=named, at=at)
        changes.first_connection |= _connected_since(row)
        row.pulled_at, row.gone_at, row.problem = at, None, ""
        row.audited_at = audited_at or row.audited_at
        if row.due_at is not None and row.due_at <= at:
            row.due_at = None
        row.save(update_fields=["pulled_at", "gone_at", "problem", "audited_at", "due_at"])
        if row.group_id is not None:
            reopening.after_pull(noyo_group=row, changes=changes, at=at)
    group.pulled_at = at
    return changes


def _pull_people(noyo: Noyo, group: NoyoGroup, at: datetime) -> None:
    """Members that cannot be asked for, as of a group that has just been taken apart, are no
    reason to think that the group is gone.
    """
    with suppress(MissingError):
        people.pull_people(noyo=noyo, group=group, at=at)


def _says_something(pulled: Pulled) -> bool:
    return bool(pulled.configurations or pulled.plans)


def _audited_at(noyo: Noyo, path: str) -> datetime | None:
    """Where a carrier told nothing: when Noyo looked there, if it ever did.

    Before its first look Noyo names the group's own beginning, and no carriers.
    """
    try:
        told = noyo.get(f"{path}/audit_requests/latest")
    except MissingError:
        return None
    completed = told.get("completed_at")
    if not told.get("carrier_ids") or not isinstance(completed, int):
        return None
    return datetime.fromtimestamp(completed, UTC)


def _carrier_ids(pulled: Pulled) -> set[str]:
    told: Sequence[Sequence[object]] = (pulled.configurations, pulled.plans, pulled.plan_years)
    return {one.carrier_id for rows in told for one in rows}  # type: ignore[attr-defined]


def _connected_since(group: NoyoGroup) -> set[int]:
    """The carriers whose connection was completed since the group was read last."""
    connections = GroupConnection.objects.filter(
        noyo_group=group, status=GroupConnection.Status.COMPLETED
    )
    if group.pulled_at is not None:
        connections = connections.filter(Q(changed_at__gt=group.pulled_at))
    return set(connections.values_list("carrier_id", flat=True))


def _note(group: NoyoGroup, problem: str, *, at: datetime, gone_at: datetime | None = None) -> None:
    """Why a group could not be read; what was read before stays. The night tries again."""
    NoyoGroup.objects.filter(Q(due_at=None) | Q(due_at__lte=at), pk=group.pk).update(due_at=None)
    NoyoGroup.objects.filter(pk=group.pk).update(problem=problem[:300], gone_at=gone_at)
