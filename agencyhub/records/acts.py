"""The acts of a record's history: what each batch, and each change outside one, left on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from agencyhub.accounts.models import User
from agencyhub.lib.db import AnyOf
from agencyhub.lib.written import Written
from agencyhub.records import bulk, reach
from agencyhub.records.models import Batch, Change, Entry

CHANGES_PER_ITEM = 12


@dataclass
class Act:
    """Everything one batch (or one change outside any batch) left on the record."""

    batch: Batch | None
    when: datetime
    user: User | None
    changes: list[Change] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


def _about(table: str, *, record_id: Any, individual_id: Any = None, former_ids: Any = None) -> Q:
    """What belongs to a record, an individual and those who became part of them."""
    about = Q(table_name=table, record_id=record_id)
    if individual_id is not None:
        about |= Q(individual_id=individual_id)
    if former_ids is not None:
        about |= Q(AnyOf("record_id", former_ids), table_name=table)
        about |= Q(AnyOf("individual_id", former_ids))
    return about


_CHANGES = Written(
    lambda table, most, **keys: (
        Change.objects.filter(_about(table, **keys))
        .select_related("batch__user")
        .order_by("-pk")[:most]
    )
)
_ENTRIES = Written(
    lambda table, most, **keys: (
        Entry.objects.filter(_about(table, **keys))
        .select_related("batch__user", "user")
        .order_by("-pk")[:most]
    )
)


def acts_of(
    own: tuple[str, int, int | None], former_ids: Sequence[int], *, viewer: User, limit: int
) -> list[Act]:
    """The newest acts of a record, and of all that belongs to an individual if one is named.

    ``own`` is the table of the record, its key and the individual's. Of what others than the record
    itself went through, only what ``viewer`` may see. The number of queries is constant.
    """
    table, record_id, individual_id = own
    keys: dict[str, Any] = {"record_id": record_id}
    if individual_id is not None:
        keys["individual_id"] = individual_id
    if former_ids:
        keys["former_ids"] = list(former_ids)
    acts: dict[object, Act] = {}
    newest = [
        *_CHANGES.rows(table, limit * CHANGES_PER_ITEM, **keys),
        *bulk.additions(table=table, record_id=record_id, individual_id=individual_id),
    ]
    checked = {(table, pk) for pk in (record_id, *former_ids)}
    for change in reach.readable(newest, user=viewer, own=checked):
        key = change.batch_id or ("change", change.pk)
        batch = change.batch
        act = acts.setdefault(key, Act(batch, change.changed_at, batch.user if batch else None))
        act.changes.append(change)
    for entry in _ENTRIES.rows(table, limit * 2, **keys):
        key = entry.batch_id or ("entry", entry.pk)
        act = acts.setdefault(key, Act(entry.batch, entry.created_at, entry.user))
        act.entries.append(entry)
    return sorted(acts.values(), key=_newest_first)


def _newest_first(act: Act) -> tuple[float, int]:
    return -act.when.timestamp(), -(act.batch.pk if act.batch else 0)
