"""Which rows a user sees: decided here and nowhere else."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from agencyhub.accounts import reaching
from agencyhub.accounts.models import Role, User
from agencyhub.lib.db import Among

# Up to so many rows are gathered and sorted in the time that a page may take.
SMALL_BOOK = 5_000
# Up to so many keys of people are read from an index and hashed in a few milliseconds.
MOST_HASHED = 25_000
# Each agent in reach is a part of its own of a page.
MOST_PARTS = 8
SECONDS_REMEMBERED = 600


@dataclass(frozen=True)
class Scope:
    """How a model says whose record a row is.

    ``agent`` names its foreign key to Agent, ``additional`` its many-to-many field, and ``parent``
    a foreign key to another scoped model whose readers may read this row as well. Without an
    ``agent`` the row is its parent's, and nobody's own.
    """

    agent: str | None = None
    additional: str | None = None
    parent: str | None = None


@dataclass(frozen=True)
class Reach:
    """How far one user's roles reach."""

    sees_all: bool
    sees_unassigned: bool
    agent_ids: tuple[int, ...]

    @property
    def digest(self) -> str:
        """Names the reach in a cache."""
        return hashlib.sha256(repr(self).encode()).hexdigest()

    @property
    def keys(self) -> tuple[int, ...]:
        """The agents: ``lib.written`` writes a query once for as many of them."""
        return self.agent_ids

    def with_keys(self, keys: tuple[int, ...]) -> "Reach":
        """As far as this one, among other agents."""
        return replace(self, agent_ids=keys)

    def exceeds(self, other: "Reach") -> bool:
        """Whether it takes in records that ``other`` does not."""
        if other.sees_all:
            return False
        is_wider = self.sees_unassigned and not other.sees_unassigned
        return self.sees_all or is_wider or not set(self.agent_ids) <= set(other.agent_ids)


NOTHING = Reach(sees_all=False, sees_unassigned=False, agent_ids=())
EVERYTHING = Reach(sees_all=True, sees_unassigned=True, agent_ids=())

Rows = TypeVar("Rows", bound=models.QuerySet[Any])


def reach_of(user: User) -> Reach:
    """The widest reach among the user's roles; read once per request (kept on the user object)."""
    if not user.is_active:
        return NOTHING
    if user.is_superuser:
        return EVERYTHING
    if user._reach is None:
        scopes = {role.scope for role in user.roles}
        if Role.Scope.ALL in scopes:
            user._reach = EVERYTHING
        elif not scopes:
            user._reach = NOTHING
        else:
            user._reach = Reach(
                sees_all=False,
                sees_unassigned=Role.Scope.OWN_AND_UNASSIGNED in scopes,
                agent_ids=user.access.agent_ids,
            )
    return user._reach


def narrow(rows: Rows, *, user: User) -> Rows:
    """Keep the rows that ``user`` may see, for any model with a ``scope``."""
    return within(rows, reach_of(user))


def within(rows: Rows, reach: Reach) -> Rows:
    """Keep the rows that somebody of that reach may see: ``narrow`` for queries written once."""
    if reach.sees_all:
        return rows
    return rows.filter(reaching.condition_of(rows.model, reach))  # type: ignore[arg-type]


def narrow_to_own(rows: Rows, *, user: User) -> Rows:
    """Keep the rows that ``user`` may see whoever sees their parents: ``narrow`` without these.

    For rows whose parents the user does not see: those are found in their own table.
    """
    reach = reach_of(user)
    return rows if reach.sees_all else rows.filter(reaching.own(rows.model, reach))


def book_of(model: type[models.Model], *, user: User, at_most: int) -> list[int] | None:
    """The keys of all rows that ``user`` may see, or None when these are more than ``at_most``.

    For who looks for a few rows in a large table: the rows of a small book are found at once from
    the agent's side, where ``narrow`` asks of each row whose it is.
    """
    reach = reach_of(user)
    if reach.sees_all:
        return None
    keys = [key for (key,) in reaching.all_keys(model, reach)[: at_most + 1]]
    return None if len(keys) > at_most else sorted(set(keys))


def small_book(model: type[models.Model], *, user: User) -> RawSQL | None:
    """The keys of all rows that ``user`` may see, as a subquery; None where these are many.

    For lists: asking each row whose it is finds a page of a large book soon, and reads the whole
    table for a small one. Which of the two it is, is remembered; what is in it, is not.
    """
    reach = reach_of(user)
    if reach.sees_all or not hasattr(model, "scope"):
        return None
    return reaching.book(model, reach) if _is_small(model, reach, at_most=SMALL_BOOK) else None


