"""People whose name resembles a mistyped one, in the order of PostgreSQL's trigram similarity.

Exactly the first people whom sorting everybody by similarity would give, found through the few
ten thousand names that people have instead of through the people.
"""
# ruff: noqa: S608 - values are parameters; the rest is made of constants

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from individuals.models import Term
from individuals.searching_typos import Pair, Side, may_suffice, resemblance, trigrams
from individuals.selectors_search.names import (
    ALONE,
    CANDIDATE,
    TOGETHER,
    Known,
    Spelling,
    slips,
)
from individuals.selectors_search.parts import BY_NAME, BY_TERM, People

FEW_PAIRS = 48
MOST_PAIRS = 200
# Similarities are floats of four bytes.
SLACK = 0.001
_FULL = "similarity(first_name_key || ' ' || last_name_key, %s)"
_ONE = "greatest(similarity(last_name_key, %s), similarity(first_name_key, %s))"
Score = tuple[float, str, str]


def resembling(people: People, spelling: Spelling, *, limit: int) -> list[int]:
    """Keys of the first ``limit`` people who resemble what was typed, the most alike first."""
    if people.is_small:
        return _each(people, spelling, limit)
    if spelling.is_full:
        return _Full(people, spelling, limit).find()
    return _by_one_name(people, spelling.alike, limit)


def _each(people: People, spelling: Spelling, limit: int) -> list[int]:
    """Compare everybody."""
    alike, least, times = (_FULL, TOGETHER, 1) if spelling.is_full else (_ONE, ALONE, 2)
    statement = (
        f"SELECT id FROM {people.table} WHERE {alike} >= %s AND ({people.condition})"
        f" ORDER BY {alike} DESC, {BY_NAME} LIMIT %s"
    )
    typed = [spelling.text] * times
    return [key for (key,) in people.ask(statement, [*typed, least, *people.params, *typed, limit])]


def confused(people: People, spelling: Spelling, *, limit: int) -> list[int]:
    """People whose names are a slip or two away from each typed word."""
    if people.is_small:
        return _each_near(people, spelling, limit) if spelling.is_long else []
    near = spelling.near
    if not near:
        return []
    if not spelling.is_full:
        return _by_one_name(people, {known: -place for place, known in enumerate(near[0])}, limit)
    names = [
        f"{first.key} {last.key}"
        for some, others in ((near[0], near[-1]), (near[-1], near[0]))
        for first, last in product(some, others)
        if last.is_last and not first.is_last
    ]
    found = _called(people, list(dict.fromkeys(names))[:MOST_PAIRS], limit)
    return [key for _, key in found][:limit]


def _each_near(people: People, spelling: Spelling, limit: int) -> list[int]:
    """Compare everybody."""
    words = spelling.text.split()
    statement = (
        f"SELECT id, first_name_key, last_name_key FROM {people.table} WHERE {people.condition}"
        f" ORDER BY {BY_NAME}"
    )
    found: list[tuple[int, int, int]] = []
    for pk, first, last in people.ask(statement, people.params):
        pairs_of_names = ((first, last), (last, first)) if len(words) > 1 else ((first,), (last,))
        ends = (words[0], words[-1]) if len(words) > 1 else (words[0],)
        ways = (list(map(slips, ends, names)) for names in pairs_of_names)
        away = [sum(filter(None, way)) for way in ways if None not in way]
        if away:
            found.append((min(away), len(found), pk))
    return [pk for *_, pk in sorted(found)[:limit]]


def _called(people: People, names: list[str], limit: int) -> Iterator[tuple[str, int]]:
    """The first people of each name, in the order of the names."""
    statement = (
        "SELECT wanted.name, hit.id FROM unnest(%s::text[]) WITH ORDINALITY AS wanted(name, place)"
        f" CROSS JOIN LATERAL (SELECT id FROM {people.source(BY_TERM)}"
        f" WHERE kind = {Term.Kind.NAME.value} AND term = wanted.name AND {people.among(BY_TERM)}"
        " ORDER BY person_id LIMIT %s) AS hit ORDER BY wanted.place, hit.id"
    )
    return people.ask(statement, [names, *people.params, limit])


