"""Where a search looks among a million people.

Each part is in the order of its index, so that it stops at the first people who fit.
"""

from collections.abc import Iterator

from individuals.models import Term
from individuals.searching import Query, Split
from individuals.searching_hits import LAST_FOUR, LOCAL_DIGITS
from individuals.selectors_search import plain
from individuals.selectors_search.parts import BY_TERM, Part, People

# Whoever sees a part of all people sees a few of so many.
_ENOUGH = 5_000
# Numbers by the exchange: from one area code of the index to the next.
_BY_EXCHANGE = """
{table}.id = ANY(ARRAY(
    WITH RECURSIVE area(code) AS (
        (SELECT left(term, 3) FROM {terms} WHERE kind = 3 ORDER BY term LIMIT 1)
        UNION ALL
        SELECT (SELECT left(term, 3) FROM {terms} WHERE kind = 3 AND term >= area.code || ':'
            ORDER BY term LIMIT 1)
        FROM area WHERE area.code IS NOT NULL
    )
    SELECT hit.person_id FROM area CROSS JOIN LATERAL (
        SELECT person_id FROM {terms} WHERE kind = 3 AND term >= area.code || %s
        AND term < area.code || %s || ':' ORDER BY term, person_id LIMIT %s
    ) AS hit WHERE area.code IS NOT NULL LIMIT %s
))
"""


def first_parts(people: People, query: Query) -> Iterator[Part]:
    """Where searches find people, in the order in which they are shown."""
    if query.mbi:
        yield plain.with_mbi(query)
    if query.mbi_tail:
        yield Part("kind = %s AND term = %s", [Term.Kind.MBI_TAIL, query.mbi_tail], BY_TERM)
    if query.names:
        beside = plain.beside(people.model, query)
        for part in (*map(_by_name, query.names), *_by_alias(query)):
            condition = f"{part.condition} AND {beside[0]}"
            yield Part(condition, [*part.params, *beside[1]], part.order)
    else:
        if query.born:
            yield Part(*plain.born(query))
        if query.phone:
            yield _starting(Term.Kind.PHONE, query.phone)
            yield _by_line(query.phone)
    if query.email:
        yield _starting(Term.Kind.EMAIL, query.email)


def more_parts(people: People, query: Query, *, limit: int) -> Iterator[Part]:
    """Where the rest is: numbers without their area code."""
    if query.phone and not query.names and len(query.phone) < LOCAL_DIGITS:
        most = limit if people.sees_all else _ENOUGH
        condition = _BY_EXCHANGE.format(table=people.table, terms=people.terms)
        yield Part(condition, [query.phone, query.phone, most, most])


def _by_name(split: Split) -> Part:
    if not split.last:
        return _starting(Term.Kind.NAME, split.first)
    condition, params = _range("last_name_key", split.last)
    if split.first:
        condition, params = f"{condition} AND first_name_key LIKE %s", [*params, f"{split.first}%"]
    return Part(condition, params)


def _range(column: str, start: str) -> tuple[str, list[str]]:
    """A prefix that an index of any language serves, not only one that sorts by bytes."""
    condition, params = f"{column} LIKE %s", [f"{start}%"]
    last = start[-1:]
    if start.isascii() and last.isalnum() and last not in "9z":
        condition += f" AND {column} >= %s AND {column} < %s"
        params += [start, start[:-1] + chr(ord(last) + 1)]
    return condition, params


def _by_alias(query: Query) -> Iterator[Part]:
    """By a nickname or a later word of a name, with the other name behind it."""
    patterns = [pattern for split in query.names for pattern in _alias_patterns(split)]
    for pattern in dict.fromkeys(patterns):
        yield Part("kind = %s AND term LIKE %s", [Term.Kind.ALIAS, pattern], BY_TERM)


def _alias_patterns(split: Split) -> Iterator[str]:
    first, last = split.first, split.last
    if first and last:
        yield f"{first}% {last}%"
        yield f"{last}% {first}%"
    else:
        yield f"{first or last}%"


def _starting(kind: Term.Kind, start: str) -> Part:
    return Part("kind = %s AND term LIKE %s", [kind, f"{plain.escaped(start)}%"], BY_TERM)


def _by_line(digits: str) -> Part:
    """By the last four digits: their start, or all of them and what stands before."""
    pattern = f"{digits[-LAST_FOUR:]}%"
    if len(digits) > LAST_FOUR:
        pattern += digits
    return Part("kind = %s AND term LIKE %s", [Term.Kind.LINE, pattern], BY_TERM)
