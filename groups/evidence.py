"""When a choice needs evidence of insurability, and how much holds meanwhile. Pure.

Sources: reference/groups_eoi.md B5, B6 and B8, read 2026-11-22; docs/adr/0025 says what was chosen
where carriers differ.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

NOTHING = Decimal(0)
WHOLE = Decimal(100)


class Event(StrEnum):
    """Why a member chooses now; the values of ``Election.Event``."""

    NEW_HIRE = "new_hire"
    OPEN_ENROLLMENT = "open_enrollment"
    LIFE_EVENT = "life_event"
    SALARY_CHANGE = "salary_change"
    CORRECTION = "correction"


class Code(StrEnum):
    """Why evidence is asked for; ``groups.reasons`` has the words."""

    ABOVE_GUARANTEED = "above_guaranteed_issue"
    LATE = "late_entrant"
    ABOVE_STEP = "above_step_up"
    AFTER_ENROLLMENT = "after_enrollment"
    AWAITS_EMPLOYEE = "awaits_employee"
    OTHER_COVERAGE = "other_coverage"


@dataclass(frozen=True)
class Guarantee:
    """What is granted without evidence from an age on: an amount, a multiple, or the lower one."""

    from_age: int = 0
    volume: Decimal | None = None
    multiple: Decimal | None = None


@dataclass(frozen=True)
class Terms:
    """What a plan allows, grants and asks for; the fields of ``GroupPlan``."""

    has_amount: bool = True
    by_salary: bool = False
    increment: Decimal = Decimal(10_000)
    minimum: Decimal = NOTHING
    maximum: Decimal | None = None
    maximum_multiple: Decimal | None = None
    dependent_percent: int | None = None
    needs_evidence: bool = True
    late_days: int = 31
    step_up: Decimal = NOTHING
    guarantees: tuple[Guarantee, ...] = ()


@dataclass(frozen=True)
class Employees:
    """The employee's own coverage, which limits that of a dependent."""

    volume: Decimal = NOTHING
    requested: Decimal = NOTHING


@dataclass(frozen=True)
class Standing:
    """What the member has when the choice is made.

    ``best`` is the highest volume since coverage began, as long as it never stopped: evidence for
    it was given once, or never asked for. ``before`` is in force on the day before the choice takes
    effect. ``lock`` is the most that a carrier allows for good.
    """

    has_coverage: bool = False
    volume: Decimal = NOTHING
    best: Decimal = NOTHING
    before: Decimal = NOTHING
    lock: Decimal | None = None


@dataclass(frozen=True)
class Choice:
    """What the member asks for, when and why.

    ``eligible_date`` is the first day on which the member could have chosen. ``is_other_coverage``
    says of a plan without amounts that plan or level are not those in force.
    """

    event: str
    elected_date: date
    volume: Decimal = NOTHING
    age: int | None = None
    salary: Decimal | None = None
    eligible_date: date | None = None
    employees: Employees | None = None
    is_other_coverage: bool = True


@dataclass(frozen=True)
class Reason:
    """Why evidence is asked for, with the amount up to which it is not."""

    code: Code
    volume: Decimal | None = None
    days: int | None = None
    percent: int | None = None


@dataclass(frozen=True)
class Ruling:
    """What holds now, what is granted without evidence, and what waits for it.

    The volumes are totals; for a plan without amounts ``is_waiting`` says everything.
    """

    in_force: Decimal
    guaranteed: Decimal
    requested: Decimal
    is_waiting: bool
    reasons: tuple[Reason, ...] = field(default=())


def rule(terms: Terms, standing: Standing, choice: Choice) -> Ruling:
    """Say how much of a choice holds now; the choice has passed ``refusals``.

    Less than what is in force, the same, or less than was in force before, never needs evidence.
    """
    if not terms.has_amount:
        return _without_amount(terms, standing, choice)
    beside = _beside(terms, choice)
    granted, why = _granted(terms, standing, choice)
    guaranteed = min(granted, beside, choice.volume)
    proven = min(standing.best, beside)
    in_force = min(choice.volume, max(standing.volume, proven, guaranteed))
    is_waiting = choice.volume > in_force
    reasons = [why] if choice.volume > max(granted, standing.best) else []
    if choice.volume > beside:
        awaits = Reason(Code.AWAITS_EMPLOYEE, volume=beside, percent=terms.dependent_percent)
        reasons.append(awaits)
    why_waiting = tuple(reasons) if is_waiting else ()
    return Ruling(in_force, guaranteed, choice.volume, is_waiting, why_waiting)


