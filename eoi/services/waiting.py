"""Requests with all that bounds a decision on them, while a call goes through them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q

from agencyhub.lib.db import AnyOf
from eoi.deciding import Coverage, Outcome, State, Terms
from eoi.models import EoiRequest
from groups import evidence
from groups.models import Benefit, CoverageLock, Election, GroupPlan

SUBSCRIBER = Benefit.Covers.SUBSCRIBER.value


class Row(NamedTuple):
    """The columns read of one request, in the order of ``COLUMNS``."""

    id: int
    status: str
    group_id: int
    employee_id: int
    election_id: int
    plan_id: int | None
    volume: Decimal
    level: str
    premium: Decimal | None
    requested_plan_id: int | None
    requested_volume: Decimal | None
    requested_level: str
    requested_premium: Decimal | None
    gi_volume: Decimal
    waiting_for_eoi: bool
    original_effective_date: date | None
    change_effective_date: date | None
    termination_date: date | None
    benefit_id: int
    lookup_code: str
    covers: str
    line: str
    dependent_id: int | None
    relationship: str | None
    dependent_number: str | None
    dependent_first: str | None
    dependent_last: str | None
    dependent_born: date | None
    employee_born: date | None
    hire_date: date | None


COLUMNS = (
    "id", "status", "group_id", "employee_id", "election_id",
    "election__plan_id", "election__volume", "election__level", "election__premium",
    "election__requested_plan_id", "election__requested_volume", "election__requested_level",
    "election__requested_premium", "election__gi_volume", "election__waiting_for_eoi",
    "election__original_effective_date", "election__change_effective_date",
    "election__termination_date", "election__benefit_id", "election__benefit__lookup_code",
    "election__benefit__covers", "election__benefit__line", "election__dependent_id",
    "election__dependent__relationship", "election__dependent__external_id",
    "election__dependent__first_name", "election__dependent__last_name",
    "election__dependent__date_of_birth", "employee__date_of_birth", "employee__hire_date",
)  # fmt: skip


class Plan(NamedTuple):
    """What of a plan bounds a decision."""

    has_volume: bool
    increment: Decimal | None
    maximum: Decimal | None
    spouse_percent: int | None


NO_PLAN = Plan(has_volume=True, increment=None, maximum=None, spouse_percent=None)


@dataclass(slots=True)
class Waiting:
    """One request, and what the decisions of this call have made of it so far."""

    row: Row
    state: State
    lock_id: int | None = None

    def names(self, covered: str) -> bool:
        """Whether a cell means the person whom this covers: relationship, name or number."""
        row, text = self.row, covered.casefold()
        if row.dependent_id is None:
            return text in ("employee", "subscriber", "self", row.covers)
        full = f"{row.dependent_first} {row.dependent_last}".casefold()
        spelt = (row.relationship or "").replace("_", " ")
        known = (spelt, row.relationship, full, (row.dependent_first or "").casefold())
        return text in known or covered in (row.dependent_number, str(row.dependent_id))


@dataclass(slots=True)
class Own:
    """The employee's own coverage under one benefit."""

    election_id: int
    line: str
    lookup_code: str
    volume: Decimal


@dataclass
class Desk:
    """The requests of one chunk, and what employees have in force, for what dependents may have."""

    by_id: dict[int, Waiting] = field(default_factory=dict)
    by_benefit: dict[tuple[int, str], list[Waiting]] = field(
        default_factory=lambda: defaultdict(list)
    )
    own: dict[int, list["Own"]] = field(default_factory=lambda: defaultdict(list))

    def state_of(self, waiting: Waiting) -> State:
        """The state with the cap that holds now for a dependent."""
        terms = waiting.state.terms
        if terms.percent is None:
            return waiting.state
        limits = evidence.Terms(
            increment=terms.increment or Decimal(1), dependent_percent=terms.percent
        )
        cap = evidence.dependent_limit(limits, self._beside(waiting.row))
        return waiting.state._replace(terms=terms._replace(cap=cap))

    def take(self, waiting: Waiting, outcome: Outcome) -> None:
        """Let a request be as a decision leaves it."""
        row, terms = waiting.row, waiting.state.terms
        waiting.state = waiting.state._replace(
            status=outcome.status,
            is_waiting=outcome.is_open,
            in_force=outcome.in_force,
            requested=outcome.requested,
            terms=terms if outcome.lock is None else terms._replace(lock=outcome.lock),
        )
        for own in self.own.get(row.employee_id, ()):
            if own.election_id == row.election_id:
                own.volume = outcome.in_force.volume

    def _beside(self, row: Row) -> Decimal:
        """The employee's volume beside which a dependent's stands (``choices.employees_own``)."""
        own = [one for one in self.own[row.employee_id] if one.line == row.line]
        name = row.lookup_code.partition("_")[2]
        namesakes = [one for one in own if one.lookup_code.partition("_")[2] == name]
        return max((one.volume for one in namesakes or own), default=Decimal(0))


