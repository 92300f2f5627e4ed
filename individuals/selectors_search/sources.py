"""Where a search looks among a million people: queries that each start from one index.

Each is in the order of its index, so that it stops at the first people who fit.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from individuals.models import Term
from individuals.models.search import TERMS
from individuals.searching import Query, Split
from individuals.searching_hits import LAST_FOUR, LOCAL_DIGITS
from individuals.selectors_search import plain

Rows = QuerySet[Any]
NAME_ORDER = ("last_name_key", "first_name_key", "pk")
TERM_ORDER = ("terms__term", "pk")
# Whoever sees a part of all people sees a few of so many.
_ENOUGH = 5_000
# Numbers by the exchange: from one area code of the index to the next.
_BY_EXCHANGE = """
WITH RECURSIVE area(code) AS (
    (SELECT left(term, 3) FROM {terms} WHERE kind = 3 ORDER BY term LIMIT 1)
    UNION ALL
    SELECT (SELECT left(term, 3) FROM {terms} WHERE kind = 3 AND term >= area.code || ':'
        ORDER BY term LIMIT 1)
    FROM area WHERE area.code IS NOT NULL
)
SELECT hit.person_id FROM area CROSS JOIN LATERAL (
    SELECT person_id FROM {terms} WHERE kind = 3 AND term >= area.code || %(digits)s
    AND term < area.code || %(digits)s || ':' ORDER BY term, person_id LIMIT %(most)s
) AS hit WHERE area.code IS NOT NULL LIMIT %(most)s
"""


def first_sources(rows: Rows, query: Query) -> Iterator[Rows]:
    """Where most searches find enough."""
    if query.mbi:
        yield rows.with_mbi(query.mbi).order_by("pk")  # type: ignore[attr-defined]
    if query.mbi_tail:
        yield _exact(rows, Term.Kind.MBI_TAIL, query.mbi_tail)
    if query.names:
        named = rows.alias(**plain.ALIASES).filter(plain.beside(rows.model, query))
        for split in query.names:
            yield _by_name(named, split)
    else:
        if query.born:
            yield rows.filter(date_of_birth__range=query.born).order_by(*NAME_ORDER)
        if query.phone:
            yield _starting(rows, Term.Kind.PHONE, query.phone)
            yield _by_line(rows, query.phone)
    if query.email:
        yield _starting(rows, Term.Kind.EMAIL, query.email)


def more_sources(rows: Rows, query: Query, *, sees_all: bool, limit: int) -> Iterator[Rows]:
    """Where the rest is: other names of people, and numbers without their area code."""
    if query.names:
        named = rows.alias(**plain.ALIASES).filter(plain.beside(rows.model, query))
        patterns = {pattern for split in query.names for pattern in _alias_patterns(split)}
        for start, pattern in sorted(patterns):
            hit = Q(terms__kind=Term.Kind.ALIAS, terms__term__startswith=start)
            yield named.filter(hit & Q(terms__term__regex=pattern)).order_by(*TERM_ORDER)
    elif query.phone and len(query.phone) < LOCAL_DIGITS:
        keys = _by_exchange(rows, query.phone, most=limit if sees_all else _ENOUGH)
        yield rows.filter(pk__in=keys).order_by(*NAME_ORDER)


def _by_name(rows: Rows, split: Split) -> Rows:
    if not split.last:
        return _starting(rows, Term.Kind.NAME, split.first)
    found = rows.filter(_range("last_name_key", split.last))
    if split.first:
        found = found.filter(first_name_key__startswith=split.first)
    return found.order_by(*NAME_ORDER)


def _range(column: str, start: str) -> Q:
    """``startswith`` that an index of any language serves, not only one that sorts by bytes."""
    wanted = Q(**{f"{column}__startswith": start})
    last = start[-1:]
    if start.isascii() and last.isalnum() and last not in "9z":
        after = start[:-1] + chr(ord(last) + 1)
        wanted &= Q(**{f"{column}__gte": start, f"{column}__lt": after})
    return wanted


def _alias_patterns(split: Split) -> Iterator[tuple[str, str]]:
    """How an alias begins, and all of it as a regular expression; keys have no signs of those."""
    first, last = split.first, split.last
    if first and last:
        yield first, f"^{first}[^ ]* {last}"
        yield last, f"^{last}[^ ]* {first}"
    else:
        yield first or last, f"^{first or last}"


def _starting(rows: Rows, kind: Term.Kind, start: str) -> Rows:
    return rows.filter(terms__kind=kind, terms__term__startswith=start).order_by(*TERM_ORDER)


def _exact(rows: Rows, kind: Term.Kind, term: str) -> Rows:
    return rows.filter(terms__kind=kind, terms__term=term).order_by("pk")


def _by_line(rows: Rows, digits: str) -> Rows:
    """By the last four digits: their start, or all of them and what stands before."""
    line = Q(terms__kind=Term.Kind.LINE, terms__term__startswith=digits[-LAST_FOUR:])
    if len(digits) > LAST_FOUR:
        line &= Q(terms__term__endswith=digits)
    return rows.filter(line).order_by(*TERM_ORDER)


def _by_exchange(rows: Rows, digits: str, *, most: int) -> list[int]:
    statement = _BY_EXCHANGE.format(terms=TERMS[rows.model]._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"digits": digits, "most": most})
        return [key for (key,) in cursor.fetchall()]
