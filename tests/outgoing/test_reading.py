"""What is read of the history: everything, once, and as far as the owner sees it."""

import threading
from time import monotonic, sleep

import pytest
from django.db import connection, transaction
from django.utils import timezone

from agencyhub.accounts.models import Role
from agencyhub.imports.models import Import
from agencyhub.records import bulk, history
from agencyhub.records.models import Batch
from individuals.models import Individual, MergedIndividual
from integrations.outgoing.models import Delivery, Event, Position, Signal
from integrations.outgoing.services import reading
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.eoi import EoiRequestFactory
from tests.factories.imports import ImportFactory
from tests.factories.individuals import AddressFactory, IndividualFactory
from tests.factories.outgoing import EndpointFactory
from tests.factories.policies import RiskFactory
from tests.waiting import PATIENCE

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("default_options"),
]
# Of a snapshot PostgreSQL counts transactions of every database: other processes' tests too.
WRITING = """SELECT EXISTS (
    SELECT FROM pg_locks
    JOIN pg_database ON datname = current_database()
    WHERE locktype = 'transactionid' AND granted AND pid <> pg_backend_pid()
      AND pid IN (SELECT pid FROM pg_stat_activity WHERE datid = pg_database.oid)
)"""


def listen(*types, **more):
    endpoint = EndpointFactory(types=list(types), **more)
    reading.begin()
    return endpoint


def read():
    """Read, and again as long as only tests of other processes, in their databases, write."""
    told, end = 0, monotonic() + PATIENCE
    while True:
        done = reading.read_all(at=timezone.now())
        told += done.told
        if not done.waits or somebody_writes_here() or monotonic() > end:
            return reading.Progress(told, done.waits)
        sleep(0.02)


def somebody_writes_here():
    with connection.cursor() as cursor:
        cursor.execute(WRITING)
        return cursor.fetchone()[0]


def told(endpoint=None):
    rows = Event.objects.order_by("pk")
    if endpoint is not None:
        rows = rows.filter(deliveries__endpoint=endpoint)
    return [(one.type, one.record_id) for one in rows]


class TestChanges:
    def test_are_told_once_with_the_names_of_fields_and_nothing_else(self):
        person = IndividualFactory()
        listen("individual.created", "individual.updated")
        with history.batch(user=None, channel=Batch.Channel.SCREEN, summary="x") as batch:
            person.email = "new@example.com"
            person.mbi = "1EG4TE5MK73"
            person.save()
            AddressFactory(individual=person)

        assert read().told == 1
        assert read().told == 0

        event = Event.objects.get()
        assert (event.type, event.record_id, event.batch_id) == (
            "individual.updated", person.pk, batch.pk,
        )  # fmt: skip
        assert {"addresses", "email", "mbi"} <= set(event.changed)
        assert "updated_at" not in event.changed
        assert Delivery.objects.count() == 1

    def test_of_before_the_first_webhook_are_not(self):
        IndividualFactory()
        listen("individual.created")

        assert read().told == 0

    def test_only_go_to_who_listens(self):
        listen("policy.created")
        IndividualFactory()

        assert read().told == 0
        assert not Event.objects.exists()

    def test_go_as_far_as_the_owner_sees(self):
        agent = AgentFactory(
            user=UserFactory(may=["individuals.view_individual"], may__reach=Role.Scope.OWN)
        )
        narrow = listen("individual.created", "individual.deleted", owner=agent.user)
        blind = listen("individual.created", owner=UserFactory())
        wide = listen("individual.created", "individual.deleted")
        own, other = IndividualFactory(servicing_agent=agent), IndividualFactory()
        read()
        own_pk = own.pk
        own.delete()
        read()

        assert told(narrow) == [("individual.created", own_pk)]
        assert told(blind) == []
        assert told(wide) == [
            ("individual.created", own_pk),
            ("individual.created", other.pk),
            ("individual.deleted", own_pk),
        ]

    def test_of_a_switched_off_webhook_are_not_told_later(self):
        endpoint = listen("individual.created", is_active=False)
        IndividualFactory()
        read()
        endpoint.is_active = True
        endpoint.save()

        assert read().told == 0

    def test_tell_of_risks_by_their_policy(self):
        listen("policy.at_risk_opened", "policy.at_risk_closed")
        risk = RiskFactory()
        risk.closed_at, risk.outcome = timezone.now(), "saved"
        risk.save()
        read()

        assert told() == [
            ("policy.at_risk_opened", risk.policy_id), ("policy.at_risk_closed", risk.policy_id),
        ]  # fmt: skip

    def test_tell_of_a_risk_whose_outcome_is_taken_back(self):
        risk = RiskFactory(closed_at=timezone.now(), outcome="saved")
        listen("policy.at_risk_opened", "policy.at_risk_closed")
        read()
        risk.calls = 1
        risk.save()
        risk.closed_at, risk.outcome = None, ""
        risk.save()
        read()

        assert told() == [("policy.at_risk_opened", risk.policy_id)]

    def test_tell_of_a_merge_by_who_is_gone(self):
        gone, stays = IndividualFactory(), IndividualFactory()
        owner = UserFactory(owner=True)
        listen("individual.merged", "individual.deleted", "individual.updated")
        MergedIndividual.objects.create(
            pk=gone.pk,
            survivor=stays,
            name="x",
            merged_at=timezone.now(),
            batch=Batch.objects.create(channel="screen", summary="x", user=owner),
        )
        read()

        assert told() == [("individual.merged", gone.pk)]


