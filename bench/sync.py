"""Enrollments applied by two workers, beside plain psycopg that says the same to the database."""

import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.utils import timezone

from agencyhub.home.demo import seed
from bench import databases, enrollments, results, script
from bench.results import Result
from bench.script import Recorder, Said
from integrations import registry
from integrations.models import InboundMessage
from integrations.services import processing

NAME = "sync"
WORKERS = 2
BOOK_SCALE = 10  # times 2,000 individuals
TARGET = 0.25
BASELINE = "psycopg, the same statements in the same transactions"
COMPARED = ("policies_policy", "individuals_individual", "records_change", "records_entry")


@dataclass(frozen=True)
class Size:
    """How much a run does."""

    enrollments: int
    rounds: int


SIZES = {"quick": Size(600, 5), "full": Size(5_000, 5)}


def run(scale: str) -> Iterator[Result]:
    """Measure enrollments per second, and count statements per enrollment."""
    size = SIZES[scale]
    _seed(size)
    claim, scripts = _record()
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "scripts"
        file.write_bytes(pickle.dumps((claim, scripts)))
        ours, theirs = _measure(size, file)
    yield results.compare(
        NAME,
        "enrollments_per_second",
        value=results.median(ours),
        unit="enrollments/s",
        baseline=results.median(theirs),
        baseline_name=BASELINE,
        at_least=TARGET,
    )
    trips = [script.statements(said) for said in scripts.values()]
    yield Result(NAME, "round_trips_per_enrollment", sum(trips) / len(trips), "round trips")


def _seed(size: Size) -> None:
    databases.prepare()
    results.note("filling the book")
    now = timezone.now()
    seed.seed_demo(scale=BOOK_SCALE, as_of=timezone.localdate(), at=now)
    enrollments.receive_all(enrollments.Mix(count=size.enrollments).bodies())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    databases.close()


def _record() -> tuple[Said, dict[int, list[Said]]]:
    """Apply everything once, listening; answer the claim, and each message's statements."""
    results.note("recording what the product says")
    name = "bench_recorded"
    databases.copy(databases.MAIN, name)
    with databases.connect(name, autocommit=True) as database:
        script.mark_ids(database)
    with databases.using(name), Recorder() as recorder:
        scripts: dict[int, list[Said]] = {}
        claim: Said | None = None
        for outcome in processing.process_waiting(partners=registry.PARTNERS):
            said = recorder.cut()
            if said[0].text == processing.CLAIM:
                claim, said = said[0], said[2:]  # and its COMMIT
            scripts[outcome.message_id] = said
    _check_applied(name)
    if claim is None:
        msg = "The product claims messages in another way than the benchmark knows."
        raise RuntimeError(msg)
    return claim, scripts


def _check_applied(name: str) -> None:
    with databases.using(name):
        bad = InboundMessage.objects.filter(external_id__startswith="PC-BENCH").exclude(
            state=InboundMessage.State.APPLIED
        )
        found = list(bad.values_list("state", "code", "reason")[:3])
    if found:
        msg = f"Not every enrollment was applied: {found}"
        raise RuntimeError(msg)


def _measure(size: Size, file: Path) -> tuple[list[float], list[float]]:
    """Rates of the product and of psycopg, in turns, each from the same state."""
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(size.rounds):
        ours.append(_round(size, "bench_product", ["product"]))
        theirs.append(_round(size, "bench_psycopg", ["psycopg", str(file)]))
        _compare_rows("bench_product", "bench_psycopg")
        results.note(f"round {number + 1}: {ours[-1]:.0f}/s, psycopg {theirs[-1]:.0f}/s")
    return ours, theirs


def _round(size: Size, database: str, words: list[str]) -> float:
    databases.copy(databases.MAIN, database)
    databases.settle(database)
    environment = os.environ | {"DATABASE_URL": databases.url_of(database)}
    command = [sys.executable, "-m", "bench.worker", *words]
    workers = [
        subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(WORKERS)
    ]
    try:
        for worker in workers:
            _read(worker, "ready")
        began = time.monotonic()
        for worker in workers:
            worker.stdin.write("go\n")  # type: ignore[union-attr]
            worker.stdin.flush()  # type: ignore[union-attr]
        handled = sum(int(_read(worker)) for worker in workers)
        seconds = time.monotonic() - began
    finally:
        for worker in workers:
            worker.communicate()
    if handled != size.enrollments:
        msg = f"{handled} of {size.enrollments} messages were handled."
        raise RuntimeError(msg)
    return handled / seconds


def _read(worker: subprocess.Popen[str], expected: str = "") -> str:
    line = worker.stdout.readline().strip()  # type: ignore[union-attr]
    if not line or (expected and line != expected):
        msg = f"A worker ended early (exit code {worker.wait()})."
        raise RuntimeError(msg)
    return line


def _compare_rows(ours: str, theirs: str) -> None:
    """The replay is a fair baseline only if it leaves as many rows behind."""
    for table in COMPARED:
        one, other = databases.count(ours, table), databases.count(theirs, table)
        if one != other:
            msg = f"{table} has {one} rows after the product and {other} after the replay."
            raise RuntimeError(msg)
