"""The requests of one page of the board, as plain values.

Of objects each request would need four, with a thousand look-ups of Django's while a page is drawn.
A page is cut by keys alone, and the rest is read of the fifty that are on it: before it sorts,
PostgreSQL would join everything to all the requests of an agent.
"""

from collections import namedtuple
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone

from agencyhub.lib.db import AnyOf
from agencyhub.lib.naming import full_name
from eoi import ageing
from eoi.ageing import Band
from eoi.models import EoiRequest
from groups.models import Benefit, Dependent, GroupPlan, PlanRate
from groups.models.elections import waits_for_evidence

_NAME = ("first_name", "last_name", "suffix")
_ELECTION = (
    "volume", "requested_volume", "requested_level", "waiting_for_eoi", "benefit_id", "plan_id",
    "requested_plan_id",
)  # fmt: skip
# What every request has of its own. Groups, benefits and plans are few, and known by their keys
# afterwards: to order ten joins takes PostgreSQL ten times as long as to read a page.
VALUES = (
    "pk", "opened_date", "form_status", "expiration_date", "is_expiry_proposed",
    *(f"employee__{name}" for name in (*_NAME, "external_id")),
    *(f"election__{name}" for name in _ELECTION),
    *(f"election__dependent__{name}" for name in (*_NAME, "relationship")),
)  # fmt: skip
_Own = namedtuple("_Own", VALUES)  # type: ignore[misc]


class _Benefit(NamedTuple):
    """A benefit, and whose it is."""

    pk: int
    name: str
    covers: str
    group: str


class _Plan(NamedTuple):
    """A plan, and who insures it."""

    pk: int
    name: str
    basis: str
    carrier: str


NO_PLAN = _Plan(0, "", "", "")


@dataclass(frozen=True, slots=True)
class Listed:
    """One request that waits; amounts in USD, None where nothing was asked for, names for screens.

    ``covered`` is a dependent with the relationship, else the benefit's own word. ``waits`` is what
    of the volume waits for evidence.
    """

    pk: int
    name: str
    subscriber: str
    group: str
    benefit: str
    covered: str
    carrier: str
    has_volume: bool
    volume: Decimal
    requested_volume: Decimal | None
    waits: Decimal
    plan: str
    requested_plan: str
    requested_level: str
    opened_date: date
    age: int
    band: Band
    form_status: str
    expiration_date: date | None
    is_expiry_proposed: bool
    is_form_late: bool


def for_page(rows: QuerySet[EoiRequest]) -> QuerySet[EoiRequest, Any]:
    """The keys of requests, which ``listed`` reads."""
    return rows.values_list("pk", named=True)


def listed(keys: Sequence[int], *, at: datetime) -> list[Listed]:
    """The requests of a page in the order of their keys, with what many of them share."""
    found = _read(EoiRequest, _Own, VALUES, keys)
    rows = [found[pk] for pk in keys if pk in found]
    benefits = _read(
        Benefit, _Benefit, ("pk", "name", "covers", "group__name"),
        {one.election__benefit_id for one in rows},
    )  # fmt: skip
    chosen = {one.election__plan_id for one in rows}
    chosen |= {one.election__requested_plan_id for one in rows}
    plans = _read(GroupPlan, _Plan, ("pk", "name", "basis", "carrier__name"), chosen - {None})
    page = _Page(timezone.localdate(at))
    return [
        page.row(
            one,
            benefits[one.election__benefit_id],
            plans.get(one.election__plan_id),
            plans.get(one.election__requested_plan_id),
        )
        for one in rows
    ]


class _Page:
    """What the rows of one page share: words in the reader's language, and ages."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.covers = {key: str(label) for key, label in Benefit.Covers.choices}
        self.relationships = {key: str(label) for key, label in Dependent.Relationship.choices}
        self.levels = {key: str(label) for key, label in PlanRate.Level.choices}
        self.age = cache(self._age)  # a page has few days

    def _age(self, opened: date) -> tuple[int, Band]:
        return ageing.business_days(opened, self.today), ageing.band_of(opened, self.today)

    def row(self, one: Any, benefit: _Benefit, plan: _Plan | None, asked: _Plan | None) -> Listed:
        """One request, of its own values, its benefit, and its plans in force and asked for."""
        decisive = asked or plan
        age, band = self.age(one.opened_date)
        due, is_there = one.expiration_date, one.form_status == EoiRequest.Form.COMPLETE
        return Listed(
            pk=one.pk,
            name=full_name(one.employee__first_name, one.employee__last_name, one.employee__suffix),
            subscriber=one.employee__external_id,
            group=benefit.group,
            benefit=benefit.name,
            covered=self._covered(one, benefit),
            carrier=(decisive or NO_PLAN).carrier,
            has_volume=decisive is None or decisive.basis != GroupPlan.Basis.NONE,
            volume=one.election__volume,
            requested_volume=one.election__requested_volume,
            waits=waits_for_evidence(
                one.election__requested_volume,
                one.election__volume,
                is_waiting=one.election__waiting_for_eoi,
            ),
            plan=(plan or NO_PLAN).name,
            requested_plan=(asked or NO_PLAN).name,
            requested_level=self.levels.get(one.election__requested_level, ""),
            opened_date=one.opened_date,
            age=age,
            band=band,
            form_status=one.form_status,
            expiration_date=due,
            is_expiry_proposed=one.is_expiry_proposed,
            is_form_late=due is not None and due < self.today and not is_there,
        )

    def _covered(self, one: Any, benefit: _Benefit) -> str:
        name = full_name(
            one.election__dependent__first_name,
            one.election__dependent__last_name,
            one.election__dependent__suffix,
        )
        if not name:
            return self.covers[benefit.covers]
        return f"{name} · {self.relationships[one.election__dependent__relationship]}"


def _read(
    model: type[Model], shape: type[Any], names: tuple[str, ...], keys: Iterable[int]
) -> Mapping[int, Any]:
    """Values of rows by their keys; ``names`` begin with that of the key."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, names), [list(keys)])
        return {row[0]: shape._make(row) for row in cursor.fetchall()}


@cache
def _statement(model: type[Model], names: tuple[str, ...]) -> str:
    """Rows by keys, its one parameter; written down once, which takes longer than to read them."""
    rows = model._default_manager.filter(AnyOf("pk", [0])).values_list(*names)
    statement, _ = rows.query.sql_with_params()
    return statement
