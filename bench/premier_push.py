"""A carrier's whole statement pushed in parts, through the door and the inbox to the payments.

Some parts are sent twice, and all of them in no order: nothing may be lost, nothing doubled.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from bench import databases, premier, servers
from bench.results import Result, compare, note
from bench.visitors import Ask, ask_all

NAME = "premier_push"
ROWS = {"smoke": 5_000, "quick": 100_000, "full": 500_000}
# A part stays below the 1 MiB that the door takes.
PART = 4_500
MOST_BYTES = 1_048_576
VISITORS = 2
TWICE = 10
# The first parts fill caches and pools; afterwards memory may not grow by more.
SETTLED = 0.25
MOST_GROWTH = 1.2
SLUG = "bench"
PATH = f"/hooks/premier/{SLUG}/status/"


def run(scale: str) -> Iterator[Result]:
    """Send everything, apply everything, and count what is there afterwards."""
    databases.prepare()
    rows = ROWS[scale]
    note(f"writing {rows // premier.MONTHS:,} policies")
    carrier_id = premier.write_policies(rows // premier.MONTHS)
    parts = _parts(rows)
    asks = _asks(_key(carrier_id), parts)
    databases.close()
    with servers.serving(servers.PRODUCT, database=databases.own_url()) as port:
        began = time.monotonic()
        ask_all(port, asks[: len(parts)], visitors=VISITORS, expected=202)
        sending = time.monotonic() - began
        ask_all(port, asks[len(parts) :], visitors=VISITORS, expected=200)
    note(f"{len(parts)} parts taken in {sending:.1f} s")
    began = time.monotonic()
    growth = _apply(len(parts))
    took = sending + time.monotonic() - began
    yield compare(
        NAME, "rows_per_second", value=rows / took, unit="rows/s",
        baseline=rows / sending, baseline_name="the same parts, taken and not applied",
    )  # fmt: skip
    yield compare(
        NAME, "payments", value=databases.count(databases.MAIN, "policies_payment"), unit="rows",
        baseline=rows, baseline_name="rows sent", at_least=1, at_most=1,
    )  # fmt: skip
    yield compare(
        NAME, "memory_mib", value=growth[1], unit="MiB",
        baseline=growth[0], baseline_name="after the first quarter", at_most=MOST_GROWTH,
    )  # fmt: skip


def _parts(rows: int) -> list[bytes]:
    """The bodies, each of some of the rows, in no order."""
    names = {"month": "payment_month", "carrier_status": "payment_status"}
    feed = premier.statement(rows // premier.MONTHS, 0)
    said = feed.drop("row", "as_of", "status").rename(names)
    found = []
    for piece in said.iter_slices(PART):
        body = {"as_of": premier.START.isoformat(), "rows": _written(piece)}
        found.append(json.dumps(body, default=str, separators=(",", ":")).encode())
    if max(map(len, found)) > MOST_BYTES:
        msg = "A part is larger than the door takes."
        raise RuntimeError(msg)
    Random(1).shuffle(found)
    return found


def _written(piece: Any) -> list[dict[str, Any]]:
    return [
        row | {"payment_month": f"{row['payment_month']:%Y-%m}"}
        for row in piece.iter_rows(named=True)
    ]


def _key(carrier_id: int) -> str:
    from agencyhub.accounts import api_keys  # noqa: PLC0415 - the apps are loaded now
    from agencyhub.accounts.models import ApiKey  # noqa: PLC0415
    from integrations.premier.models import Feed  # noqa: PLC0415

    Feed.objects.create(carrier_id=carrier_id, slug=SLUG)
    return str(api_keys.create_key(name="Benchmark", scope=ApiKey.Scope.PREMIER).raw)


def _asks(key: str, parts: list[bytes]) -> list[Ask]:
    """Every part, and then every tenth once more."""
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    return [Ask("POST", PATH, headers, body) for body in (*parts, *parts[::TWICE])]


def _apply(parts: int) -> tuple[float, float]:
    """Apply every part; answer the memory (MiB) after the first of them and at the end."""
    from integrations import registry  # noqa: PLC0415
    from integrations.services import processing  # noqa: PLC0415

    memory = []
    for outcome in processing.process_waiting(partners=registry.PARTNERS):
        if outcome.state != "applied":
            msg = f"A part was not applied: {outcome.state}."
            raise RuntimeError(msg)
        memory.append(_memory())
    if len(memory) != parts:
        msg = f"{len(memory)} parts were applied instead of {parts}."
        raise RuntimeError(msg)
    return memory[int(len(memory) * SETTLED)], memory[-1]


def _memory() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
