"""What a chunk's rows are about and what becomes of them, without writing anything."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone

from agencyhub.accounts.models import User
from agencyhub.lib.db import AnyOf
from eoi import deciding
from eoi.asked import Asked, Problem, Wanted, read
from eoi.deciding import Outcome, State
from eoi.models import Decision
from eoi.results import Decided, Failed
from eoi.services import finding, waiting
from eoi.services.finding import People
from eoi.services.waiting import Desk, Waiting
from groups.models import Benefit

NOT_WAITING = Problem("not_waiting")
# Doors that read a file again when whoever read it died half-way.
FILES = (Decision.Channel.WORKSHEET, Decision.Channel.BATCH)


@dataclass(frozen=True)
class Call:
    """What all rows of a call have in common."""

    channel: Decision.Channel
    user: User | None
    within: Any
    subscriber_id: str | None
    source: str
    at: datetime

    def source_of(self, row: int) -> str:
        """What a decision says of its origin: the file or the call, and the row."""
        return f"{self.source}:{row}" if self.source else ""


class Taken(NamedTuple):
    """One decision that a row asked for and the rule allowed."""

    wanted: Wanted
    waiting: Waiting
    before: State
    outcome: Outcome

    def told(self, decision_id: int | None) -> Decided:
        """The row as its door hears of it."""
        before, after = self.before, self.outcome
        return Decided(
            row=self.wanted.row,
            decision_id=decision_id,
            request_id=self.waiting.row.id,
            status_after=after.status,
            volume_before=before.in_force.volume,
            volume_after=after.in_force.volume,
            requested_before=before.requested.volume if before.has_volume else None,
            requested_after=after.requested.volume if before.has_volume else None,
        )


@dataclass
class Judged:
    """The decisions to write, rows that were decided before, and rows that cannot be."""

    done: list[Decided] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)


@dataclass(frozen=True)
class _Context:
    people: People
    desk: Desk
    codes: set[tuple[int, str]]
    url_ids: set[int] | None


def judge(rows: Sequence[Asked], call: Call, *, is_locking: bool) -> Judged:
    """Go through rows in their order, each meeting what the former ones left.

    With ``is_locking`` the elections concerned are held until the transaction ends.
    """
    wanted = [read(asked) for asked in rows]
    context = _context(wanted, call, is_locking=is_locking)
    today = timezone.localdate(call.at)
    judged = Judged()
    known = _decided_before(call, rows)
    for asked, one in zip(rows, wanted, strict=True):
        if decision := known.get(one.row):
            _tell_again(judged, asked, decision)
            continue
        found = _find(one, context)
        problems = one.problems if isinstance(found, Waiting) else (*found, *one.problems)
        if problems or not isinstance(found, Waiting):
            judged.failed.append(Failed(asked, problems))
            continue
        before = context.desk.state_of(found)
        outcome = deciding.outcome(before, one, today=today)
        if isinstance(outcome, Outcome):
            judged.taken.append(Taken(one, found, before, outcome))
            context.desk.take(found, outcome)
        else:
            judged.failed.append(Failed(asked, outcome))
    return judged


def find(one: Wanted, call: Call) -> Waiting | tuple[Problem, ...]:
    """The open request that a row names, held until the transaction ends, or why there is none."""
    return _find(one, _context([one], call, is_locking=True))


def _context(wanted: Sequence[Wanted], call: Call, *, is_locking: bool) -> _Context:
    numbers = [one.subscriber_id for one in wanted]
    if call.subscriber_id is not None:
        numbers.append(call.subscriber_id)
    people = finding.people(numbers, (one.ssn for one in wanted), within=call.within)
    requests = {one.request_id for one in wanted if one.request_id is not None}
    elections = waiting.elections_of(list(people.by_id), requests, within=call.within)
    if is_locking:
        # Whoever changes what a member chose, or what hangs on it, holds the election.
        elections = elections.select_for_update(no_key=True)
    desk = waiting.load(list(elections.values_list("pk", flat=True)))
    codes = Benefit.objects.filter(
        group__in=set(people.by_id.values()),
        lookup_code__in={one.benefit_lookup_code for one in wanted},
    ).values_list("group_id", "lookup_code")
    url_ids = None if call.subscriber_id is None else people.named(call.subscriber_id, "")
    return _Context(people, desk, set(codes), url_ids)


def _find(one: Wanted, context: _Context) -> Waiting | tuple[Problem, ...]:
    """The open request that a row names, or why there is none."""
    employee = _employee(one, context)
    if one.request_id is not None:
        return _by_request(one, employee, context)
    if employee is None:
        return (Problem("employee_required", "subscriber_id"),)
    if isinstance(employee, Problem):
        return (employee,)
    return _by_benefit(one, employee, context)


def _by_benefit(one: Wanted, employee: int, context: _Context) -> Waiting | tuple[Problem, ...]:
    code = one.benefit_lookup_code
    if not code:
        return (Problem("benefit_required", "benefit_lookup_code"),)
    found = context.desk.by_benefit.get((employee, code), [])
    still = [each for each in found if each.state.is_waiting]
    if len(still) > 1:
        still = [each for each in still if one.covered and each.names(one.covered)]
        return still[0] if len(still) == 1 else (Problem("covered_required", "covered"),)
    if still:
        return still[0]
    is_known = (context.people.by_id[employee], code) in context.codes
    unknown = Problem("benefit_not_found", "benefit_lookup_code")
    return (NOT_WAITING,) if is_known else (unknown, NOT_WAITING)


def _by_request(
    one: Wanted, employee: int | Problem | None, context: _Context
) -> Waiting | tuple[Problem, ...]:
    found = context.desk.by_id.get(one.request_id or 0)
    if isinstance(employee, Problem):
        return (employee,)
    if found is None or not found.state.is_waiting:
        return (NOT_WAITING,)
    is_other = employee is not None and employee != found.row.employee_id
    if is_other or one.benefit_lookup_code not in ("", found.row.lookup_code):
        return (Problem("request_differs", "request_id"),)
    return found


def _employee(one: Wanted, context: _Context) -> int | Problem | None:
    """The employee that a row (or the call's address) names; None where nobody is named."""
    people, url_ids = context.people, context.url_ids
    if not one.subscriber_id and not one.ssn:
        return None if url_ids is None else _only(url_ids)
    found = people.of(one.subscriber_id, one.ssn)
    if url_ids is None:
        return found
    return _only(people.named(one.subscriber_id, one.ssn) & url_ids)


def _only(found: set[int]) -> int | Problem:
    if len(found) == 1:
        return next(iter(found))
    code = "employee_ambiguous" if found else "employee_not_found"
    return Problem(code, "subscriber_id")


def _decided_before(call: Call, rows: Sequence[Asked]) -> dict[int, Decision]:
    """The rows of a file that were decided before the file was read again."""
    if call.channel not in FILES or not call.source:
        return {}
    numbers = {call.source_of(asked.row): asked.row for asked in rows}
    before = Decision.objects.filter(AnyOf("source", numbers), channel=call.channel)
    return {numbers[one.source]: one for one in before.exclude(source="")}


def _tell_again(judged: Judged, asked: Asked, decision: Decision) -> None:
    """Report a row as it was decided; not as valid when a person has reversed that since."""
    if decision.reversed_at is not None:
        judged.failed.append(Failed(asked, (Problem("reversed"),)))
        return
    judged.done.append(
        Decided(
            row=asked.row,
            decision_id=decision.pk,
            request_id=decision.request_id,
            status_after=decision.status_after,
            volume_before=decision.volume_before,
            volume_after=decision.volume_after,
            requested_before=decision.requested_before,
            requested_after=decision.requested_after,
        )
    )
