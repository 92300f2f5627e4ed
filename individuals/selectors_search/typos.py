"""People whose name resembles a mistyped one, in the order of PostgreSQL's trigram similarity.

Exactly the first people whom sorting everybody by similarity would give, found through the few
ten thousand names that people have instead of through the people.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, models, transaction
from django.db.models import Case, F, Func, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat, Greatest
from rapidfuzz.distance import OSA

from individuals.models import Name, Term
from individuals.searching_typos import Pair, pairs, resemblance, trigrams

Rows = QuerySet[Any]
# How much a single name, or first and last name together, have to resemble what was typed.
ALONE, TOGETHER = 0.3, 0.4
# A name that resembles all that was typed less is in no pair, but with one that does so more.
# Two such names together stay below TOGETHER.
CANDIDATE = 0.15
MOST_NAMES = 50
FEW_PAIRS = 4
MOST_PAIRS = 200
MIN_LETTERS = 4
LONG_WORD = 6
SWAP = 2
ORDER = ("last_name_key", "first_name_key", "pk")
_FULL_NAME = Concat("first_name_key", Value(" "), "last_name_key")


def resembling(rows: Rows, spelling: str, *, limit: int) -> list[int]:
    """Keys of the first ``limit`` people who resemble what was typed, the most alike first."""
    if " " in spelling:
        return _Full(rows, spelling, limit).find()
    return _by_one_name(rows, spelling, limit)


def resembling_few(rows: Rows, spelling: str, *, limit: int) -> list[int]:
    """The same among people who are few: each is compared."""
    if " " in spelling:
        alike, least = TrigramSimilarity(_FULL_NAME, spelling), TOGETHER
    else:
        names = (TrigramSimilarity(f"{name}_name_key", spelling) for name in ("last", "first"))
        alike, least = Greatest(*names), ALONE
    found = rows.annotate(alike=alike).filter(alike__gte=least).order_by("-alike", *ORDER)
    return list(found.values_list("pk", flat=True)[:limit])


def confused(rows: Rows, spelling: str, *, limit: int) -> list[int]:
    """People whose names are a slip or two away: swapped letters leave few trigrams alike."""
    words = spelling.split()
    if min(map(len, words)) < MIN_LETTERS:
        return []
    near = [_near_names(word) for word in words]
    if len(words) == 1:
        names = Name.objects.filter(pk__in=near[0])
        alike = names.annotate(alike=TrigramSimilarity("key", spelling))
        return _ordered(rows, _people_of(rows, alike, limit), limit)
    named = dict(Name.objects.filter(pk__in=[pk for some in near for pk in some]).in_bulk())
    terms = {
        f"{named[first].key} {named[last].key}"
        for some, others in ((near[0], near[-1]), (near[-1], near[0]))
        for first, last in product(some, others)
        if named[last].is_last and not named[first].is_last
    }
    found = rows.filter(terms__kind=Term.Kind.NAME, terms__term__in=sorted(terms)[:MOST_PAIRS])
    return list(found.order_by(*ORDER).values_list("pk", flat=True)[:limit])


def _near_names(word: str) -> list[int]:
    """Names a slip away, or two in a long word; two swapped neighbours are one slip."""
    distance = Func(
        F("key"), Value(word), Value(SWAP),
        function="levenshtein_less_equal", output_field=models.IntegerField(),
    )  # fmt: skip
    near = Name.objects.annotate(distance=distance).filter(distance__lte=SWAP)
    slips = 2 if len(word) >= LONG_WORD else 1
    ranked = sorted(
        (away, key, pk)
        for pk, key in near.values_list("pk", "key")
        if (away := OSA.distance(key, word, score_cutoff=slips)) <= slips
    )
    return [pk for _, _, pk in ranked[:MOST_NAMES]]


def _by_one_name(rows: Rows, word: str, limit: int) -> list[int]:
    """Name by name, the most alike first, until there are enough people."""
    names = Name.objects.annotate(alike=TrigramSimilarity("key", word))
    with _threshold(ALONE):
        scores = _people_of(rows, names.filter(key__trigram_similar=word), limit)
    return _ordered(rows, scores, limit)


def _people_of(rows: Rows, names: QuerySet[Name], limit: int) -> dict[int, float]:
    """The first people of each name, and how much they are ``alike`` where that is known."""
    last = rows.filter(last_name_key=OuterRef("key")).order_by(*ORDER)
    first = rows.filter(
        terms__kind=Term.Kind.NAME,
        terms__term__gte=Concat(OuterRef("key"), Value(" ")),
        terms__term__lt=Concat(OuterRef("key"), Value("!")),
    ).order_by("terms__term", "pk")
    some = [ArraySubquery(people.values("pk")[:limit]) for people in (last, first)]
    names = names.annotate(people=Case(When(is_last=True, then=some[0]), default=some[1]))
    scores: dict[int, float] = {}
    for alike, people in names.order_by("-alike", "key").values_list("alike", "people")[
        :MOST_NAMES
    ]:
        if len(scores) >= limit and alike < min(scores.values()):
            break
        for key in people:
            scores.setdefault(key, alike)
    return scores


@contextmanager
def _threshold(least: float) -> Iterator[None]:
    """Let the trigram index find what resembles so much; the setting lasts a transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(least)])
        yield


