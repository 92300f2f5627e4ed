"""Who is worth comparing: people who share a key are a block, found by joins over equal keys.

Each rule is one ``SELECT`` of people and their keys. It runs over the people in question (saved, or
only typed) and over everybody, so that a rule is written once and the planner decides: a few people
are looked up through the indexes of names, births and MBIs, a million are hashed.
"""
# ruff: noqa: S608 - the statements are made of constants, values are parameters

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db import connection

from individuals.duplicates import Facts, Home
from individuals.models.search import Term

LARGEST_BLOCK = 50
"""More people share a key for another reason: a switchboard, a nursing home, 01/01/1900."""
BLOCKS_AT_ONCE = 2_000
FEW = 1_000
_HOME = "lower(split_part(a.line_1, ' ', 1))"


@dataclass(frozen=True)
class Rule:
    """``select`` answers people and keys k1, k2 …; ``words`` name a block that is too large.

    ``indexed`` is the same over everybody, for few people: it looks into the terms of the search,
    where ``select`` would read the whole table.
    """

    key: str
    words: str
    keys: int
    select: str
    indexed: str = ""


RULES = (
    Rule(
        "mbi", "MBIs", 1,
        "SELECT p.id, p.mbi_index AS k1 FROM {people} AS p WHERE p.mbi_index IS NOT NULL",
    ),
    Rule(
        "born_last", "dates of birth with a last name", 2,
        "SELECT p.id, p.date_of_birth AS k1, p.last_name_key AS k2 FROM {people} AS p"
        " WHERE p.date_of_birth IS NOT NULL AND p.last_name_key <> ''",
    ),
    Rule(
        "born_first", "dates of birth with a first name", 2,
        "SELECT p.id, p.date_of_birth AS k1, p.first_name_key AS k2 FROM {people} AS p"
        " WHERE p.date_of_birth IS NOT NULL AND p.first_name_key <> ''",
    ),
    Rule(
        "swapped", "dates of birth with a name", 3,
        "SELECT p.id, p.date_of_birth AS k1, least(p.first_name_key, p.last_name_key) AS k2,"
        " greatest(p.first_name_key, p.last_name_key) AS k3 FROM {people} AS p"
        " WHERE p.date_of_birth IS NOT NULL AND p.first_name_key <> p.last_name_key",
    ),
    Rule(
        "near_birth", "names with a ZIP code and most of a date of birth", 6,
        "SELECT p.id, p.last_name_key AS k1, p.first_name_key AS k2, left(a.zip_code, 5) AS k3,"
        " part.kind AS k4, part.one AS k5, part.two AS k6"
        " FROM {people} AS p JOIN {addresses} AS a ON a.individual_id = p.id"
        " CROSS JOIN LATERAL (SELECT extract(year FROM p.date_of_birth)::int AS y,"
        " extract(month FROM p.date_of_birth)::int AS m,"
        " extract(day FROM p.date_of_birth)::int AS d) AS born"
        " CROSS JOIN LATERAL (VALUES (1, y, m), (2, y, d), (3, m, d),"
        " (4, y, least(m, d) * 100 + greatest(m, d))) AS part(kind, one, two)"
        " WHERE p.date_of_birth IS NOT NULL AND a.zip_code <> ''",
    ),
    Rule(
        "tail", "names with last characters of an MBI", 3,
        "SELECT p.id, p.last_name_key AS k1, p.first_name_key AS k2, p.mbi_tail AS k3"
        " FROM {people} AS p WHERE p.mbi_tail <> ''",
    ),
    Rule(
        "home", "names with an address", 4,
        "SELECT p.id, p.last_name_key AS k1, p.first_name_key AS k2, left(a.zip_code, 5) AS k3,"
        f" {_HOME} AS k4 FROM {{people}} AS p JOIN {{addresses}} AS a ON a.individual_id = p.id"
        " WHERE a.zip_code <> '' AND a.line_1 <> ''",
    ),
    Rule(
        "phone", "phone numbers", 1,
        "SELECT p.id, number AS k1 FROM {people} AS p"
        " CROSS JOIN LATERAL unnest(ARRAY[p.home_phone, p.cell_phone, p.business_phone]) AS number"
        " WHERE number <> ''",
        "SELECT t.person_id AS id, t.term AS k1 FROM individuals_individualterm AS t"
        f" WHERE t.kind = {Term.Kind.PHONE.value}",
    ),
    Rule(
        "email", "email addresses", 1,
        "SELECT p.id, lower(p.email) AS k1 FROM {people} AS p WHERE p.email <> ''",
        "SELECT t.person_id AS id, t.term AS k1 FROM individuals_individualterm AS t"
        f" WHERE t.kind = {Term.Kind.EMAIL.value}",
    ),
)  # fmt: skip
WORDS: Mapping[str, str] = {rule.key: rule.words for rule in RULES}

