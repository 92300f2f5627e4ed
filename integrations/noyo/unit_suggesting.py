"""Which option of a carrier's category is which of our classes, divisions or locations. Pure.

A pair links by itself only by an identifier that is exactly our code, with a name that is alike, in
a category of that kind, and with nothing else like it on either side: labels repeat, and both sides
number their classes 1, 2, 3.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from integrations.noyo import alike
from integrations.noyo.reasons import Why
from integrations.noyo.suggesting import ALIKE, MOST_FOR_ONE, Suggestion

BENEFIT_CLASS, DIVISION, LOCATION = "benefit_class", "division", "location"
_KINDS = (
    (("location", "site", "branch", "office"), (LOCATION,)),
    (("division", "department", "subgroup", "bill"), (DIVISION,)),
    (("class", "member_group", "category"), (BENEFIT_CLASS,)),
)
LEAST = 0.25
_CODE, _NAME, _KIND, _STATE, _BEST, _CARRIED, _TAKEN = 0.45, 0.45, 0.05, 0.25, 0.05, 0.5, 0.1


@dataclass(frozen=True)
class Unit:
    """A class, a division or a location of ours; ``state`` is a location's."""

    kind: str
    pk: int
    code: str
    name: str
    state: str = ""


@dataclass(frozen=True)
class Option:
    """An option of one category: its label, and the texts of its identifiers."""

    pk: int
    label: str
    identifiers: tuple[str, ...] = ()


def fitting_kinds(category: str) -> tuple[str, ...]:
    """Which of our kinds of units a carrier's category sorts by, judged by its name."""
    name = category.lower()
    return next(
        (kinds for words, kinds in _KINDS if any(word in name for word in words)),
        (BENEFIT_CLASS, DIVISION, LOCATION),
    )


def suggest(
    category: str,
    units: Sequence[Unit],
    options: Sequence[Option],
    *,
    never: Set[tuple[str, int, int]] = frozenset(),
    carried: Set[tuple[str, int, int]] = frozenset(),
) -> list[tuple[Unit, Suggestion]]:
    """Options of a category for our units, best first; ``Suggestion.ours`` is the unit's key.

    ``never`` and ``carried`` are kind, unit and option. The order of the lists makes no difference.
    """
    kinds = fitting_kinds(category)
    scores: dict[tuple[Unit, Option], tuple[float, list[Why]]] = {}
    for unit in sorted(units, key=lambda one: (one.kind, one.pk)):
        for option in sorted(options, key=lambda one: one.pk):
            if (unit.kind, unit.pk, option.pk) in never:
                continue
            score, why = _compare(unit, option, is_kind=unit.kind in kinds)
            if (unit.kind, unit.pk, option.pk) in carried:
                score, why = score + _CARRIED, [*why, Why.CARRIED]
            if unit.kind in kinds or {Why.CODE_SAME, Why.CARRIED} & set(why):
                scores[unit, option] = score, why
    certain = _certain(scores, units, options)
    return list(_chosen(scores, certain))


def _compare(unit: Unit, option: Option, *, is_kind: bool) -> tuple[float, list[Why]]:
    likeness = alike.likeness(alike.unit_words(unit.name), alike.unit_words(option.label))
    reasons = []
    score = _NAME * likeness
    if unit.code and unit.code in option.identifiers:
        score += _CODE
        reasons.append(Why.CODE_SAME)
    if likeness >= 0.95:  # noqa: PLR2004 - all but a typo
        reasons.append(Why.NAME_SAME)
    else:
        reasons.append(Why.NAME_ALIKE if likeness >= ALIKE else Why.NAME_OTHER)
    if is_kind:
        score += _KIND
        reasons.append(Why.KIND_SAME)
    if unit.state and f"us{unit.state.lower()}" in alike.unit_words(option.label):
        score += _STATE
        reasons.append(Why.STATE_SAME)
    return score, reasons


def _certain(
    scores: dict[tuple[Unit, Option], tuple[float, list[Why]]],
    units: Sequence[Unit],
    options: Sequence[Option],
) -> set[tuple[Unit, Option]]:
    codes = Counter(one.code for one in units)
    numbers = Counter(text for one in options for text in set(one.identifiers))
    labels = Counter(_plain(one.label) for one in options)
    return {
        (unit, option)
        for (unit, option), (_, why) in scores.items()
        if {Why.CODE_SAME, Why.KIND_SAME} <= set(why)
        and Why.NAME_OTHER not in why
        and codes[unit.code] == 1
        and numbers[unit.code] == 1
        and labels[_plain(option.label)] == 1
    }


def _plain(label: str) -> str:
    return " ".join(label.lower().split())


def _chosen(
    scores: dict[tuple[Unit, Option], tuple[float, list[Why]]],
    certain: Set[tuple[Unit, Option]],
) -> Iterator[tuple[Unit, Suggestion]]:
    """For each unit the best few; those that are the best of both sides stand before others."""
    by_unit: dict[Unit, list[tuple[float, Option]]] = defaultdict(list)
    by_option: dict[Option, list[float]] = defaultdict(list)
    for (unit, option), (score, _) in scores.items():
        by_unit[unit].append((score, option))
        by_option[option].append(score)
    for unit, found in by_unit.items():
        rows = []
        for score, option in found:
            why = list(scores[unit, option][1])
            values = [round(one, 6) for one, _ in found]
            others = [round(one, 6) for one in by_option[option]]
            mine = round(score, 6)
            total = score
            if values.count(mine) == 1 == others.count(mine) and mine == max(values) == max(others):
                total, why = score + _BEST, [*why, Why.BEST_OF_BOTH]
            elif mine < max(others):
                total, why = score - _TAKEN, [*why, Why.TAKEN]
            rows.append((total, option, why))
        rows.sort(key=lambda one: (-one[0], one[1].pk))
        for place, (total, option, why) in enumerate(rows):
            is_certain = (unit, option) in certain
            if is_certain or (place < MOST_FOR_ONE and total >= LEAST):
                score = max(0.0, min(1.0, round(total, 3)))
                yield unit, Suggestion(unit.pk, option.pk, score, tuple(why), is_certain)
