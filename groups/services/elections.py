"""What members choose: written as three sets, with coverage from day to day.

Requests for evidence belong to ``eoi.services.electing``, which is what pages and imports call.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext

from groups import coverage, rates
from groups.allowed import lowered, refusals
from groups.coverage import Stretch
from groups.evidence import NOTHING, Choice, Event, Reason, Ruling, Standing, Terms, rule, volume_of
from groups.models import Benefit, CoveragePeriod, Election, GroupPlan
from groups.reasons import refusal_in_words
from groups.selectors import choices
from groups.selectors.choices import Asked
from groups.services import offers
from groups.services.offers import ElectionRefusedError
from individuals.ages import age


@dataclass(frozen=True)
class Chosen:
    """What a member asks for: an amount or a multiple of the salary, or a plan and a level.

    A raise that does not ``asks_again`` takes what is granted anyway.
    """

    plan_id: int
    event: str
    elected_date: date
    effective_date: date
    volume: Decimal | None = None
    multiple: Decimal | None = None
    level: str = ""
    asks_again: bool = True


class _Held(NamedTuple):
    """What is in force."""

    plan_id: int | None
    volume: Decimal
    level: str


@dataclass(frozen=True)
class Written:
    """An election as it is now, and why a part of it waits (blank where it was left as it is)."""

    election: Election
    reasons: tuple[Reason, ...] = ()


def write_election(
    *, employee_id: int, benefit_id: int, dependent_id: int | None, chosen: Chosen
) -> Written:
    """Write a choice over what the person had, in force as far as no evidence is needed.

    The employee's row is locked first: two choices of one employee follow each other. A life event
    that repeats what is in force leaves what waits as it is. Call it inside a history batch.

    Raises:
        ElectionRefusedError: with the sentence for the person, and the field.
    """
    asked = offers.open_choice(
        employee_id=employee_id,
        benefit_id=benefit_id,
        dependent_id=dependent_id,
        plan_id=chosen.plan_id,
        effective_date=chosen.effective_date,
    )
    election = choices.election_of(asked)
    terms, standing = choices.terms_of(asked.plan), choices.standing_of(asked, election)
    choice = _choice(asked, chosen, terms, standing, election)
    ruling = rule(terms, standing, choice)
    if election is None:
        election = Election(
            employee=asked.employee, benefit=asked.benefit, dependent=asked.dependent
        )
    elif _repeats_what_holds(election, choice, chosen):
        return Written(election)
    # Coverage that is about to end holds nothing for the days after.
    goes_on = standing.has_coverage and election.termination_date is None
    held = _held(election) if goes_on else None
    _write(election, asked, chosen, ruling)
    if election.plan_id is not None and _held(election) != held:
        _cover(election, asked, is_less=held is not None and election.volume <= held.volume)
    return Written(election, ruling.reasons)


def withdraw(election: Election) -> None:
    """Let nothing wait any more: what is in force stays. The row is locked by the caller."""
    election.requested_plan_id = election.plan_id
    election.requested_volume = election.volume
    election.requested_level = election.level
    election.requested_premium = election.premium
    election.waiting_for_eoi = False
    election.save(
        update_fields=[
            "requested_plan", "requested_volume", "requested_level", "requested_premium",
            "waiting_for_eoi", "updated_at",
        ]
    )  # fmt: skip


def end(election: Election, *, last_day: date) -> None:
    """End coverage after its last covered day, and what waits with it.

    Raises:
        ElectionRefusedError: it begins later than that.
    """
    begun = election.original_effective_date
    if begun is not None and last_day < begun:
        msg = gettext("This coverage begins on %(day)s, so it cannot end before.") % {
            "day": f"{begun:%m/%d/%Y}"
        }
        raise ElectionRefusedError(msg, field="termination_date")
    _store(election, coverage.ended(choices.stretches_of(election), last_day))
    election.termination_date = last_day
    election.save(update_fields=["termination_date", "updated_at"])
    withdraw(election)


def _choice(
    asked: Asked, chosen: Chosen, terms: Terms, standing: Standing, election: Election | None
) -> Choice:
    """The choice as the rules read it, or the first thing that speaks against it."""
    salary = asked.employee.salary
    volume = chosen.volume or NOTHING
    if chosen.multiple is not None and terms.by_salary and salary is not None:
        volume = volume_of(chosen.multiple, salary=salary, terms=terms)
    choice = Choice(
        event=chosen.event,
        elected_date=chosen.elected_date,
        volume=volume if terms.has_amount else NOTHING,
        age=_age(asked),
        salary=salary,
        eligible_date=choices.eligible_date(asked),
        employees=choices.employees_own(asked),
        is_other_coverage=election is None
        or (election.plan_id, election.level) != (asked.plan.pk, chosen.level),
    )
    if chosen.event == Event.SALARY_CHANGE:
        volume = lowered(terms, standing, choice, asks_again=chosen.asks_again)
        choice = replace(choice, volume=volume)
    for refusal in refusals(terms, standing, choice, multiple=chosen.multiple):
        raise ElectionRefusedError(refusal_in_words(refusal), field="volume")
    return choice


def _repeats_what_holds(election: Election, choice: Choice, chosen: Chosen) -> bool:
    """Whether a life event says again what is in force, while something else waits."""
    return (
        election.waiting_for_eoi
        and chosen.event == Event.LIFE_EVENT
        and (election.plan_id, election.level) == (chosen.plan_id, chosen.level)
        and election.volume == choice.volume
    )


def _write(election: Election, asked: Asked, chosen: Chosen, ruling: Ruling) -> None:
    has_amount = asked.plan.basis != GroupPlan.Basis.NONE
    if ruling.in_force or (not has_amount and not ruling.is_waiting):
        if not choices.is_covered(election, chosen.effective_date):
            election.original_effective_date = None
        election.plan, election.level = asked.plan, chosen.level
        begun = election.original_effective_date or chosen.effective_date
        election.original_effective_date = min(begun, chosen.effective_date)
        election.termination_date = None
    elif not choices.is_covered(election, chosen.effective_date):
        election.plan, election.level, election.original_effective_date = None, "", None
        election.termination_date = None
    election.volume, election.gi_volume = ruling.in_force, ruling.guaranteed
    election.multiple = _multiple(election, chosen)
    election.requested_plan = asked.plan if ruling.is_waiting else election.plan
    election.requested_volume = ruling.requested
    election.requested_level = chosen.level if ruling.is_waiting else election.level
    election.waiting_for_eoi = ruling.is_waiting
    election.event = chosen.event
    election.elected_date = chosen.elected_date
    election.change_effective_date = chosen.effective_date
    election.premium = _premium(asked, election.plan, election.volume, election.level)
    election.requested_premium = _premium(
        asked, election.requested_plan, ruling.requested, election.requested_level
    )
    election.gi_premium = _premium(asked, asked.plan, ruling.guaranteed, chosen.level)
    election.save()


def _held(election: Election) -> _Held:
    return _Held(election.plan_id, election.volume, election.level)


def _cover(election: Election, asked: Asked, *, is_less: bool) -> None:
    """Let what is in force now hold from the choice's first day on."""
    if election.plan_id is None:
        return
    new = Stretch(
        start_date=asked.effective_date,
        end_date=None,
        plan_id=election.plan_id,
        volume=election.volume,
        level=election.level,
    )
    stretches = coverage.elected(choices.stretches_of(election), new, is_less=is_less)
    _store(election, stretches, asked)


