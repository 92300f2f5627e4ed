"""Which of the carrier's members is which of our people: scores, reasons, and who must wait. Pure.

Employees are compared within their group, dependents within a linked employee. What links by itself
agrees in so much that nobody has to look, with nothing against it and nobody else as good, on
either side; everything else that is alike waits for a person.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import product

from django.utils.translation import gettext_noop
from rapidfuzz.distance import OSA

from commissions.matching import names
from commissions.matching.reasons import Reason

MOST_IN_A_BLOCK = 40
"""More people who share one thing, such as a common name, are told apart by something else."""
LEAST = 0.5


class Why(StrEnum):
    """What speaks for or against that two are one person. Stored: never renamed."""

    NUMBER_SAME = "number_same"
    NUMBER_OTHER = "number_other"
    SSN_SAME = "ssn_same"
    SSN_OTHER = "ssn_other"
    NAME_SAME = "name_same"
    NAME_ALIKE = "name_alike"
    NAME_SWAPPED = "name_swapped"
    FIRST_SAME = "first_same"
    LAST_SAME = "last_same"
    NAME_OTHER = "name_other"
    BORN_SAME = "born_same"
    BORN_SWAPPED = "born_swapped"
    BORN_NEAR = "born_near"
    BORN_OTHER = "born_other"
    RELATION_OTHER = "relation_other"
    FAMILY_SAME = "family_same"
    SEVERAL = "several"


WORDS: Mapping[str, str] = {
    Why.NUMBER_SAME: gettext_noop("the number that we gave to Noyo"),
    Why.NUMBER_OTHER: gettext_noop("but Noyo has another of our numbers"),
    Why.SSN_SAME: gettext_noop("same SSN"),
    Why.SSN_OTHER: gettext_noop("but another SSN"),
    Why.NAME_SAME: gettext_noop("same name"),
    Why.NAME_ALIKE: gettext_noop("similar name"),
    Why.NAME_SWAPPED: gettext_noop("first and last name swapped"),
    Why.FIRST_SAME: gettext_noop("same first name"),
    Why.LAST_SAME: gettext_noop("same last name"),
    Why.NAME_OTHER: gettext_noop("but another name"),
    Why.BORN_SAME: gettext_noop("same date of birth"),
    Why.BORN_SWAPPED: gettext_noop("day and month of birth swapped"),
    Why.BORN_NEAR: gettext_noop("date of birth differs by one digit"),
    Why.BORN_OTHER: gettext_noop("but another date of birth"),
    Why.RELATION_OTHER: gettext_noop("but another relationship"),
    Why.FAMILY_SAME: gettext_noop("same employee's family"),
    Why.SEVERAL: gettext_noop("several people fit as well"),
}
AGAINST = frozenset({
    Why.NUMBER_OTHER, Why.SSN_OTHER, Why.NAME_OTHER, Why.BORN_OTHER, Why.RELATION_OTHER,
})  # fmt: skip


@dataclass(frozen=True)
class Person:
    """What is compared of somebody, on either side.

    ``first`` and ``last`` are in normal form; ``ssn`` is the blind index; ``number`` is what we
    gave to Noyo; ``relation`` is blank for employees and where it is not known.
    """

    pk: int
    first: str
    last: str
    born: date | None = None
    ssn: bytes = field(default=b"", repr=False)
    number: str = ""
    relation: str = ""


@dataclass(frozen=True)
class Likeness:
    """How alike two are, 0 to 1, and why; ``is_certain`` when it needs nobody's look."""

    score: float
    reasons: tuple[Why, ...]
    is_certain: bool


@dataclass(frozen=True)
class Found:
    """One of ours and one of the carrier's; ``is_linked`` by itself, or to be reviewed."""

    ours: int
    theirs: int
    score: float
    reasons: tuple[Why, ...]
    is_linked: bool


def normal(first: str, last: str) -> tuple[str, str]:
    """A first and a last name as ``Person`` holds them."""
    return names.given_form(first), names.family_form(last)[0]


def compare(one: Person, other: Person, *, is_family: bool = False) -> Likeness:
    """Say how likely two are one person, whichever comes first.

    ``is_family``: both are dependents of one employee.
    """
    number, ssn = _number(one, other), _ssn(one, other)
    name, born = _name(one, other), _born(one.born, other.born)
    relation = one.relation and other.relation and one.relation != other.relation
    family = [Why.FAMILY_SAME] if is_family else []
    reasons = [*number, *ssn, *name, *born, *family, *([Why.RELATION_OTHER] if relation else [])]
    score = sum(_POINTS[why] for why in reasons)
    has_doubt = any(why in AGAINST for why in reasons)
    is_certain = not has_doubt and any(all(why in reasons for why in enough) for enough in _ENOUGH)
    return Likeness(max(0.0, min(1.0, round(score, 3))), tuple(reasons), is_certain)


def link(
    ours: Sequence[Person],
    theirs: Sequence[Person],
    *,
    never: Set[tuple[int, int]] = frozenset(),
    is_family: bool = False,
) -> list[Found]:
    """Compare everybody who may be one person; answer what is linked or worth a look.

    ``never`` are pairs of keys, ours first, that somebody said are two people. The order of the two
    lists makes no difference.
    """
    mine, yours = {one.pk: one for one in ours}, {one.pk: one for one in theirs}
    pairs = {
        (a, b): found
        for a, b in _candidates(ours, theirs, is_family=is_family)
        if (a, b) not in never
        and (found := compare(mine[a], yours[b], is_family=is_family)).score >= LEAST
    }
    certain = {pair for pair, found in pairs.items() if found.is_certain}
    rivals = _crowded(certain)
    settled = certain - rivals
    taken_mine, taken_yours = {a for a, _ in settled}, {b for _, b in settled}
    answer = []
    for (a, b), found in sorted(pairs.items()):
        is_linked = (a, b) in settled
        if not is_linked and (a in taken_mine or b in taken_yours):
            continue
        several = (Why.SEVERAL,) if (a, b) in rivals else ()
        answer.append(Found(a, b, found.score, found.reasons + several, is_linked))
    return answer


