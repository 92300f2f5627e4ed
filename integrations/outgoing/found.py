"""What was read of the history, as it may concern a webhook."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from agencyhub.records import tables
from integrations.outgoing.kinds import CREATED, DELETED, UPDATED


@dataclass(frozen=True)
class Found:
    """Something that happened to one record. ``through`` is who may see it in its place."""

    kind: str
    verb: str
    record_id: int
    occurred_at: datetime
    source: str
    source_id: int
    batch_id: int | None = None
    changed: tuple[str, ...] = ()
    through: int | None = None

    @property
    def type(self) -> str:
        """As endpoints name it."""
        return f"{self.kind}.{self.verb}"

    @property
    def seen_by(self) -> int:
        """The record whose readers are told."""
        return self.through or self.record_id


@dataclass
class _Folded:
    first: Found
    verb: str
    changed: dict[str, None] = field(default_factory=dict)


def fold(found: Iterable[Found]) -> list[Found]:
    """Make one of everything that one act did to a record, in the order of the firsts.

    What came and went in one act never was; who was merged away was not removed.
    """
    folded: dict[tuple[object, ...], _Folded] = {}
    others: list[tuple[int, Found]] = []
    merged: set[int] = set()
    for place, one in enumerate(found):
        if one.verb not in (CREATED, UPDATED, DELETED):
            merged |= {one.record_id} if one.verb == "merged" else set()
            others.append((place, one))
            continue
        act = one.batch_id if one.batch_id is not None else (one.source_id,)
        kept = folded.setdefault((one.kind, one.record_id, act, one.source), _Folded(one, UPDATED))
        kept.verb = _later(kept.verb, one.verb)
        kept.changed |= dict.fromkeys(one.changed)
    rest = [
        _made(kept)
        for kept in folded.values()
        if kept.verb and not (kept.first.kind == "individual" and kept.first.record_id in merged)
    ]
    told = [*rest, *(one for _place, one in others)]
    return sorted(told, key=lambda one: one.source_id)


def _later(before: str, now: str) -> str:
    if now == UPDATED or not before:
        return before
    if now == DELETED and before == CREATED:
        return ""
    return now


def _made(kept: _Folded) -> Found:
    one = kept.first
    changed = tuple(kept.changed) if kept.verb == UPDATED else ()
    return Found(
        kind=one.kind,
        verb=kept.verb,
        record_id=one.record_id,
        occurred_at=one.occurred_at,
        source=one.source,
        source_id=one.source_id,
        batch_id=one.batch_id,
        changed=changed,
    )


def names_of(table_name: str, columns: Iterable[str]) -> tuple[str, ...]:
    """The fields that columns stand for, without what only follows from others."""
    known = tables.table_of(table_name)
    if known is None:
        return ()
    names: dict[str, None] = {}
    for column in columns:
        if column in known.computed or column in known.touched or not known.is_known(column):
            continue
        grouped = known.columns.get(known.group(column))
        names[grouped.name if grouped is not None else column] = None
    return tuple(sorted(names))
