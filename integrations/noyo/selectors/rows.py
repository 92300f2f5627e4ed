"""Links and both of their sides as rows of the studio: names, numbers, facts, reasons in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from agencyhub.accounts.models import User
from groups.models import GroupPlan
from integrations.noyo import links as kinds
from integrations.noyo import wording
from integrations.noyo.links import AnyLink
from integrations.noyo.models import CarrierOption, CarrierPlan, Link, PlanLink
from integrations.noyo.selectors.sources import AnyUnit

State = Link.State


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


_ORDER = (
    State.CONFIRMED, State.STALE, State.MISSING, State.NOT_OFFERED, State.SUGGESTED, State.REJECTED,
)  # fmt: skip


def drawn(links: Iterable[AnyLink]) -> tuple[LinkRow, ...]:
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
