"""Opening mappings: the plan year that runs, and the next one with what was linked before."""

from collections.abc import Hashable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop

from agencyhub.records import history
from agencyhub.records.models import Batch
from groups.models import EmployerGroup, GroupPlan
from integrations.noyo import links as kinds
from integrations.noyo import periods
from integrations.noyo.models import (
    CarrierOption,
    CarrierPlan,
    ClassRule,
    Link,
    Mapping,
    NoyoCarrier,
    NoyoGroup,
    PlanLink,
    PlanYear,
    RuleCondition,
    UnitLink,
)
from integrations.noyo.periods import Period, Told
from integrations.noyo.selectors import sources
from integrations.noyo.services import suggestions

CONNECTED = gettext_noop("A carrier is connected: a mapping opens")
RENEWS = gettext_noop("A group renews: the next plan year's mapping opens")
State = Link.State
Row = TypeVar("Row", bound=models.Model)


def ensure(
    *, noyo_group: NoyoGroup, group: EmployerGroup, carrier: NoyoCarrier, on: date, at: datetime
) -> Mapping | None:
    """Open the mapping of the plan year of a day where there is none; answer it if it is new."""
    current = Mapping.objects.filter(
        Q(end_date=None) | Q(end_date__gte=on), group=group, carrier=carrier
    )
    if current.exists():
        return None
    years = told(noyo_group, carrier)
    year = periods.plan_year(years, renewal_date=group.renewal_date, on=on)
    with history.batch(user=None, channel=Batch.Channel.SYNC, summary=CONNECTED):
        mapping, is_new = Mapping.objects.get_or_create(
            group=group,
            carrier=carrier,
            start_date=year.start,
            defaults={
                "end_date": year.end, "reason": Mapping.Reason.CONNECTED, "opened_at": at,
            },
        )  # fmt: skip
        if is_new:
            suggestions.refresh(mapping=mapping, at=at)
    return mapping if is_new else None


def renew(*, mapping: Mapping, year: Period, at: datetime) -> Mapping | None:
    """Open the plan year after a mapping's, with its confirmed links as suggestions.

    Its rules come along as they are. A plan year that is open already is left alone.
    """
    with history.batch(user=None, channel=Batch.Channel.SYNC, summary=RENEWS):
        following, is_new = Mapping.objects.get_or_create(
            group=mapping.group,
            carrier=mapping.carrier,
            start_date=year.start,
            defaults={
                "end_date": year.end, "reason": Mapping.Reason.RENEWAL, "previous": mapping,
                "opened_at": at,
            },
        )  # fmt: skip
        if not is_new:
            return None
        if mapping.end_date is None or mapping.end_date >= year.start:
            mapping.end_date = year.start - timedelta(days=1)
            mapping.save(update_fields=["end_date"])
        carry(mapping=following)
        _carry_rules(following)
        suggestions.refresh(mapping=following, at=at)
    return following


def told(noyo_group: NoyoGroup, carrier: NoyoCarrier) -> list[Told]:
    """The plan years that the carrier has; where it names none, the days of its plans."""
    here = {"noyo_group": noyo_group, "carrier": carrier, "gone_at": None}
    years = PlanYear.objects.filter(**here).exclude(status="completed").order_by("pk")
    columns = ("effective_date", "termination_date")
    found = [Told(*row) for row in years.values_list(*columns, "renewal_date")]
    return found or [
        Told(*row) for row in CarrierPlan.objects.filter(**here).values_list(*columns).distinct()
    ]


def carry(*, mapping: Mapping) -> None:
    """Suggest what was confirmed for the plan year before and is not carried over yet.

    A plan or option with a new ID is known by its code, else by its name.
    """
    if mapping.previous is None:
        return
    _carry_plans(mapping, mapping.previous)
    _carry_units(mapping, mapping.previous)