_TABLES = {"people": "individuals_individual", "addresses": "individuals_address"}
_TYPED = {"people": "typed", "addresses": "typed_address"}
_BLOCK = """
SELECT '{key}', count(*), CASE WHEN count(*) <= %(most)s THEN array_agg(everybody.id) END
FROM (SELECT DISTINCT {keys} FROM ({wanted}) AS asked) AS wanted
JOIN ({everybody}) AS everybody USING ({keys}) GROUP BY {keys} HAVING count(*) > {least}
"""
_KNOWN = """
SELECT 'known', 2, ARRAY[pair.first_id, pair.second_id] FROM individuals_duplicatepair AS pair
WHERE pair.state = 'open' AND ({first} OR {second})
"""
_TYPED_PERSON = """
WITH typed AS (
  SELECT 0::bigint AS id, name_key(%(first_name)s) AS first_name_key,
    name_key(%(last_name)s) AS last_name_key, %(date_of_birth)s::date AS date_of_birth,
    %(mbi_index)s::bytea AS mbi_index, %(mbi_tail)s AS mbi_tail, %(email)s AS email,
    %(home_phone)s AS home_phone, %(cell_phone)s AS cell_phone,
    %(business_phone)s AS business_phone
), typed_address AS (
  SELECT 0::bigint AS individual_id, %(line_1)s AS line_1, %(zip_code)s AS zip_code
)
"""
_FACTS = f"""
SELECT p.id, p.first_name_key, p.last_name_key, name_key(p.middle_name), name_key(p.suffix),
  name_key(p.nickname), p.date_of_birth, p.gender, coalesce(encode(p.mbi_index, 'hex'), ''),
  p.mbi_tail, array_remove(ARRAY[p.home_phone, p.cell_phone, p.business_phone]::text[], ''),
  lower(p.email), coalesce((SELECT array_agg(ARRAY[left(a.zip_code, 5), {_HOME}])
    FROM {{addresses}} AS a WHERE a.individual_id = p.id AND a.zip_code <> ''), '{{{{}}}}')
FROM {{people}} AS p
"""


_COLUMNS = tuple(column.name for column in fields(Facts) if column.name != "homes")


@dataclass(frozen=True)
class Block:
    """People who share a key; ``ids`` is None when they are too many to compare."""

    rule: str
    people: int
    ids: Sequence[int] | None


@dataclass(frozen=True)
class Some:
    """The people in question: by their keys, or all from one key to another, both included."""

    ids: Sequence[int] | None = None
    id_range: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if (self.ids is None) == (self.id_range is None):
            msg = "Name the people by their keys or by a range of keys."
            raise ValueError(msg)

    @property
    def is_few(self) -> bool:
        """Whether they are looked up one by one."""
        return self.ids is not None and len(self.ids) <= FEW

    def has(self, pk: int) -> bool:
        """Whether this is one of them."""
        if self.id_range is not None:
            return self.id_range[0] <= pk <= self.id_range[1]
        return pk in (self.ids or ())

    def condition(self, column: str) -> str:
        """The same as SQL, with the parameters of ``parameters``."""
        if self.id_range is not None:
            return f"{column} BETWEEN %(first)s AND %(last)s"
        return f"{column} = ANY(%(ids)s)"

    def parameters(self) -> dict[str, Any]:
        """Values for ``condition``."""
        if self.id_range is not None:
            return {"first": self.id_range[0], "last": self.id_range[1]}
        return {"ids": list(self.ids or ())}


