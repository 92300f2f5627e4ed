"""Suggestions of a mapping, worked out anew: written only where they differ."""

from collections import defaultdict
from collections.abc import Iterable, Set
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from agencyhub.records import history
from agencyhub.records.models import Batch
from groups.models import GroupPlan, Location
from integrations.noyo import links as kinds
from integrations.noyo import suggesting, unit_suggesting
from integrations.noyo.links import AnyLink
from integrations.noyo.models import CarrierOption, CarrierPlan, Link, Mapping, PlanLink, UnitLink
from integrations.noyo.selectors import carried, sources
from integrations.noyo.suggesting import OurPlan, Suggestion, TheirPlan
from integrations.noyo.unit_suggesting import Option, Unit

SUGGESTED = gettext_noop("Suggestions for a mapping")
State = Link.State
SCORED = ("state", "score", "reasons", "is_automatic", "confirmed_digest", "decided_at")


def refresh(*, mapping: Mapping, at: datetime) -> None:
    """Suggest anew what is not decided; confirm what an exact code makes certain.

    Runs again at any time with the same end, and writes nothing when nothing changed. What
    somebody decided stays, and so does what is stale. What comes from the plan year before waits
    for somebody unless both sides are exactly what they were; what somebody took back waits.
    """
    with transaction.atomic():
        Mapping.objects.select_for_update(no_key=True).get(pk=mapping.pk)
        found = [one for one in (_plans(mapping, at=at), _units(mapping, at=at)) if one]
        if found:
            with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary=SUGGESTED):
                for writes in found:
                    writes.run()


def _plans(mapping: Mapping, *, at: datetime) -> "_Writes":
    ours = {one.pk: one for one in sources.our_plans(mapping)}
    theirs = {one.pk: one for one in sources.carrier_plans(mapping)}
    rows = PlanLink.objects.filter(mapping=mapping).select_related(
        "plan__benefit", "carrier_plan", "carried_from__plan", "carried_from__carrier_plan"
    )
    links = {(one.plan_id, one.carrier_plan_id): one for one in rows}
    decided = [one for one in links.values() if one.state != State.SUGGESTED]
    alone = [one for one in decided if one.state in Link.ALONE]
    ours_alone = {one.plan_id for one in alone if one.carrier_plan_id is None}
    theirs_alone = {one.carrier_plan_id for one in alone if one.plan_id is None}
    taken: dict[int | None, set[str]] = defaultdict(set)
    for link in decided:
        if link.state == State.CONFIRMED:
            taken[link.plan_id] |= kinds.slots(link)
    same = carried.same_plans(links.values())
    found = suggesting.suggest(
        [_our_plan(one) for pk, one in ours.items() if pk not in ours_alone],
        [_their_plan(one) for pk, one in theirs.items() if pk not in theirs_alone],
        never={
            (one.plan_id, one.carrier_plan_id)
            for one in decided
            if one.state == State.REJECTED and one.plan_id and one.carrier_plan_id
        },
        carried={
            (one.plan_id, one.carrier_plan_id)
            for one in links.values()
            if one.carried_from_id and one.plan_id and one.carrier_plan_id
        },
    )
    kept = set()
    writes = _Writes(PlanLink)
    for one in found:
        link = links.get((one.ours, one.theirs)) or PlanLink(
            mapping=mapping, plan=ours[one.ours], carrier_plan=theirs[one.theirs]
        )
        if link.state != State.SUGGESTED or kinds.slots(link) <= taken[one.ours]:
            continue
        kept.add((one.ours, one.theirs))
        is_free = not kinds.slots(link) & taken[one.ours]
        is_certain = one.is_certain and is_free and _is_undecided(link, same)
        writes.put(link, one, is_certain=is_certain, at=at)
    writes.drop(one for key, one in links.items() if key not in kept)
    return writes


def _our_plan(plan: GroupPlan) -> OurPlan:
    return OurPlan(
        pk=plan.pk,
        line=plan.benefit.line,
        text=f"{plan.name} {plan.benefit.name}",
        code=plan.code.strip(),
        members=kinds.members_of(plan),
        start=plan.effective_date,
        end=plan.termination_date,
    )


def _their_plan(plan: CarrierPlan) -> TheirPlan:
    return TheirPlan(
        pk=plan.pk,
        line=plan.line,
        name=plan.name,
        code=plan.code.strip(),
        plan_type=plan.plan_type,
        network=plan.network,
        metal=plan.metal_tier,
        is_voluntary=plan.is_voluntary,
        members=suggesting.covered(plan.member_types),
        status=plan.status,
        start=plan.effective_date,
        end=plan.termination_date,
    )


