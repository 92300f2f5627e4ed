"""Which of the carrier's plans is which of ours: scores, reasons, and what needs nobody. Pure.

Only plans of one line whose days overlap are compared, and only for members that both cover: the
carrier may have one plan for employees and one for dependents where we have one for all. A pair
links by itself only by the carrier's exact code, with nothing against it and no other plan of that
code, on either side, for the same members.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from integrations.noyo import alike
from integrations.noyo.reasons import CONTRADICTIONS, POINTS, Why

EMPLOYEE, SPOUSE, CHILD = "employee", "spouse", "child"
EVERYBODY = frozenset({EMPLOYEE, SPOUSE, CHILD})
# Source: eligible_member_types of Noyo's published API (reference/groups_eoi.md A5.5).
COVERED: Mapping[str, frozenset[str]] = {
    "all": EVERYBODY,
    "employee": frozenset({EMPLOYEE}),
    "spouse": frozenset({SPOUSE}),
    "domestic-partner": frozenset({SPOUSE}),
    "child": frozenset({CHILD}),
    "employee-with-dependents": EVERYBODY,
}
DISCONTINUED = "discontinued"
LEAST = 0.2
MOST_FOR_ONE = 3
SHORT_CODE = 2
"""Codes this short are counted through by carriers and agencies alike: equal by chance."""
ALIKE = 0.5


_LINE, _NAME = 0.1, 0.4


@dataclass(frozen=True)
class OurPlan:
    """What is compared of a plan of ours. ``text`` is its name and its benefit's."""

    pk: int
    line: str
    text: str
    code: str
    members: frozenset[str]
    start: date
    end: date | None = None


@dataclass(frozen=True)
class TheirPlan:
    """What is compared of a carrier's plan; ``members`` are those that it covers."""

    pk: int
    line: str
    name: str
    code: str = ""
    plan_type: str = ""
    network: str = ""
    metal: str = ""
    is_voluntary: bool | None = None
    members: frozenset[str] = EVERYBODY
    status: str = "active"
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Suggestion:
    """A pair worth a look, 0 to 1; ``is_certain`` when it may be linked unseen."""

    ours: int
    theirs: int
    score: float
    reasons: tuple[Why, ...]
    is_certain: bool = False


@dataclass
class _Pair:
    ours: OurPlan
    theirs: TheirPlan
    reasons: list[Why]
    likeness: float
    slots: frozenset[str]
    score: float = field(init=False)

    def __post_init__(self) -> None:
        self.score = _LINE + _NAME * self.likeness + sum(POINTS.get(why, 0) for why in self.reasons)

    def sides(self) -> tuple[tuple[str, int], tuple[str, int]]:
        return ("ours", self.ours.pk), ("theirs", self.theirs.pk)

    def places(self) -> Iterator[tuple[tuple[str, int], str]]:
        yield from product(self.sides(), sorted(self.slots))

    def add(self, why: Why) -> None:
        self.reasons.append(why)
        self.score += POINTS[why]


def covered(member_types: Iterable[str]) -> frozenset[str]:
    """Whom Noyo's member types cover; everybody where none is said that we know."""
    found = frozenset[str]().union(*(COVERED.get(one, frozenset()) for one in member_types))
    return found or EVERYBODY


def suggest(
    ours: Sequence[OurPlan],
    theirs: Sequence[TheirPlan],
    *,
    never: Set[tuple[int, int]] = frozenset(),
    carried: Set[tuple[int, int]] = frozenset(),
) -> list[Suggestion]:
    """Pairs of plans of one carrier that may belong together, best first for each of ours.

    ``never`` are pairs of keys that somebody rejected, ``carried`` those that were confirmed for
    the plan year before. The order of the two lists makes no difference.
    """
    by_line: dict[str, tuple[list[OurPlan], list[TheirPlan]]] = defaultdict(lambda: ([], []))
    for our in sorted(ours, key=lambda one: one.pk):
        by_line[our.line][0].append(our)
    for their in sorted(theirs, key=lambda one: one.pk):
        if their.status != DISCONTINUED:
            by_line[their.line][1].append(their)
    found: list[Suggestion] = []
    for mine, yours in by_line.values():
        pairs = [pair for pair in _pairs(mine, yours) if _keys(pair) not in never]
        for pair in pairs:
            if _keys(pair) in carried:
                pair.add(Why.CARRIED)
        _settle(pairs)
        found += _chosen(pairs, _certain(pairs, mine, yours))
    return sorted(found, key=lambda one: (one.ours, -one.score, one.theirs))


def _keys(pair: _Pair) -> tuple[int, int]:
    return pair.ours.pk, pair.theirs.pk


def _pairs(mine: Sequence[OurPlan], yours: Sequence[TheirPlan]) -> Iterator[_Pair]:
    words = {their.pk: alike.plan_words(f"{their.name} {their.network}") for their in yours}
    shared = Counter(word for one in words.values() for word in one)
    for our in mine:
        for their in yours:
            slots = our.members & their.members
            if slots and _overlap(our, their):
                yield _compare(our, their, words[their.pk], shared, slots)


def _overlap(our: OurPlan, their: TheirPlan) -> bool:
    begins_late = their.start is not None and our.end is not None and their.start > our.end
    return not begins_late and (their.end is None or our.start <= their.end)


