"""The check of a file, from a worker: everything that can be known before anything is written."""

from contextlib import suppress

from agencyhub.imports import kinds, leases
from agencyhub.imports.engine.staging import Stager
from agencyhub.imports.models import Import
from agencyhub.imports.services import deciding, unattended
from agencyhub.lib.errors import DomainError
from agencyhub.lib.leases import LostLeaseError

State = Import.State


def stage(*, import_id: int) -> None:
    """Read and check the file of an import, unless somebody is at it.

    The import is then CHECKED; MAPPING where its columns are not known; or ATTENTION with words.
    A kind that takes its files itself leaves it IMPORTED. Where nobody has said what it holds, its
    header does, else it needs ATTENTION.
    """
    states = (State.RECEIVED, State.CHECKING)
    run = leases.claim(import_id, states=states, to=State.CHECKING)
    if run is None:
        return
    with suppress(LostLeaseError):
        _check(run)


def _check(run: Import) -> None:
    try:
        if not run.kind and not deciding.decide(run):
            _rest(run, State.ATTENTION, problem=deciding.ASK)
            return
        if run.state == State.DUPLICATE:
            return
        kind = kinds.of(run.kind).for_user(run.user)
        if kind.take is not None:
            kind.take(run)
            return
        is_known = Stager(run, kind).check()
    except DomainError as problem:
        _rest(run, State.ATTENTION, problem=problem.message)
        return
    if not is_known:
        _rest(run, State.MAPPING)
    unattended.go_on(import_id=run.pk)


def _rest(run: Import, state: str, *, problem: str = "") -> None:
    run.state, run.problem, run.alive_at = state, problem[:400], None
    run.save(update_fields=["state", "problem", "alive_at"])