def _ordered(rows: Rows, scores: dict[int, float], limit: int) -> list[int]:
    found = rows.filter(pk__in=scores).values_list("pk", "last_name_key", "first_name_key")
    ranked = sorted((-scores[pk], last, first, pk) for pk, last, first in found)
    return [pk for *_, pk in ranked[:limit]]


@dataclass
class _Full:
    """A look for a mistyped first and last name."""

    rows: Rows
    spelling: str
    limit: int
    scores: dict[int, tuple[float, str, str]] = field(default_factory=dict)

    def find(self) -> list[int]:
        names = Name.objects.filter(key__trigram_similar=self.spelling)
        with _threshold(CANDIDATE):
            known = set(names.values_list("key", "is_last"))
        firsts = [key for key, is_last in known if not is_last]
        lasts = [key for key, is_last in known if is_last]
        self._probe(pairs(self.spelling, firsts=firsts, lasts=lasts, at_least=TOGETHER))
        self._look_beyond(firsts, lasts)
        ranked = sorted(
            (-score, last, first, pk) for pk, (score, last, first) in self.scores.items()
        )
        return [pk for *_, pk in ranked[: self.limit]]

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
            size = min(size * 4, MOST_PAIRS)
            by_term = {f"{pair.first} {pair.last}": pair for pair in some}
            found = self.rows.filter(terms__kind=Term.Kind.NAME, terms__term__in=by_term)
            for pk, term in found.values_list("pk", "terms__term"):
                pair = by_term[term]
                self.scores[pk] = (pair.resemblance, pair.last, pair.first)

    def _look_beyond(self, firsts: list[str], lasts: list[str]) -> None:
        """Compare everybody with a name that may suffice beside one that resembles nothing."""
        wanted, least = trigrams(self.spelling), self._least

        def may_suffice(key: str) -> bool:
            return resemblance(trigrams(key), wanted) >= least - CANDIDATE

        first, last = list(filter(may_suffice, firsts)), list(filter(may_suffice, lasts))
        called = Q(pk__in=[])
        for key in first:
            called |= Q(terms__term__startswith=f"{key} ")
        found = []
        if first:
            found.append(self.rows.filter(called, terms__kind=Term.Kind.NAME))
        if last:
            found.append(self.rows.filter(last_name_key__in=last))
        for people in found:
            alike = people.annotate(alike=TrigramSimilarity(_FULL_NAME, self.spelling))
            some = alike.filter(alike__gte=least - 0.001).order_by("-alike", *ORDER)[: self.limit]
            for pk, own_last, own_first in some.values_list("pk", *ORDER[:2]):
                score = resemblance(wanted, trigrams(f"{own_first} {own_last}"))
                self.scores[pk] = (score, own_last, own_first)
