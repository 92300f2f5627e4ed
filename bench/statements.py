"""A commission statement through the import pipeline: what a line costs, and how much memory.

The statement is UnitedHealthcare's, which is rolling: it comes twice, the second time without some
of its lines. Every line has an agent with a contract, and an agent above: three shares.
"""

import csv
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from django.db import connection

from agencyhub.home.demo import company
from agencyhub.imports.models import Import
from agencyhub.imports.services import checks, commits, files, runs
from bench import databases, people, results
from bench.results import Result
from commissions.models import AgentContract, CommissionLine, CommissionSplit
from policies.models import Carrier

NAME = "statement"
SIZES = {"smoke": 300, "quick": 200_000, "full": 1_000_000}
HEADER = (
    *("Statement Date", "Writing Agent ID", "Writing Agent Name", "Member Name", "MedicareID"),
    *("AARP Member ID", "Policy Number", "Original Effective Date", "Plan Type", "Contract", "PBP"),
    *("Member State", "Commission Action", "Payment Period", "Prem Amount", "Commission"),
)
# Every line of this many is missing when the month is written anew.
DROPPED = 20
TICKS = os.sysconf("SC_CLK_TCK")
MICROSECONDS = 1_000_000
MOST_MEMORY = 1024


@dataclass
class Spent:
    """Processor time of a step, in seconds: this process and the database's."""

    own: float = 0.0
    database: float = 0.0
    wall: float = 0.0


def run(scale: str) -> Iterator[Result]:
    """Check, import, follow up; then a copy that lacks lines."""
    rows = SIZES[scale]
    databases.prepare()
    _contracts()
    with tempfile.TemporaryDirectory() as folder:
        first, again = Path(folder) / "first.csv", Path(folder) / "again.csv"
        _write(first, rows=rows, skip=0)
        _write(again, rows=rows, skip=DROPPED)
        for name, path in (("first", first), ("again", again)):
            yield from _import(name, path, rows)
    aside = CommissionLine.objects.filter(superseded_at__isnull=False).count()
    yield Result(NAME, "lines_put_aside", aside, "", target=rows // DROPPED,
                 ok=aside == rows // DROPPED)  # fmt: skip
    per_line = CommissionSplit.objects.count() / max(CommissionLine.objects.count(), 1)
    yield Result(NAME, "shares_per_line", round(per_line, 2), "")
    memory = _peak_memory()
    is_small = memory <= MOST_MEMORY
    yield Result(NAME, "peak_memory_mib", memory, "MiB", target=MOST_MEMORY, ok=is_small)


def _contracts() -> None:
    """Contracts of every agent with the carrier, with the first of them above."""
    carrier = Carrier.objects.create(name="UnitedHealthcare")
    above, *agents = company.ensure_agents()
    terms = {"percent": 55, "upline": above, "upline_percent": 5, "start_date": date(2024, 1, 1)}
    AgentContract.objects.bulk_create(
        [AgentContract(agent=agent, carrier=carrier, **terms) for agent in agents]
    )


def _write(path: Path, *, rows: int, skip: int) -> None:
    dice = Random(1)
    agents = [(npn, f"{last.upper()}, {first.upper()}") for first, last, npn, *_ in company.AGENTS]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            first, last = dice.choice(people.FIRST), dice.choice(people.LAST)
            npn, agent = agents[1 + number % (len(agents) - 1)]
            amount = dice.randrange(100, 70_000) / 100
            if skip and number % skip == 0:
                continue
            writer.writerow(
                ("11/15/2026", npn, agent, f"{last.upper()}, {first.upper()}", people.mbi(number),
                 f"9{number:09}", f"UH-{number:09}", "01/01/2026", "MAPD", "H5216", "001", "IA",
                 "Renewal", "11/2026", "0.00", f"{amount:.2f}")
            )  # fmt: skip


def _import(name: str, path: Path, rows: int) -> Iterator[Result]:
    run = files.receive(
        content=path, name=path.name, kind="commission_statement", user=None, is_queued=False
    )
    steps = {
        "check": lambda: checks.stage(import_id=run.pk),
        "write": lambda: _commit(run),
        "follow_up": lambda: commits.follow_up(import_id=run.pk),
    }
    for step, work in steps.items():
        spent = Spent()
        with _measured(spent):
            work()
        results.note(f"{name} {step}: {spent}, {_peak_memory():,.0f} MiB so far")
        cost = (spent.own + spent.database) / rows * MICROSECONDS
        yield Result(NAME, f"{name}_{step}_cpu_per_line", round(cost, 1), "us")
    run.refresh_from_db()
    if run.state != Import.State.IMPORTED:
        msg = f"The import is {run.state}: {run.problem}"
        raise RuntimeError(msg)


def _commit(run: Import) -> None:
    runs.start_commit(import_id=run.pk, user=None, is_queued=False)
    commits.commit(import_id=run.pk)


@contextmanager
def _measured(spent: Spent) -> Iterator[None]:
    own, database, wall = _own(), _database(), time.perf_counter()
    yield
    spent.own = round(_own() - own, 2)
    spent.database = round(_database() - database, 2)
    spent.wall = round(time.perf_counter() - wall, 2)


def _own() -> float:
    times = os.times()
    return times.user + times.system


def _database() -> float:
    """Processor time of the database's server and of all that it started, the ended ones too."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        (directory,) = cursor.fetchone()
    server = int((Path(directory) / "postmaster.pid").read_text().splitlines()[0])
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    return _ticks(server, ended=True) + sum(_ticks(int(pid)) for pid in children)


def _ticks(pid: int, *, ended: bool = False) -> float:
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    own, of_ended = words[11:13], words[13:15]
    return sum(int(word) for word in (*own, *(of_ended if ended else ()))) / TICKS


def _peak_memory() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    return round(int(peak) / 1024, 1)
