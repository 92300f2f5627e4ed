"""One search for people: what is typed, whom the user may see, and which field was hit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, QuerySet, Value

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import book_of, narrow, reach_of
from individuals.models import Address, Backlog, Individual, Person, SalesRecord
from individuals.searching import Query
from individuals.searching_hits import Hit, explain, spelled_like
from individuals.selectors_search import plain, sources, typos
from individuals.selectors_search.names import MIN_LETTERS, Spelling

# A book of so many people is searched person by person.
SMALL_BOOK = 2_000
# So few who resemble leave room for names that were typed with swapped letters.
FEW = 5
COLUMNS = (
    "pk", "first_name", "last_name", "suffix", "nickname", "date_of_birth",
    "home_phone", "cell_phone", "business_phone", "email", "mbi_tail",
)  # fmt: skip
_KEYS = ("last_name_key", "first_name_key")
Rows = QuerySet[Any]


@dataclass(frozen=True)
class Match:
    """Somebody whom a search found, as the columns of ``COLUMNS``, and why."""

    person: Any
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
        return [match.person.pk for match in self.matches]


def find(
    model: type[Person],
    *,
    user: User,
    query: Query,
    limit: int,
    spelling: Spelling | None = None,
) -> Found:
    """Find people whom ``user`` may see. A name that nobody has finds those that resemble it.

    Whoever searches several models gives each the same ``spelling`` of the query.
    """
    book = None if query.is_empty else book_of(model, user=user, at_most=SMALL_BOOK)
    if query.is_empty or book == []:
        return Found()
    look = (_Look if book is None else _SmallLook)(model, query, limit)
    rows: Rows = model._default_manager.all()
    rows = narrow(rows, user=user) if book is None else rows.filter(pk__in=book)
    for some in look.steps(rows, sees_all=reach_of(user).sees_all):
        look.add(some)
        if look.is_enough:
            break
    if len(query.spelling) >= MIN_LETTERS and not (
        look.is_enough or (query.is_unfinished and look.has_any)
    ):
        look.add_resembling(rows, spelling or Spelling(query.spelling))
    return look.found()


def in_order(rows: Rows, keys: list[int]) -> Rows:
    """The rows with these keys, in the order of the keys."""
    place = Func(
        Value(keys, ArrayField(models.BigIntegerField())), F("pk"), function="array_position"
    )
    return rows.filter(pk__in=keys).order_by(place)


class _Look:
    """A look among many people, index by index."""

    def __init__(self, model: type[Person], query: Query, limit: int) -> None:
        self.model, self.query, self.limit = model, query, limit
        self._matches: dict[int, Match] = {}

    @property
    def is_enough(self) -> bool:
        """Whether there are more people than asked for."""
        return len(self._matches) > self.limit

    @property
    def has_any(self) -> bool:
        """Whether there is anybody."""
        return bool(self._matches)

    def steps(self, rows: Rows, *, sees_all: bool) -> Iterator[Rows]:
        """What to ask, one after the other until there are enough people."""
        most = self.limit + 1
        yield self._joined(sources.first_sources(rows, self.query))
        more = [*sources.more_sources(rows, self.query, sees_all=sees_all, limit=most)]
        waiting = _waiting(rows)
        if waiting:
            more.append(plain.fitting(rows.filter(waiting), self.query).order_by("pk"))
        yield self._joined(more)

    def _joined(self, parts: Iterable[Rows]) -> Any:
        """The first rows of each query, in one statement."""
        some = [
            part.annotate(source=Value(number)).values_list(*COLUMNS, *_KEYS, "source", named=True)[
                : self.limit + 1
            ]
            for number, part in enumerate(parts)
        ]
        return some[0].union(*some[1:], all=True) if len(some) > 1 else (some or [[]])[0]

    def add(self, rows: Iterable[Any]) -> None:
        """Keep those who fit and are new: what is whole first, else in the index's order."""
        some = list(rows)
        zips = self._zip_codes([row.pk for row in some]) if self.query.zip_code else {}
        fitting = []
        for place, row in enumerate(some):
            hit = explain(row, self.query, zip_code=zips.get(row.pk, ""))
            if hit:
                fitting.append((not hit.is_whole, row.source, place, row, hit))
        for *_, row, hit in sorted(fitting, key=lambda one: one[:3]):
            self._matches.setdefault(row.pk, Match(row, hit))

    def _zip_codes(self, keys: list[int]) -> dict[int, str]:
        if self.model is Individual:
            homes = Address.objects.filter(individual_id__in=keys, is_primary=True)
            return dict(homes.values_list("individual_id", "zip_code"))
        found = SalesRecord.objects.filter(pk__in=keys)
        return dict(found.values_list("pk", "zip_code"))

    def add_resembling(self, rows: Rows, spelling: Spelling) -> None:
        """Go on with people whose names resemble what was typed."""
        rows = rows.alias(**plain.ALIASES).filter(plain.beside(rows.model, self.query))
        most = self.limit + 1
        keys = self._resembling(rows, spelling, limit=most)
        if len(keys) + len(self._matches) < FEW:
            keys += typos.confused(rows, spelling, limit=most)
        found = rows.filter(pk__in=keys).values_list(*COLUMNS, *_KEYS, named=True)
        by_key = {row.pk: row for row in found}
        for key in keys:
            if key in by_key:
                self._matches.setdefault(
                    key, Match(by_key[key], spelled_like(by_key[key]), is_guess=True)
                )

    def _resembling(self, rows: Rows, spelling: Spelling, *, limit: int) -> list[int]:
        return typos.resembling(rows, spelling, limit=limit)

    def found(self) -> Found:
        """What was found, cut to what was asked for."""
        matches = list(self._matches.values())
        return Found(matches[: self.limit], has_more=len(matches) > self.limit)


class _SmallLook(_Look):
    """A look among few people, whose columns are compared."""

    def steps(self, rows: Rows, *, sees_all: bool) -> Iterator[Rows]:
        yield self._joined([plain.fitting(rows, self.query).order_by(*sources.NAME_ORDER)])

    def _resembling(self, rows: Rows, spelling: Spelling, *, limit: int) -> list[int]:
        return typos.resembling_few(rows, spelling, limit=limit)


def _waiting(rows: Rows) -> Q:
    """The people whose terms a worker has yet to add; blank when there are none."""
    table = rows.model._meta.db_table
    lines = Backlog.objects.filter(table_name=table, work=Backlog.Work.INDEX)
    wanted = Q()
    for first, last in lines.values_list("first_id", "last_id"):
        wanted |= Q(pk__range=(first, last))
    return wanted
