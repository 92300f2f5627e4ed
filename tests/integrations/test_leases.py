"""The law of leases, for every row that workers hold."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from agencyhub.lib.leases import BEAT_SECONDS, Lease, LostLeaseError
from integrations.carriers.models import Retrieval
from integrations.carriers.services import leases as retrievals
from integrations.comtrack.models import QueryRun
from integrations.comtrack.services import runs as comtrack
from integrations.eoi_batches.models import BatchFile
from integrations.eoi_batches.services import leases as batch_files
from integrations.models import Heartbeat
from integrations.noyo.models import SyncRun
from integrations.noyo.services import runs as noyo
from integrations.premier.models import Pull
from integrations.premier.services import pulling
from tests.factories.carriers import RetrievalFactory
from tests.factories.eoi_batches import BatchFileFactory
from tests.factories.premier import FeedFactory

NOW = datetime(2026, 11, 23, 5, 1, tzinfo=UTC)
DEAD = timedelta(hours=2)
"""Longer than any lease."""


@dataclass(frozen=True)
class Kind:
    """Rows that workers hold: one that is free, how it is taken, what it counts and how it ends."""

    make: Callable[[], Any]
    take: Callable[..., Lease[Any] | None]
    counts: str
    ended: str


KINDS = {
    "carriers": Kind(RetrievalFactory, retrievals.claim, "fetched", Retrieval.State.DONE),
    "eoi_batches": Kind(
        lambda: BatchFileFactory(state=BatchFile.State.TAKEN, taken_at=NOW),
        batch_files.take_over,
        "valid",
        BatchFile.State.ARCHIVED,
    ),
    "premier": Kind(
        lambda: Pull.objects.create(feed=FeedFactory()), pulling.take, "pages", Pull.State.DONE
    ),
    "comtrack": Kind(
        lambda: QueryRun.objects.create(requested_at=NOW, resume_at=NOW),
        comtrack.NIGHTS.take,
        "asked",
        QueryRun.State.DONE,
    ),
    "noyo": Kind(
        lambda: SyncRun.objects.create(requested_at=NOW, resume_at=NOW),
        noyo.NIGHTS.take,
        "groups",
        SyncRun.State.DONE,
    ),
}


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


def elsewhere(work):
    """Do something on a connection of its own."""
    try:
        return work()
    finally:
        connection.close()


@pytest.mark.django_db
class TestLaw:
    def test_nobody_takes_what_a_living_worker_holds(self, kind):
        row = kind.make()
        assert kind.take(row.pk, at=NOW) is not None

        assert kind.take(row.pk, at=NOW + timedelta(seconds=30)) is None

    def test_a_dead_workers_row_is_anybodys(self, kind):
        row = kind.make()
        kind.take(row.pk, at=NOW - DEAD)

        lease = kind.take(row.pk, at=NOW)

        assert (lease.row.pk, lease.row.alive_at) == (row.pk, NOW)

    def test_who_lost_it_writes_nothing_and_takes_back_what_it_wrote_beside(self, kind):
        row = kind.make()
        slow = kind.take(row.pk, at=NOW - DEAD)
        quick = kind.take(row.pk, at=NOW)

        @transaction.atomic
        def store():
            Heartbeat.objects.create(process="slow", seen_at=NOW)
            slow.save(**{kind.counts: 7})

        with pytest.raises(LostLeaseError):
            store()
        with pytest.raises(LostLeaseError):
            slow.let_go(state=kind.ended)

        quick.save(**{kind.counts: F(kind.counts) + 1})
        row.refresh_from_db()
        assert (getattr(row, kind.counts), row.state) == (1, quick.row.state)
        assert not slow.mine().exists()
        assert not Heartbeat.objects.exists()

    def test_nobody_holds_or_takes_what_has_ended(self, kind):
        row = kind.make()
        lease = kind.take(row.pk, at=NOW)
        lease.let_go(state=kind.ended)

        assert kind.take(row.pk, at=NOW + DEAD) is None
        with pytest.raises(LostLeaseError):
            lease.save()

    def test_what_was_let_go_half_done_is_anybodys_at_once(self, kind):
        row = kind.make()
        kind.take(row.pk, at=NOW).let_go()

        assert kind.take(row.pk, at=NOW) is not None

    def test_signs_of_life_keep_it(self, kind):
        row = kind.make()
        now = [0.0]
        taken = kind.take(row.pk, at=NOW - DEAD)
        lease = Lease(taken.row, taken._mine, clock=lambda: now[0])

        lease.beat()
        assert row.__class__.objects.get(pk=row.pk).alive_at == NOW - DEAD
        now[0] = BEAT_SECONDS
        lease.beat()

        assert kind.take(row.pk, at=timezone.now()) is None


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_of_many_workers_at_once_one_has_it(self, kind):
        row = kind.make()
        together = threading.Barrier(4)

        def work():
            together.wait(30)
            return kind.take(row.pk, at=NOW)

        with ThreadPoolExecutor(4) as pool:
            taken = list(pool.map(lambda _: elsewhere(work), range(4)))

        assert len([lease for lease in taken if lease]) == 1

    def test_one_that_pauses_while_it_takes_a_row_does_not_have_the_next_ones_right(self):
        row = KINDS["premier"].make()
        others = []

        with ThreadPoolExecutor(1) as pool:

            def pause_after_writing(execute, sql, params, many, context):
                answer = execute(sql, params, many, context)
                if sql.startswith("UPDATE") and not others:
                    later = lambda: pulling.take(row.pk, at=NOW + DEAD)  # noqa: E731
                    others.append(pool.submit(elsewhere, later))
                    time.sleep(0.5)
                return answer

            with connection.execute_wrapper(pause_after_writing):
                first = pulling.take(row.pk, at=NOW)
            second = others[0].result(30)

        with pytest.raises(LostLeaseError):
            first.save(pages=7)
        second.save(pages=1)

    def test_nobody_takes_it_over_while_its_holder_stores(self):
        row = KINDS["premier"].make()
        lease = pulling.take(row.pk, at=NOW - DEAD)

        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                lease.save()
                other = pool.submit(elsewhere, lambda: pulling.take(row.pk, at=timezone.now()))
                time.sleep(0.3)
                lease.save(pages=F("pages") + 1)
            assert other.result(30) is None

        assert lease.mine().get().pages == 1