def _units(mapping: Mapping, *, at: datetime) -> "_Writes":
    units = {
        (kind, one.pk): one for kind, rows in sources.units(mapping.group).items() for one in rows
    }
    options: dict[str, dict[int, CarrierOption]] = defaultdict(dict)
    for option in sources.options(mapping).order_by("pk"):
        options[option.category][option.pk] = option
    rows = UnitLink.objects.filter(mapping=mapping).select_related("option", "carried_from__option")
    links = {(*kinds.unit_key(one), one.option_id): one for one in rows}
    same = carried.same_units(links.values())
    settled = {
        key[:3]
        for key, one in links.items()
        if one.state == State.CONFIRMED or (one.state in Link.ALONE and one.option_id is None)
    }
    closed = {one.option_id for one in links.values() if one.state == State.NOT_OFFERED}
    stale = {key[:3] for key, one in links.items() if one.state == State.STALE}
    kept = set()
    writes = _Writes(UnitLink)
    for category, here in options.items():
        if len(here) == 1:
            continue  # everybody gets it: a default says so
        mine = [one for key, one in links.items() if key[0] == category]
        found = unit_suggesting.suggest(
            category,
            [
                Unit(kind, pk, one.code, one.name, one.state if isinstance(one, Location) else "")
                for (kind, pk), one in units.items()
            ],
            [_option(one) for pk, one in here.items() if pk not in closed],
            never=_keys(one for one in mine if one.state == State.REJECTED),
            carried=_keys(one for one in mine if one.carried_from_id),
        )
        for unit, one in found:
            key = (category, unit.kind, unit.pk, one.theirs)
            link = links.get(key)
            if key[:3] in settled or (link is not None and link.state != State.SUGGESTED):
                continue
            if link is None:
                side: dict[str, Any] = {unit.kind: units[unit.kind, unit.pk]}
                link = UnitLink(mapping=mapping, category=category, option=here[one.theirs], **side)
            kept.add(key)
            is_certain = one.is_certain and key[:3] not in stale and _is_undecided(link, same)
            writes.put(link, one, is_certain=is_certain, at=at)
    writes.drop(one for key, one in links.items() if key not in kept)
    return writes


def _is_undecided(link: AnyLink, same: Set[int]) -> bool:
    """Whether nobody took it back, and nothing about it is other than the year before."""
    return link.decided_by_id is None and (link.carried_from_id is None or link.pk in same)


def _option(option: CarrierOption) -> Option:
    return Option(option.pk, option.label, tuple(option.identifiers.values()))


def _keys(links: Iterable[UnitLink]) -> set[tuple[str, int, int]]:
    return {(*kinds.unit_key(one)[1:], one.option_id) for one in links if one.option_id is not None}


class _Writes:
    """Rows to add, to change and to take away, of one kind of link."""

    def __init__(self, model: type[Any]) -> None:
        self.model = model
        self.new: list[AnyLink] = []
        self.changed: list[AnyLink] = []
        self.gone: list[int] = []

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.new or self.changed or self.gone)

    def put(self, link: AnyLink, one: Suggestion, *, is_certain: bool, at: datetime) -> None:
        """Let a link say what was found, and write it if it said something else."""
        reasons = [{"code": str(why), "values": {}} for why in one.reasons]
        score = Decimal(f"{one.score:.3f}")
        if link.pk and not is_certain and (link.score, link.reasons) == (score, reasons):
            return
        link.score, link.reasons = score, reasons
        if is_certain:
            link.state, link.is_automatic = State.CONFIRMED, True
            link.confirmed_digest, link.decided_at = kinds.digest_of(link), at
            if isinstance(link, PlanLink) and link.carrier_plan:
                link.confirmed_version = link.carrier_plan.version
        (self.changed if link.pk else self.new).append(link)

    def drop(self, left: Iterable[AnyLink]) -> None:
        """Take away what is only suggested."""
        self.gone += [one.pk for one in left if one.state == State.SUGGESTED]

    def run(self) -> None:
        """Write."""
        if self.gone:
            self.model.objects.filter(pk__in=self.gone).delete()
        self.model.objects.bulk_create(self.new)
        if self.changed:
            versions = ["confirmed_version"] if self.model is PlanLink else []
            self.model.objects.bulk_update(self.changed, [*SCORED, *versions])
