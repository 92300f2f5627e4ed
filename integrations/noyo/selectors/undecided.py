"""How many of ours each mapping still waits for, for a page of mappings at once."""

from collections import Counter, defaultdict
from collections.abc import Mapping as Words
from collections.abc import Sequence

from integrations.noyo.links import UNIT_KINDS
from integrations.noyo.models import Link, PlanLink, UnitLink
from integrations.noyo.selectors import sources

State = Link.State
DECIDED = {State.CONFIRMED, *Link.ALONE}


def undecided(pks: Sequence[int]) -> Words[int, int]:
    """Plans and units to decide about, by mapping; a mapping that waits for none is left out.

    They are what the two panes of the studio say: plans that nothing is decided about, whether or
    not anything is suggested for them, and units with a link that somebody has to look at.
    """
    return _plans(pks) + _units(pks)


def _plans(pks: Sequence[int]) -> Counter[int]:
    states: dict[tuple[int, int], set[str]] = defaultdict(set)
    for mapping, plan in sources.our_plans_of(pks):
        states[mapping, plan] = set()
    links = PlanLink.objects.filter(mapping__in=pks, plan__isnull=False).order_by()
    for mapping, plan, state in links.values_list("mapping", "plan", "state"):
        states[mapping, plan].add(state)
    return Counter(mapping for (mapping, _), said in states.items() if not _is_decided(said))


def _is_decided(said: set[str]) -> bool:
    return State.STALE not in said and not DECIDED.isdisjoint(said)


def _units(pks: Sequence[int]) -> Counter[int]:
    waiting = UnitLink.objects.filter(mapping__in=pks, state__in=(State.SUGGESTED, State.STALE))
    rows = waiting.order_by().values_list("mapping", "category", *UNIT_KINDS).distinct()
    return Counter(mapping for mapping, *_ in rows)