def _crowded(certain: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of the pairs of which a side is in another pair as well."""
    by_mine, by_yours = Counter(a for a, _ in certain), Counter(b for _, b in certain)
    return {(a, b) for a, b in certain if by_mine[a] > 1 or by_yours[b] > 1}


def _candidates(
    ours: Sequence[Person], theirs: Sequence[Person], *, is_family: bool
) -> Iterator[tuple[int, int]]:
    """Pairs that share something that few others share; of a family everybody."""
    if is_family:
        yield from product((one.pk for one in ours), (one.pk for one in theirs))
        return
    blocks: dict[tuple[object, ...], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, people in enumerate((ours, theirs)):
        for person in people:
            for key in _keys(person):
                blocks[key][side].append(person.pk)
    seen: set[tuple[int, int]] = set()
    for mine, yours in blocks.values():
        if len(mine) <= MOST_IN_A_BLOCK and len(yours) <= MOST_IN_A_BLOCK:
            seen.update(product(mine, yours))
    yield from seen


def _keys(person: Person) -> Iterator[tuple[object, ...]]:
    if person.number:
        yield "number", person.number
    if person.ssn:
        yield "ssn", person.ssn
    if person.first and person.last:
        yield "name", *sorted((person.first, person.last))
    if person.born:
        yield "born", person.born
        yield "last born", person.last, person.born
        yield "first born", person.first, person.born
        yield "last and year", person.last, person.born.year
        yield "last and day", person.last, *sorted((person.born.month, person.born.day))


def _number(one: Person, other: Person) -> list[Why]:
    if not one.number or not other.number:
        return []
    return [Why.NUMBER_SAME if one.number == other.number else Why.NUMBER_OTHER]


def _ssn(one: Person, other: Person) -> list[Why]:
    if not one.ssn or not other.ssn:
        return []
    return [Why.SSN_SAME if one.ssn == other.ssn else Why.SSN_OTHER]


def _name(one: Person, other: Person) -> list[Why]:
    if not (one.first and one.last and other.first and other.last):
        return []
    first = names.compare_given(one.first, other.first)
    last = names.compare_family(one.last, other.last)
    same_last = last in (Reason.LAST_SAME, Reason.LAST_COMMON)
    if first == Reason.FIRST_SAME and same_last:
        return [Why.NAME_SAME]
    if names.are_swapped(one.first, one.last, other.first, other.last):
        return [Why.NAME_SWAPPED]
    first_differs = first in (Reason.FIRST_OTHER, Reason.FIRST_INITIAL)
    if last == Reason.LAST_OTHER:
        return [Why.FIRST_SAME] if first == Reason.FIRST_SAME else [Why.NAME_OTHER]
    if first_differs:
        return [Why.LAST_SAME] if same_last else [Why.NAME_OTHER]
    return [Why.NAME_ALIKE]


def _born(one: date | None, other: date | None) -> list[Why]:
    if one is None or other is None:
        return []
    if one == other:
        return [Why.BORN_SAME]
    if one.year == other.year and (one.month, one.day) == (other.day, other.month):
        return [Why.BORN_SWAPPED]
    if OSA.distance(f"{one:%Y%m%d}", f"{other:%Y%m%d}", score_cutoff=1) <= 1:
        return [Why.BORN_NEAR]
    return [Why.BORN_OTHER]


# So that two of name, date of birth and SSN suffice for a look, and one does not.
_POINTS: Mapping[Why, float] = {
    Why.NUMBER_SAME: 0.5,
    Why.NUMBER_OTHER: -0.1,
    Why.SSN_SAME: 0.55,
    Why.SSN_OTHER: -0.25,
    Why.NAME_SAME: 0.45,
    Why.NAME_ALIKE: 0.35,
    Why.NAME_SWAPPED: 0.35,
    Why.FIRST_SAME: 0.2,
    Why.LAST_SAME: 0.15,
    Why.NAME_OTHER: -0.2,
    Why.BORN_SAME: 0.4,
    Why.BORN_SWAPPED: 0.25,
    Why.BORN_NEAR: 0.2,
    Why.BORN_OTHER: -0.2,
    Why.RELATION_OTHER: -0.15,
    Why.FAMILY_SAME: 0.2,
}
# What nobody has to look at, unless something speaks against it. The last name alone is not enough
# beside an SSN: a spouse is easily entered with the employee's.
_ENOUGH: tuple[frozenset[Why], ...] = tuple(
    frozenset(enough)
    for enough in (
        *product((Why.NUMBER_SAME, Why.SSN_SAME), (Why.NAME_SAME, Why.NAME_ALIKE, Why.FIRST_SAME)),
        (Why.NAME_SAME, Why.BORN_SAME),
        (Why.FAMILY_SAME, Why.FIRST_SAME, Why.BORN_SAME),
        (Why.FAMILY_SAME, Why.NAME_ALIKE, Why.BORN_SAME),
    )
)
