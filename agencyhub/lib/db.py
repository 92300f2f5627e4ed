"""Small pieces of PostgreSQL that several apps use."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, models
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import Func, QuerySet, Value
from django.db.models.expressions import RawSQL

Row = TypeVar("Row", bound=models.Model)
REPEATS_BEFORE_PREPARING = 3
NULL = "\\N"
ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class NameKey(Func):
    """A name without case, accents, spaces and punctuation: the SQL function ``name_key``.

    The same function fills the generated key columns, so both sides of a comparison always agree.
    """

    function = "name_key"
    arity = 1
    output_field = models.CharField()


class CappedCount(Func):
    """How many rows a subquery has, but ``limit`` + 1 at the most: nobody waits for a million."""

    function = "cardinality"

    def __init__(self, rows: QuerySet[Any], *, limit: int) -> None:
        keys = rows.order_by().values("pk")[: limit + 1]
        super().__init__(ArraySubquery(keys), output_field=models.IntegerField())


class AnyOf(Func):
    """``field = ANY(array)``: one parameter for all values, where ``IN`` parses one for each.

    A condition: ``filter(AnyOf("employee", keys))``; values are what the database holds.
    """

    template = "%(expressions)s%(cast)s)"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()

    def __init__(self, field: str, values: Iterable[Any]) -> None:
        found = list(values)
        if found and all(isinstance(value, int) for value in found):
            # The driver would take the smallest type that holds them, which is not that of the
            # keys: PostgreSQL then neither hashes the array nor looks into indexes of some kinds.
            array, cast = "{" + ",".join(map(str, found)) + "}", "::bigint[]"
            super().__init__(field, Value(array), cast=cast)
        else:
            super().__init__(field, Value(found), cast="")


class Among(AnyOf):
    """That ``field`` is one of a few keys, which a query gathers before anything is looked up.

    With ``IN (SELECT ...)`` PostgreSQL guesses how many there are, and where it guesses thousands
    reads a whole table in the order of a list until it has met them all.
    """

    def __init__(self, field: str, keys: QuerySet[Any, Any] | RawSQL) -> None:
        found = _array(keys) if isinstance(keys, RawSQL) else ArraySubquery(keys)
        Func.__init__(self, field, found, cast="")


def as_sql(keys: QuerySet[Any, Any]) -> RawSQL:
    """A query of keys as SQL, for what is asked again and again within other queries.

    Django takes milliseconds to put a subquery into a query, and to write it down each time.

    Raises:
        EmptyResultSet: it can have no rows.
    """
    return RawSQL(*keys.query.sql_with_params())  # noqa: S611 - written by Django, with parameters


def _array(keys: RawSQL) -> Func:
    return Func(keys, template="ARRAY%(expressions)s")


def one_or_none(rows: QuerySet[Row]) -> Row | None:
    """The row of a query that finds one at most: ``first()`` without the cost of an order."""
    return next(iter(rows[:1]), None)


@contextmanager
def prepared_statements() -> Iterator[None]:
    """Let the server keep the plans of statements that the block repeats.

    For workers that say the same few statements again and again, and for pages of one record, whose
    many statements ask by key: half or more of what each costs the server is planning it. Not for
    lists and searches, whose best plan depends on what is asked for. Decorates views as well.
    """
    connection.ensure_connection()
    driver = connection.connection
    before = (driver.cursor_factory, driver.prepare_threshold)
    driver.cursor_factory, driver.prepare_threshold = ServerBindingCursor, REPEATS_BEFORE_PREPARING
    try:
        yield
    finally:
        driver.cursor_factory, driver.prepare_threshold = before


def copy_in(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows by a ``COPY ... FROM STDIN``: texts, and whatever ``str`` spells as SQL does.

    The driver's own writer looks at each value several times.
    """
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write("".join(map(_line, rows)))


def _line(values: Sequence[Any]) -> str:
    return "\t".join(map(_cell, values)) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return NULL
    return value.translate(ESCAPED) if isinstance(value, str) else str(value)


def lock_keys(keys: Iterable[str]) -> None:
    """Hold a lock on each key until the transaction ends.

    Keys are locked in one order, so that two transactions that need the same keys cannot wait for
    each other.
    """
    numbers = sorted({_number_of(key) for key in keys})
    if numbers:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(number) FROM unnest(%s::bigint[]) AS number",
                [numbers],
            )


@contextmanager
def alone(key: str) -> Iterator[bool]:
    """Hold a lock on a key over several transactions, and say whether it was free.

    Whoever holds it may take it again; it is free again when its connection ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_number_of(key)])
        (is_free,) = cursor.fetchone()
    try:
        yield is_free
    finally:
        if is_free and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_number_of(key)])


def _number_of(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True)
