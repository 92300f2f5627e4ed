"""One search for people: what is typed, whom the user may see, and which field was hit."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, QuerySet, Value

from agencyhub.accounts.models import User
from individuals.models import Backlog, Person
from individuals.searching import Query
from individuals.searching_hits import Hit, explain, spelled_like
from individuals.selectors_search import plain, sources, typos
from individuals.selectors_search.names import MIN_LETTERS, Spelling
from individuals.selectors_search.parts import Part, People, Row

# Where so few fit, names that are alike are looked at as well.
FEW = 3


@dataclass(frozen=True)
class Match:
    """Somebody whom a search found, and why; ``is_guess`` when only the name is alike."""

    person: Row
    hit: Hit
    is_guess: bool = False


@dataclass(frozen=True)
class Found:
    """The people found, the best first, and whether there are more."""

    matches: list[Match] = field(default_factory=list)
    has_more: bool = False

    @property
    def keys(self) -> list[int]:
        """Their keys, in order."""
        return [match.person.id for match in self.matches]


@dataclass
class Search:
    """What is searched by whom. Whoever searches several models uses one for all of them."""

    query: Query
    user: User
    _seen: dict[type[Person], People | None] = field(default_factory=dict)

    def fitting(self, model: type[Person], *, limit: int) -> Found:
        """Find people whom the user may see and whom the query fits."""
        people = self._people(model)
        if people is None:
            return Found()
        most = limit + 1
        if people.is_small:
            small = [plain.fitting(model, self.query)]
            return self._found(people.first_of(small, limit=most), limit)
        parts = list(sources.first_parts(people, self.query))
        rows = people.first_of(parts, limit=most)
        if len({row.id for row in rows}) < most:
            more = [*sources.more_parts(people, self.query, limit=most), *self._waiting(model)]
            rows += people.first_of(more, limit=most)
        return self._found(rows, limit)

    def alike(self, model: type[Person], *, limit: int) -> Found:
        """Find people whom the user may see and whose names resemble what was typed."""
        people = self._people(model)
        if people is None or len(self.query.spelling) < MIN_LETTERS:
            return Found()
        if self.query.is_narrowed:
            people = people.narrowed(plain.beside(model, self.query))
        most = limit + 1
        keys = typos.resembling(people, self.spelling, limit=most)
        if len(keys) < FEW:
            keys += typos.confused(people, self.spelling, limit=most)
        rows = people.rows_of(keys)
        some = [Match(rows[key], spelled_like(rows[key]), True) for key in dict.fromkeys(keys)]
        return Found(some[:limit], has_more=len(some) > limit)

    @cached_property
    def spelling(self) -> Spelling:
        """What the dictionary of names has for the query."""
        return Spelling(self.query.spelling)

    def _people(self, model: type[Person]) -> People | None:
        if self.query.is_empty:
            return None
        if model not in self._seen:
            self._seen[model] = People.seen_by(self.user, model)
        return self._seen[model]

    def _found(self, rows: Iterable[Row], limit: int) -> Found:
        """Keep those who fit: what is whole first, else in the order of the rows."""
        fitting = {row.id: (row, hit) for row in rows if (hit := explain(row, self.query))}
        matches = [Match(row, hit) for row, hit in fitting.values()]
        matches.sort(key=lambda match: not match.hit.is_whole)
        return Found(matches[:limit], has_more=len(matches) > limit)

    def _waiting(self, model: type[Person]) -> list[Part]:
        """Those who fit among the people whose terms a worker has yet to add."""
        table = model._meta.db_table
        ranges = [(first, last) for name, first, last in self._backlog if name == table]
        if not ranges:
            return []
        wanted = " OR ".join(f"{table}.id BETWEEN %s AND %s" for _ in ranges)
        part = plain.fitting(model, self.query)
        params = [*part.params, *(key for keys in ranges for key in keys)]
        return [Part(f"{part.condition} AND ({wanted})", params)]

    @cached_property
    def _backlog(self) -> list[tuple[str, int, int]]:
        lines = Backlog.objects.filter(work=Backlog.Work.INDEX)
        return list(lines.values_list("table_name", "first_id", "last_id"))


def find(model: type[Person], *, user: User, query: Query, limit: int) -> Found:
    """Find people whom ``user`` may see; where few fit, then also those whose names are alike."""
    search = Search(query, user)
    found = search.fitting(model, limit=limit)
    if len(found.matches) >= FEW:
        return found
    alike = search.alike(model, limit=limit + 1)
    known = set(found.keys)
    matches = [*found.matches, *(one for one in alike.matches if one.person.id not in known)]
    return Found(matches[:limit], has_more=len(matches) > limit)


def in_order(rows: QuerySet[Any], keys: list[int]) -> QuerySet[Any]:
    """The rows with these keys, in the order of the keys."""
    ordered = Value(keys, ArrayField(models.BigIntegerField()))
    place = Func(ordered, F("pk"), function="array_position")
    return rows.filter(pk__in=keys).order_by(place)
