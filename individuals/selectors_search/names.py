"""The names that people have, and which of them a mistyped text resembles."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from rapidfuzz.distance import OSA

# How much a single name, or first and last name together, have to resemble what was typed.
ALONE, TOGETHER = 0.3, 0.4
# A name that resembles all that was typed less is in no pair, but with one that does so more.
# Two such names together stay below TOGETHER.
CANDIDATE = 0.15
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
JOIN individuals_name ON levenshtein_less_equal(key, word, %(most)s) <= %(most)s
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

    @cached_property
    def candidates(self) -> set[Known]:
        """Names that may be one half of what was typed."""
        return set(_resembling(self.text, CANDIDATE, None))

    @cached_property
    def alike(self) -> dict[Known, float]:
        """Names that resemble a single typed one, and how much, the most alike first."""
        return _resembling(self.text, ALONE, MOST_NAMES)

    @cached_property
    def near(self) -> list[list[Known]]:
        """For each typed word the names a slip away, or two in a long word, the nearest first.

        Two swapped neighbours are one slip, and leave few trigrams alike. Short words have none.
        """
        words = self.text.split()
        if min(map(len, words)) < MIN_LETTERS:
            return []
        found: dict[str, set[tuple[int, Known]]] = {word: set() for word in words}
        for word, key, is_last in _ask(_NEAR, {"words": words, "most": SWAP}):
            most = 2 if len(word) >= LONG_WORD else 1
            slips = OSA.distance(key, word, score_cutoff=most)
            if slips <= most:
                found[word].add((slips, Known(key, is_last)))
        return [[known for _, known in sorted(found[word])[:MOST_NAMES]] for word in words]


def _resembling(text: str, least: float, limit: int | None) -> dict[Known, float]:
    rows = _ask(_RESEMBLING, {"least": str(least), "text": text, "limit": limit})
    return {Known(key, is_last): alike for key, is_last, alike in rows}


def _ask(statement: str, params: dict[str, object]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()
