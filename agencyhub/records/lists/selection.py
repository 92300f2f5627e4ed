"""The rows of a list: the one place where a user's reach and the filters meet.

Pages, counts, exports, bulk edits and tests all start here.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from psycopg.errors import QueryCanceled

from agencyhub.accounts import scope
from agencyhub.accounts.models import User
from agencyhub.accounts.scope import hashed_book, small_book
from agencyhub.lib.db import Among
from agencyhub.lib.errors import DomainError
from agencyhub.lib.keyset import Key
from agencyhub.records.lists import registry
from agencyhub.records.lists.columns import Column
from agencyhub.records.lists.filtersets import ListFilters, Texts
from agencyhub.records.lists.kinds import ListKind
from agencyhub.records.lists.lookups import Lookups

COUNTED = 10_000
COUNT_MS, PAGE_MS = 2_000, 8_000
_PATIENCE = "SELECT set_config('statement_timeout', %s, true)"


class BadFilterError(DomainError):
    """A filter that the list has not, or that cannot be read; the message names it."""

    code = "bad_filter"


class TooSlowError(DomainError):
    """The rows cannot be found in the time that somebody waits for a page."""

    code = "too_slow"


def rows(
    list_key: str, *, user: User, filters: Texts, lookups: Lookups | None = None
) -> QuerySet[Any]:
    """The rows of a list that ``user`` sees and that fit every filter, in no order.

    Who asks several times hands on the same ``lookups``.

    Raises:
        BadFilterError: an unknown filter, or a value that cannot be read.
    """
    kind = registry.of(list_key)
    chosen = filterset(kind, filters, lookups=lookups or Lookups(user))
    for name in filters:
        if name not in chosen.filters:
            msg = gettext("“%(name)s” is not a filter of this list.") % {"name": name}
            raise BadFilterError(msg, field=name)
    for name, errors in chosen.errors.items():
        msg = f"{chosen.filters[name].label}: {errors[0]}"
        raise BadFilterError(msg, field=name)
    return chosen.qs


def filterset(kind: ListKind, filters: Texts, *, lookups: Lookups) -> ListFilters:
    """The filters of a list, filled with ``filters``; its ``qs`` is within the user's reach."""
    book = small_book(kind.model, user=lookups.user)
    reached = hashed_book(kind.model, user=lookups.user) if book is None else Q(Among("pk", book))
    # Hashed keys are all that is in reach: to ask each row would look up the person of each.
    # Of a small book each row is asked: PostgreSQL then sorts before it looks up words. With few
    # rows that matters less than the milliseconds in which it plans the question.
    is_asked = reached is None or not kind.is_reach or (book is not None and not kind.is_sparse)
    rows = kind.visible(lookups.user) if is_asked else kind.model._default_manager.filter(kind.only)
    if reached is not None:
        rows = rows.filter(reached)
    return kind.filters(filters, rows, kind=kind, lookups=lookups)


def parts(kind: ListKind, sort: str, *, user: User) -> list[Q]:
    """What a page in this order is put together from; empty where it is cut from all rows."""
    found = kind.sort(sort)
    if found is None or not found[0].is_by_agent or small_book(kind.model, user=user) is not None:
        return []
    return scope.parts(kind.model, user=user)


def values(
    found: QuerySet[Any], columns: Iterable[Column], *, user: User, order: Iterable[Key] = ()
) -> QuerySet[Any]:
    """Rows as the values that ``columns`` and ``order`` need, by name."""
    extra: dict[str, Any] = {}
    needs = list(dict.fromkeys(["pk", *(key.name for key in order)]))
    for column in columns:
        needs += [name for name in column.needs if name not in needs]
        if column.annotations:
            extra |= column.annotations(user)
    return found.annotate(**extra).values_list(*needs, named=True)


def count(found: QuerySet[Any]) -> int | None:
    """How many rows there are, ``COUNTED`` + 1 for more; None when counting takes too long."""
    try:
        with within(milliseconds=COUNT_MS):
            return found.order_by()[: COUNTED + 1].count()
    except TooSlowError:
        return None


def count_reached(kind: ListKind, *, user: User) -> int | None:
    """``count`` of all rows of a list that leaves out nothing but what is out of reach."""
    try:
        with within(milliseconds=COUNT_MS):
            found = scope.number_in_reach(kind.model, user=user, at_most=COUNTED)
    except TooSlowError:
        return None
    return count(kind.visible(user)) if found is None else found


@contextmanager
def within(*, milliseconds: int) -> Iterator[None]:
    """Let no statement of the block take longer: no index serves every pair of filters.

    Raises:
        TooSlowError: one would have.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_PATIENCE, [str(milliseconds)])
            yield
            cursor.execute(_PATIENCE, ["0"])  # a transaction around this one goes on without
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        msg = gettext(
            "These filters take too long to search for. Add another one that finds fewer rows."
        )
        raise TooSlowError(msg) from error
