"""Links of last year whose both sides are exactly what they were: nothing is to be looked at."""

from collections.abc import Collection, Iterable
from typing import Any

from integrations.noyo import links as kinds
from integrations.noyo.models import CarrierOption, CarrierPlan, Link, PlanLink, Snapshot, UnitLink
from integrations.noyo.told import Record

YEARLY = frozenset({
    "id", "version", "created", "modified", "group_enrollment_id", "effective_start_date",
    "effective_end_date",
})  # fmt: skip
"""What a plan of the next year has of its own, though it is the same plan."""


def same_plans(links: Iterable[PlanLink]) -> set[int]:
    """Links, by key, whose plan of ours has its code and whose carrier's plan all its facts.

    The link of the year before is still as it was confirmed. Needs ``carried_from`` with its sides.
    """
    wanted = [one for one in links if _may_be(one) and _has_its_code(one)]
    told = _told(wanted)
    return {
        one.pk for one in wanted
        if one.carrier_plan_id == _former(one).carrier_plan_id
        or _is_told_alike(told, one.carrier_plan, _former(one).carrier_plan)
    }  # fmt: skip


def same_units(links: Iterable[UnitLink]) -> set[int]:
    """Links, by key, of the same unit and an option of which all that is told is as it was."""
    return {
        one.pk
        for one in links
        if _may_be(one)
        and kinds.unit_key(one)[1:] == kinds.unit_key(_former(one))[1:]
        and _is_alike(one.option, _former(one).option)
    }


def _former(link: Any) -> Any:
    return link.carried_from


def _may_be(link: Any) -> bool:
    """Nobody took it back, and what was confirmed last year is what the carrier told last of it."""
    if link.state != Link.State.SUGGESTED or link.carried_from_id is None or link.decided_by_id:
        return False
    former = _former(link)
    if former.state != Link.State.CONFIRMED or former.confirmed_digest is None:
        return False
    return bool(kinds.digest_of(former) == bytes(former.confirmed_digest))


def _has_its_code(link: PlanLink) -> bool:
    former = _former(link)
    return bool(link.plan and former.plan and link.plan.code == former.plan.code)


def _told(links: Collection[PlanLink]) -> dict[str, Record]:
    plans = [plan for one in links for plan in (one.carrier_plan, _former(one).carrier_plan)]
    if not plans:
        return {}
    rows = Snapshot.objects.filter(
        noyo_group__in={one.noyo_group_id for one in plans if one},
        kind=Snapshot.Kind.PLAN,
        subject__in={one.noyo_id for one in plans if one},
        seen_until=None,
    )
    return dict(rows.values_list("subject", "content"))


def _is_told_alike(
    told: dict[str, Record], plan: CarrierPlan | None, former: CarrierPlan | None
) -> bool:
    if plan is None or former is None:
        return False
    now, before = told.get(plan.noyo_id), told.get(former.noyo_id)
    return now is not None and before is not None and _facts(now) == _facts(before)


def _facts(told: Record) -> Record:
    return {name: value for name, value in told.items() if name not in YEARLY}


def _is_alike(option: CarrierOption | None, former: CarrierOption | None) -> bool:
    if option is None or former is None:
        return False
    return kinds.option_digest(option) == kinds.option_digest(former)
