"""Keeping what Noyo tells about groups and their connections with carriers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.noyo.models import GroupConnection, NoyoCarrier, NoyoGroup
from integrations.noyo.services import carriers
from integrations.noyo.told import ConnectionTold, GroupTold

TOLD = gettext_noop("Noyo told how connections of groups stand")
Status = GroupConnection.Status
COLUMNS = ("version", "carrier_group_id", "status", "message", "completed_at")


def store_groups(*, told: Sequence[GroupTold], at: datetime) -> None:
    """Keep a page of Noyo's list of groups: new ones, new names, and that all were named."""
    rows = NoyoGroup.objects.filter(noyo_id__in=[one.noyo_id for one in told])
    known: dict[str, Any] = {row.noyo_id: row for row in rows}
    changed = [one for one in told if _columns(known.get(one.noyo_id)) != _told(one)]
    rows.update(seen_at=at, gone_at=None)
    NoyoGroup.objects.bulk_create(
        [NoyoGroup(noyo_id=one.noyo_id, seen_at=at, **_told(one)) for one in changed],
        update_conflicts=True,
        unique_fields=["noyo_id"],
        update_fields=["version", "name", "dba_name", "federal_ein", "seen_at"],
    )


def _told(one: GroupTold) -> dict[str, str]:
    names = ("version", "name", "dba_name", "federal_ein")
    return {name: getattr(one, name) for name in names}


def _columns(row: Any) -> dict[str, str] | None:
    names = ("version", "name", "dba_name", "federal_ein")
    return None if row is None else {name: getattr(row, name) for name in names}


def store_connections(*, told: Sequence[ConnectionTold], at: datetime) -> list[GroupConnection]:
    """Keep how connections stand; what is the same as before is only marked as seen.

    A connection that a person asked for, and whose answer was lost, is recognised here by its
    group, carrier and number. A group whose connection moved on is read before the night.
    """
    carriers_by_id = {row.noyo_id: row for row in carriers.ensure(one.carrier_id for one in told)}
    ensure_groups({one.group_id: one.group_name for one in told if one.group_id}, at=at)
    rows: QuerySet[Any] = GroupConnection.objects.filter(noyo_id__in=[one.noyo_id for one in told])
    rows.update(seen_at=at)
    known = {row.noyo_id: row for row in rows}
    groups: dict[str, Any] = {
        row.noyo_id: row
        for row in NoyoGroup.objects.filter(noyo_id__in=[one.group_id for one in told])
    }
    stored = []
    for one in told:
        row = known.get(one.noyo_id)
        if row is None or any(getattr(row, name) != getattr(one, name) for name in COLUMNS):
            group = groups.get(one.group_id)
            row = _store(one, row, group, carriers_by_id[one.carrier_id], at)
        stored.append(row)
    return stored


def ensure_groups(names: Mapping[str, str], *, at: datetime) -> None:
    """Make the groups that Noyo names by their IDs alone; the next reading tells the rest."""
    NoyoGroup.objects.bulk_create(
        [
            NoyoGroup(noyo_id=noyo_id, name=name, seen_at=at, due_at=at)
            for noyo_id, name in sorted(names.items())
        ],
        ignore_conflicts=True,
    )


def adopt(noyo_id: str, group_id: int) -> None:
    """Know a group again that we asked to be connected: it is ours from the beginning."""
    if not NoyoGroup.objects.filter(group=group_id).exists():
        NoyoGroup.objects.filter(noyo_id=noyo_id, group=None).update(group=group_id)


def _store(
    told: ConnectionTold,
    row: GroupConnection | None,
    group: Any,
    carrier: NoyoCarrier,
    at: datetime,
) -> GroupConnection:
    with history.batch(user=None, channel=Batch.Channel.SYNC, summary=TOLD), transaction.atomic():
        row = row or _asked_for(told, group, carrier) or GroupConnection(carrier=carrier)
        row.noyo_id, row.seen_at = told.noyo_id, at
        has_moved = row.pk is None or row.status != told.status or row.changed_at is None
        if has_moved:
            row.changed_at = at
        for name in COLUMNS:
            setattr(row, name, getattr(told, name))
        row.noyo_group = group or row.noyo_group
        if row.group_id is None and group is not None:
            row.group_id = _free_for(row, group.group_id)
        row.save()
        if row.group_id is not None:
            adopt(told.group_id, row.group_id)
        if has_moved and row.noyo_group_id is not None:
            mark_due(NoyoGroup.objects.filter(pk=row.noyo_group_id), at=at)
    return row


def _asked_for(told: ConnectionTold, group: Any, carrier: NoyoCarrier) -> GroupConnection | None:
    """Our own request, when Noyo's answer to it never came."""
    lost = GroupConnection.objects.filter(
        noyo_id="", carrier=carrier, carrier_group_id=told.carrier_group_id
    )
    if group is not None and group.group_id is not None:
        lost = lost.filter(group=group.group_id)
    found = list(lost[:2])
    return found[0] if len(found) == 1 else None


def _free_for(row: GroupConnection, group_id: int | None) -> int | None:
    """Our group, unless another connection with the same number stands for it.

    One that failed makes room for a newer one.
    """
    if group_id is None:
        return None
    others = GroupConnection.objects.filter(
        group=group_id, carrier=row.carrier, carrier_group_id=row.carrier_group_id
    ).exclude(pk=row.pk)
    others.filter(status=Status.UNABLE_TO_CONNECT).update(group=None)
    return None if others.exists() else group_id


def mark_due(groups: QuerySet[Any], *, at: datetime) -> int:
    """Let groups be read before the night."""
    return groups.filter(Q(due_at=None) | Q(due_at__gt=at)).update(due_at=at)


def give_to_group(noyo_group: NoyoGroup) -> None:
    """Let the connections of a group at Noyo be those of the group that it is."""
    rows: QuerySet[Any] = GroupConnection.objects.filter(noyo_group=noyo_group, group=None)
    for row in rows.select_related("carrier").order_by("-pk"):
        row.group_id = _free_for(row, noyo_group.group_id)
        row.save(update_fields=["group"])
