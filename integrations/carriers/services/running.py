"""The work of a run, from a worker: it may be said twice, end anywhere, and is gone on with."""

import time
from contextlib import suppress
from datetime import timedelta

from django.utils import timezone

from agencyhub.lib.leases import Lease, LostLeaseError
from integrations.carriers.connectors.base import Connector
from integrations.carriers.models import CarrierFile, Retrieval
from integrations.carriers.problems import CUT_OFF, KILLED, TOO_SLOW, Problem, RetrieveError
from integrations.carriers.services import fetching, leases, listing, opening

SLICE_SECONDS = 240.0
"""How long a worker works on a run before it makes room for others."""
PAUSES = (
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=2),
)
"""Waited before each new try after a passing failure; then the run has failed."""
OF_ONE_FILE = (CUT_OFF.code, TOO_SLOW.code)
"""Passing problems that say nothing about the next file."""
State = Retrieval.State


def work(*, retrieval_id: int) -> Retrieval:
    """Do a run, or as much of it as one turn allows, unless somebody is at it.

    Answers the run as it stands then.
    """
    lease = leases.claim(retrieval_id, at=timezone.now())
    if lease is not None:
        with suppress(LostLeaseError):  # whoever has it now goes on
            _work(lease)
    return Retrieval.objects.select_related("connection__carrier").get(pk=retrieval_id)


def _work(lease: Lease[Retrieval]) -> None:
    if lease.row.failures > len(PAUSES):
        _fail(lease, KILLED)
        return
    try:
        connection = lease.row.connection
        with opening.open_connector(connection, on_progress=lease.beat) as connector:
            if not lease.row.is_listed:
                _list(lease, connector)
            is_through = _fetch_files(lease, connector)
    except RetrieveError as error:
        _stumble(lease, error.problem)
        return
    if is_through:
        _settle(lease)
    else:
        lease.let_go(state=State.WAITING, again_at=timezone.now())


def _list(lease: Lease[Retrieval], connector: Connector) -> None:
    run = lease.row
    shown = connector.list_files(since=run.since, until=run.until)
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    listing.keep_list(lease, shown, today=today)


def _fetch_files(lease: Lease[Retrieval], connector: Connector) -> bool:
    """Fetch what is listed; whether the turn sufficed."""
    ends_at = time.monotonic() + SLICE_SECONDS
    for file in _to_fetch(lease):
        if time.monotonic() > ends_at:
            return False
        try:
            fetching.fetch(lease, connector, file)
        except RetrieveError as error:
            if _is_about_more(error.problem):
                raise
            fetching.put_aside(lease, file, error.problem)
    return True


def _to_fetch(lease: Lease[Retrieval]) -> list[CarrierFile]:
    rows = CarrierFile.objects.filter(retrieval=lease.row, state=CarrierFile.State.LISTED)
    return list(rows.select_related("connection").order_by("tries", "pk"))


def _is_about_more(problem: Problem) -> bool:
    """Whether the next file would meet the same problem."""
    if problem.is_passing:
        return problem.code not in OF_ONE_FILE
    return bool(problem.field)


def _settle(lease: Lease[Retrieval]) -> None:
    """End the run, or wait with files that are worth another try."""
    left = _to_fetch(lease)
    if left:
        _stumble(lease, CUT_OFF)
        return
    lease.let_go(state=State.DONE, finished_at=timezone.now(), code="", error="", next_step="")


def _stumble(lease: Lease[Retrieval], problem: Problem) -> None:
    """Try again later after a passing problem; fail after others, and after many."""
    failures = lease.row.failures
    if not problem.is_passing or failures >= len(PAUSES):
        _fail(lease, problem)
        return
    lease.let_go(
        state=State.WAITING,
        again_at=timezone.now() + PAUSES[failures],
        failures=failures + 1,
        **_words(problem),
    )


def _fail(lease: Lease[Retrieval], problem: Problem) -> None:
    lease.let_go(state=State.FAILED, finished_at=timezone.now(), **_words(problem))


def _words(problem: Problem) -> dict[str, str]:
    return {"code": problem.code, "error": problem.words, "next_step": problem.next_step}
