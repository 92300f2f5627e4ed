"""Enrollments applied by two workers, beside plain psycopg that says the same to the database."""

import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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
TARGET = 0.25
BASELINE = "psycopg, the same statements in the same transactions"
RECORDED, PRODUCT, PSYCOPG = "bench_recorded", "bench_product", "bench_psycopg"
COMPARED = ("policies_policy", "individuals_individual", "records_change", "records_entry")


@dataclass(frozen=True)
class Size:
    """How much a run does; the book is so many times 2,000 individuals."""

    enrollments: int
    book: int


SIZES = {"smoke": Size(100, 1), "quick": Size(600, 10), "full": Size(5_000, 10)}
# Handled in one go, by one side and then the other: two pages of the inbox for each worker.
SLICE = 100


def run(scale: str) -> Iterator[Result]:
    """Measure enrollments per second, and count statements per enrollment."""
    size = SIZES[scale]
    _seed(size)
    claim, scripts = _record()
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "scripts"
        file.write_bytes(pickle.dumps((claim, scripts)))
        ours, theirs = _measure(size.enrollments, file)
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
    seed.seed_demo(scale=size.book, as_of=timezone.localdate(), at=now)
    enrollments.receive_all(enrollments.Mix(count=size.enrollments).bodies())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    databases.close()


def _record() -> tuple[Said, dict[int, list[Said]]]:
    """Apply everything once, listening; answer the claim, and each message's statements."""
    results.note("recording what the product says")
    databases.copy(databases.MAIN, RECORDED)
    with databases.connect(RECORDED, autocommit=True) as database:
        script.mark_ids(database)
    with databases.using(RECORDED), Recorder() as recorder:
        scripts: dict[int, list[Said]] = {}
        claim: Said | None = None
        for outcome in processing.process_waiting(partners=registry.PARTNERS):
            said = recorder.cut()
            if said[0].text == processing.CLAIM:
                claim, said = said[0], said[2:]  # and its COMMIT
            scripts[outcome.message_id] = said
    _check_applied(RECORDED)
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


def _measure(count: int, file: Path) -> tuple[list[float], list[float]]:
    """Rates of the product and of psycopg, slice by slice in turns, from the same state."""
    ours: list[float] = []
    theirs: list[float] = []
    for database in (PRODUCT, PSYCOPG):
        databases.copy(databases.MAIN, database)
        databases.settle(database)
    with _team(PRODUCT, "product") as product, _team(PSYCOPG, "psycopg", str(file)) as psycopg:
        for number in range(count // SLICE):
            ours.append(_rate(product))
            theirs.append(_rate(psycopg))
            results.note(f"slice {number + 1}: {ours[-1]:.0f}/s, psycopg {theirs[-1]:.0f}/s")
    _check_applied(PRODUCT)
    for table in COMPARED:
        one, other = databases.count(PRODUCT, table), databases.count(PSYCOPG, table)
        if one != other:
            msg = f"{table} has {one} rows after the product and {other} after the replay."
            raise RuntimeError(msg)
    return ours, theirs


@contextmanager
def _team(database: str, *words: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Workers on one database, ready to start."""
    environment = os.environ | {"DATABASE_URL": databases.url_of(database)}
    command = [sys.executable, "-m", "bench.worker", *words]
    with ExitStack() as stack:
        workers = []
        for _ in range(WORKERS):
            worker = subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            stack.callback(worker.communicate)
            workers.append(worker)
        for worker in workers:
            _read(worker)
        yield workers


def _rate(workers: list[subprocess.Popen[str]]) -> float:
    """Let each worker handle its share of a slice; answer the messages per second."""
    began = time.monotonic()
    for worker in workers:
        worker.stdin.write(f"{SLICE // WORKERS}\n")  # type: ignore[union-attr]
        worker.stdin.flush()  # type: ignore[union-attr]
    handled = sum(int(_read(worker)) for worker in workers)
    if handled != SLICE:
        msg = f"{handled} of {SLICE} messages were handled."
        raise RuntimeError(msg)
    return handled / (time.monotonic() - began)


def _read(worker: subprocess.Popen[str]) -> str:
    line = worker.stdout.readline().strip()  # type: ignore[union-attr]
    if not line:
        msg = f"A worker ended early (exit code {worker.wait()})."
        raise RuntimeError(msg)
    return line