class TestRanges:
    def test_tell_of_each_row_page_by_page(self, monkeypatch):
        monkeypatch.setattr(reading, "PAGE", 2)
        listen("individual.created")
        with history.batch(user=None, channel=Batch.Channel.IMPORT, summary="x") as batch:
            with bulk.without_changes():
                made = sorted(one.pk for one in IndividualFactory.create_batch(5))
            bulk.record_inserted(batch=batch, model=Individual, ids=made)

        assert read().told == 5
        assert told() == [("individual.created", pk) for pk in made]
        assert read().told == 0


class TestSignals:
    def test_tell_of_eoi_requests(self):
        listen("eoi_request.created", "eoi_request.updated")
        request = EoiRequestFactory()
        request.reference_number = "R-1"
        request.save()
        read()

        assert told()[0] == ("eoi_request.created", request.pk)
        assert Event.objects.get(type="eoi_request.updated").changed == ["reference_number"]

    def test_tell_of_an_import_when_it_is_finished(self):
        listen("import.finished")
        run = ImportFactory(state=Import.State.COMMITTING)
        Import.objects.filter(pk=run.pk).update(rows=5)
        Import.objects.filter(pk=run.pk).update(state=Import.State.IMPORTED)
        Import.objects.filter(pk=run.pk).update(rows=6)
        read()

        assert told() == [("import.finished", run.pk)]

    def test_are_not_even_written_while_nobody_listens(self):
        listen("individual.created")
        EoiRequestFactory()

        assert not Signal.objects.exists()


class TestOtherTransactions:
    def test_with_lower_numbers_are_waited_for(self):
        """A transaction that took its numbers first may commit last."""
        listen("individual.created")
        began, may_end = threading.Event(), threading.Event()
        made = []

        def slow():
            with transaction.atomic():
                made.append(IndividualFactory().pk)
                began.set()
                may_end.wait(30)
            connection.close()

        thread = threading.Thread(target=slow)
        thread.start()
        assert began.wait(30)
        quick = IndividualFactory()
        early = read()
        may_end.set()
        thread.join(30)
        late = read()

        assert early == reading.Progress(0, waits=True)
        assert late == reading.Progress(2, waits=False)
        assert sorted(pk for _, pk in told()) == sorted([*made, quick.pk])

    def test_of_two_readers_one_reads(self):
        listen("individual.created")
        IndividualFactory.create_batch(30)
        counts = []

        def run():
            counts.append(read().told)
            connection.close()

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        read()
        assert Event.objects.count() == Delivery.objects.count() == 30

    def test_that_fail_move_nothing(self, monkeypatch):
        listen("individual.created")
        person = IndividualFactory()

        def broken(*_args, **_words):
            raise RuntimeError

        with monkeypatch.context() as patch:
            patch.setattr(Delivery.objects, "bulk_create", broken)
            with pytest.raises(RuntimeError):
                read()
        assert not Event.objects.exists()

        read()
        assert told() == [("individual.created", person.pk)]
        assert Position.objects.get(pk="changes").cursor > 0
