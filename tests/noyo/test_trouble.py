"""Noyo slow, busy, broken and away, over real HTTP: a night's reading survives each of them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from integrations.errors import PartnerUnavailableError
from integrations.noyo import client as calls
from integrations.noyo.client import Noyo
from integrations.noyo.models import Account, NoyoGroup, Snapshot, SyncRun
from integrations.noyo.services import accounts, pulling, reading, runs
from integrations.noyo.services.carriers import Carriers
from integrations.noyo.services.pulling import Outcome
from sandbox.noyo import scenarios
from tests.noyo.conftest import FakeNoyo
from tests.noyo.workers import until, worker

State = SyncRun.State
FOREVER = float("inf")
OF_A_GROUP = ("carrier_configurations", "/plans", "/group_enrollments")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = calls.Patience(retries=2, first_seconds=0.01, longest_seconds=9)
    monkeypatch.setattr(calls, "PATIENCE", quick)
    monkeypatch.setattr(calls, "TOKEN_PATIENCE", replace(quick, repeats_posts=True))


def begin() -> SyncRun:
    return runs.start_run(user=None, at=timezone.now())


def go_on(run: SyncRun) -> SyncRun:
    return reading.work(run_id=run.pk, seconds=FOREVER)


def asked(fake: FakeNoyo) -> dict[str, int]:
    """How often each of the lists of one group was asked for, over all groups."""
    found = fake.calls().items()
    return {
        name: sum(number for what, number in found if what.endswith(name) and "{group_id}" in what)
        for name in OF_A_GROUP
    }


def nothing_is_stored_twice() -> bool:
    return Snapshot.objects.count() == Snapshot.objects.filter(seen_until=None).count()


@pytest.mark.usefixtures("account")
class TestTrouble:
    def test_a_retry_after_is_obeyed(self, fake: FakeNoyo, monkeypatch: pytest.MonkeyPatch) -> None:
        waited: list[float] = []
        monkeypatch.setattr("urllib3.util.retry.time.sleep", waited.append)
        fake.control(manners={"fail_next": [429, 429], "retry_after": 7})

        run = go_on(begin())

        assert (run.state, run.failed) == (State.DONE, 0)
        assert waited.count(7) == 2

    def test_slow_answers_are_asked_for_again(self, fake: FakeNoyo, settings: Any) -> None:
        settings.PARTNER_TIMEOUT = (5, 0.2)
        fake.control(manners={"slow_next": 2, "slow_seconds": 0.6})

        run = go_on(begin())

        assert (run.state, run.failed, run.groups) == (State.DONE, 0, run.total)

    @pytest.mark.parametrize(
        "manners",
        [
            pytest.param({"slow_next": 999, "slow_seconds": 0.6}, id="no answer"),
            pytest.param({"fail_every": 1}, id="503"),
            pytest.param({"fail_next": [500, 502, 504]}, id="other 5xx"),
            pytest.param({"fail_next": [429] * 3, "retry_after": 0}, id="429"),
            pytest.param({"fail_next": [0, 409]}, id="409 to a question"),
        ],
    )
    def test_what_lasts_lets_it_wait_and_go_on_where_it_was(
        self, fake: FakeNoyo, settings: Any, manners: dict[str, Any]
    ) -> None:
        settings.PARTNER_TIMEOUT = (5, 0.2)
        run = begin()
        for _ in range(4):  # the two lists and two groups
            run = reading.work(run_id=run.pk, seconds=0)
        before = run.groups
        fake.control(manners=manners)

        waiting = go_on(run)

        assert (waiting.state, waiting.misses, waiting.groups) == (State.WAITING, 1, before)
        assert before > 0
        assert waiting.resume_at is not None
        assert "Noyo" in waiting.error
        fake.control(forgive=True, forget_calls=True)
        settings.PARTNER_TIMEOUT = (5, 30)
        run = go_on(run)
        assert (run.state, run.failed, run.groups) == (State.DONE, 0, run.total)
        assert asked(fake)["/group_enrollments"] == run.total - before
        assert nothing_is_stored_twice()

    def test_trouble_in_the_middle_of_a_group_stores_nothing_of_it(self, fake: FakeNoyo) -> None:
        group = NoyoGroup.objects.create(
            noyo_id=scenarios.LARGE.id, name="One", seen_at=timezone.now()
        )
        at = timezone.now()
        # The token, the structure and the plans come; the plan years do not.
        fake.control(manners={"fail_next": [0, 0, 0, 503, 503, 503]})

        with Noyo(accounts.active()) as noyo, pytest.raises(PartnerUnavailableError):
            pulling.pull(noyo=noyo, group=group, carriers=Carriers(noyo, at=at), at=at)

        group.refresh_from_db()
        assert (group.pulled_at, group.problem) == (None, "")
        assert not Snapshot.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestWorkers:
    @pytest.fixture(autouse=True)
    def _taken_up_at_once(self, settings: Any) -> None:
        settings.NOYO_LEASE_SECONDS = 0

    def test_a_killed_workers_reading_goes_on(self, account: Account, fake: FakeNoyo) -> None:
        run = begin()
        fake.control(manners={"slow_next": 9999, "slow_seconds": 0.15})
        with worker(run.pk):
            until(lambda: SyncRun.objects.get(pk=run.pk).groups >= 2)
        run.refresh_from_db()
        killed_at = run.groups
        fake.control(forgive=True)

        assert run.state == State.RUNNING
        assert runs.NIGHTS.to_take_up(at=timezone.now()) == [run.pk]
        run = go_on(run)

        assert 2 <= killed_at < run.total
        assert (run.state, run.failed, run.groups) == (State.DONE, 0, run.total)
        # Only the group at which it died is asked for again, and nothing is stored again.
        assert all(number <= run.total + 1 for number in asked(fake).values())
        assert nothing_is_stored_twice()
        assert not NoyoGroup.objects.filter(pulled_at=None).exists()

    def test_two_read_one_group_one_after_the_other(self, account: Account, fake: FakeNoyo) -> None:
        group = NoyoGroup.objects.create(
            noyo_id=scenarios.LARGE.id, name="One", seen_at=timezone.now()
        )
        fake.control(manners={"slow_next": 99, "slow_seconds": 0.3})
        together = threading.Barrier(2)

        def pull(_number: int) -> tuple[Outcome, int]:
            at = timezone.now()
            try:
                with Noyo(accounts.active()) as noyo:
                    carriers = Carriers(noyo, at=at)
                    together.wait(30)
                    return pulling.pull(
                        noyo=noyo, group=group, carriers=carriers, at=at
                    ), noyo.calls
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            found = sorted(pool.map(pull, range(2)), key=lambda one: one[1])

        (left_alone, no_calls), (read, some_calls) = found
        assert (left_alone, no_calls) == (Outcome.SAME, 0)
        assert (read, some_calls > 0) == (Outcome.CHANGED, True)
        assert set(asked(fake).values()) == {1}
        assert nothing_is_stored_twice()

    def test_a_group_in_dead_hands_is_due_when_the_reading_ends(
        self, account: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        go_on(begin())
        held = NoyoGroup.objects.get(noyo_id=scenarios.LARGE.id)
        run = begin()
        taken, release = threading.Event(), threading.Event()

        def hold() -> None:
            with pulling.alone(f"noyo group {held.pk}") as is_free:
                assert is_free
                taken.set()
                release.wait(60)
            connection.close()

        other = threading.Thread(target=hold)
        other.start()
        taken.wait(30)
        run = go_on(run)
        release.set()
        other.join(30)

        assert run.state == State.DONE
        due = NoyoGroup.objects.filter(due_at__isnull=False)
        assert list(due.values_list("pk", flat=True)) == [held.pk]
        assert reading.read_due(at=timezone.now()) == 1
        held.refresh_from_db()
        assert held.due_at is None
        assert held.pulled_at > run.requested_at
