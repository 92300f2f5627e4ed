"""The answer to a delivery, beside a bare Django view that does one INSERT of the same body."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from agencyhub.accounts import api_keys
from agencyhub.accounts.models import ApiKey
from agencyhub.home.demo import seed
from bench import databases, results, servers
from bench.enrollments import Mix
from bench.results import Result
from bench.visitors import Ask, ask_all

NAME = "hooks"
VISITORS = 4
TARGET = 2.0
BASELINE = "bare Django view, one INSERT of the same body"
WARM_UP = 200
TABLE = "CREATE TABLE bench_delivery (id bigserial PRIMARY KEY, body text NOT NULL)"


@dataclass(frozen=True)
class Size:
    """How much a run does."""

    rounds: int
    requests: int


SIZES = {"smoke": Size(2, 20), "quick": Size(9, 200), "full": Size(15, 1000)}


def run(scale: str) -> Iterator[Result]:
    """Measure the answers' times, round by round in turns."""
    size = SIZES[scale]
    databases.prepare()
    results.note("filling the book")
    seed.seed_demo(scale=1, as_of=timezone.localdate(), at=timezone.now())
    key = api_keys.create_key(name="Benchmark", scope=ApiKey.Scope.PLANCOMPARE).raw
    mix = Mix(count=0)
    bodies = [
        json.dumps(mix.new_person()).encode() for _ in range(WARM_UP + size.rounds * size.requests)
    ]
    databases.close()
    with databases.connect(databases.MAIN) as database:
        database.execute(TABLE)
    ours, theirs = _measure(size, key, bodies)
    for percent in (50, 95):
        yield results.compare(
            NAME,
            f"hook_p{percent}",
            value=results.median([results.percentile(times, percent) for times in ours]),
            unit="ms",
            baseline=results.median([results.percentile(times, percent) for times in theirs]),
            baseline_name=BASELINE,
            at_most=TARGET if percent == 95 else None,
        )


def _measure(size: Size, key: str, bodies: list[bytes]) -> tuple[list[list[float]], ...]:
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    hook = [Ask("POST", "/hooks/plancompare/enrollments/", headers, body) for body in bodies]
    bare = [Ask("POST", "/deliveries/", headers, body) for body in bodies]
    ours: list[list[float]] = []
    theirs: list[list[float]] = []
    url = databases.own_url()
    with (
        servers.serving(servers.PRODUCT, database=url) as product,
        servers.serving(servers.BARE, database=url) as plain,
    ):
        for start in range(-1, size.rounds):
            first = WARM_UP + start * size.requests if start >= 0 else 0
            batch = slice(first, first + (size.requests if start >= 0 else WARM_UP))
            theirs.append(ask_all(plain, bare[batch], visitors=VISITORS, expected=202))
            ours.append(ask_all(product, hook[batch], visitors=VISITORS, expected=202))
            results.note(
                f"round {start + 1}: p95 {results.percentile(ours[-1], 95):.1f} ms,"
                f" bare {results.percentile(theirs[-1], 95):.1f} ms"
            )
    return ours[1:], theirs[1:]
