"""Workers that stood still, were thought dead, and go on: another one has their import now."""

import pytest
from django.utils import timezone

from agencyhub.imports import kinds, leases
from agencyhub.imports.engine.staging import Stager
from agencyhub.imports.models import Import
from agencyhub.imports.services import checks, commits, runs
from agencyhub.lib.leases import LostLeaseError
from individuals.models import Individual
from tests.factories.accounts import UserFactory
from tests.imports.helpers import receive

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("default_options")]
State = Import.State
ROWS = [{"first_name": "Ana", "last_name": f"Lopez {n}"} for n in range(5)]


@pytest.fixture
def run():
    """An import that waits to be checked once more."""
    run = receive(ROWS, user=UserFactory(is_superuser=True))
    runs.recheck(import_id=run.pk)
    return run


@pytest.fixture
def slow(run):
    """The worker that took it, and gave no sign of life since."""
    slow = leases.claim(run.pk, states=(State.RECEIVED,), to=State.CHECKING)
    Import.objects.filter(pk=run.pk).update(alive_at=timezone.now() - 2 * leases.LEASE)
    return slow


def test_a_check_that_goes_on_leaves_the_import_alone(run, slow):
    checks.stage(import_id=run.pk)
    runs.start_commit(import_id=run.pk, user=run.user)
    run.refresh_from_db()
    staged = run.staged_as

    with pytest.raises(LostLeaseError):
        Stager(slow, kinds.of(run.kind).for_user(run.user)).check()

    run.refresh_from_db()
    assert (run.state, run.staged_as) == (State.COMMITTING, staged)
    commits.commit(import_id=run.pk)
    run.refresh_from_db()
    assert run.state == State.IMPORTED
    assert Individual.objects.count() == len(ROWS)


def test_what_was_given_up_is_not_brought_back(run, slow):
    leases.give_up(run.pk, problem="Often")

    with pytest.raises(LostLeaseError):
        slow.beat(progress=1)
    with pytest.raises(LostLeaseError):
        slow.save(update_fields=["state"])

    run.refresh_from_db()
    assert (run.state, run.problem, run.progress) == (State.ATTENTION, "Often", 0)


@pytest.mark.parametrize("work", ["check", "commit"])
def test_a_worker_that_lost_it_stops_without_a_word(run, monkeypatch, work):
    def lose(stager):
        leases.give_up(stager.run.pk, problem="Often")
        stager.run.beat()

    if work == "commit":
        checks.stage(import_id=run.pk)
        runs.start_commit(import_id=run.pk, user=run.user)
        monkeypatch.setattr(commits.freshness, "has_changed", lambda *_, **__: True)
    monkeypatch.setattr(Stager, "check", lose)

    (checks.stage if work == "check" else commits.commit)(import_id=run.pk)

    run.refresh_from_db()
    assert (run.state, run.problem) == (State.ATTENTION, "Often")


def test_who_only_looks_at_an_import_may_write_it(run):
    checks.stage(import_id=run.pk)

    runs.discard(import_id=run.pk, user=run.user)

    run.refresh_from_db()
    assert run.state == State.DISCARDED
