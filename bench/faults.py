"""Kill what the product runs on while it is used, and count what is there afterwards.

Enrollments are delivered, files imported, matches refreshed, EOI files picked up and pages read
over HTTP while workers, web processes, Valkey (with all it held) and PostgreSQL are killed at
random. Everything that was acknowledged must be there once, and all work must come to its end.
"""

import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import cycle
from pathlib import Path
from random import Random

import redis
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts import api_keys
from agencyhub.accounts.models import ApiKey
from agencyhub.home.demo import seed
from agencyhub.settings.celery import QUEUES, numbered
from bench import databases, eoi_pickup, eoi_stock, faults_cluster, faults_stock, faults_truth
from bench.enrollments import Mix
from bench.faults_cluster import Cluster
from bench.faults_load import OK, Load, Noted, Visitor, owner, row
from bench.results import Result, note
from commissions.services import refresh

NAME = "faults"
SENDERS = 2
TICK = 0.1
SEED = 7
# Longer than any lease: what the last victim held is free again by then.
RECOVERY_SECONDS = 900
QUIET = 10
"""So few tasks wait when the schedule alone fills the queues."""
_OPEN = """
SELECT
  (SELECT count(*) FROM integrations_inboundmessage WHERE state IN ('received', 'processing')),
  (SELECT count(*) FROM imports_import
    WHERE state IN ('received', 'checking', 'committing', 'undoing')),
  (SELECT count(*) FROM commissions_matchrun WHERE state IN ('waiting', 'running')),
  (SELECT count(*) FROM commissions_matchchange),
  (SELECT count(*) FROM eoi_batches_batchfile WHERE state NOT IN ('archived', 'rejected'))
"""
OPEN = ("messages", "imports", "runs of Refresh", "changes to match", "EOI files")


@dataclass(frozen=True)
class Size:
    """Seconds of faults, the longest between two of them, and how much there is to do."""

    seconds: int
    pause: float
    files: int
    rows: int
    waves: int


SIZES = {
    "smoke": Size(20, 6, 2, 20, 1),
    "quick": Size(90, 9, 12, 100, 4),
    "full": Size(600, 10, 60, 300, 20),
}
PER_WAVE = 10 * eoi_stock.GROUPS


def run(scale: str) -> Iterator[Result]:
    """Use it, break it, let it recover, count."""
    size, cluster = SIZES[scale], faults_cluster.CURRENT[0]
    dice = Random(os.environ.get("BENCH_SEED", SEED))
    databases.prepare()
    note("filling the book")
    seed.seed_demo(scale=1, as_of=timezone.localdate(), at=timezone.now())
    eoi_stock.fill(requests=size.waves * PER_WAVE)
    with tempfile.TemporaryDirectory() as name, eoi_pickup.mailboxes(Path(name)) as (server, boxes):
        noted = Noted()
        people, books = _files(Path(name), size, noted)
        load = Load(partner=_partner(cluster), browser=owner(cluster.port), noted=noted)
        mix = Mix(count=0)
        made = [mix.new_person() for _ in range(size.seconds * 10)]
        databases.close()
        cluster.start_programs()
        _wait_for(cluster, lambda: _is_ready(cluster), "readyz")
        waves = [range(at * PER_WAVE, (at + 1) * PER_WAVE) for at in range(size.waves)]
        pick_up = reverse("eoi_batches:server_pick_up", args=[server.pk])
        load.begin(
            *(lambda at=at: load.deliver(made[at::SENDERS]) for at in range(SENDERS)),  # type: ignore[misc]
            lambda: load.import_files(people),
            lambda: load.import_files(books),
            lambda: load.drop_decisions(boxes, waves),
            lambda: load.press(reverse("commissions:refresh_start"), pick_up),
            load.read_pages,
        )
        kills = _break(cluster, size, dice)
        load.end()
        seconds = _recover(cluster, load)
        load.give_up()
        yield from _counted(noted, kills, seconds)
        yield _refreshed(cluster)


def _files(
    folder: Path, size: Size, noted: Noted
) -> tuple[list[faults_stock.File], list[faults_stock.File]]:
    """Files to import; the first of each kind is imported before, and teaches their headers."""
    made = (faults_stock.people_files, faults_stock.book_files)
    people, books = (list(make(folder, files=size.files, rows=size.rows)) for make in made)
    for files in (people, books):
        first = files.pop(0)
        call_command("import_file", first.kind, str(first.path), stdout=StringIO())
        noted.files.append(first)
    return people, books


def _partner(cluster: Cluster) -> Visitor:
    key = api_keys.create_key(name="Benchmark", scope=ApiKey.Scope.PLANCOMPARE).raw
    return Visitor(cluster.port, {"X-API-Key": key})


