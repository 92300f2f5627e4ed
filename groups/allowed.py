"""What a plan lets a member choose at all, with or without evidence. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from groups.evidence import NOTHING, Choice, Event, Standing, Terms, dependent_limit, guaranteed_at


class Refused(StrEnum):
    """Why a choice is not taken; ``groups.reasons`` has the words."""

    NO_VOLUME = "no_volume"
    NO_SALARY = "no_salary"
    BELOW_MINIMUM = "below_minimum"
    ABOVE_MAXIMUM = "above_maximum"
    OFF_STEP = "off_step"
    ABOVE_MULTIPLE = "above_multiple"
    ABOVE_EMPLOYEE = "above_employee"
    LOCKED = "locked"


@dataclass(frozen=True)
class Refusal:
    """One thing wrong with a choice, with the amount or multiple that would be right."""

    code: Refused
    limit: Decimal | None = None


def refusals(
    terms: Terms, standing: Standing, choice: Choice, *, multiple: Decimal | None = None
) -> tuple[Refusal, ...]:
    """Everything that speaks against a choice, none of it a matter of evidence.

    Who keeps what is in force may: amounts of former plans and carriers stand as they are.
    """
    if not terms.has_amount or (standing.volume and choice.volume == standing.volume):
        return ()
    if terms.by_salary and choice.salary is None:
        return (Refusal(Refused.NO_SALARY),)
    if not choice.volume:
        return (Refusal(Refused.NO_VOLUME),)
    found = [*_by_plan(terms, choice, multiple), *_by_person(terms, standing, choice)]
    return tuple(found)


def lowered(terms: Terms, standing: Standing, choice: Choice, *, asks_again: bool) -> Decimal:
    """What a raise asks for: nobody chose it, so it stops where a choice would be refused.

    After a carrier's refusal it does not ``asks_again``: it stops at what is granted anyway.
    """
    limits = [choice.volume]
    if terms.maximum is not None:
        limits.append(terms.maximum)
    if standing.lock is not None:
        limits.append(max(standing.lock, standing.volume))
    if not asks_again:
        granted = guaranteed_at(terms, age=choice.age, salary=choice.salary)
        limits.append(max(granted, standing.volume, standing.best))
    return min(limits)


def _by_plan(terms: Terms, choice: Choice, multiple: Decimal | None) -> Iterator[Refusal]:
    if choice.volume < terms.minimum:
        yield Refusal(Refused.BELOW_MINIMUM, terms.minimum)
    if terms.maximum is not None and choice.volume > terms.maximum:
        yield Refusal(Refused.ABOVE_MAXIMUM, terms.maximum)
    if not terms.by_salary and choice.volume % terms.increment:
        yield Refusal(Refused.OFF_STEP, terms.increment)
    most = terms.maximum_multiple
    if most is not None and multiple is not None and multiple > most:
        yield Refusal(Refused.ABOVE_MULTIPLE, most)


def _by_person(terms: Terms, standing: Standing, choice: Choice) -> Iterator[Refusal]:
    if standing.lock is not None and choice.volume > max(standing.lock, standing.volume):
        yield Refusal(Refused.LOCKED, standing.lock)
    if choice.employees is None or choice.event == Event.SALARY_CHANGE:
        return
    # What waits for the employee's own evidence may be waited for; without evidence nothing waits.
    own = choice.employees.volume
    if terms.needs_evidence:
        own = max(own, choice.employees.requested)
    limit = dependent_limit(terms, own)
    if limit is not None and choice.volume > limit:
        yield Refusal(Refused.ABOVE_EMPLOYEE, max(limit, NOTHING))
