"""However many workers and schedulers there are, each run is done once, whatever dies."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from agencyhub.imports.models import Import
from agencyhub.lib.leases import LostLeaseError
from integrations.carriers import tasks
from integrations.carriers.models import CarrierFile, Connection, Retrieval
from integrations.carriers.services import leases, requesting, running
from integrations.carriers.services.requesting import AlreadyRunningError, UnusableRangeError
from tests.carriers.hostile import sends
from tests.factories.carriers import ConnectionFactory, RetrievalFactory

State = Retrieval.State
AFTER_TWO = datetime(2026, 11, 22, 8, tzinfo=UTC)
WAIT_SECONDS = 120


def at_once(count, work):
    """Do the same in several threads that begin together."""
    together = threading.Barrier(count)

    def begin(_number):
        try:
            together.wait(30)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def until(condition):
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
class TestMany:
    def test_schedulers_at_once_start_a_due_run_once(self):
        ConnectionFactory()

        started = at_once(4, lambda: requesting.start_due(at=AFTER_TWO))

        assert sorted(map(len, started)) == [0, 0, 0, 1]
        assert requesting.start_due(at=AFTER_TWO + timedelta(hours=1)) == []

    def test_workers_at_once_take_a_run_once(self):
        run = RetrievalFactory()

        taken = at_once(4, lambda: leases.claim(run.pk, at=timezone.now()))

        assert len([lease for lease in taken if lease]) == 1

    def test_people_at_once_ask_for_one_run(self):
        connection_id = ConnectionFactory().pk

        def ask():
            try:
                return requesting.request(
                    connection_id=connection_id,
                    since=date(2026, 11, 1),
                    until=date(2026, 11, 2),
                    user=None,
                    is_queued=False,
                )
            except AlreadyRunningError:
                return None

        assert len([run for run in at_once(3, ask) if run]) == 1
        assert Retrieval.objects.count() == 1


@pytest.mark.django_db
class TestLease:
    def test_the_database_holds_one_open_run_per_connection(self):
        run = RetrievalFactory()

        with pytest.raises(IntegrityError), transaction.atomic():
            RetrievalFactory(connection=run.connection, state=State.RUNNING)

    def test_a_worker_that_was_thought_dead_writes_nothing_any_more(self):
        run = RetrievalFactory()
        slow = leases.claim(run.pk, at=timezone.now() - leases.LEASE * 2)
        quick = leases.claim(run.pk, at=timezone.now())

        with pytest.raises(LostLeaseError):
            slow.save(fetched=7)

        quick.save(fetched=1)
        run.refresh_from_db()
        assert (run.fetched, run.claims, run.failures) == (1, 2, 1)

    def test_a_run_that_kills_its_worker_again_and_again_is_put_aside(self):
        run = RetrievalFactory(
            state=State.RUNNING, failures=len(running.PAUSES), alive_at=AFTER_TWO
        )

        done = running.work(retrieval_id=run.pk)

        assert (done.state, done.code) == (State.FAILED, "killed")


@pytest.mark.django_db
class TestStartDue:
    @pytest.mark.parametrize(
        ("_case", "changes"),
        [
            ("off", {"is_active": False}),
            ("its time is later", {"at": clock_time(23)}),
            ("another day", {"days": [0, 1]}),
            ("connected after its time", {"scheduled_since": AFTER_TWO}),
        ],
    )
    def test_starts_nothing_that_is_not_due(self, _case, changes):
        values = {"scheduled_since": AFTER_TWO - timedelta(hours=2)} | changes
        ConnectionFactory(**values)

        assert requesting.start_due(at=AFTER_TWO) == []

    def test_asks_for_the_days_that_the_connection_looks_back(self):
        ConnectionFactory(look_back_days=60)

        (run_id,) = requesting.start_due(at=AFTER_TWO)

        run = Retrieval.objects.get(pk=run_id)
        assert (run.since, run.until) == (date(2026, 9, 23), date(2026, 11, 22))
        assert run.due_at == datetime(2026, 11, 22, 7, 30, tzinfo=UTC)

    def test_begins_after_the_last_range_where_statements_are_made_to_order(self):
        connection = ConnectionFactory(
            statement_type=Connection.StatementType.CUSTOM, book_pattern=""
        )
        RetrievalFactory(connection=connection, until=date(2026, 11, 20), state=State.DONE)

        (run_id,) = requesting.start_due(at=AFTER_TWO)

        assert Retrieval.objects.get(pk=run_id).since == date(2026, 11, 21)

    def test_waits_for_a_run_by_hand_and_starts_then(self):
        run = RetrievalFactory(connection=ConnectionFactory())

        assert requesting.start_due(at=AFTER_TWO) == []
        Retrieval.objects.filter(pk=run.pk).update(state=State.DONE)
        assert len(requesting.start_due(at=AFTER_TWO)) == 1

    def test_the_schedule_goes_on_with_what_dead_workers_left(
        self, time_machine, django_capture_on_commit_callbacks
    ):
        time_machine.move_to(AFTER_TWO)
        dead = RetrievalFactory(state=State.RUNNING, alive_at=AFTER_TWO - leases.LEASE * 2)
        RetrievalFactory(state=State.RUNNING, alive_at=AFTER_TWO)

        with django_capture_on_commit_callbacks(execute=True):
            tasks.retrieve_due()

        assert leases.to_go_on_with(at=AFTER_TWO) == [dead.pk]
        assert Retrieval.objects.filter(due_at__isnull=False).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("_case", "since", "last", "field"),
    [
        ("backwards", date(2026, 11, 2), date(2026, 11, 1), "until"),
        ("the future", date(2026, 11, 2), date(2999, 1, 1), "until"),
        ("years", date(2020, 1, 1), date(2026, 11, 1), "since"),
    ],
)
def test_a_range_makes_sense(_case, since, last, field):
    connection_id = ConnectionFactory().pk

    with pytest.raises(UnusableRangeError) as refusal:
        requesting.request(connection_id=connection_id, since=since, until=last, user=None)

    assert refusal.value.field == field
    assert Retrieval.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_costs_no_file_and_doubles_none(hostile, hostile_connection, settings):
    released = threading.Event()
    names = [f"/f/book{number}.csv" for number in range(4)]
    hostile.lists(*({"name": name[3:], "url": name} for name in names))
    for number, name in enumerate(names):
        hostile.answers[name] = sends(f"a,b\n{number},2\n")

    def hangs(handler):
        released.wait(WAIT_SECONDS)
        sends("a,b\n2,2\n")(handler)

    hostile.answers[names[2]] = hangs
    run = requesting.request(
        connection_id=hostile_connection.pk,
        since=timezone.localdate(),
        until=timezone.localdate(),
        user=None,
        is_queued=False,
    )
    worker = (
        "import django; django.setup();"
        "from integrations.carriers.services import running;"
        f"running.work(retrieval_id={run.pk})"
    )
    name = connection.settings_dict["NAME"]
    database = re.sub(r"^(\w+://[^/]*/)[^?]*", rf"\g<1>{name}", os.environ["DATABASE_URL"])
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "agencyhub.settings.test",
        "DATABASE_URL": database,
        "AGENCYHUB_HOME": str(settings.MEDIA_ROOT.parent),
    }
    child = subprocess.Popen([sys.executable, "-c", worker], cwd=settings.BASE_DIR, env=env)
    until(lambda: hostile.times_asked(names[2]) == 1 or child.poll() is not None)
    child.send_signal(signal.SIGKILL)
    child.wait()
    released.set()
    assert CarrierFile.objects.filter(state=CarrierFile.State.IMPORTING).count() == 2

    assert running.work(retrieval_id=run.pk).state == State.RUNNING
    Retrieval.objects.update(alive_at=timezone.now() - leases.LEASE * 2)
    done = running.work(retrieval_id=run.pk)

    assert (done.state, done.fetched, done.listed) == (State.DONE, 4, 4)
    assert [hostile.times_asked(name) for name in ("/files", *names)] == [1, 1, 1, 2, 1]
    assert sorted(Import.objects.values_list("file_name", flat=True)) == [
        f"book{number}.csv" for number in range(4)
    ]
