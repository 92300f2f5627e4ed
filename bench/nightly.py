"""The nightly query: how many requests, how long, and what a killed worker and an outage leave.

The sandbox's ComTrack answers a batch after 50 ms, in a process of its own. One run is killed with
SIGKILL at two fifths and meets an outage at four fifths; another goes through undisturbed and is
set beside the same requests by a bare client that stores nothing.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import django
import requests
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from bench import databases
from bench.results import Result, compare, note

APPLICATIONS = {"smoke": 5_000, "quick": 20_000, "full": 200_000}
BATCH = 500
ANSWERS_AFTER = 0.05
MOST_REQUESTS = 1 / 400
WITH_MBI = 2_000
LEASE = 1
WAIT_SECONDS = 900


def run(scale: str) -> Iterator[Result]:
    """Measure; every figure of a run comes from the same database and sandbox."""
    count = APPLICATIONS[scale]
    databases.prepare()
    note(f"writing {count:,} applications")
    _write_applications(count)
    with sandbox() as url:
        address = f"{url}/comtrack/api/v1/query"
        _connect(address)
        yield from _disturbed(url, count)
        yield from _undisturbed(url, address, count)


def _disturbed(url: str, count: int) -> Iterator[Result]:
    """Kill the worker, take ComTrack away, bring it back: nothing is lost."""
    from commissions.models import ComtrackStatus  # noqa: PLC0415 - the apps are loaded now

    _control(url, forget=True)
    run_id = _start()
    worker = _worker(run_id)
    killed_at = _wait_until(run_id, count * 2 // 5)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    note(f"killed after {killed_at:,}")
    time.sleep(LEASE + 0.5)
    stored = int(_run_of(run_id).asked)
    _control(url, fails_after=max(1, (count * 4 // 5 - stored) // BATCH))
    _worker(run_id).wait()
    partial = _run_of(run_id)
    left = ComtrackStatus.objects.count()
    note(f"ComTrack is out: the run is {partial.state} after {partial.asked:,}, {left:,} stored")
    is_partial_right = partial.state == "waiting" and left == partial.answered == partial.asked
    _control(url, is_out=False, fails_after=-1)
    _start()
    _worker(run_id).wait()
    done = _run_of(run_id)
    answered = ComtrackStatus.objects.count() if done.state == "done" and is_partial_right else 0
    asked = _control(url)["asked"]
    yield compare(
        "nightly", "answered_after_kill_and_outage", value=answered, unit="applications",
        baseline=count, baseline_name="all", at_least=1.0, at_most=1.0,
    )  # fmt: skip
    yield compare(
        "nightly", "asked_after_kill_and_outage", value=asked, unit="applications",
        baseline=count, baseline_name="each once", at_most=1 + 2 * BATCH / count,
    )  # fmt: skip


def _undisturbed(url: str, address: str, count: int) -> Iterator[Result]:
    _control(url, forget=True)
    run_id = _start()
    began = time.monotonic()
    _worker(run_id).wait()
    took = time.monotonic() - began
    found = _run_of(run_id)
    note(f"the undisturbed run is {found.state}: {found.asked:,} asked in {took:.1f} s")
    asked = found.asked if found.state == "done" else 0
    made = _control(url)["requests"]
    yield compare(
        "nightly", "requests_per_application", value=made / max(asked, 1), unit="requests",
        baseline=MOST_REQUESTS, baseline_name="1/400", at_most=1.0,
    )  # fmt: skip
    begun, ended = found.started_at, found.finished_at
    assert begun is not None
    assert ended is not None
    yield compare(
        "nightly", "run_seconds", value=(ended - begun).total_seconds(), unit="s",
        baseline=_bare_seconds(address, count), baseline_name="the same requests, nothing stored",
    )  # fmt: skip


def _bare_seconds(address: str, count: int) -> float:
    """How long a bare client takes for as many requests, without database and reading."""
    batch = [{"application_id": f"HS-{number:07d}"} for number in range(BATCH)]
    began = time.monotonic()
    with requests.Session() as session:
        session.headers["X-API-Key"] = "bench"
        for _ in range(-(-count // BATCH)):
            session.post(address, json={"applications": batch}, timeout=30).raise_for_status()
    return time.monotonic() - began


def _write_applications(count: int) -> None:
    """A few thousand with their MBI, sealed, through the ORM; the others are copies of the last."""
    from agencyhub.home.demo.people import make_mbi  # noqa: PLC0415
    from agencyhub.lib.mbi import read_mbi  # noqa: PLC0415
    from commissions.models import Application  # noqa: PLC0415
    from policies.models import Carrier  # noqa: PLC0415

    dice = Random(1)
    carrier = Carrier.objects.create(name="Bench Health")
    rows = []
    for number in range(min(count, WITH_MBI)):
        row = Application(
            source="healthsherpa", external_id=f"HS-{number:07d}", carrier=carrier,
            line="med_adv", plan_id="H5216-001-000", effective_date=date(2027, 1, 1),
            first_name="Ada", last_name=f"Bench{number}", date_of_birth=date(1955, 3, 14),
            submitted_at=datetime(2026, 10, 15, tzinfo=UTC),
        )  # fmt: skip
        row.set_mbi(read_mbi(make_mbi(dice)))
        rows.append(row)
    Application.objects.bulk_create(rows, batch_size=1000)
    _copy(Application, rows[-1].pk, range(len(rows), count))


def _copy(model: type[Model], pk: int, numbers: range) -> None:
    """Copies of a row under other ids and names, without an MBI."""
    own = {
        "external_id": "'HS-' || lpad(n::text, 7, '0')", "last_name": "'Bench' || n",
        "mbi": "NULL", "mbi_index": "NULL", "mbi_tail": "''",
    }  # fmt: skip
    kept = [
        field.column
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.generated
    ]
    table = model._meta.db_table
    sources = ", ".join(own.get(name, f"a.{name}") for name in kept)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(kept)}) SELECT {sources} "
            f"FROM {table} AS a, generate_series(%s, %s) AS n WHERE a.id = %s",
            [numbers.start, numbers.stop - 1, pk],
        )
        cursor.execute(f"ANALYZE {table}")


def _connect(address: str) -> None:
    from integrations.comtrack.models import Connection  # noqa: PLC0415

    Connection.objects.create(
        pk=1, is_active=True, activated_at=timezone.now() + timedelta(days=2), address=address,
        api_key="bench", batch_size=BATCH, requests_per_second=100,
    )  # fmt: skip


def _start() -> int:
    from integrations.comtrack.services import runs  # noqa: PLC0415

    return int(runs.start_run(user=None, at=timezone.now()).pk)


def _run_of(run_id: int) -> Any:
    from integrations.comtrack.models import QueryRun  # noqa: PLC0415

    return QueryRun.objects.get(pk=run_id)


def _wait_until(run_id: int, asked: int) -> int:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        found = int(_run_of(run_id).asked)
        if found >= asked:
            return found
        time.sleep(0.05)
    msg = "The run does not get on."
    raise RuntimeError(msg)


def _worker(run_id: int) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"COMTRACK_LEASE_SECONDS": str(LEASE), "LOG_LEVEL": "WARNING"}
    return subprocess.Popen([sys.executable, "-m", "bench.nightly", str(run_id)], env=environment)


def _control(url: str, **changes: Any) -> dict[str, Any]:
    answer = requests.post(f"{url}/comtrack/control", json=changes, timeout=30)
    return dict(answer.json())


@contextmanager
def sandbox() -> Iterator[str]:
    """The partners' sandbox in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as directory:
        command = [sys.executable, "-m", "sandbox", "--port", str(port), "--data", directory]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_for(url)
            _control(url, delay_seconds=ANSWERS_AFTER)
            yield url
        finally:
            server.terminate()
            server.wait()


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            requests.get(f"{url}/healthz", timeout=1).raise_for_status()
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    msg = "The sandbox does not start."
    raise RuntimeError(msg)


def work(run_id: int) -> None:
    """Work a run off in this process, as the task does."""
    from integrations.comtrack import client  # noqa: PLC0415
    from integrations.comtrack.services import batches  # noqa: PLC0415

    client.PATIENCE = client.Patience(retries=1, first_seconds=0.1, repeats_posts=True)
    run = batches.work(run_id=run_id, seconds=WAIT_SECONDS)
    print(json.dumps({"state": run.state, "asked": run.asked}), file=sys.stderr)


if __name__ == "__main__":
    django.setup()
    work(int(sys.argv[1]))
