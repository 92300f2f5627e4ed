"""What payroll deducts and carriers bill on a day: approved coverage, and what exceeds it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, DecimalField, F, FilteredRelation, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Round

from agencyhub.accounts.models import User
from groups import rates
from groups.models import CoveragePeriod, Election, EmployerGroup

NOTHING = Decimal(0)
DOLLARS = DecimalField(max_digits=12, decimal_places=2)


@dataclass
class Bill:
    """One plan of a group on a day: how many are covered, for how much, and who pays what."""

    benefit: str
    plan: str
    carrier: str
    people: int = 0
    volume: Decimal = NOTHING
    premium: Decimal = NOTHING
    employer: Decimal = NOTHING
    employee: Decimal = NOTHING
    unpriced: int = 0


def in_force(on: date) -> Q:
    """The coverage that holds on a day; both ends are covered.

    Who left has none after the last day of work, unless a last covered day was said.
    """
    left = Q(election__employee__termination_date__lt=on, election__termination_date=None)
    return Q(start_date__lte=on) & (Q(end_date=None) | Q(end_date__gte=on)) & ~left


def bills(group: EmployerGroup, *, on: date) -> list[Bill]:
    """The approved coverage of a group on a day, plan by plan. Nothing that waits is in it."""
    periods = (
        CoveragePeriod.objects.filter(in_force(on), plan__group=group)
        .select_related("plan__benefit", "plan__carrier")
        .order_by("plan__benefit__name", "plan__name", "plan", "pk")
    )
    found: dict[int, Bill] = {}
    for one in periods:
        plan = one.plan
        new = Bill(plan.benefit.name, plan.name, plan.carrier.name)
        bill = found.setdefault(plan.pk, new)
        bill.people += 1
        bill.volume += one.volume
        if one.premium is None:
            bill.unpriced += 1
            continue
        split = rates.shares(one.premium, employer_percent=plan.employer_percent)
        bill.premium += one.premium
        bill.employer += split.employer
        bill.employee += split.employee
    return list(found.values())


def total(found: Iterable[Bill]) -> Bill:
    """What all plans cost together; people are not added up, for one may be in several."""
    whole = Bill("", "", "")
    for one in found:
        whole.premium += one.premium
        whole.employer += one.employer
        whole.employee += one.employee
        whole.unpriced += one.unpriced
    return whole


def excesses(*, user: User, group: EmployerGroup | None = None) -> QuerySet[Election]:
    """Elections of which payroll takes more than the coverage of that day costs, the most first.

    ``allowed`` and ``excess`` are per pay period. Coverage without a known price says nothing, and
    is left out.
    """
    that_day = FilteredRelation(
        "periods",
        condition=Q(periods__start_date__lte=F("deduction_as_of"))
        & (Q(periods__end_date=None) | Q(periods__end_date__gte=F("deduction_as_of"))),
    )
    rows = Election.objects.visible_to(user)
    if group is not None:
        rows = rows.filter(employee__group=group)
    return (
        rows.filter(deduction__gt=0, deduction_as_of__isnull=False)
        .annotate(that_day=that_day)
        .filter(Q(that_day=None) | Q(that_day__premium__isnull=False))
        .annotate(allowed=Coalesce(_allowed(), NOTHING, output_field=DOLLARS))
        .annotate(excess=F("deduction") - F("allowed"))
        .filter(excess__gt=0)
        .select_related("employee__group", "benefit", "dependent")
        .order_by("-excess", "pk")
    )


def _allowed() -> Case:
    """As ``rates.shares`` and ``rates.deduction`` count, in the database; nothing of who left."""
    price, percent = F("that_day__premium"), F("that_day__plan__employer_percent")
    employer = Round(price * percent / Decimal(100), 2, output_field=DOLLARS)
    yearly = (price - employer) * rates.MONTHS
    each = Round(yearly / F("employee__group__pay_periods"), 2, output_field=DOLLARS)
    left = Q(employee__termination_date__lt=F("deduction_as_of"), termination_date=None)
    return Case(When(left, then=Value(NOTHING)), default=each, output_field=DOLLARS)
