"""People whose name resembles a mistyped one, in the order of PostgreSQL's trigram similarity.

Exactly the first people whom sorting everybody by similarity would give, found through the few
ten thousand names that people have instead of through the people.
"""

from dataclasses import dataclass, field
from itertools import product
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, Func, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat, Greatest

from individuals.models import Name, Term
from individuals.searching_typos import Pair, pairs, resemblance, trigrams
from individuals.selectors_search.names import ALONE, CANDIDATE, TOGETHER, Known, Spelling

Rows = QuerySet[Any]
FEW_PAIRS = 4
MOST_PAIRS = 200
ORDER = ("last_name_key", "first_name_key", "pk")
_FULL_NAME = Concat("first_name_key", Value(" "), "last_name_key")


def resembling(rows: Rows, spelling: Spelling, *, limit: int) -> list[int]:
    """Keys of the first ``limit`` people who resemble what was typed, the most alike first."""
    if spelling.is_full:
        return _Full(rows, spelling, limit).find()
    return _by_one_name(rows, spelling.alike, limit)


def resembling_few(rows: Rows, spelling: Spelling, *, limit: int) -> list[int]:
    """The same among people who are few: each is compared."""
    alike: Func
    if spelling.is_full:
        alike, least = TrigramSimilarity(_FULL_NAME, spelling.text), TOGETHER
    else:
        names = (TrigramSimilarity(f"{name}_name_key", spelling.text) for name in ("last", "first"))
        alike, least = Greatest(*names), ALONE
    found = rows.annotate(alike=alike).filter(alike__gte=least).order_by("-alike", *ORDER)
    return list(found.values_list("pk", flat=True)[:limit])


def confused(rows: Rows, spelling: Spelling, *, limit: int) -> list[int]:
    """People whose names are a slip or two away from each typed word."""
    near = spelling.near
    if not near:
        return []
    if not spelling.is_full:
        order = {known: -float(place) for place, known in enumerate(near[0])}
        return _by_one_name(rows, order, limit)
    terms = {
        f"{first.key} {last.key}": None
        for some, others in ((near[0], near[-1]), (near[-1], near[0]))
        for first, last in product(some, others)
        if last.is_last and not first.is_last
    }
    some_terms = list(terms)[:MOST_PAIRS]
    found = rows.filter(terms__kind=Term.Kind.NAME, terms__term__in=some_terms)
    return list(found.order_by(*ORDER).values_list("pk", flat=True)[:limit])


def _by_one_name(rows: Rows, names: dict[Known, float], limit: int) -> list[int]:
    """The first people of each name, those of the names with the highest score first."""
    last = rows.filter(last_name_key=OuterRef("key")).order_by(*ORDER)
    first = rows.filter(
        terms__kind=Term.Kind.NAME,
        terms__term__gte=Concat(OuterRef("key"), Value(" ")),
        terms__term__lt=Concat(OuterRef("key"), Value("!")),
    ).order_by("terms__term", "pk")
    some = [ArraySubquery(people.values("pk")[:limit]) for people in (last, first)]
    known = Name.objects.filter(key__in={name.key for name in names})
    known = known.annotate(people=Case(When(is_last=True, then=some[0]), default=some[1]))
    people = {
        Known(key, is_last): keys
        for key, is_last, keys in known.values_list("key", "is_last", "people")
    }
    scores: dict[int, float] = {}
    for name, score in names.items():
        if len(scores) >= limit and score < min(scores.values()):
            break
        for key in people[name]:
            scores.setdefault(key, score)
    found = rows.filter(pk__in=scores).values_list("pk", "last_name_key", "first_name_key")
    ranked = sorted((-scores[pk], last, first, pk) for pk, last, first in found)
    return [pk for *_, pk in ranked[:limit]]


@dataclass
class _Full:
    """A look for a mistyped first and last name."""

    rows: Rows
    spelling: Spelling
    limit: int
    scores: dict[int, tuple[float, str, str]] = field(default_factory=dict)

    def find(self) -> list[int]:
        known = self.spelling.candidates
        firsts = [name.key for name in known if not name.is_last]
        lasts = [name.key for name in known if name.is_last]
        self._probe(pairs(self.spelling.text, firsts=firsts, lasts=lasts, at_least=TOGETHER))
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
        wanted, least = trigrams(self.spelling.text), self._least

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
            alike = people.annotate(alike=TrigramSimilarity(_FULL_NAME, self.spelling.text))
            some = alike.filter(alike__gte=least - 0.001).order_by("-alike", *ORDER)[: self.limit]
            for pk, own_last, own_first in some.values_list("pk", *ORDER[:2]):
                score = resemblance(wanted, trigrams(f"{own_first} {own_last}"))
                self.scores[pk] = (score, own_last, own_first)
