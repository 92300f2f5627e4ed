"""Which pairs of known names resemble a mistyped one, as PostgreSQL's trigrams count. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Trigrams = frozenset[str]


@dataclass(frozen=True)
class Pair:
    """A first and a last name, and how much they resemble what was typed: from 0 to 1."""

    resemblance: float
    first: str
    last: str


@dataclass(frozen=True)
class _Side:
    """One name's trigrams: how many the typed words share, and how many they lack."""

    key: str
    trigrams: Trigrams
    shared: int
    lacking: int


def trigrams(text: str) -> Trigrams:
    """The trigrams of every word, counted once, as ``show_trgm`` shows them."""
    return frozenset(
        padded[at : at + 3]
        for word in text.split()
        for padded in [f"  {word} "]
        for at in range(len(padded) - 2)
    )


def resemblance(left: Trigrams, right: Trigrams) -> float:
    """Shared trigrams as a share of all: PostgreSQL's ``similarity``."""
    return len(left & right) / len(left | right) if left or right else 0.0


def pairs(
    typed: str, *, firsts: Iterable[str], lasts: Iterable[str], at_least: float
) -> list[Pair]:
    """Every pair that resembles ``typed`` at least so much, the best first.

    A pair shares no more trigrams than both names together, and lacks no fewer than either: most
    pairs are passed over without being looked at.
    """
    wanted = trigrams(typed)
    ranked = _sides(wanted, lasts)
    found = [
        pair
        for first in _sides(wanted, firsts)
        for pair in _pairs_of(first, ranked, wanted, at_least)
    ]
    return sorted(found, key=lambda pair: (-pair.resemblance, pair.last, pair.first))


def _sides(wanted: Trigrams, keys: Iterable[str]) -> list[_Side]:
    """The names with most in common with what was typed first."""
    made = ((key, trigrams(key)) for key in keys)
    sides = [_Side(key, own, len(own & wanted), len(own - wanted)) for key, own in made]
    return sorted(sides, key=lambda side: (-side.shared, side.lacking, side.key))


def _pairs_of(
    first: _Side, lasts: list[_Side], wanted: Trigrams, at_least: float
) -> Iterator[Pair]:
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
