"""What keeps a mapping from being marked as mapped, and what somebody should know before."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext, ngettext

from groups.models import GroupPlan
from integrations.noyo.models import CarrierOption, ClassRule, Link, Mapping, PlanLink, UnitLink
from integrations.noyo.selectors import sources, studio, who
from integrations.noyo.selectors.studio import CarrierState

State = Link.State


class Code(StrEnum):
    """What is not in order."""

    NOTHING_HERE = "nothing_here"
    STALE = "stale"
    PLANS_OPEN = "plans_open"
    UNITS_OPEN = "units_open"
    UNMAPPED = "unmapped"
    THEIRS_OPEN = "theirs_open"
    UNREACHABLE = "unreachable"
    OVERLAP = "overlap"
    CLASS_WITHOUT_PLAN = "class_without_plan"


@dataclass(frozen=True)
class Problem:
    """One of them, for so many; ``blocks`` when it has to be dealt with first."""

    code: Code
    count: int
    words: str
    blocks: bool = True


def of(mapping: Mapping, *, on: date) -> list[Problem]:
    """Everything that is not in order, what blocks first."""
    found = [*_links(mapping), *_members(mapping, on=on), *_offers(mapping)]
    if studio.carrier_state(mapping) != CarrierState.HERE:
        words = gettext("The carrier has no plans for this plan year.")
        found.insert(0, Problem(Code.NOTHING_HERE, 1, words))
    return sorted(found, key=lambda one: not one.blocks)


def _links(mapping: Mapping) -> Iterator[Problem]:
    stale = (
        PlanLink.objects.filter(mapping=mapping, state=State.STALE).count()
        + UnitLink.objects.filter(mapping=mapping, state=State.STALE).count()
        + ClassRule.objects.filter(mapping=mapping, is_stale=True).count()
    )
    if stale:
        words = ngettext(
            "%(count)s link or rule changed at the carrier.",
            "%(count)s links or rules changed at the carrier.",
            stale,
        )
        yield Problem(Code.STALE, stale, words % {"count": stale})
    plans = PlanLink.objects.filter(mapping=mapping)
    decided = plans.filter(state__in=(State.CONFIRMED, State.STALE, *Link.ALONE))
    ours = sources.our_plans(mapping).exclude(pk__in=decided.exclude(plan=None).values("plan"))
    if left := ours.count():
        words = ngettext(
            "%(count)s of our plans is not decided.",
            "%(count)s of our plans are not decided.",
            left,
        )
        yield Problem(Code.PLANS_OPEN, left, words % {"count": left})
    theirs = sources.carrier_plans(mapping).exclude(
        pk__in=decided.exclude(carrier_plan=None).values("carrier_plan")
    )
    if left := theirs.count():
        words = ngettext(
            "%(count)s plan of the carrier belongs to none of ours.",
            "%(count)s plans of the carrier belong to none of ours.",
            left,
        )
        yield Problem(Code.THEIRS_OPEN, left, words % {"count": left}, blocks=False)


def _members(mapping: Mapping, *, on: date) -> Iterator[Problem]:
    """Everybody needs an option of every category that the carrier has."""
    decided = {one.name: one for one in who.categories(mapping)}
    wanted = set(sources.options(mapping).order_by().values_list("category", flat=True).distinct())
    if bare := wanted - decided.keys():
        words = ngettext(
            "%(count)s category of the carrier has neither links nor a default.",
            "%(count)s categories of the carrier have neither links nor a default.",
            len(bare),
        )
        yield Problem(Code.UNITS_OPEN, len(bare), words % {"count": len(bare)})
    counted = who.summarize(mapping, decided.values(), on=on)
    if left := max((one.unmapped for one in counted), default=0):
        words = ngettext(
            "%(count)s employee gets nothing in a category.",
            "%(count)s employees get nothing in a category.",
            left,
        )
        yield Problem(Code.UNMAPPED, left, words % {"count": left})
    if rules := sum(len(one.unreachable) for one in counted):
        words = ngettext(
            "%(count)s rule can never decide.", "%(count)s rules can never decide.", rules
        )
        yield Problem(Code.UNREACHABLE, rules, words % {"count": rules}, blocks=False)
    if rules := sum(len(one.overlaps) for one in counted):
        words = ngettext(
            "%(count)s pair of rules fits the same employees.",
            "%(count)s pairs of rules fit the same employees.",
            rules,
        )
        yield Problem(Code.OVERLAP, rules, words % {"count": rules}, blocks=False)


def _offers(mapping: Mapping) -> Iterator[Problem]:
    """A class that we offer a plan to must be one that the carrier has the plan for."""
    options: dict[int, list[CarrierOption]] = defaultdict(list)
    units = UnitLink.objects.filter(mapping=mapping, state=State.CONFIRMED)
    for unit in units.select_related("option"):
        if unit.benefit_class_id and unit.option:
            options[unit.benefit_class_id].append(unit.option)
    # What the carrier's plans are for, by ours and by the name of the identifier.
    offered: dict[GroupPlan, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    links = PlanLink.objects.filter(mapping=mapping, state=State.CONFIRMED)
    for link in links.select_related("plan", "carrier_plan").prefetch_related("plan__classes"):
        if link.plan and link.carrier_plan:
            for key, texts in link.carrier_plan.class_identifiers.items():
                offered[link.plan][key.removesuffix("s")] |= set(texts)
    left = sum(
        key in option.identifiers and option.identifiers[key] not in texts
        for plan, keys in offered.items()
        for one in plan.classes.all()
        for option in options[one.pk]
        for key, texts in keys.items()
    )
    if left:
        words = ngettext(
            "%(count)s class is offered a plan that the carrier has not for it.",
            "%(count)s times a class is offered a plan that the carrier has not for it.",
            left,
        )
        yield Problem(Code.CLASS_WITHOUT_PLAN, left, words % {"count": left}, blocks=False)