def _victims(cluster: Cluster, dice: Random) -> dict[str, Callable[[], bool]]:
    kept = cluster.kept
    return {
        "worker": kept["worker"].kill,
        "process of worker": lambda: kept["worker"].kill_part(dice),
        "imports": kept["imports"].kill,
        "process of imports": lambda: kept["imports"].kill_part(dice),
        "gunicorn": kept["web"].kill,
        "process of gunicorn": lambda: kept["web"].kill_part(dice),
        "beat": kept["beat"].kill,
        "Valkey and all it held": cluster.lose_valkey,
        "PostgreSQL (SIGKILL)": lambda: cluster.crash_postgres(signal.SIGKILL),
        "PostgreSQL (immediate)": lambda: cluster.crash_postgres(signal.SIGQUIT),
        "process of PostgreSQL": lambda: cluster.crash_backend(dice),
    }


def _break(cluster: Cluster, size: Size, dice: Random) -> Counter[str]:
    """Kill one after the other, each kind as often as the others, at moments nobody knows."""
    victims = _victims(cluster, dice)
    kills: Counter[str] = Counter()
    order = list(victims)
    dice.shuffle(order)
    ends_at = time.monotonic() + size.seconds
    for name in cycle(order):
        next_at = time.monotonic() + dice.uniform(size.pause / 3, size.pause)
        while time.monotonic() < next_at:
            cluster.look()
            time.sleep(TICK)
        if time.monotonic() > ends_at:
            return kills
        note(f"kill {name}")
        kills[name] += victims[name]()
    return kills


def _recover(cluster: Cluster, load: Load) -> float | None:
    """Seconds until all work is done; None when it does not come to an end."""
    began = time.monotonic()
    note("no more faults")
    said = ""
    while time.monotonic() - began < RECOVERY_SECONDS:
        cluster.look()
        waiting = _waiting(cluster, load)
        if not waiting:
            return time.monotonic() - began
        if waiting != said:
            said = waiting
            note(f"waits: {waiting}")
        time.sleep(1)
    note(f"did not recover: {said}")
    return None


def _waiting(cluster: Cluster, load: Load) -> str:
    """What is not done yet, in words."""
    found = row(_OPEN)
    if found is None:
        return "PostgreSQL"
    open_ = [f"{count} {name}" for name, count in zip(OPEN, found, strict=True) if count]
    if not load.is_idle():
        open_.append("visitors")
    if not open_ and (tasks := _tasks(cluster)) > QUIET:
        open_.append(f"{tasks} tasks")
    if not open_ and not _is_ready(cluster):
        open_.append("readyz")
    return ", ".join(open_)


def _tasks(cluster: Cluster) -> int:
    broker = redis.Redis.from_url(numbered(cluster.env["REDIS_URL"], by=1))
    with broker:
        return sum(int(broker.llen(queue)) for queue in QUEUES)  # type: ignore[arg-type]


def _is_ready(cluster: Cluster) -> bool:
    answer = Visitor(cluster.port, {}).ask("GET", reverse("home:readyz"))
    return answer is not None and answer.status == OK


def _wait_for(cluster: Cluster, is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + RECOVERY_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            msg = f"{what} does not come."
            raise RuntimeError(msg)
        cluster.look()
        time.sleep(TICK)


def _counted(noted: Noted, kills: Counter[str], seconds: float | None) -> Iterator[Result]:
    note(f"answers: {dict(sorted(noted.answers.items()))}")
    note(f"asked again: {dict(noted.repeated)}; needed attention: {noted.attention}")
    compared = faults_truth.compare_all(noted)
    for one in compared:
        words = "as expected" if one.is_equal else "DIFFERS"
        counts = f"{one.expected} expected, {one.lost} lost, {one.doubled} doubled"
        note(f"{one.kind}: {counts}, sha256 {one.digest[:16]} {words}")
    yield Result(NAME, "kills", kills.total(), "kills")
    for name, count in kills.items():
        yield Result(NAME, f"kills of {name}", count, "kills")
    for one in compared:
        yield Result(NAME, f"acknowledged {one.kind}", one.expected, "rows", ok=one.expected > 0)
    yield _none("lost", sum(one.lost for one in compared), "rows")
    yield _none("doubled", sum(one.doubled for one in compared), "rows")
    yield _all("digests_equal", sum(one.is_equal for one in compared), len(compared))
    yield _none("signed_out", _signed_out(noted), "answers")
    yield _none("gave_up", len(noted.attention), "imports")
    yield _all("recovered", float(seconds is not None), 1)
    yield Result(NAME, "recovery_seconds", round(seconds or RECOVERY_SECONDS, 1), "s")


def _signed_out(noted: Noted) -> int:
    return sum(count for kind, count in noted.answers.items() if kind.endswith("signed out"))


def _refreshed(cluster: Cluster) -> Result:
    """A full Refresh decides what runs over changes, killed or not, have decided."""
    before = faults_truth.links()
    refresh.request(is_full=True)
    connection.close()
    _wait_for(cluster, lambda: (row(_OPEN) or (0, 0, 1))[2] == 0, "the full Refresh")
    return _none("refresh_differs", float(faults_truth.links() != before), "")


def _none(metric: str, value: float, unit: str) -> Result:
    return Result(NAME, metric, value, unit, target=0, ok=value == 0)


def _all(metric: str, value: float, of: Sequence[object] | float) -> Result:
    whole = of if isinstance(of, int | float) else len(of)
    return Result(NAME, metric, value, "", whole, "all", value / whole, 1, value == whole)
