"""The search over a million people, beside a bare view and beside sorting them by similarity."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from agencyhub.accounts.models import Agent, Role, User
from agencyhub.home.demo import seed
from bench import databases, population, results, servers
from bench.results import Result
from bench.visitors import Ask, ask_all
from individuals.models import Individual
from individuals.searching import read_query
from individuals.selectors_search import names, people
from individuals.services import search_index

NAME = "search"
TARGET = 3.0
TYPO_TARGET = 0.15
COST_TARGET = 1.35
BARE = "bare Django view, 50 rows by keyset"
VISITORS = 2
WARM_UP = 20
OK = 200
TEN = 10
# Whole and half typed, common, rare and absent; by the words under which results are told.
TEXTS = {
    "two letters": ("ma", "sm", "xi", "qx", "zy"),
    "names": ("smith", "gonz", "maria gar", "garcia, maria", "wilson 1958", "schou"),
    "phones": ("515", "0100", "555", "5155", "555-01", "(515) 555-0100", "867-5309"),
    "numbers": ("1EG4TE5MK73", "MK73", "anna.s", "00AB-123", "03/14/1958"),
}
TYPOS = (
    "gonzlez", "hernandes", "wiliams", "maria gonzlez", "jhon smith", "robret wilson",
    "patrica andersen", "schmitd carol", "kahtleen sulivan",
)  # fmt: skip
STRAIGHT = f"""
SELECT id FROM individuals_individual
WHERE similarity(first_name_key || ' ' || last_name_key, %(typed)s) >= {names.TOGETHER}
ORDER BY similarity(first_name_key || ' ' || last_name_key, %(typed)s) DESC,
    last_name_key, first_name_key, id LIMIT {TEN}
"""
STRAIGHT_ONE = f"""
SELECT id FROM individuals_individual
WHERE greatest(similarity(last_name_key, %(typed)s), similarity(first_name_key, %(typed)s))
    >= {names.ALONE}
ORDER BY greatest(similarity(last_name_key, %(typed)s), similarity(first_name_key, %(typed)s)) DESC,
    last_name_key, first_name_key, id LIMIT {TEN}
