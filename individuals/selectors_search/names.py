"""The names that people have, and which of them a mistyped text resembles."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from rapidfuzz.distance import OSA

from individuals.searching_typos import Pair, Side, Trigrams, pairs, sides, trigrams

# How much a single name, or first and last name together, have to resemble what was typed.
ALONE, TOGETHER = 0.3, 0.45
# A name that resembles all that was typed less is in no pair, but with one that does so more.
# Two such names together stay below TOGETHER. Names of one letter are in pairs in any case.
CANDIDATE = 0.11
MOST_NAMES = 50
MIN_LETTERS = 4
LONG_WORD = 6
# Letters added, left out or changed where two neighbours are swapped.
SWAP = 2
# The trigram index knows from a setting how much is enough; the setting lasts as long as the
# statement. The text depends on it, so that it is set before anything is looked up.
_RESEMBLING = """
WITH enough AS MATERIALIZED (
    SELECT %(text)s || left(set_config('pg_trgm.similarity_threshold', %(least)s, true), 0) AS text
)
SELECT name.key, name.is_last, name.alike FROM enough CROSS JOIN LATERAL (
    SELECT key, is_last, similarity(key, enough.text) AS alike FROM individuals_name
    WHERE key %% enough.text ORDER BY alike DESC, key LIMIT %(limit)s
) AS name
"""
_NEAR = """
SELECT word, key, is_last FROM unnest(%(words)s::text[]) AS word
JOIN individuals_name ON left(key, 1) IN (left(word, 1), substr(word, 2, 1))
    AND abs(length(key) - length(word)) <= %(most)s
    AND levenshtein_less_equal(key, word, %(most)s) <= %(most)s
"""


class Known(NamedTuple):
    """A name that somebody has."""

    key: str
    is_last: bool


@dataclass
class Spelling:
    """A mistyped text, and what the dictionary has for it: looked up once for all models."""

    text: str

    @property
    def is_full(self) -> bool:
        """Whether it is a first and a last name."""
        return " " in self.text

    @property
    def is_long(self) -> bool:
        """Whether a slip leaves enough of each word to tell it."""
        return min(map(len, self.text.split())) >= MIN_LETTERS

    @cached_property
    def wanted(self) -> Trigrams:
        """The trigrams of what was typed."""
        return trigrams(self.text)

    @cached_property
    def halves(self) -> tuple[list[Side], list[Side]]:
        """First and last names that may be one half of what was typed."""
        initials = {Known(word[0], True) for word in self.text.split()}
        initials |= {Known(name.key, False) for name in initials}
        known = {*_resembling(self.text, CANDIDATE, None), *initials}
        firsts = (name.key for name in known if not name.is_last)
        lasts = (name.key for name in known if name.is_last)
        return sides(self.wanted, firsts), sides(self.wanted, lasts)

    @cached_property
    def pairs(self) -> list[Pair]:
        """First and last names that together resemble what was typed, the most alike first."""
        firsts, lasts = self.halves
        return pairs(self.wanted, firsts=firsts, lasts=lasts, at_least=TOGETHER)

    @cached_property
    def alike(self) -> dict[Known, float]:
        """Names that resemble a single typed one, and how much, the most alike first."""
        return _resembling(self.text, ALONE, MOST_NAMES)

    @cached_property
    def near(self) -> list[list[Known]]:
        """For each typed word the names a slip away, or two in a long word, the nearest first.

        Two swapped neighbours are one slip, and leave few trigrams alike. The first letter is
        right, or swapped with the second. Short words have no such names.
        """
        words = self.text.split()
        if not self.is_long:
            return []
        found: dict[str, set[tuple[int, Known]]] = {word: set() for word in words}
        for word, key, is_last in _ask(_NEAR, {"words": words, "most": SWAP}):
            if (away := slips(word, key)) is not None:
                found[word].add((away, Known(key, is_last)))
        return [[known for _, known in sorted(found[word])[:MOST_NAMES]] for word in words]


def slips(word: str, key: str) -> int | None:
    """How many slips lie between a typed word and a name; None when they are too many."""
    most = 2 if len(word) >= LONG_WORD else 1
    away = OSA.distance(key, word, score_cutoff=most)
    return away if away <= most else None


def _resembling(text: str, least: float, limit: int | None) -> dict[Known, float]:
    rows = _ask(_RESEMBLING, {"least": str(least), "text": text, "limit": limit})
    return {Known(key, is_last): alike for key, is_last, alike in rows}


def _ask(statement: str, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()