def hashed_book(model: type[models.Model], *, user: User) -> Q | None:
    """A condition that all rows in reach fit, by keys that a query hashes once; None where useless.

    For lists and counts in place of ``narrow``, which looks up the parent of each row: where a book
    has one row in hundreds, the others are passed over without.
    """
    reach = reach_of(user)
    if not hasattr(model, "scope") or not model.scope.parent or not _is_listed(model, reach):
        return None
    return reaching.by_hashes(model, reach)


def parts(model: type[models.Model], *, user: User) -> list[Q]:
    """The reach as one condition for each way to a row; none where ``narrow`` serves better.

    For pages in an order that an index on the agent serves: one agent's rows stand in it side by
    side. Who is nobody's or additionally somebody's has no such index and must be few.
    """
    reach = reach_of(user)
    scope: Scope | None = getattr(model, "scope", None)
    if reach.sees_all or scope is None or not scope.agent or scope.parent:
        return []
    if len(reach.agent_ids) > MOST_PARTS:
        return []
    others = list(reaching.keys_of(model, reach))[1:]
    if others and not _is_small(model, reach, at_most=SMALL_BOOK, ways=reaching.OTHERS):
        return []
    own = [Q(**{scope.agent: pk}) for pk in reach.agent_ids]
    return [*own, *(Q(Among("pk", keys)) for keys in others)]


def _is_small(
    model: type[models.Model],
    reach: Reach,
    *,
    at_most: int,
    ways: reaching.Ways = reaching.EVERY_WAY,
) -> bool:
    """Whether no more rows are in reach by these ways, as it was up to ten minutes ago."""

    def count() -> bool:
        return reaching.are_at_most(at_most, model, reach, ways=ways)

    what = "others" if ways == reaching.OTHERS else "book"
    name = f"accounts.{what}:{at_most}:{model._meta.label}:{reach.digest}"
    return bool(cache.get_or_set(name, count, SECONDS_REMEMBERED))


def number_in_reach(model: type[models.Model], *, user: User, at_most: int) -> int | None:
    """How many rows ``user`` may see, ``at_most`` + 1 for more; None for who sees all."""
    reach = reach_of(user)
    return None if reach.sees_all else reaching.number_of(model, reach, at_most=at_most)


def gathered(model: type[models.Model], *, user: User) -> models.QuerySet[Any]:
    """The rows that ``user`` may see, for few of them to be counted."""
    rows = model._default_manager.all()
    book = small_book(model, user=user)
    if book is not None:
        return rows.filter(Among("pk", book))
    hashed = hashed_book(model, user=user)
    return narrow(rows, user=user) if hashed is None else rows.filter(hashed)


def whole_book(model: type[models.Model], *, user: User) -> models.QuerySet[Any]:
    """The rows that ``user`` may see, for all or most of them to be counted.

    Indexes on agents and parents find them. ``gathered`` serves better beside a condition that
    leaves few: each of those would be compared with all keys of parents.
    """
    reach = reach_of(user)
    if small_book(model, user=user) is not None or not _is_listed(model, reach):
        return gathered(model, user=user)
    return model._default_manager.filter(reaching.by_keys(model, reach, of=Among))


def _is_listed(model: type[models.Model], reach: Reach) -> bool:
    """Whether the parents in reach are few enough to be listed; without a parent, the rows."""
    scope: Scope | None = getattr(model, "scope", None)
    if reach.sees_all or scope is None or not scope.agent:
        return False
    parent: Any = model._meta.get_field(scope.parent).related_model if scope.parent else model
    return not parent.scope.parent and _is_small(parent, reach, at_most=MOST_HASHED)


def condition_sql(model: type[models.Model], *, user: User) -> tuple[str, tuple[Any, ...]]:
    """The condition of ``narrow`` and its parameters, for statements that Django cannot write.

    It names the model's table as it is, and joins none: a model with a ``parent`` has no such
    condition.
    """
    query = narrow(model._default_manager.order_by(), user=user).query
    try:
        sql, params = query.get_compiler(DEFAULT_DB_ALIAS).compile(query.where)
    except FullResultSet:
        return "true", ()
    except EmptyResultSet:
        return "false", ()
    return sql, tuple(params)


def keys_sql(model: type[models.Model], *, user: User) -> tuple[str, tuple[Any, ...]] | None:
    """The keys of all rows in reach and its parameters, for statements that Django cannot write.

    None where they are too many to be hashed, or where nothing can be in reach.
    """
    reach = reach_of(user)
    if reach.sees_all or not _is_small(model, reach, at_most=MOST_HASHED):
        return None
    keys = reaching.book(model, reach)
    return (keys.sql, tuple(keys.params)) if isinstance(keys, RawSQL) else None
