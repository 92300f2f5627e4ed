"""What the studio shows of a mapping: ours on the left, the carrier's on the right."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from agencyhub.accounts.models import User
from groups.models import GroupPlan
from integrations.noyo import links as kinds
from integrations.noyo import wording
from integrations.noyo.links import AnyLink, Pane
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
class Side:
    """One plan, unit or option: its name, its numbers (always shown beside it), and facts."""

    pk: int
    label: str
    numbers: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    kind: str = ""  # ours: benefit_class, division or location; plans: blank
    is_gone: bool = False


@dataclass(frozen=True)
class LinkRow:
    """What is said about a pair, or about one side alone, ready to be shown.

    ``percent`` is the score of 100, or None; ``changes`` are ``wording.ChangeWords``.
    """

    pk: int
    state: str
    state_label: str
    theirs: Side | None
    percent: int | None
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]
    changes: tuple[wording.ChangeWords, ...]
    note: str
    is_automatic: bool
    is_carried: bool
    decided_by: User | None
    decided_at: datetime | None

    @property
    def waits(self) -> bool:
        """Whether somebody has to look at it."""
        return self.state in (State.SUGGESTED, State.STALE)

    @property
    def can_accept(self) -> bool:
        """Whether the carrier still has it and it is not confirmed."""
        is_pair = self.theirs is not None and not self.theirs.is_gone
        return is_pair and self.state in (State.SUGGESTED, State.STALE, State.REJECTED)


@dataclass(frozen=True)
class ItemRow:
    """One of ours with everything said about it: confirmed first, then by score."""

    ours: Side
    links: tuple[LinkRow, ...]

    @property
    def state(self) -> str:
        """The most urgent of its states: stale, suggested, confirmed, alone; blank: nothing."""
        states = {one.state for one in self.links}
        order = (State.STALE, State.CONFIRMED, State.MISSING, State.NOT_OFFERED, State.SUGGESTED)
        return next((state for state in order if state in states), "")

    @property
    def shown_links(self) -> list[LinkRow]:
        """What is said about it but for rejected pairs."""
        return [one for one in self.links if one.state != State.REJECTED]

    @property
    def rejected_links(self) -> list[LinkRow]:
        """The pairs that somebody rejected."""
        return [one for one in self.links if one.state == State.REJECTED]

    @property
    def has_waiting(self) -> bool:
        """Whether somebody has to look at one of its links."""
        return any(one.waits for one in self.links)

    @property
    def is_decided(self) -> bool:
        """Whether nothing about it waits."""
        return self.state in (State.CONFIRMED, State.MISSING, State.NOT_OFFERED)


@dataclass(frozen=True)
class TheirRow:
    """One of the carrier's that none of ours is confirmed with; ``link`` when it is not offered."""

    theirs: Side
    link: LinkRow | None


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
        rows=tuple(ItemRow(our_plan_side(one), _drawn(by_ours[one.pk])) for one in unique),
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
            ItemRow(unit_side(unit, kind), _drawn(by_unit[kind, pk]))
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


_ORDER = (
    State.CONFIRMED, State.STALE, State.MISSING, State.NOT_OFFERED, State.SUGGESTED, State.REJECTED,
)  # fmt: skip


def _drawn(links: Iterable[AnyLink]) -> tuple[LinkRow, ...]:
    ordered = sorted(
        links, key=lambda one: (_ORDER.index(State(one.state)), -(one.score or 0), one.pk)
    )
    return tuple(draw(one) for one in ordered)


def draw(link: AnyLink) -> LinkRow:
    """One link as a row."""
    if isinstance(link, PlanLink):
        theirs = plan_side(link.carrier_plan) if link.carrier_plan else None
    else:
        theirs = option_side(link.option) if link.option else None
    reasons, doubts = wording.reasons(link.reasons)
    return LinkRow(
        pk=link.pk,
        state=link.state,
        state_label=str(State(link.state).label),
        theirs=theirs,
        percent=None if link.score is None else round(link.score * 100),
        reasons=tuple(reasons),
        doubts=tuple(doubts),
        changes=tuple(wording.changes(link.changes)),
        note=link.note,
        is_automatic=link.is_automatic,
        is_carried=link.carried_from_id is not None,
        decided_by=link.decided_by,
        decided_at=link.decided_at,
    )


def our_plan_side(plan: GroupPlan) -> Side:
    """A plan of ours with its benefit, its members and its days."""
    facts = (
        str(plan.benefit.get_line_display()),
        plan.benefit.name,
        wording.members(kinds.members_of(plan)),
        wording.days(plan.effective_date, plan.termination_date),
    )
    return Side(plan.pk, plan.name, (plan.code,) if plan.code else (), facts)


def plan_side(plan: CarrierPlan) -> Side:
    """A plan of the carrier's with its code and Noyo's ID, and what tells it apart."""
    facts = (
        str(plan.get_line_display()),
        *(one for one in (plan.plan_type.upper(), plan.network, plan.metal_tier.title()) if one),
        *wording.voluntary(plan.is_voluntary),
        wording.member_types(plan.member_types),
        wording.days(plan.effective_date, plan.termination_date),
    )
    numbers = (*([plan.code] if plan.code else []), plan.noyo_id)
    return Side(plan.pk, plan.name, numbers, facts, is_gone=plan.gone_at is not None)


def option_side(option: CarrierOption) -> Side:
    """An option of the carrier's with all of its identifiers, blank ones as such."""
    numbers = tuple(wording.identifier(key, text) for key, text in option.identifiers.items())
    facts = () if option.is_open else (wording.closed(),)
    return Side(
        option.pk, option.label or option.key, numbers, facts, is_gone=option.gone_at is not None
    )


def unit_side(unit: AnyUnit, kind: str) -> Side:
    """A class, division or location of ours with its code."""
    return Side(unit.pk, unit.name, (unit.code,), (wording.unit_kind(kind),), kind=kind)


def pane_links(mapping: Mapping, pane: Pane) -> QuerySet[Any]:
    """The links of a pane, for counts and for the history tab."""
    return kinds.MODELS[pane].objects.filter(mapping=mapping)


@dataclass(frozen=True)
class Missing:
    """Something to ask the carrier for."""

    carrier: str
    carrier_group_id: str
    kind: str
    name: str
    code: str
    since: date
    note: str = field(default="")


def missing(mapping: Mapping) -> list[Missing]:
    """What is missing at the carrier: the request that can be exported."""
    number = (
        GroupConnection.objects.filter(group=mapping.group_id, carrier=mapping.carrier_id)
        .order_by("-completed_at", "pk")
        .values_list("carrier_group_id", flat=True)
        .first()
        or ""
    )
    carrier = mapping.carrier.label
    plans = PlanLink.objects.filter(mapping=mapping, state=State.MISSING)
    found = [
        Missing(
            carrier, number, str(link.plan.benefit.get_line_display()), link.plan.name,
            link.plan.code, max(link.plan.effective_date, mapping.start_date), link.note,
        )
        for link in plans.select_related("plan__benefit").order_by("pk")
        if link.plan
    ]  # fmt: skip
    units = UnitLink.objects.filter(mapping=mapping, state=State.MISSING)
    for link in units.select_related(*kinds.UNIT_KINDS).order_by("pk"):
        _, kind, _ = kinds.unit_key(link)
        unit = getattr(link, kind)
        label = f"{wording.category(link.category)}: {wording.unit_kind(kind)}"
        found.append(
            Missing(carrier, number, label, unit.name, unit.code, mapping.start_date, link.note)
        )
    return found
