"""A chunk's decisions entered in memory, one after another, before anything is written."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from agencyhub.lib.db import AnyOf
from eoi.asked import Wanted
from eoi.covering import Period, covered_from
from eoi.deciding import APPROVING, Coverage
from eoi.services.judging import Call, Taken
from eoi.services.pricing import Prices
from eoi.services.waiting import Row
from groups.models import CoveragePeriod

NOTED = (
    "plan_id", "volume", "level", "premium", "requested_plan_id", "requested_volume",
    "requested_level", "requested_premium", "waiting_for_eoi", "original_effective_date",
)  # fmt: skip


@dataclass(slots=True)
class Book:
    """An election while the decisions of a chunk on it are entered, one after another."""

    row: Row
    in_force: Coverage
    premium: Decimal | None
    requested: Coverage
    requested_premium: Decimal | None
    is_waiting: bool
    original: date | None
    periods: list[Period]
    were: tuple[Period, ...]
    lock_id: int | None

    def noted(self) -> list[Any]:
        """The election's columns in the order of ``NOTED``, for a reversal."""
        asked = None if self.row.requested_volume is None else self.requested.volume
        return [
            self.in_force.plan_id,
            str(self.in_force.volume),
            self.in_force.level,
            _text(self.premium),
            self.requested.plan_id,
            _text(asked),
            self.requested.level,
            _text(self.requested_premium),
            self.is_waiting,
            _text(self.original),
        ]


def open_books(taken: Sequence[Taken], changing: Sequence[Taken]) -> dict[int, Book]:
    """The elections that decisions are about, with the coverage of those whose coverage changes."""
    periods = _periods_of(changing)
    books = {}
    for one in taken:
        row = one.waiting.row
        if row.election_id not in books:
            books[row.election_id] = Book(
                row=row,
                in_force=one.before.in_force,
                premium=row.premium,
                requested=one.before.requested,
                requested_premium=row.requested_premium,
                is_waiting=True,
                original=row.original_effective_date,
                periods=periods.get(row.election_id, []),
                were=tuple(periods.get(row.election_id, ())),
                lock_id=one.waiting.lock_id,
            )
    return books


def enter(one: Taken, decision_id: int, book: Book, prices: Prices, call: Call) -> list[Any]:
    """Let a decision change its election's book, and return its row with what it changed."""
    wanted, outcome, before = one.wanted, one.outcome, one.before
    undo: dict[str, Any] = {"before": book.noted()}
    if outcome.lock is not None and book.lock_id is not None:
        undo["lock"] = book.lock_id
    if outcome.in_force != before.in_force:
        undo["periods"] = _cover(book, outcome.in_force, decision_id, wanted, prices)
    book.is_waiting = outcome.is_open
    book.original = wanted.original_effective_date or book.original
    book.in_force = outcome.in_force
    if not outcome.is_open:
        book.requested, book.requested_premium = outcome.in_force, book.premium
    undo["after"] = book.noted()
    has_volume = before.has_volume
    return [
        decision_id,
        one.waiting.row.id,
        wanted.action,
        outcome.in_force.volume if wanted.action in APPROVING and has_volume else None,
        wanted.effective_date,
        wanted.original_effective_date,
        call.channel.value,
        call.source_of(wanted.row),
        call.user.pk if call.user else None,
        call.at,
        before.status,
        outcome.status,
        before.in_force.volume,
        outcome.in_force.volume,
        before.requested.volume if has_volume else None,
        outcome.requested.volume if has_volume else None,
        json.dumps(undo),
        "",
    ]


def _cover(
    book: Book, coverage: Coverage, decision_id: int, wanted: Wanted, prices: Prices
) -> list[dict[str, Any]]:
    """Let a coverage hold from the effective date on; return the periods it touched, as were."""
    start = wanted.effective_date
    if start is None:
        return []
    book.premium = prices.of(coverage, book.row, start)
    book.original = min(book.original or start, start)
    end = book.row.termination_date
    new = Period(None, coverage, book.premium, start, end, decision_id)
    book.periods, touched = covered_from(book.periods, new)
    return [period.noted() for period in touched]


def _periods_of(changing: Iterable[Taken]) -> dict[int, list[Period]]:
    """The periods of the elections whose coverage changes, in order."""
    found: dict[int, list[Period]] = defaultdict(list)
    elections = {one.waiting.row.election_id for one in changing}
    rows = CoveragePeriod.objects.filter(AnyOf("election", elections)).order_by(
        "election", "start_date"
    )
    columns = ("election_id", "pk", "plan_id", "volume", "level", "premium", "start_date")
    for election_id, pk, plan_id, volume, level, *rest in rows.values_list(
        *columns, "end_date", "decision_id"
    ):
        found[election_id].append(Period(pk, Coverage(plan_id, volume, level), *rest))
    return found


def _text(value: Decimal | date | None) -> str | None:
    return None if value is None else str(value)
