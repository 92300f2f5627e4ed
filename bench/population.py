"""A million made-up people, written by the database: names as unevenly spread as real ones."""

from random import Random

from django.db import connection

from agencyhub.home.demo import names
from individuals.models import Individual

# Surnames and first names that people share: a few are everywhere, most are rare.
SURNAMES, FIRST_NAMES = 40_000, 5_000
AGENTS = 300
PART = 200_000
_ONSETS = ("b", "br", "c", "ch", "d", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "r", "s",
           "st", "t", "v", "w", "z", "sch", "mc")  # fmt: skip
_VOWELS = ("a", "e", "i", "o", "u", "ei", "ou", "ia")
_CODAS = ("n", "r", "l", "s", "t", "ck", "nd", "rt", "ns", "m", "z", "tz", "", "", "ll")
_WORDS = "CREATE TEMP TABLE {table} (n int PRIMARY KEY, word text)"
_AGENTS = """
WITH added AS (
    INSERT INTO accounts_agent (first_name, last_name, npn, email, phone, is_active)
    SELECT 'Agent', 'Number ' || n, (5000000 + n)::text, '', '', true
    FROM generate_series(1, %s) AS n RETURNING id
) SELECT min(id) FROM added
"""
# Log-uniform ranks: the first name of n is log(n) times as frequent as an average one.
_PEOPLE = """
SELECT '', first.word, '', last.word, '', '',
    date '1930-01-01' + (random() * 14000)::int, '', 'en',
    CASE WHEN random() < 0.7
        THEN lower(first.word || '.' || last.word) || (random() * 999)::int || '@example.com'
        ELSE '' END,
    CASE WHEN random() < 0.7 THEN {phone} ELSE '' END,
    CASE WHEN random() < 0.6 THEN {phone} ELSE '' END, '',
    substr('ACDEFGHJKMNPQRTUVWXY', 1 + (random() * 19)::int, 1)
        || substr('ACDEFGHJKMNPQRTUVWXY', 1 + (random() * 19)::int, 1)
        || lpad((random() * 99)::int::text, 2, '0'),
    '{{}}', '', now(), now(), %(agent)s + (random() * random() * %(agents)s)::int
FROM (
    SELECT (power(%(surnames)s, random()) - 1)::int AS a, (power(%(first)s, random()) - 1)::int AS b
    FROM generate_series(1, %(count)s)
) AS dice
JOIN bench_last AS last ON last.n = dice.a JOIN bench_first AS first ON first.n = dice.b
"""
_PHONE = (
    "(201 + (random() * random() * 780)::int)::text || (200 + random() * 799)::int"
    " || lpad((random() * 9999)::int::text, 4, '0')"
)
COLUMNS = (
    "title, first_name, middle_name, last_name, suffix, nickname, date_of_birth, gender, language,"
    " email, home_phone, cell_phone, business_phone, mbi_tail, custom, notes, created_at,"
    " updated_at, servicing_agent_id"
)


def add_people(count: int, *, seed: int = 1) -> None:
    """Add people in parts, each as one statement that writes no history."""
    dice = Random(seed)
    english = (names.ENGLISH_WOMEN, names.ENGLISH_MEN, names.SPANISH_WOMEN, names.SPANISH_MEN)
    first = _mixed(dice, [name for some in english for name in some], FIRST_NAMES)
    last = _mixed(dice, [*names.ENGLISH_LAST, *names.SPANISH_LAST], SURNAMES)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5), set_config('agencyhub.bulk', 'on', false)")
        for table, words in (("bench_first", first), ("bench_last", last)):
            cursor.execute(_WORDS.format(table=table))
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in enumerate(words):
                    copy.write_row(row)
            cursor.execute(f"ANALYZE {table}")
        cursor.execute(_AGENTS, [AGENTS])
        (agent,) = cursor.fetchone()
        sizes = {"surnames": len(last), "first": len(first), "agent": agent, "agents": AGENTS - 1}
        for start in range(0, count, PART):
            part = min(PART, count - start)
            cursor.execute(f"{insert_into()} {people()}", {**sizes, "count": part})
        cursor.execute("SELECT set_config('agencyhub.bulk', '', false)")


def insert_into() -> str:
    """The head of a statement that adds people."""
    return f"INSERT INTO {Individual._meta.db_table} ({COLUMNS})"


def people() -> str:
    """A SELECT of ``%(count)s`` made-up people."""
    return _PEOPLE.format(phone=_PHONE)


def _mixed(dice: Random, known: list[str], count: int) -> list[str]:
    """Common names in any order, then made-up ones: ``count`` in all, none twice."""
    found = dict.fromkeys(dice.sample(known, len(known)))
    while len(found) < count:
        syllables = dice.choice((1, 2, 2, 2, 3))
        word = "".join(
            dice.choice(_ONSETS) + dice.choice(_VOWELS) + dice.choice(_CODAS)
            for _ in range(syllables)
        )
        found[word.capitalize()] = None
    return list(found)[:count]
