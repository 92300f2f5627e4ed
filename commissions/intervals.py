"""Who was the agent of record when: closed intervals and at most one open one. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Who:
    """An agent as a carrier tells them; ``agent_id`` where we know them."""

    agent_id: int | None = None
    npn: str = ""
    number: str = ""
    name: str = ""

    def is_same(self, other: "Who") -> bool:
        """Whether both are one agent, by the strongest that both know."""
        if self.agent_id is not None and other.agent_id is not None:
            return self.agent_id == other.agent_id
        for one, another in ((self.npn, other.npn), (self.number, other.number)):
            if one and another:
                return one == another
        return _plain(self.name) == _plain(other.name)

    def __bool__(self) -> bool:
        return bool(self.agent_id or self.npn or self.number or self.name)


@dataclass(frozen=True)
class Interval:
    """Somebody was agent of record from ``start`` to ``end`` (included), or still is."""

    who: Who
    start: date
    end: date | None = None
    pk: int | None = None


@dataclass(frozen=True)
class Told:
    """What one row of a book says: the enrollment's days and its agent, as of the file's day."""

    who: Who
    effective: date | None
    termination: date | None
    as_of: date


def tell(known: Sequence[Interval], told: Iterable[Told]) -> list[Interval]:
    """The intervals after rows told theirs, the oldest enrollment first; none overlap.

    A termed row closes the open interval; another agent closes it and opens one; what a file says
    about days that are taken is left out.
    """
    found = sorted(known, key=lambda one: one.start)
    for one in sorted(told, key=lambda row: row.effective or row.termination or row.as_of):
        found = sorted(_termed(found, one) if one.termination else _open(found, one), key=_start)
    return found


def _start(interval: Interval) -> date:
    return interval.start


def _termed(known: list[Interval], told: Told) -> list[Interval]:
    end = told.termination or told.as_of
    start = min(told.effective or end, end)
    current = next((one for one in known if one.end is None), None)
    if current is not None and end >= current.start:
        return [replace(one, end=end) if one is current else one for one in known]
    is_free = all(one.start > end or (one.end is not None and one.end < start) for one in known)
    return [*known, Interval(told.who, start, end)] if told.who and is_free else known


def _open(known: list[Interval], told: Told) -> list[Interval]:
    if not told.who:
        return known
    current = next((one for one in known if one.end is None), None)
    begins = told.effective or told.as_of
    if current is None:
        last = max((one.end for one in known if one.end), default=None)
        start = begins if last is None or begins > last else last + ONE_DAY
        return [*known, Interval(told.who, start)]
    if current.who.is_same(told.who):
        return known
    changed = begins if begins > current.start else told.as_of
    if changed <= current.start:  # an older file, or a correction on the first day
        return known
    closed = replace(current, end=changed - ONE_DAY)
    rest = [one for one in known if one is not current]
    return [*rest, closed, Interval(told.who, changed)]


def _plain(name: str) -> str:
    return "".join(one for one in name.lower() if one.isalnum())