"""


@dataclass(frozen=True)
class Size:
    """How much a run does."""

    individuals: int
    rounds: int
    requests: int
    copied: int


SIZES = {
    "smoke": Size(3_000, 1, 4, 1_000),
    "quick": Size(100_000, 5, 8, 50_000),
    "full": Size(1_000_000, 7, 20, 100_000),
}


def run(scale: str) -> Iterator[Result]:
    """Fill the book, then measure answers, mistyped names, and what keeping the terms costs."""
    size = SIZES[scale]
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    databases.prepare()
    results.note("filling the book")
    seed.seed_demo(scale=1, as_of=timezone.localdate(), at=timezone.now())
    population.add_people(size.individuals)
    results.note("indexing")
    seconds = _seconds(search_index.index_waiting)
    yield Result(NAME, "index_microseconds_per_individual", seconds / size.individuals * 1e6, "µs")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    users = {"owner": "owner", "book of 300": "agent1", "book of a quarter": _with_large_book()}
    cookies = {words: _cookie(username) for words, username in users.items()}
    yield from _typos(size)
    databases.close()
    yield from _answers(size, cookies)
    yield from _costs(size)


def _with_large_book() -> str:
    """A user who sees the people of every agent whose share is a quarter together."""
    agents = list(Agent.objects.filter(first_name="Agent").order_by("pk"))
    user = User.objects.create(username="bench-large")
    user.groups.add(Role.objects.get(name="Agent"))
    user.accessible_agents.set(agents[: len(agents) // 12])
    return user.username


def _cookie(username: str) -> str:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client.cookies["sessionid"].value


def _typos(size: Size) -> Iterator[Result]:
    """Mistyped names, as the product answers and as one query over everybody would."""
    owner = User.objects.get(username="owner")
    ours: list[float] = []
    theirs: list[float] = []
    same = 0
    for typed in TYPOS:
        find, straight = partial(_find, owner, typed), partial(_straight, typed)
        find()
        expected = straight()
        same += find()[: len(expected)] == expected
        for _ in range(size.rounds):
            theirs.append(_seconds(straight) * 1000)
            ours.append(_seconds(find) * 1000)
        results.note(f"{len(typed)} letters: {ours[-1]:.1f} ms, straight {theirs[-1]:.1f} ms")
    yield results.compare(
        NAME, "typo_search_vs_trigram",
        value=results.median(ours), unit="ms", baseline=results.median(theirs),
        baseline_name="ORDER BY similarity() over everybody", at_most=TYPO_TARGET,
    )  # fmt: skip
    yield results.compare(
        NAME, "typo_same_first_ten",
        value=same, unit="searches", baseline=len(TYPOS),
        baseline_name="searches", at_least=1.0,
    )  # fmt: skip


def _find(user: User, typed: str) -> list[int]:
    """The individuals whom the product finds: first it looks whether the name is right."""
    search = people.Search(read_query(typed), user)
    fitting = search.fitting(Individual, limit=TEN)
    return fitting.keys + search.alike(Individual, limit=TEN).keys


def _straight(typed: str) -> list[int]:
    spelling = read_query(typed).spelling
    with connection.cursor() as cursor:
        cursor.execute(STRAIGHT if " " in spelling else STRAIGHT_ONE, {"typed": spelling})
        return [key for (key,) in cursor.fetchall()]


def _answers(size: Size, cookies: dict[str, str]) -> Iterator[Result]:
    bare = Ask("GET", f"/people/?after={size.individuals // 2}")
    url = databases.own_url()
    with (
        servers.serving(servers.PRODUCT, database=url) as product,
        servers.serving(servers.BARE, database=url) as plain,
    ):
        ask_all(plain, [bare] * WARM_UP, visitors=VISITORS, expected=OK)
        every: list[float] = []
        baseline: list[float] = []
        for who, cookie in cookies.items():
            for words, texts in {**TEXTS, "mistyped": TYPOS}.items():
                asks = [_ask(cookie, text) for text in texts for _ in range(2)]
                ask_all(product, asks, visitors=VISITORS, expected=OK)
                ours: list[list[float]] = []
                theirs: list[list[float]] = []
                for _ in range(size.rounds):
                    some = [bare] * size.requests
                    theirs.append(ask_all(plain, some, visitors=VISITORS, expected=OK))
                    ours.append(ask_all(product, asks, visitors=VISITORS, expected=OK))
                if texts is not TYPOS:  # beside sorting everybody they have a bound of their own
                    every += [one for times in ours for one in times]
                    baseline += [one for times in theirs for one in times]
                yield _compare(
                    f"search_p95 {words}, {who}", ours, theirs, is_bound=texts is not TYPOS
                )
        yield _compare("search_p95", [every], [baseline])


def _ask(cookie: str, text: str) -> Ask:
    """A request as the palette sends it."""
    headers = {
        "Cookie": f"sessionid={cookie}; csrftoken={'c' * 32}",
        "X-CSRFToken": "c" * 32,
        "HX-Request": "true",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return Ask("POST", "/search/", headers, urlencode({"q": text}).encode())


def _compare(
    metric: str, ours: list[list[float]], theirs: list[list[float]], *, is_bound: bool = True
) -> Result:
    return results.compare(
        NAME, metric,
        value=results.median([results.percentile(times, 95) for times in ours]), unit="ms",
        baseline=results.median([results.percentile(times, 95) for times in theirs]),
        baseline_name=BARE, at_most=TARGET if is_bound else None,
    )  # fmt: skip


def _costs(size: Size) -> Iterator[Result]:
    """What a COPY of people takes with the triggers of the search, and without them."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_copy AS SELECT * FROM individuals_individual"
                       f" ORDER BY id DESC LIMIT {size.copied}")  # fmt: skip
        cursor.execute(
            f"SELECT {population.COLUMNS.replace('custom', 'custom::text')} FROM bench_copy"
        )
        rows = cursor.fetchall()
    without = "ALTER TABLE individuals_individual DISABLE TRIGGER pgtrigger_search_insert_{}"
    taken: dict[bool, list[float]] = {True: [], False: []}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_search_insert%'"
                       " AND tgrelid = 'individuals_individual'::regclass")  # fmt: skip
        trigger = cursor.fetchone()[0].rpartition("_")[2]
    for _ in range(3):
        for is_kept in (False, True):
            databases.settle(databases.MAIN)
            with transaction.atomic(), connection.cursor() as cursor:
                if not is_kept:
                    cursor.execute(without.format(trigger))
                taken[is_kept].append(_seconds(lambda: _copy(rows)))
                transaction.set_rollback(True)
    yield results.compare(
        NAME, "copy_with_search",
        value=results.median(taken[True]) / len(rows) * 1e6, unit="µs per individual",
        baseline=results.median(taken[False]) / len(rows) * 1e6,
        baseline_name="COPY without the search, with the history", at_most=COST_TARGET,
    )  # fmt: skip


def _copy(rows: list[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor:
        into = f"COPY individuals_individual ({population.COLUMNS}) FROM STDIN"
        with cursor.copy(into) as copy:
            for row in rows:
                copy.write_row(row)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