def _compare(
    our: OurPlan,
    their: TheirPlan,
    their_words: frozenset[str],
    shared: Mapping[str, int],
    slots: frozenset[str],
) -> _Pair:
    our_words = alike.plan_words(our.text)
    likeness = alike.likeness(our_words, their_words, common=shared)
    reasons = [
        *_code(our, their),
        _name(likeness),
        *_kind(our_words, their),
        *_degree(our_words, their_words),
        Why.MEMBERS_SAME if our.members == their.members else Why.MEMBERS_PART,
        *([Why.START_SAME] if our.start == their.start else []),
    ]
    return _Pair(our, their, reasons, likeness, slots)


def _code(our: OurPlan, their: TheirPlan) -> list[Why]:
    if not our.code or not their.code:
        return []
    return [Why.CODE_SAME if our.code == their.code else Why.CODE_OTHER]


def _name(likeness: float) -> Why:
    if likeness >= 0.95:  # noqa: PLR2004 - all but a typo
        return Why.NAME_SAME
    return Why.NAME_ALIKE if likeness >= ALIKE else Why.NAME_OTHER


def _kind(our_words: frozenset[str], their: TheirPlan) -> Iterator[Why]:
    """Type, network, metal and whether it is voluntary: what our name says of them."""
    types = our_words & alike.TYPES
    if types and (plan_type := their.plan_type.lower()) in alike.TYPES:
        yield Why.TYPE_SAME if plan_type in types else Why.TYPE_OTHER
    metals = our_words & alike.METALS
    if metals and (metal := their.metal.lower()):
        yield Why.METAL_SAME if metal in metals else Why.METAL_OTHER
    network = alike.plan_words(their.network)
    if network and network <= our_words:
        yield Why.NETWORK_SAME
    said = {"voluntary": True, "basic": False}
    ours = {said[word] for word in our_words & said.keys()}
    if len(ours) == 1 and their.is_voluntary is not None:
        yield Why.VOLUNTARY_SAME if their.is_voluntary in ours else Why.VOLUNTARY_OTHER


def _degree(ours: frozenset[str], theirs: frozenset[str]) -> Iterator[Why]:
    for known, other in ((alike.LEVELS, Why.LEVEL_OTHER), (alike.METALS, Why.METAL_OTHER)):
        if ours & known and theirs & known and not ours & theirs & known:
            yield other
    our_amounts, their_amounts = alike.amounts(ours), alike.amounts(theirs)
    if our_amounts and their_amounts and not our_amounts & their_amounts:
        yield Why.AMOUNT_OTHER


def _settle(pairs: Sequence[_Pair]) -> None:
    """Let pairs that are each other's best, round by round, stand before those they leave over."""
    claims = Counter(place for pair in pairs for place in pair.places())
    for pair in pairs:
        if all(claims[place] == 1 for place in pair.places()):
            pair.add(Why.ONLY_ONE)
    settled: set[tuple[int, int]] = set()
    left: set[tuple[int, int]] = set()
    for slot in sorted(EVERYBODY):
        rest = [pair for pair in pairs if slot in pair.slots]
        while best := _best_of_both(rest):
            mine = {pair.ours.pk for pair in best}
            yours = {pair.theirs.pk for pair in best}
            settled |= set(map(_keys, best))
            taken = [p for p in rest if p.ours.pk in mine or p.theirs.pk in yours]
            left |= set(map(_keys, taken))
            rest = [p for p in rest if p.ours.pk not in mine and p.theirs.pk not in yours]
    for pair in pairs:
        if _keys(pair) in settled:
            pair.add(Why.BEST_OF_BOTH)
        elif _keys(pair) in left:
            pair.add(Why.TAKEN)


def _best_of_both(pairs: Sequence[_Pair]) -> list[_Pair]:
    """Those that no other pair of either side equals."""
    scores: dict[tuple[str, int], list[float]] = defaultdict(list)
    for pair in pairs:
        for side in pair.sides():
            scores[side].append(round(pair.score, 6))
    best = {side: max(found) for side, found in scores.items() if found.count(max(found)) == 1}
    return [
        pair
        for pair in pairs
        if all(best.get(side) == round(pair.score, 6) for side in pair.sides())
    ]


def _certain(
    pairs: Sequence[_Pair], mine: Sequence[OurPlan], yours: Sequence[TheirPlan]
) -> set[tuple[int, int]]:
    """Pairs of one exact code that no other plan of the line has for the same members."""
    ours = Counter((one.code, slot) for one in mine for slot in one.members)
    theirs = Counter((one.code, slot) for one in yours for slot in one.members)
    return {
        _keys(pair)
        for pair in pairs
        if Why.CODE_SAME in pair.reasons
        and not CONTRADICTIONS & set(pair.reasons)
        and (len(pair.ours.code) > SHORT_CODE or pair.likeness >= ALIKE)
        and all(
            ours[pair.ours.code, slot] == 1 and theirs[pair.ours.code, slot] == 1
            for slot in pair.slots
        )
    }


def _chosen(pairs: Sequence[_Pair], certain: Set[tuple[int, int]]) -> Iterator[Suggestion]:
    """For each plan of ours and each kind of member the best few."""
    kept: set[tuple[int, int]] = set(certain)
    of_ours: dict[tuple[int, str], list[_Pair]] = defaultdict(list)
    for pair in pairs:
        for slot in pair.slots:
            of_ours[pair.ours.pk, slot].append(pair)
    for rivals in of_ours.values():
        best = sorted(rivals, key=lambda one: (-one.score, one.theirs.pk))[:MOST_FOR_ONE]
        kept |= {_keys(pair) for pair in best if pair.score >= LEAST}
    for pair in pairs:
        if _keys(pair) in kept:
            score = max(0.0, min(1.0, round(pair.score, 3)))
            yield Suggestion(*_keys(pair), score, tuple(pair.reasons), _keys(pair) in certain)