@dataclass(frozen=True)
class Typed:
    """What somebody has typed about a person who is not saved, or not saved like this."""

    first_name: str = ""
    last_name: str = ""
    date_of_birth: date | None = None
    email: str = ""
    home_phone: str = ""
    cell_phone: str = ""
    business_phone: str = ""
    mbi_index: bytes | None = None
    mbi_tail: str = ""
    middle_name: str = ""
    suffix: str = ""
    nickname: str = ""
    gender: str = ""
    line_1: str = ""
    zip_code: str = ""


def blocks(some: Some) -> Iterator[Block]:
    """Everybody who shares a key with some people, key by key; and the open pairs they are in.

    Runs in a transaction: the rows come through a cursor of the server.
    """
    statement = " UNION ALL ".join(
        [
            *(
                _block(
                    rule,
                    f"{rule.select.format(**_TABLES)} AND {some.condition('p.id')}",
                    is_few=some.is_few,
                    least=1,
                )
                for rule in RULES
            ),
            _KNOWN.format(
                first=some.condition("pair.first_id"), second=some.condition("pair.second_id")
            ),
        ]
    )
    parameters = {**some.parameters(), "most": LARGEST_BLOCK}
    if some.is_few:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            yield from (Block(*row) for row in cursor.fetchall())
        return
    with connection.cursor() as cursor:
        # Every row will be fetched: PostgreSQL plans a cursor for the first tenth.
        cursor.execute("SELECT set_config('cursor_tuple_fraction', '1', true)")
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        while rows := cursor.fetchmany(BLOCKS_AT_ONCE):
            yield from (Block(*row) for row in rows)


def namesakes(typed: Typed) -> list[int]:
    """The keys of everybody who shares a key with a typed person."""
    statement = _TYPED_PERSON + " UNION ALL ".join(
        _block(rule, rule.select.format(**_TYPED), is_few=True, least=0) for rule in RULES
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {**vars(typed), "most": LARGEST_BLOCK})
        return sorted({pk for _rule, _people, ids in cursor.fetchall() for pk in ids or ()})


def facts_of(ids: Sequence[int]) -> dict[int, Facts]:
    """What is known of people, as the scorer reads it; those who do not exist are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS.format(**_TABLES) + " WHERE p.id = ANY(%s)", [list(ids)])
        return {pk: _facts(row) for pk, *row in cursor.fetchall()}


def facts_of_typed(typed: Typed) -> Facts:
    """What is known of a typed person: read by the database, so that names have the same keys."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name_key(one) FROM unnest(%s::text[]) WITH ORDINALITY AS name(one, place)"
            " ORDER BY place",
            [[typed.first_name, typed.last_name, typed.middle_name, typed.suffix, typed.nickname]],
        )
        first, last, middle, suffix, nickname = (key for (key,) in cursor.fetchall())
    home = Home(typed.zip_code[:5], typed.line_1.split(" ", 1)[0].lower())
    return Facts(
        first_name=first,
        last_name=last,
        middle_name=middle,
        suffix=suffix,
        nickname=nickname,
        date_of_birth=typed.date_of_birth,
        gender=typed.gender,
        mbi=typed.mbi_index.hex() if typed.mbi_index else "",
        mbi_tail=typed.mbi_tail,
        phones=frozenset({typed.home_phone, typed.cell_phone, typed.business_phone} - {""}),
        email=typed.email.lower(),
        homes=frozenset({home} if home.zip_code else ()),
    )


def _facts(row: Sequence[Any]) -> Facts:
    """In the order of ``_FACTS``, which is that of ``Facts``."""
    *known, homes = row
    found = dict(zip(_COLUMNS, known, strict=True))
    found["phones"] = frozenset(found["phones"])
    return Facts(**found, homes=frozenset(Home(*home) for home in homes))


def _block(rule: Rule, wanted: str, *, is_few: bool, least: int) -> str:
    keys = ", ".join(f"k{number}" for number in range(1, rule.keys + 1))
    everybody = (is_few and rule.indexed) or rule.select.format(**_TABLES)
    return _BLOCK.format(key=rule.key, keys=keys, wanted=wanted, everybody=everybody, least=least)