def _store(election: Election, stretches: list[Stretch], asked: Asked | None = None) -> None:
    """Write coverage from day to day over what is stored; equal stretches keep their rows.

    ``asked`` prices new ones. Rows go before others grow: no two may meet.
    """
    kept, new = {}, []
    rows = {_key(one): one for one in CoveragePeriod.objects.filter(election=election)}
    for one in stretches:
        row = rows.pop(_key(one), None)
        if row is None:
            new.append(one)
        elif row.end_date != one.end_date:
            kept[row.pk] = one.end_date
    CoveragePeriod.objects.filter(pk__in=[row.pk for row in rows.values()]).delete()
    for pk, end_date in kept.items():
        CoveragePeriod.objects.filter(pk=pk).update(end_date=end_date)
    CoveragePeriod.objects.bulk_create(
        CoveragePeriod(
            election=election,
            plan_id=one.plan_id,
            volume=one.volume,
            level=one.level,
            premium=None if asked is None else _premium(asked, asked.plan, one.volume, one.level),
            start_date=one.start_date,
            end_date=one.end_date,
            decision_id=one.decision_id,
        )
        for one in new
    )


def _key(one: Stretch | CoveragePeriod) -> tuple[Any, ...]:
    return one.start_date, one.plan_id, one.volume, one.level, one.decision_id


def _multiple(election: Election, chosen: Chosen) -> Decimal | None:
    """A raise repeats the multiple that was chosen, whatever amount it may ask for."""
    if chosen.multiple is None and chosen.event == Event.SALARY_CHANGE:
        return election.multiple
    return chosen.multiple


def _premium(asked: Asked, plan: GroupPlan | None, volume: Decimal, level: str) -> Decimal | None:
    if plan is None:
        return None
    return rates.premium(
        choices.rates_of(plan),
        volume=volume,
        level=level,
        age=_age(asked),
        on=asked.effective_date,
    )


def _age(asked: Asked) -> int | None:
    """How old the covered person is then; children who are covered together have no age."""
    if asked.benefit.covers == Benefit.Covers.SUBSCRIBER:
        return age(born=asked.employee.date_of_birth, on=asked.effective_date)
    born = asked.dependent.date_of_birth if asked.dependent else None
    return age(born=born, on=asked.effective_date)