def elections_of(
    employee_ids: Collection[int], request_ids: Collection[int], *, within: Any
) -> Any:
    """The elections that have an open request: those of some employees, and of some requests."""
    named = Q(AnyOf("employee", employee_ids))
    if request_ids:
        named |= Q(AnyOf("pk", request_ids))
    requests = EoiRequest.objects.filter(named, group__in=within).open()
    return Election.objects.filter(pk__in=requests.values("election_id")).order_by("pk")


def load(election_ids: Collection[int]) -> Desk:
    """Read the open requests of some elections."""
    requests = EoiRequest.objects.filter(AnyOf("election", election_ids)).open().order_by("pk")
    rows = [Row._make(values) for values in requests.values_list(*COLUMNS)]
    plans = _plans({row.requested_plan_id or row.plan_id or 0 for row in rows})
    locks = CoverageLock.objects.filter(
        AnyOf("employee", {row.employee_id for row in rows}), lifted_at__isnull=True
    )
    held = {(lock.employee_id, lock.benefit_id, lock.dependent_id): lock for lock in locks}
    desk = Desk()
    for row in rows:
        plan = plans.get(row.requested_plan_id or row.plan_id or 0, NO_PLAN)
        lock = held.get((row.employee_id, row.benefit_id, row.dependent_id)) if held else None
        waiting = Waiting(row, _state(row, plan, lock), lock.pk if lock else None)
        desk.by_id[row.id] = waiting
        desk.by_benefit[row.employee_id, row.lookup_code].append(waiting)
    _read_own(desk)
    return desk


def _plans(plan_ids: Collection[int]) -> dict[int, Plan]:
    columns = ("pk", "basis", "increment", "maximum_volume", "spouse_percent")
    return {
        pk: Plan(basis != GroupPlan.Basis.NONE, *rest)
        for pk, basis, *rest in GroupPlan.objects.filter(pk__in=plan_ids).values_list(*columns)
    }


def _state(row: Row, plan: Plan, lock: CoverageLock | None) -> State:
    requested = row.requested_volume
    return State(
        status=row.status,
        is_waiting=row.waiting_for_eoi,
        has_volume=requested is not None and plan.has_volume,
        in_force=Coverage(row.plan_id, row.volume, row.level),
        requested=Coverage(
            row.requested_plan_id,
            Decimal(0) if requested is None else requested,
            row.requested_level,
        ),
        guaranteed=row.gi_volume,
        terms=Terms(
            increment=plan.increment,
            maximum=plan.maximum,
            lock=lock.volume if lock else None,
            percent=None if row.covers == SUBSCRIBER else plan.spouse_percent,
            asked_from=row.change_effective_date,
            hire_date=row.hire_date,
            termination_date=row.termination_date,
        ),
    )


def _read_own(desk: Desk) -> None:
    """What employees have in force themselves, where a dependent's request depends on it."""
    capped = {one.row.employee_id for one in desk.by_id.values() if one.state.terms.percent}
    if not capped:
        return
    own = Election.objects.filter(
        Q(volume__gt=0) | Q(requested_volume__gt=0),
        employee__in=capped,
        benefit__covers=Benefit.Covers.SUBSCRIBER,
    ).order_by("pk")
    columns = ("employee_id", "pk", "benefit__line", "benefit__lookup_code", "volume")
    for employee_id, *values in own.values_list(*columns):
        desk.own[employee_id].append(Own(*values))
