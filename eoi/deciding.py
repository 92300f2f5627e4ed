"""What a decision does to a request: its state and what is wanted give an outcome. Pure.

Approved volumes are totals, not what is added. Source: reference/groups_eoi.md B4 and D3, read
2026-11-22.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from eoi.asked import Problem, Wanted

APPROVING = frozenset({"approve_all", "approve_part", "pend_remaining", "deny_permanently"})
STAYS_OPEN = "pend_remaining"
LOCKS = "deny_permanently"
STATUS_AFTER = {
    "approve_all": "approved",
    "approve_part": "approved_partial",
    "pend_remaining": "partially_pended",
    "deny_permanently": "approved_capped",
    "expire_all": "expired",
    "deny_all": "denied",
}
YEAR_AHEAD = 366


class Coverage(NamedTuple):
    """One of an election's sets: a plan with a volume or a level."""

    plan_id: int | None
    volume: Decimal
    level: str = ""


class Terms(NamedTuple):
    """What bounds a decision besides the request itself; None bounds nothing.

    ``cap`` is what ``percent`` of the employee's approved volume leaves to a dependent.
    """

    increment: Decimal | None = None
    maximum: Decimal | None = None
    lock: Decimal | None = None
    percent: int | None = None
    cap: Decimal | None = None
    asked_from: date | None = None
    hire_date: date | None = None
    termination_date: date | None = None


class State(NamedTuple):
    """A request and its election before a decision.

    Without ``has_volume`` it is about a plan or a level, and the requested volume means nothing.
    """

    status: str
    is_waiting: bool
    has_volume: bool
    in_force: Coverage
    requested: Coverage
    guaranteed: Decimal
    terms: Terms


class Outcome(NamedTuple):
    """What holds after a decision. ``lock`` is what the person may have at most, for good."""

    status: str
    is_open: bool
    in_force: Coverage
    requested: Coverage
    lock: Decimal | None


def outcome(state: State, wanted: Wanted, *, today: date) -> Outcome | tuple[Problem, ...]:
    """Decide; a tuple says why this cannot be decided so.

    ``wanted`` was read without problems.
    """
    if not state.is_waiting:
        return (Problem("not_waiting"),)
    problems = (*_dates(state, wanted, today), *_volumes(state, wanted))
    return problems or _after(state, wanted)


def _after(state: State, wanted: Wanted) -> Outcome:
    in_force = _in_force_after(state, wanted)
    is_open = wanted.action == STAYS_OPEN
    return Outcome(
        status=STATUS_AFTER[wanted.action],
        is_open=is_open,
        in_force=in_force,
        requested=state.requested if is_open else in_force,
        lock=wanted.approved if wanted.action == LOCKS else None,
    )


def _in_force_after(state: State, wanted: Wanted) -> Coverage:
    now, asked = state.in_force, state.requested
    plan_id = asked.plan_id or now.plan_id
    if wanted.action not in APPROVING:
        floor = floor_of(state)
        return now if floor <= now.volume else Coverage(now.plan_id or plan_id, floor, now.level)
    if not state.has_volume:
        return Coverage(plan_id, now.volume, asked.level)
    approved = asked.volume if wanted.action == "approve_all" else wanted.approved
    return Coverage(plan_id, approved or Decimal(0), asked.level)


def floor_of(state: State) -> Decimal:
    """What the member has whatever is decided: in force, or what is granted without evidence."""
    granted = min(state.guaranteed, state.requested.volume) if state.has_volume else Decimal(0)
    return max(state.in_force.volume, granted)


def _dates(state: State, wanted: Wanted, today: date) -> Iterator[Problem]:
    day, terms = wanted.effective_date, state.terms
    if day is None:
        return
    if terms.asked_from and day < terms.asked_from:
        yield _about_date("date_too_early", terms.asked_from)
    if terms.hire_date and day < terms.hire_date:
        yield _about_date("date_before_hire", terms.hire_date)
    if (day - today).days > YEAR_AHEAD:
        yield Problem("date_too_late", "effective_date")
    if terms.termination_date and day > terms.termination_date:
        yield _about_date("coverage_ended", terms.termination_date)


def _about_date(code: str, day: date) -> Problem:
    return Problem(code, "effective_date", {"day": f"{day:%m/%d/%Y}"})


def _volumes(state: State, wanted: Wanted) -> Iterator[Problem]:
    approved, requested = wanted.approved, state.requested.volume
    if wanted.action not in APPROVING:
        if approved:
            yield _about_volume("volume_not_taken")
        return
    if not state.has_volume:
        if wanted.action != "approve_all" or approved is not None:
            yield _about_volume("no_volume")
        return
    if wanted.action == "approve_all":
        if approved is not None and approved != requested:
            yield _about_volume("volume_not_requested", requested=requested)
        yield from _limits(state.terms, requested)
    elif approved is not None:
        yield from _between(state, wanted.action, approved, requested)
        yield from _steps(state.terms, approved, requested)
        yield from _limits(state.terms, approved)


def _between(state: State, action: str, approved: Decimal, requested: Decimal) -> Iterator[Problem]:
    floor = floor_of(state)
    if approved > requested:
        yield _about_volume("volume_above_requested", requested=requested)
    if action == LOCKS:
        if approved < floor:
            yield _about_volume("volume_below", floor=floor)
        return
    if approved == requested:
        yield _about_volume("volume_is_requested")
    if approved <= floor:
        yield _about_volume("volume_not_above", floor=floor)


def _steps(terms: Terms, approved: Decimal, requested: Decimal) -> Iterator[Problem]:
    is_whole = not terms.increment or approved % terms.increment == 0
    if not is_whole and approved < requested:
        yield _about_volume("volume_not_in_steps", increment=terms.increment)


def _limits(terms: Terms, approved: Decimal) -> Iterator[Problem]:
    if terms.maximum is not None and approved > terms.maximum:
        yield _about_volume("volume_above_maximum", maximum=terms.maximum)
    if terms.cap is not None and approved > terms.cap:
        dollars = {"cap": _dollars(terms.cap), "percent": str(terms.percent)}
        yield Problem("volume_above_cap", "approved_volume", dollars)
    if terms.lock is not None and approved > terms.lock:
        yield _about_volume("volume_above_lock", lock=terms.lock)


def _about_volume(code: str, **amounts: Decimal | None) -> Problem:
    dollars = {name: _dollars(amount) for name, amount in amounts.items() if amount is not None}
    return Problem(code, "approved_volume", dollars)


def _dollars(amount: Decimal) -> str:
    return f"${amount:,.2f}"
