"""Reading every group at Noyo: how many calls, what trouble costs, and whether memory stays flat.

The sandbox makes up groups of twenty plans each. The first reading meets 429, 500 and 503 and is
handed on again and again; the second finds a hundredth of the groups changed; the third nothing.
"""

import os
import resource
from collections.abc import Iterator
from math import ceil
from typing import Any

import requests
from django.utils import timezone

from bench import databases
from bench.nightly import sandbox
from bench.results import Result, compare, note

GROUPS = {"smoke": 40, "quick": 500, "full": 5_000}
PAGE = 100
MOST_CALLS = 1.01
MOST_GROWTH = 1.10
LISTS, OF_A_GROUP = 2, 3
SECRET = "agencyhub-sandbox"


def run(scale: str) -> Iterator[Result]:
    """Measure; every figure of a run comes from the same database and sandbox."""
    from integrations.noyo.models import CarrierPlan, Snapshot  # noqa: PLC0415 - apps are loaded

    count = GROUPS[scale]
    databases.prepare()
    os.environ["SANDBOX_CARRIER_PASSWORD"] = SECRET
    with sandbox() as url:
        _control(url, reset=True, wishes=[{"do": "set_crowd", "size": count}])
        _connect(url)
        _control(url, manners={"fail_next": [429, 500, 503, 429], "retry_after": 0})
        started, grown = _read(slow_until=count // 10)
        note(f"{CarrierPlan.objects.count():,} plans")
        yield compare(
            "noyo", "memory_at_the_end_vs_a_tenth", value=grown, unit="MiB", baseline=started,
            baseline_name="after a tenth of the groups", at_most=MOST_GROWTH,
        )  # fmt: skip
        _control(url, forget_calls=True, wishes=[
            {"do": "change_crowd", "first": 0, "count": ceil(count / 100)},
        ])  # fmt: skip
        _read()
        yield from _calls(url)
        versions = Snapshot.objects.count()
        _read()
        yield compare(
            "noyo", "versions_after_a_night_without_news", value=Snapshot.objects.count(),
            unit="versions", baseline=versions, baseline_name="before it", at_most=1.0,
        )  # fmt: skip


def _calls(url: str) -> Iterator[Result]:
    """Calls of one night beside what paging needs: lists, and three lists of every group."""
    from integrations.noyo.models import NoyoGroup  # noqa: PLC0415

    groups = NoyoGroup.objects.filter(gone_at=None).count()
    silent = NoyoGroup.objects.filter(gone_at=None, plans=None, configurations=None).count()
    least = LISTS * ceil(groups / PAGE) + OF_A_GROUP * groups + silent
    made = sum(_state(url)["calls"].values())
    yield compare(
        "noyo", "calls_vs_minimum", value=made, unit="calls", baseline=least,
        baseline_name="what paging needs", at_most=MOST_CALLS,
    )  # fmt: skip


def _read(*, slow_until: int = 0) -> tuple[float, float]:
    """Read all groups, the first ones in slices of a second.

    Answers with the memory that was needed until then, and in all.
    """
    from integrations.noyo.models import SyncRun  # noqa: PLC0415 - the apps are loaded now
    from integrations.noyo.services import reading, runs  # noqa: PLC0415

    found = runs.start_run(user=None, at=timezone.now())
    while found.is_open and found.groups < slow_until:
        found = reading.work(run_id=found.pk, seconds=1)
    begun = _peak()
    while found.is_open:
        found = reading.work(run_id=found.pk, seconds=float("inf"))
    if found.state != SyncRun.State.DONE:
        msg = f"The reading is {found.state}: {found.error}"
        raise RuntimeError(msg)
    note(f"read {found.groups:,} groups with {found.calls:,} calls, {found.changed:,} changed")
    return begun, _peak()


def _connect(url: str) -> None:
    from integrations.noyo.models import Account, Credentials  # noqa: PLC0415

    account = Account.objects.create(
        pk=1, is_active=True, fulfillment_url=f"{url}/noyo/fulfillment",
        tracking_url=f"{url}/noyo/tracking", token_url=f"{url}/noyo/auth/public/token",
    )  # fmt: skip
    Credentials.objects.create(
        account=account, client_id="sandbox-noyo", client_secret=SECRET, places=""
    )


def _control(url: str, **changes: Any) -> None:
    requests.post(f"{url}/noyo/control", json=changes, timeout=60).raise_for_status()


def _state(url: str) -> dict[str, Any]:
    return dict(requests.get(f"{url}/noyo/control", timeout=60).json())


def _peak() -> float:
    """The most memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
