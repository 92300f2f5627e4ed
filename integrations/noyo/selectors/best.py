"""Which suggestions may be accepted together: the best of each of ours, with no equal beside."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from decimal import Decimal

from integrations.noyo import links as kinds
from integrations.noyo.links import AnyLink, Pane
from integrations.noyo.models import Link, Mapping, PlanLink, UnitLink

State = Link.State


def unrivalled(mapping: Mapping, pane: Pane, *, threshold: Decimal) -> list[int]:
    """The keys of suggestions of at least this score that nothing equals, for any of their members.

    Of plans, ours and the carrier's are each taken once for the same members; several of our units
    may have one option.
    """
    links: Iterable[AnyLink]
    if pane == Pane.PLANS:
        rows = PlanLink.objects.select_related("plan__benefit", "carrier_plan")
        links = list(rows.filter(mapping=mapping, plan__isnull=False, carrier_plan__isnull=False))
    else:
        links = list(UnitLink.objects.filter(mapping=mapping, option__isnull=False))
    claims: dict[Hashable, list[AnyLink]] = defaultdict(list)
    for link in links:
        if link.state in (State.SUGGESTED, State.CONFIRMED, State.STALE):
            for place in _places(link):
                claims[place].append(link)
    return [
        link.pk
        for link in links
        if link.state == State.SUGGESTED
        and link.score is not None
        and link.score >= threshold
        and all(_is_best(link, claims[place]) for place in _places(link))
    ]


def _places(link: AnyLink) -> list[Hashable]:
    """What only one link can hold."""
    if isinstance(link, UnitLink):
        return [kinds.unit_key(link)]
    slots = sorted(kinds.slots(link))
    return [
        place
        for slot in slots
        for place in (("ours", link.plan_id, slot), ("theirs", link.carrier_plan_id, slot))
    ]


def _is_best(link: AnyLink, claims: Iterable[AnyLink]) -> bool:
    """Whether nothing else is confirmed there, stale there, or scored as high."""
    return all(
        other.state == State.SUGGESTED and (other.score or 0) < (link.score or 0)
        for other in claims
        if other.pk != link.pk
    )
