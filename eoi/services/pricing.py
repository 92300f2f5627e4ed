"""Premiums of what decisions put in force."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from eoi.deciding import Coverage
from eoi.services.waiting import Row
from groups import rates
from groups.models import Benefit, PlanRate
from groups.rates import Rate
from individuals.ages import age

FIELDS = ("start_date", "from_age", "level", "per_thousand", "flat")


class Prices:
    """The rates of some plans, and every premium asked for so far: few are asked for once only."""

    def __init__(self, plan_ids: Iterable[int]) -> None:
        self._rates: dict[int, list[Rate]] = defaultdict(list)
        self._known: dict[tuple[Coverage, int | None, date], Decimal | None] = {}
        found = PlanRate.objects.filter(plan__in=set(plan_ids)).order_by("pk")
        for plan_id, *values in found.values_list("plan_id", *FIELDS):
            self._rates[plan_id].append(Rate(*values))

    def of(self, coverage: Coverage, row: Row, on: date) -> Decimal | None:
        """What a coverage costs per month for whom a request is about; None where nobody says."""
        if coverage.plan_id is None:
            return None
        key = (coverage, age_on(row, on), on)
        if key not in self._known:
            self._known[key] = rates.premium(
                self._rates[coverage.plan_id],
                volume=coverage.volume,
                level=coverage.level,
                age=key[1],
                on=on,
            )
        return self._known[key]


def age_on(row: Row, on: date) -> int | None:
    """The age of whom a request is about; children who are covered together have none."""
    is_own = row.covers == Benefit.Covers.SUBSCRIBER
    return age(born=row.employee_born if is_own else row.dependent_born, on=on)