def _carry_plans(mapping: Mapping, previous: Mapping) -> None:
    ours = list(sources.our_plans(mapping).order_by("pk"))
    theirs = list(sources.carrier_plans(mapping).order_by("pk"))
    known = set(PlanLink.objects.filter(mapping=mapping).values_list("plan_id", "carrier_plan_id"))
    new = []
    for link in _former(PlanLink, mapping, previous, "plan", "carrier_plan"):
        plan = _same(link.plan, ours, _our_names)
        twin = _same(link.carrier_plan, theirs, _their_names)
        if plan is not None and twin is not None and (plan.pk, twin.pk) not in known:
            known.add((plan.pk, twin.pk))
            new.append(PlanLink(mapping=mapping, plan=plan, carrier_plan=twin, carried_from=link))
    PlanLink.objects.bulk_create(new)


def _carry_units(mapping: Mapping, previous: Mapping) -> None:
    options = list(sources.options(mapping).order_by("pk"))
    known = {
        (*kinds.unit_key(one), one.option_id) for one in UnitLink.objects.filter(mapping=mapping)
    }
    new = []
    for link in _former(UnitLink, mapping, previous, "option", *kinds.UNIT_KINDS):
        twin = _same(link.option, options, _option_names)
        _, kind, pk = kinds.unit_key(link)
        if twin is None or not kind or (twin.category, kind, pk, twin.pk) in known:
            continue
        known.add((twin.category, kind, pk, twin.pk))
        unit: dict[str, Any] = {kind: getattr(link, kind)}
        new.append(
            UnitLink(
                mapping=mapping, category=twin.category, option=twin, carried_from=link, **unit
            )
        )
    UnitLink.objects.bulk_create(new)


def _carry_rules(mapping: Mapping) -> None:
    """Copy the rules; one whose option is gone is stale from the start."""
    options = list(sources.options(mapping).order_by("pk"))
    former = ClassRule.objects.filter(mapping=mapping.previous_id).select_related("option")
    for rule in former.prefetch_related("conditions").order_by("pk"):
        twin = _same(rule.option, options, _option_names)
        copy = ClassRule.objects.create(
            mapping=mapping,
            category=rule.category,
            name=rule.name,
            option=twin or rule.option,
            rank=rule.rank,
            is_default=rule.is_default,
            joins=rule.joins,
            is_active=rule.is_active,
            is_stale=twin is None,
            confirmed_digest=rule.confirmed_digest,
        )
        RuleCondition.objects.bulk_create(
            RuleCondition(
                rule=copy, place=one.place, field=one.field, operator=one.operator,
                values=one.values,
            )
            for one in rule.conditions.all()
        )  # fmt: skip


def _former(model: type[Any], mapping: Mapping, previous: Mapping, *related: str) -> Iterable[Any]:
    """What was confirmed before, stale since or not, and has not come along."""
    carried = model.objects.filter(mapping=mapping, carried_from__isnull=False)
    rows: Iterable[Any] = (
        model.objects.filter(mapping=previous, state__in=(State.CONFIRMED, State.STALE))
        .exclude(pk__in=carried.values("carried_from"))
        .select_related(*related)
        .order_by("pk")
    )
    return rows


def _same(one: Row | None, others: Iterable[Row], names: Any) -> Row | None:
    """The same row, else the only one of the first name that both have."""
    if one is None:
        return None
    rows = list(others)
    for row in rows:
        if row.pk == one.pk:
            return row
    for name in range(len(names(one))):
        wanted = names(one)[name]
        found = [row for row in rows if wanted is not None and names(row)[name] == wanted]
        if len(found) == 1:
            return found[0]
    return None


def _our_names(plan: GroupPlan) -> tuple[Hashable, ...]:
    code = (plan.benefit_id, plan.code) if plan.code else None
    return code, (plan.benefit_id, plan.name.lower())


def _their_names(plan: CarrierPlan) -> tuple[Hashable, ...]:
    kind = (plan.line, tuple(sorted(plan.member_types)))
    return (kind, plan.code) if plan.code else None, (kind, plan.name.lower())


def _option_names(option: CarrierOption) -> tuple[Hashable, ...]:
    label = (option.category, option.label.lower()) if option.label else None
    return (option.category, option.key), label
