"""The names that people have, and which of them a mistyped text resembles."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, models, transaction
from django.db.models import F, Func, Value
from rapidfuzz.distance import OSA

from individuals.models import Name

# How much a single name, or first and last name together, have to resemble what was typed.
ALONE, TOGETHER = 0.3, 0.4
# A name that resembles all that was typed less is in no pair, but with one that does so more.
# Two such names together stay below TOGETHER.
CANDIDATE = 0.15
MOST_NAMES = 50
MIN_LETTERS = 4
LONG_WORD = 6
SWAP = 2


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
        with _threshold(CANDIDATE):
            found = Name.objects.filter(key__trigram_similar=self.text)
            return {Known(*name) for name in found.values_list("key", "is_last")}

    @cached_property
    def alike(self) -> dict[Known, float]:
        """Names that resemble a single typed one, and how much, the most alike first."""
        names = Name.objects.annotate(alike=TrigramSimilarity("key", self.text))
        with _threshold(ALONE):
            found = names.filter(key__trigram_similar=self.text).order_by("-alike", "key")
            some = list(found.values_list("key", "is_last", "alike")[:MOST_NAMES])
        return {Known(key, is_last): alike for key, is_last, alike in some}

    @cached_property
    def near(self) -> list[list[Known]]:
        """For each typed word the names a slip away, or two in a long word, the nearest first.

        Two swapped neighbours are one slip, and leave few trigrams alike. Short words have none.
        """
        words = self.text.split()
        return [_near(word) for word in words] if min(map(len, words)) >= MIN_LETTERS else []


def slips(column: str, word: str) -> Func:
    """Letters that were added, left out or changed; counting stops above ``SWAP``."""
    return Func(
        F(column), Value(word), Value(SWAP),
        function="levenshtein_less_equal", output_field=models.IntegerField(),
    )  # fmt: skip


def _near(word: str) -> list[Known]:
    near = Name.objects.alias(slips=slips("key", word)).filter(slips__lte=SWAP)
    most = 2 if len(word) >= LONG_WORD else 1
    ranked = {
        (away, Known(key, is_last))
        for key, is_last in near.values_list("key", "is_last")
        if (away := OSA.distance(key, word, score_cutoff=most)) <= most
    }
    return [known for _, known in sorted(ranked)[:MOST_NAMES]]


@contextmanager
def _threshold(least: float) -> Iterator[None]:
    """Let the trigram index find what resembles so much; the setting lasts a transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(least)])
        yield
