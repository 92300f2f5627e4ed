"""The two kinds of links by the name of their pane, and what a link is confirmed against."""

import hashlib
import json
from collections.abc import Mapping as Words
from enum import StrEnum

from groups.models import GroupPlan
from integrations.noyo import suggesting
from integrations.noyo.models import CarrierOption, CarrierPlan, PlanLink, UnitLink

UNIT_KINDS = ("benefit_class", "division", "location")
AnyLink = PlanLink | UnitLink


class Pane(StrEnum):
    """What is mapped: plans, or units onto the carrier's account structure."""

    PLANS = "plans"
    UNITS = "units"


MODELS: Words[Pane, type[PlanLink] | type[UnitLink]] = {Pane.PLANS: PlanLink, Pane.UNITS: UnitLink}


def members_of(plan: GroupPlan) -> frozenset[str]:
    """Whom a plan of ours covers: with coverage levels the whole family, else whom it names."""
    covers = frozenset({_COVERS[plan.benefit.covers]})
    is_family = plan.basis == GroupPlan.Basis.NONE and plan.benefit.covers == "subscriber"
    return suggesting.EVERYBODY if is_family else covers


_COVERS = {
    "subscriber": suggesting.EMPLOYEE,
    "spouse": suggesting.SPOUSE,
    "child": suggesting.CHILD,
}


def slots(link: PlanLink) -> frozenset[str]:
    """The members whom both plans of a pair cover."""
    if link.plan is None or link.carrier_plan is None:
        return frozenset()
    return members_of(link.plan) & suggesting.covered(link.carrier_plan.member_types)


def option_digest(option: CarrierOption) -> bytes:
    """What an option is confirmed against: everything told about it."""
    told = {"parts": option.parts, "label": option.label, "open": option.is_open}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).digest()


def digest_of(link: AnyLink) -> bytes | None:
    """What a link would be confirmed against now."""
    if isinstance(link, PlanLink):
        return bytes(link.carrier_plan.digest) if link.carrier_plan else None
    return option_digest(link.option) if link.option else None


def other_side(link: AnyLink) -> CarrierPlan | CarrierOption | None:
    """The carrier's side of a link."""
    return link.carrier_plan if isinstance(link, PlanLink) else link.option


def unit_key(link: UnitLink) -> tuple[str, str, int]:
    """Names the unit of a link within its category: the category, the kind of unit, its key."""
    kind = next((kind for kind in UNIT_KINDS if getattr(link, f"{kind}_id")), "")
    return link.category, kind, getattr(link, f"{kind}_id") if kind else 0