def _by_one_name(people: People, names: dict[Known, float], limit: int) -> list[int]:
    """The first people of each name, those of the names with the highest score first."""
    last = f"SELECT id, {BY_NAME.removesuffix(', id')} FROM {people.table}"
    first = f"SELECT id, {BY_NAME.removesuffix(', id')} FROM {people.source(BY_TERM)}"
    statement = (
        "SELECT wanted.key, wanted.is_last, hit.* FROM unnest(%s::text[], %s::boolean[])"
        " AS wanted(key, is_last) CROSS JOIN LATERAL ("
        f"({last} WHERE wanted.is_last AND last_name_key = wanted.key AND {people.among()}"
        f" ORDER BY {BY_NAME} LIMIT %s) UNION ALL"
        f" ({first} WHERE NOT wanted.is_last AND kind = {Term.Kind.NAME.value}"
        " AND term >= wanted.key || ' ' AND term < wanted.key || '!'"
        f" AND {people.among(BY_TERM)} ORDER BY {BY_TERM} LIMIT %s)) AS hit"
    )
    keys, kinds = [name.key for name in names], [name.is_last for name in names]
    params = [keys, kinds, *people.params, limit, *people.params, limit]
    best: dict[int, Score] = {}
    for key, is_last, pk, own_last, own_first in people.ask(statement, params):
        score = names[Known(key, is_last)]
        if pk not in best or score > best[pk][0]:
            best[pk] = (score, own_last, own_first)
    return _ranked(best)[:limit]


def _ranked(scores: dict[int, Score]) -> list[int]:
    """Keys, the highest score first, then by name."""
    ranked = sorted((-score, last, first, pk) for pk, (score, last, first) in scores.items())
    return [pk for *_, pk in ranked]


@dataclass
class _Full:
    """A look for a mistyped first and last name."""

    people: People
    spelling: Spelling
    limit: int
    scores: dict[int, Score] = field(default_factory=dict)

    def find(self) -> list[int]:
        self._probe(self.spelling.pairs)
        self._look_beyond()
        return _ranked(self.scores)[: self.limit]

    @property
    def _least(self) -> float:
        """What somebody else has to reach to be among the first."""
        ranked = sorted((score for score, *_ in self.scores.values()), reverse=True)
        return ranked[self.limit - 1] if len(ranked) >= self.limit else TOGETHER

    def _probe(self, candidates: list[Pair]) -> None:
        """Look for people of each pair, the best pairs first, until the rest cannot matter."""
        size = FEW_PAIRS
        while candidates and candidates[0].resemblance >= self._least:
            some, candidates = candidates[:size], candidates[size:]
            size = MOST_PAIRS
            by_name = {f"{pair.first} {pair.last}": pair for pair in some}
            for name, pk in _called(self.people, list(by_name), self.limit):
                pair = by_name[name]
                self.scores[pk] = (pair.resemblance, pair.last, pair.first)

    def _look_beyond(self) -> None:
        """Compare everybody with a name that may suffice beside one that resembles nothing."""
        wanted, least = self.spelling.wanted, self._least - SLACK

        def sufficient(sides: list[Side]) -> list[str]:
            bounds = {"at_least": least, "others_below": CANDIDATE}
            return [
                side.key
                for side in sides
                if may_suffice(len(wanted), side.shared, side.lacking, **bounds)
            ]

        firsts, last = map(sufficient, self.spelling.halves)
        parts: list[tuple[str, str, Any]] = [
            (BY_TERM, f"kind = {Term.Kind.NAME.value} AND term LIKE %s", f"{key} %")
            for key in firsts
        ]
        if last:
            parts.append((BY_NAME, "last_name_key = ANY(%s)", last))
        if not parts:
            return
        selects, params = [], []
        for order, condition, value in parts:
            selects.append(
                f"(SELECT id, last_name_key, first_name_key FROM {self.people.source(order)}"
                f" WHERE {condition} AND {self.people.among(order)} AND {_FULL} >= %s"
                f" ORDER BY {_FULL} DESC, {BY_NAME} LIMIT %s)"
            )
            text = self.spelling.text
            params += [value, *self.people.params, text, least, text, self.limit]
        for pk, own_last, own_first in self.people.ask(" UNION ALL ".join(selects), params):
            score = resemblance(wanted, trigrams(f"{own_first} {own_last}"))
            self.scores[pk] = (score, own_last, own_first)
