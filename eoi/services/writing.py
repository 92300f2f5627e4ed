"""Decisions into the database: a fixed number of statements, however many there are."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext_noop

from agencyhub.lib.db import copy_in
from eoi.covering import Period
from eoi.services.entering import Book, enter, open_books
from eoi.services.judging import Call, Taken
from eoi.services.pricing import Prices

_RESERVE = "SELECT nextval('eoi_decision_id_seq') FROM generate_series(1, %s)"
_DECISIONS = """
COPY eoi_decision (id, request_id, action, approved_volume, effective_date,
  original_effective_date, channel, source, user_id, decided_at, status_before, status_after,
  volume_before, volume_after, requested_before, requested_after, undo, reversed_reason)
FROM STDIN
"""
_ELECTIONS = """
UPDATE groups_election AS election SET
  plan_id = new.plan_id, volume = new.volume, level = new.level, premium = new.premium,
  requested_plan_id = new.requested_plan_id, requested_volume = new.requested_volume,
  requested_level = new.requested_level, requested_premium = new.requested_premium,
  waiting_for_eoi = new.waiting, original_effective_date = new.original, updated_at = now()
FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[], %s::text[], %s::numeric[], %s::bigint[],
  %s::numeric[], %s::text[], %s::numeric[], %s::boolean[], %s::date[])
  AS new (id, plan_id, volume, level, premium, requested_plan_id, requested_volume,
          requested_level, requested_premium, waiting, original)
WHERE election.id = new.id
"""
_REQUESTS = """
UPDATE eoi_eoirequest AS request SET
  status = new.status, closed_at = CASE WHEN new.is_open THEN NULL ELSE %s::timestamptz END,
  reference_number = coalesce(nullif(new.reference, ''), reference_number),
  is_expiry_proposed = false
FROM unnest(%s::bigint[], %s::text[], %s::boolean[], %s::text[])
  AS new (id, status, is_open, reference)
WHERE request.id = new.id
"""
_DROP_PERIODS = "DELETE FROM groups_coverageperiod WHERE id = ANY(%s)"
_END_PERIODS = """
UPDATE groups_coverageperiod AS period SET end_date = new.end_date
FROM unnest(%s::bigint[], %s::date[]) AS new (id, end_date) WHERE period.id = new.id
"""
_PERIODS = """
COPY groups_coverageperiod (election_id, plan_id, volume, level, premium, start_date, end_date,
  decision_id) FROM STDIN
"""
_LIFT = """
UPDATE groups_coveragelock SET lifted_at = %s, lifted_by_id = %s, lifted_reason = %s
WHERE id = ANY(%s) AND lifted_at IS NULL
"""
_LOCKS = """
COPY groups_coveragelock (employee_id, dependent_id, benefit_id, volume, locked_date,
  decision_id, lifted_reason) FROM STDIN
"""
QUOTED = str.maketrans({"\\": r"\\", '"': r"\""})
REPLACED = gettext_noop("A later decision says how much is allowed.")


def write(taken: Sequence[Taken], call: Call) -> list[int]:
    """Enter decisions in their order and return their keys; the elections are held."""
    ids = _reserve(len(taken))
    changing = [one for one in taken if one.outcome.in_force != one.before.in_force]
    books = open_books(taken, changing)
    prices = Prices(one.outcome.in_force.plan_id or 0 for one in changing)
    decisions = [
        enter(one, decision_id, books[one.waiting.row.election_id], prices, call)
        for one, decision_id in zip(taken, ids, strict=True)
    ]
    copy_in(_DECISIONS, decisions)
    _write_elections(books.values())
    _write_requests(taken, call)
    _write_periods(books.values())
    _write_locks(taken, ids, call)
    return ids


def _reserve(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [count])
        return [number for (number,) in cursor.fetchall()]


def _write_elections(books: Iterable[Book]) -> None:
    rows = [
        (
            book.row.election_id,
            book.in_force.plan_id,
            book.in_force.volume,
            book.in_force.level,
            book.premium,
            book.requested.plan_id,
            None if book.row.requested_volume is None else book.requested.volume,
            book.requested.level,
            book.requested_premium,
            book.is_waiting,
            book.original,
        )
        for book in books
    ]
    _execute(_ELECTIONS, rows)


def _write_requests(taken: Iterable[Taken], call: Call) -> None:
    """A request is as its last decision left it; a reference number stays unless told anew."""
    rows: dict[int, tuple[Any, ...]] = {}
    for one in taken:
        pk = one.waiting.row.id
        reference = one.wanted.reference_number or (rows[pk][3] if pk in rows else "")
        rows[pk] = (pk, one.outcome.status, one.outcome.is_open, reference)
    _execute(_REQUESTS, list(rows.values()), call.at)


def _write_periods(books: Iterable[Book]) -> None:
    dropped, ended, new = [], [], []
    for book in books:
        ends = {period.id: period.end_date for period in book.periods}
        for period in book.were:
            if period.id not in ends:
                dropped.append(period.id)
            elif ends[period.id] != period.end_date:
                ended.append((period.id, ends[period.id]))
        new += [_period_row(book, period) for period in book.periods if period.id is None]
    if dropped:
        _execute_with(_DROP_PERIODS, [dropped])
    _execute(_END_PERIODS, ended)
    copy_in(_PERIODS, new)


def _period_row(book: Book, period: Period) -> tuple[Any, ...]:
    coverage = period.coverage
    return (
        book.row.election_id,
        coverage.plan_id,
        coverage.volume,
        coverage.level,
        period.premium,
        period.start_date,
        period.end_date,
        period.decision_id,
    )


def _write_locks(taken: Sequence[Taken], ids: Sequence[int], call: Call) -> None:
    locks, replaced = [], []
    for one, decision_id in zip(taken, ids, strict=True):
        if one.outcome.lock is None:
            continue
        row = one.waiting.row
        if one.waiting.lock_id is not None:
            replaced.append(one.waiting.lock_id)
        place = (row.employee_id, row.dependent_id, row.benefit_id)
        day = one.wanted.effective_date
        locks.append((*place, one.outcome.lock, day, decision_id, ""))
    if replaced:
        _execute_with(_LIFT, [call.at, call.user.pk if call.user else None, REPLACED, replaced])
    if locks:
        copy_in(_LOCKS, locks)


def _execute(statement: str, rows: Sequence[Sequence[Any]], *first: Any) -> None:
    """Run a statement over columns of values."""
    if rows:
        _execute_with(statement, [*first, *map(_array, zip(*rows, strict=True))])


def _array(values: Iterable[Any]) -> str:
    """An array as PostgreSQL writes it; the driver would look at each element several times."""
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    return f'"{value.translate(QUOTED)}"' if isinstance(value, str) else str(value)


def _execute_with(statement: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
