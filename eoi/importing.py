"""What members chose, from a file: each row through the service that every door uses."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from agencyhub.imports.kinds import Field
from agencyhub.imports.types.contacts import Ssn
from agencyhub.imports.types.days import Day
from agencyhub.imports.types.numbers import Money
from agencyhub.imports.types.text import OneOf, Text
from agencyhub.lib.errors import DomainError
from agencyhub.lib.text import name_key
from agencyhub.records import bulk
from agencyhub.records.models import Batch
from eoi.services import electing
from groups.importing.census import GROUP, SUBSCRIBER_ID
from groups.importing.types import PartOf
from groups.models import Benefit, Dependent, Election, GroupPlan, PlanRate
from groups.services.offers import ElectionRefusedError

FIELDS = (
    GROUP,
    SUBSCRIBER_ID,
    Field("ssn", "Employee SSN", Ssn(),
          aliases=("ssn", "subscriber ssn", "ee ssn", "social security number"),
          help="Whose election it is, where there is no subscriber ID."),
    Field("benefit", "Benefit", PartOf(Benefit, code="lookup_code"), True,
          aliases=("benefit code", "benefit lookup code", "benefit name", "coverage"),
          help="By lookup code or name.", example="subscriber_life"),
    Field("plan", "Plan", Text(160), aliases=("plan name", "plan code"),
          help="By code or name; blank where the benefit has one plan only."),
    Field("dependent_id", "Dependent ID", Text(40), aliases=("dependent number",),
          help="Where an employee has several whom the benefit could cover."),
    Field("volume", "Requested volume (USD)", Money(),
          aliases=("volume", "requested volume", "amount", "coverage amount", "elected amount"),
          help="The whole amount that is asked for.", example="150000"),
    Field("multiple", "Multiple of the salary", Money(), aliases=("multiple", "times salary")),
    Field("level", "Coverage level", OneOf(PlanRate.Level.choices),
          aliases=("tier", "coverage tier")),
    Field("event", "Why now", OneOf(Election.Event.choices), True,
          aliases=("event", "reason", "election event"), example="New hire"),
    Field("elected_date", "Chosen on", Day(), True,
          aliases=("election date", "elected", "signature date"), example="10/15/2026"),
    Field("effective_date", "Takes effect on", Day(), True,
          aliases=("effective date", "coverage effective date"), example="11/01/2026"),
)  # fmt: skip
CHOICE = tuple(one.key for one in FIELDS[3:])
NO_PLAN = gettext_noop("The benefit has no such plan on that day.")
WHICH_PLAN = gettext_noop("The benefit has several plans on that day. Name the plan.")
NO_DEPENDENT = gettext_noop("The employee has no such dependent.")
WHICH_DEPENDENT = gettext_noop("The benefit could cover several dependents. Give a dependent ID.")


class Choices:
    """Elections of the employees whom rows name; what a plan refuses is left out with its reason.

    A row costs as many statements as a choice on the screen: its rules look at what the person
    has. Elections are one by one in the history, since requests for evidence hang on them.
    """

    fields = CHOICE

    def adds(self, rows: pl.DataFrame) -> pl.Series:
        """Say of every row that it may change something: only the rules know."""
        return rows["benefit"].is_not_null()

    def apply(self, rows: pl.DataFrame, batch: Batch) -> pl.DataFrame:
        """Choose for each row, in their order; answer those that are refused."""
        refused = []
        with bulk.with_changes():
            for row in rows.iter_rows(named=True):
                try:
                    with transaction.atomic():
                        _choose(row, batch)
                except DomainError as refusal:
                    known = refusal.field if refusal.field in CHOICE else ""
                    refused.append((row["row"], known, refusal.message))
        schema = {"row": pl.Int64, "field": pl.String, "message": pl.String}
        return pl.DataFrame(refused, schema=schema, orient="row")


def _choose(row: Mapping[str, Any], batch: Batch) -> None:
    benefit = Benefit.objects.get(pk=row["benefit"])
    electing.elect(
        employee_id=row["record_id"],
        benefit_id=benefit.pk,
        dependent_id=_dependent(row, benefit),
        plan_id=_plan(row, benefit, on=row["effective_date"]),
        volume=row.get("volume"),
        multiple=row.get("multiple"),
        level=row.get("level") or "",
        event=row["event"],
        elected_date=row["elected_date"],
        effective_date=row["effective_date"],
        user=batch.user,
        at=timezone.now(),
    )


def _plan(row: Mapping[str, Any], benefit: Benefit, *, on: date) -> int:
    """The plan that the row names, else the only one that the benefit has on the day.

    Raises:
        ElectionRefusedError: there is none, or there are several.
    """
    not_over = Q(termination_date=None) | Q(termination_date__gte=on)
    offered = GroupPlan.objects.filter(not_over, benefit=benefit, effective_date__lte=on)
    plans = list(offered.order_by("pk").values_list("pk", "code", "name"))
    text = row.get("plan")
    if text:
        wanted = name_key(text)
        plans = [one for one in plans if wanted in (name_key(one[1]), name_key(one[2]))]
    return _only([pk for pk, _code, _name in plans], "plan", NO_PLAN, WHICH_PLAN)


def _dependent(row: Mapping[str, Any], benefit: Benefit) -> int | None:
    """The dependent whom the row's benefit covers; None: the employee, or all children together.

    Raises:
        ElectionRefusedError: there is none, or there are several.
    """
    number = row.get("dependent_id")
    if benefit.covers == Benefit.Covers.SUBSCRIBER:
        return None
    if benefit.covers == Benefit.Covers.CHILD and not number:
        return None
    rows = Dependent.objects.filter(employee=row["record_id"])
    if number:
        rows = rows.filter(external_id=number)
    else:
        rows = rows.exclude(relationship=Dependent.Relationship.CHILD)
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    return _only(found, "dependent_id", NO_DEPENDENT, WHICH_DEPENDENT)


def _only(found: list[int], field: str, none: str, several: str) -> int:
    if len(found) != 1:
        raise ElectionRefusedError(gettext(several if found else none), field=field)
    return found[0]
