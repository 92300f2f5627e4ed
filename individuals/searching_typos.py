"""Which pairs of known names resemble a mistyped one, as PostgreSQL's trigrams count. Pure."""

import math
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

Trigrams = frozenset[str]
# Of a name of two letters.
MIN_TRIGRAMS = 3


class Side(NamedTuple):
    """One name's trigrams: how many the typed words share, and how many they lack."""

    key: str
    trigrams: Trigrams
    shared: int
    lacking: int


class Pair(NamedTuple):
    """A first and a last name, and how much they resemble what was typed: from 0 to 1."""

    resemblance: float
    first: str
    last: str


def trigrams(text: str) -> Trigrams:
    """The trigrams of every word, counted once, as ``show_trgm`` shows them."""
    padded = [f"  {word} " for word in text.split()]
    return frozenset([word[at : at + 3] for word in padded for at in range(len(word) - 2)])


def resemblance(left: Trigrams, right: Trigrams) -> float:
    """Shared trigrams as a share of all: PostgreSQL's ``similarity``."""
    shared = len(left & right)
    return shared / (len(left) + len(right) - shared) if left or right else 0.0


def sides(wanted: Trigrams, keys: Iterable[str]) -> list[Side]:
    """The names with most in common with what was typed first."""
    made = []
    for key in keys:
        own = trigrams(key)
        shared = len(own & wanted)
        made.append(Side(key, own, shared, len(own) - shared))
    return sorted(made, key=lambda side: (-side.shared, side.lacking, side.key))


def pairs(
    wanted: Trigrams, *, firsts: list[Side], lasts: list[Side], at_least: float
) -> list[Pair]:
    """Every pair that resembles what was typed at least so much, the best first.

    A pair shares no more trigrams than both names together, and lacks no fewer than either: most
    pairs are passed over without being looked at.
    """
    found = [pair for first in firsts for pair in _pairs_of(first, lasts, wanted, at_least)]
    return sorted(found, key=lambda pair: (-pair.resemblance, pair.last, pair.first))


@lru_cache(maxsize=4096)
def may_suffice(
    size: int, shared: int, lacking: int, *, at_least: float, others_below: float
) -> bool:
    """Whether a name may reach ``at_least`` beside one that resembles less than ``others_below``.

    If so, somebody with the name has to be looked at whatever the other name is. ``size`` counts
    the trigrams that were typed; the other name has three or more.
    """
    for own in range(size - shared + 1):
        # The other name resembles less: own, as a share of size and what it lacks, stays below.
        least_lacking = max(MIN_TRIGRAMS - own, math.floor(own / others_below - size) + 1, 0)
        if shared + own >= at_least * (size + max(lacking, least_lacking)):
            return True
    return False


def _pairs_of(first: Side, lasts: list[Side], wanted: Trigrams, at_least: float) -> Iterator[Pair]:
    size = len(wanted)
    for last in lasts:
        shared = min(size, first.shared + last.shared)
        if shared < at_least * (size + first.lacking):
            return
        if shared < at_least * (size + last.lacking):
            continue
        share = resemblance(wanted, first.trigrams | last.trigrams)
        if share >= at_least:
            yield Pair(share, first.key, last.key)
