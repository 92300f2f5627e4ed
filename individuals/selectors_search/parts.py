"""Where a search looks: parts of one statement, each of which starts from one index.

The statement is written by hand. It has up to a dozen parts, and Django would take longer to write
them than PostgreSQL takes to answer.
"""
# ruff: noqa: S608 - values are parameters; the rest is made of constants

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db import connection

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import book_of, condition_sql, keys_sql, reach_of
from individuals.models import Individual, Person
from individuals.models.search import TERMS

# A book of so many people is searched person by person.
SMALL_BOOK = 2_000
COLUMNS = (
    "id", "first_name", "last_name", "suffix", "nickname", "date_of_birth",
    "home_phone", "cell_phone", "business_phone", "email", "mbi_tail",
)  # fmt: skip
BY_NAME = "last_name_key, first_name_key, id"
BY_TERM = "term, person_id"
_RANK = {BY_NAME: "last_name_key || ' ' || first_name_key", BY_TERM: "term"}
_PRIMARY_ZIP = (
    "(SELECT zip_code FROM individuals_address AS home"
    " WHERE home.individual_id = person.id AND home.is_primary)"
)
Params = Sequence[Any]


class Row(NamedTuple):
    """A person whom a part found."""

    id: int
    first_name: str
    last_name: str
    suffix: str
    nickname: str
    date_of_birth: Any
    home_phone: str
    cell_phone: str
    business_phone: str
    email: str
    mbi_tail: str
    zip_code: str


@dataclass(frozen=True)
class Part:
    """A condition on people, or on people and one of their terms each, and the order to keep."""

    condition: str
    params: Params
    order: str = BY_NAME


@dataclass(frozen=True)
class People:
    """Among whom is searched: the people of a model whom somebody may see.

    ``is_small`` when they are so few that each is compared. ``mine`` are the keys of a larger book
    as SQL, with its parameters: a statement hashes them, and passes over the people of others
    within an index, where ``condition`` alone would read each of them.
    """

    model: type[Person]
    condition: str = "true"
    params: Params = ()
    is_small: bool = False
    sees_all: bool = True
    mine: tuple[str, Params] | None = None

    @classmethod
    def seen_by(cls, user: User, model: type[Person]) -> "People | None":
        """Those whom ``user`` may see, or None when there is nobody."""
        book = book_of(model, user=user, at_most=SMALL_BOOK)
        if book is None:
            if mine := keys_sql(model, user=user):
                return cls(model, sees_all=False, mine=mine)
            condition, params = condition_sql(model, user=user)
            return cls(model, condition, params, sees_all=reach_of(user).sees_all)
        table = model._meta.db_table
        condition = f"{table}.id = ANY(%s)"
        return cls(model, condition, [book], is_small=True, sees_all=False) if book else None

    def narrowed(self, condition: tuple[str, Params]) -> "People":
        """Those of them for whom something else is true as well."""
        text, params = condition
        return replace(
            self, condition=f"({self.condition}) AND {text}", params=[*self.params, *params]
        )

    @property
    def table(self) -> str:
        """The table of the people."""
        return self.model._meta.db_table

    @property
    def terms(self) -> str:
        """The table of their terms."""
        return TERMS[self.model]._meta.db_table

    def among(self, order: str = BY_NAME) -> str:
        """The condition of a part in this order that somebody is one of them."""
        if self.mine is None:
            return f"({self.condition})"
        key = f"{self.terms}.person_id" if order == BY_TERM else f"{self.table}.id"
        # Not a bare IN: PostgreSQL would make a join of it, and lose the order of the part.
        return f"({key} IN (SELECT id FROM mine)) IS TRUE AND ({self.condition})"

    def source(self, order: str = BY_NAME) -> str:
        """What a part selects from: the people, with their terms where it goes by these."""
        if order != BY_TERM:
            return self.table
        return f"{self.table} JOIN {self.terms} ON {self.terms}.person_id = {self.table}.id"

    def first_of(self, parts: Iterable[Part], *, limit: int) -> list[Row]:
        """The first ``limit`` people of each part, part by part; some may be there twice."""
        selects, params = [], []
        for number, part in enumerate(parts):
            selects.append(
                f'(SELECT id, {number} AS part, {_RANK[part.order]} COLLATE "C" AS rank'
                f" FROM {self.source(part.order)} WHERE {part.condition}"
                f" AND {self.among(part.order)}"
                f" ORDER BY {part.order} LIMIT {limit})"
            )
            params += [*part.params, *self.params]
        if not selects:
            return []
        zip_code = _PRIMARY_ZIP if self.model is Individual else "person.zip_code"
        columns = ", ".join(f"person.{column}" for column in COLUMNS)
        statement = (
            f"SELECT {columns}, {zip_code} FROM hit JOIN {self.table} AS person USING (id)"
            " ORDER BY hit.part, hit.rank, person.id"
        )
        hits = f"hit AS MATERIALIZED ({' UNION ALL '.join(selects)})"
        return [Row(*row) for row in self.ask(statement, params, hits)]

    def rows_of(self, keys: list[int]) -> dict[int, Row]:
        """The people with these keys."""
        if not keys:
            return {}
        some = [Part(f"{self.table}.id = ANY(%s)", [keys])]
        return {row.id: row for row in self.first_of(some, limit=len(keys))}

    def ask(self, statement: str, params: Params, *before: str) -> Iterator[tuple[Any, ...]]:
        """Run a statement; ``before`` are queries that it names, whose parameters come first."""
        named = list(before)
        if self.mine is not None:
            keys, own = self.mine
            named.insert(0, f"mine (id) AS MATERIALIZED ({keys})")
            params = [*own, *params]
        if named:
            statement = f"WITH {', '.join(named)} {statement}"
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            yield from cursor.fetchall()