def volume_of(multiple: Decimal, *, salary: Decimal, terms: Terms) -> Decimal:
    """A multiple of the salary as an amount: rounded up to the increment, at most the maximum."""
    volume = _rounded(multiple * salary, terms.increment, ROUND_CEILING)
    return volume if terms.maximum is None else min(volume, terms.maximum)


def guaranteed_at(terms: Terms, *, age: int | None, salary: Decimal | None) -> Decimal:
    """What the plan grants without evidence at an age; for an unknown age the lowest it grants."""
    amounts = [(one.from_age, _amount(one, salary, terms)) for one in terms.guarantees]
    if age is None:
        return min((amount for _, amount in amounts), default=NOTHING)
    reached = [(start, amount) for start, amount in amounts if start <= age]
    return max(reached)[1] if reached else NOTHING


def dependent_limit(terms: Terms, employees_volume: Decimal) -> Decimal | None:
    """The most that a dependent may have beside the employee's volume, or None: no limit."""
    if terms.dependent_percent is None:
        return None
    limit = employees_volume * terms.dependent_percent / WHOLE
    return _rounded(limit, terms.increment, ROUND_FLOOR)


def _amount(one: Guarantee, salary: Decimal | None, terms: Terms) -> Decimal:
    amounts = [] if one.volume is None else [one.volume]
    if one.multiple is not None:
        # Of an unknown salary nothing is known to be granted.
        amounts.append(_rounded(one.multiple * (salary or NOTHING), terms.increment, ROUND_CEILING))
    return min(amounts, default=NOTHING)


def _beside(terms: Terms, choice: Choice) -> Decimal:
    """What the employee's own coverage allows a dependent now; without a limit all of it."""
    if choice.employees is None:
        return choice.volume
    limit = dependent_limit(terms, choice.employees.volume)
    return choice.volume if limit is None else limit


def _granted(terms: Terms, standing: Standing, choice: Choice) -> tuple[Decimal, Reason]:
    """Up to which amount the plan asks for no evidence, and why beyond it."""
    guaranteed = choice.volume
    if terms.needs_evidence:
        guaranteed = guaranteed_at(terms, age=choice.age, salary=choice.salary)
    if not terms.needs_evidence or _is_on_time(terms, choice):
        return guaranteed, Reason(Code.ABOVE_GUARANTEED, volume=guaranteed)
    if not standing.has_coverage:
        return NOTHING, Reason(Code.LATE, days=terms.late_days)
    if choice.event == Event.OPEN_ENROLLMENT and terms.step_up:
        # Counted from the former plan year: choosing twice in one enrollment is one step.
        limit = min(standing.before + terms.step_up, guaranteed)
        return limit, Reason(Code.ABOVE_STEP, volume=max(limit, standing.volume))
    return NOTHING, Reason(Code.AFTER_ENROLLMENT, volume=standing.volume)


def _is_on_time(terms: Terms, choice: Choice) -> bool:
    """Whether the member chooses when first eligible, or when something in life opens that again.

    A raise is no choice, so it is never late.
    """
    if choice.event in {Event.LIFE_EVENT, Event.SALARY_CHANGE} or choice.eligible_date is None:
        return True
    return choice.elected_date <= choice.eligible_date + timedelta(days=terms.late_days)


def _without_amount(terms: Terms, standing: Standing, choice: Choice) -> Ruling:
    """A plan and a level are granted or they wait, as a whole."""
    is_granted = not terms.needs_evidence or _is_on_time(terms, choice)
    if is_granted or not choice.is_other_coverage:
        return Ruling(NOTHING, NOTHING, NOTHING, is_waiting=False)
    if standing.has_coverage:
        reason = Reason(Code.OTHER_COVERAGE)
    else:
        reason = Reason(Code.LATE, days=terms.late_days)
    return Ruling(NOTHING, NOTHING, NOTHING, is_waiting=True, reasons=(reason,))


def _rounded(amount: Decimal, increment: Decimal, how: str) -> Decimal:
    return (amount / increment).to_integral_value(how) * increment
