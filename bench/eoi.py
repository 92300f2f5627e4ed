"""Decisions through batch files beside raw ``COPY`` of the files; the board with many pending."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts.models import User
from agencyhub.home.demo import seed
from bench import databases, eoi_pickup, eoi_stock, results, servers
from bench.results import Result
from bench.visitors import Ask, ask_all
from eoi.models import Decision
from eoi.services import deciding
from eoi.worksheets import reading
from groups.models import EmployerGroup

NAME = "eoi"
COPY = "COPY of the same files into an unlogged table of texts"
ROUNDS = 5
OK = 200


@dataclass(frozen=True)
class Size:
    """Decisions, rows of a file, decisions that are picked up, requests left, visits in a round."""

    decisions: int
    per_file: int
    picked_up: int
    pending: int
    asks: int


SIZES = {
    "smoke": Size(300, 100, 100, 100, 4),
    "quick": Size(20_000, 5_000, 10_000, 10_000, 20),
    "full": Size(100_000, 10_000, 40_000, 50_000, 30),
}


def run(scale: str) -> Iterator[Result]:
    """Decide all rows of the files, then look at the first page of what is left."""
    size = SIZES[scale]
    databases.prepare()
    seed.seed_demo(scale=1, as_of=timezone.localdate(), at=timezone.now())
    requests = size.decisions + size.picked_up + size.pending
    results.note(f"filling groups with {requests:,} requests")
    eoi_stock.fill(requests=requests)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with tempfile.TemporaryDirectory() as name:
        files = eoi_stock.write(Path(name), decisions=size.decisions, per_file=size.per_file)
        copied = [_copy(files)]
        spent = _decide(files)
        copied.append(_copy(files))
    yield results.compare(
        NAME,
        "decisions_per_second",
        value=size.decisions / spent,
        unit="rows/s",
        baseline=size.decisions / results.median(copied),
        baseline_name=COPY,
        at_least=0.05,
    )
    yield _picked_up(size)
    yield from _board(size)


def _picked_up(size: Size) -> Result:
    """The same through the carrier's SFTP server: a file for each group, results and all."""
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        with eoi_pickup.mailboxes(data) as (server, inboxes):
            files = eoi_stock.write_by_group(inboxes, first=size.decisions, count=size.picked_up)
            copied = _copy(files)
            results.note(f"picking up {len(files)} files")
            spent = eoi_pickup.pick_up(server)
    return results.compare(
        NAME,
        "picked_up_per_second",
        value=size.picked_up / spent,
        unit="rows/s",
        baseline=size.picked_up / copied,
        baseline_name=COPY,
    )


def _copy(files: Sequence[Path]) -> float:
    """Seconds that the server takes to copy the files as they are."""
    columns = ", ".join(f"c{number} text" for number in range(len(eoi_stock.HEADER)))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE UNLOGGED TABLE bench_raw ({columns})")
        began = time.perf_counter()
        for file in files:
            with cursor.copy("COPY bench_raw FROM STDIN (FORMAT csv, HEADER)") as copy:
                copy.write(file.read_bytes())
        spent = time.perf_counter() - began
        cursor.execute("DROP TABLE bench_raw")
    return spent


def _decide(files: Sequence[Path]) -> float:
    """Seconds to read and decide the files one after the other, as the pick-up does."""
    began = time.perf_counter()
    for file in files:
        result = deciding.decide(
            reading.read(file).rows,
            channel=Decision.Channel.BATCH,
            user=None,
            within=EmployerGroup.objects.filter(name__startswith=eoi_stock.NAME),
            source=f"batch:{file.stem}",
            at=timezone.now(),
        )
        if result.failed:
            problems = ", ".join(problem.text for problem in result.failed[0].problems)
            msg = f"A row of the benchmark was not decided: {problems}"
            raise RuntimeError(msg)
        results.note(f"{file.name}: {result.valid_count:,} decided")
    return time.perf_counter() - began


def _board(size: Size) -> Iterator[Result]:
    """The first page of what waits, and what htmx asks of it, in turns with a bare view."""
    client = Client()
    client.force_login(User.objects.get(username="owner"))
    headers = {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}
    url = reverse("eoi:request_list")
    bare = Ask("GET", "/people/?after=0")
    board = {
        "board": Ask("GET", url, headers),
        "fragment of the board": Ask("GET", url, {**headers, "HX-Request": "true"}),
    }
    databases.close()
    database = databases.own_url()
    with (
        servers.serving(servers.PRODUCT, database=database) as product,
        servers.serving(servers.BARE, database=database) as plain,
    ):
        asks = [("", plain, bare), *((words, product, ask) for words, ask in board.items())]
        times: dict[str, list[float]] = {}
        for number in range(ROUNDS + 1):
            for words, port, ask in asks:
                taken = ask_all(port, [ask] * size.asks, visitors=1, expected=OK)
                if number:  # the first round warms up
                    times.setdefault(words, []).append(results.percentile(taken, 95))
    for words in board:
        yield results.compare(
            NAME,
            f"p95 {words} of {size.pending:,} pending",
            value=results.median(times[words]),
            unit="ms",
            baseline=results.median(times[""]),
            baseline_name="bare Django view, 50 rows by keyset",
            at_most=3.0,
        )
