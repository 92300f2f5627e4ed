"""What the studio shows of a mapping: ours on the left, the carrier's on the right."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from agencyhub.accounts.models import User
from integrations.noyo import links as kinds
from integrations.noyo import wording
from integrations.noyo.models import (
    CarrierOption,
    CarrierPlan,
    ClassRule,
    Configuration,
    GroupConnection,
    Link,
    Mapping,
    NoyoGroup,
    PlanLink,
    UnitLink,
)
from integrations.noyo.selectors import sources
from integrations.noyo.selectors.rows import (
    ItemRow,
    Side,
    TheirRow,
    draw,
    drawn,
    option_side,
    our_plan_side,
    plan_side,
    unit_side,
)
from integrations.noyo.selectors.sources import AnyUnit
from integrations.noyo.unit_suggesting import fitting_kinds

State = Link.State


class CarrierState(StrEnum):
    """Whether there is anything to map onto."""

    UNKNOWN_GROUP = "unknown_group"  # no group at Noyo is linked with ours
    NO_DATA = "no_data"  # the carrier has told nothing yet: it may still come
    NO_PLANS = "no_plans"  # it has told, and has no plans for this plan year
    HERE = "here"


@dataclass(frozen=True)
class PlanPane:
    """The plans: ours with their links, and those of the carrier's that stand alone."""

    rows: tuple[ItemRow, ...]
    unlinked: tuple[TheirRow, ...]
    choices: tuple[Side, ...]

    @property
    def waiting(self) -> int:
        """How many of ours are not decided."""
        return sum(not one.is_decided for one in self.rows)


@dataclass(frozen=True)
class CategoryPane:
    """One category of the carrier's account structure.

    ``only_option`` is set where the carrier has one: everybody gets it, as a default rule.
    ``rules`` are the ranked ones in order, with their conditions loaded.
    """

    name: str
    label: str
    rows: tuple[ItemRow, ...]
    unlinked: tuple[TheirRow, ...]
    options: tuple[Side, ...]
    rules: tuple[ClassRule, ...]
    default: ClassRule | None
    only_option: Side | None

    @property
    def waiting(self) -> int:
        """How many of our units have a link that somebody has to look at."""
        return sum(any(link.waits for link in one.links) for one in self.rows)


def for_group(group_id: int, *, user: User) -> QuerySet[Mapping]:
    """The mappings of a group, for its page and the switcher: newest plan year first."""
    return (
        Mapping.objects.visible_to(user)
        .filter(group=group_id)
        .select_related("carrier__carrier", "group", "ready_by")
        .order_by("-start_date", "carrier", "pk")
    )


def carrier_state(mapping: Mapping) -> CarrierState:
    """Whether the carrier has told anything, and if so whether it has plans."""
    noyo_group = NoyoGroup.objects.filter(group=mapping.group_id).first()
    if noyo_group is None:
        return CarrierState.UNKNOWN_GROUP
    if sources.carrier_plans(mapping).exists():
        return CarrierState.HERE
    here = {"noyo_group": noyo_group, "carrier": mapping.carrier_id}
    has_told = (
        CarrierPlan.objects.filter(**here).exists() or Configuration.objects.filter(**here).exists()
    )
    is_connected = GroupConnection.objects.filter(
        **here, status=GroupConnection.Status.COMPLETED
    ).exists()
    return CarrierState.NO_PLANS if has_told and is_connected else CarrierState.NO_DATA


def plan_pane(mapping: Mapping) -> PlanPane:
    """The pane of plans."""
    ours = list(sources.our_plans(mapping).order_by("benefit__line", "name", "pk"))
    theirs = list(sources.carrier_plans(mapping).order_by("line", "name", "pk"))
    rows = PlanLink.objects.filter(mapping=mapping).select_related(
        "carrier_plan", "plan__benefit", "decided_by"
    )
    links = list(rows.order_by("pk"))
    sides = {one.pk: plan_side(one) for one in theirs}
    known = {one.pk for one in ours}
    ours += [
        link.plan for link in links if link.plan and link.plan_id not in known
    ]  # no longer of this plan year, but decided about
    by_ours: dict[int | None, list[PlanLink]] = defaultdict(list)
    for link in links:
        by_ours[link.plan_id].append(link)
    unique = list({one.pk: one for one in ours}.values())
    return PlanPane(
        rows=tuple(ItemRow(our_plan_side(one), drawn(by_ours[one.pk])) for one in unique),
        unlinked=tuple(_unlinked(sides, links, "carrier_plan_id")),
        choices=tuple(sides.values()),
    )


def category_panes(mapping: Mapping) -> list[CategoryPane]:
    """The pane of the account structure: one part for each category of the carrier."""
    options: dict[str, list[CarrierOption]] = defaultdict(list)
    for option in sources.options(mapping).order_by("category", "label", "key", "pk"):
        options[option.category].append(option)
    links: dict[str, list[UnitLink]] = defaultdict(list)
    rows = UnitLink.objects.filter(mapping=mapping).select_related(
        "option", "decided_by", *kinds.UNIT_KINDS
    )
    for link in rows.order_by("pk"):
        links[link.category].append(link)
    rules: dict[str, list[ClassRule]] = defaultdict(list)
    ruled = ClassRule.objects.filter(mapping=mapping).select_related("option")
    for rule in ruled.prefetch_related("conditions").order_by("rank", "pk"):
        rules[rule.category].append(rule)
    units = sources.units(mapping.group)
    names = sorted({*options, *links, *rules})
    return [_category(name, options[name], links[name], rules[name], units) for name in names]


def _category(
    name: str,
    options: list[CarrierOption],
    links: list[UnitLink],
    rules: list[ClassRule],
    units: dict[str, list[AnyUnit]],
) -> CategoryPane:
    sides = {one.pk: option_side(one) for one in options}
    by_unit: dict[tuple[str, int], list[UnitLink]] = defaultdict(list)
    shown: dict[tuple[str, int], AnyUnit] = {
        (kind, unit.pk): unit for kind in fitting_kinds(name) for unit in units[kind]
    }
    for link in links:
        _, kind, pk = kinds.unit_key(link)
        if kind:
            by_unit[kind, pk].append(link)
            shown.setdefault((kind, pk), getattr(link, kind))
    return CategoryPane(
        name=name,
        label=wording.category(name),
        rows=tuple(
            ItemRow(unit_side(unit, kind), drawn(by_unit[kind, pk]))
            for (kind, pk), unit in shown.items()
        ),
        unlinked=tuple(_unlinked(sides, links, "option_id")),
        options=tuple(sides.values()),
        rules=tuple(one for one in rules if not one.is_default),
        default=next((one for one in rules if one.is_default), None),
        only_option=next(iter(sides.values())) if len(sides) == 1 else None,
    )


def _unlinked(sides: dict[int, Side], links: Iterable[Any], theirs: str) -> Iterator[TheirRow]:
    """The carrier's that no confirmed or stale link names."""
    rows = list(links)
    linked = {getattr(one, theirs) for one in rows if one.state in (State.CONFIRMED, State.STALE)}
    alone = {
        getattr(one, theirs): one
        for one in rows
        if one.state == State.NOT_OFFERED and getattr(one, theirs) is not None
    }
    for pk, side in sides.items():
        if pk not in linked:
            yield TheirRow(side, draw(alone[pk]) if pk in alone else None)
