"""Runs of the nightly query against ComTrack's contract: complete, resumed, interrupted."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import responses
from django.core.management import CommandError, call_command
from django.utils import timezone

from agencyhub.lib.mbi import read_mbi
from commissions.models import Application, ComtrackStatus
from commissions.services.comtrack import ComtrackAnswer, store_answers
from integrations.comtrack import client, tasks
from integrations.comtrack.models import Connection, QueryRun
from integrations.comtrack.services import batches, runs
from integrations.http import Patience
from integrations.services import nightly
from tests.factories.commissions import ApplicationFactory

pytestmark = pytest.mark.django_db
ADDRESS = "https://comtrack.example/api/v1/query"
NOW = datetime(2026, 11, 23, 5, 1, tzinfo=UTC)
State = QueryRun.State


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(client, "PATIENCE", Patience(retries=0, repeats_posts=True))


@pytest.fixture
def connection():
    return Connection.objects.create(
        pk=1,
        is_active=True,
        activated_at=datetime(2026, 1, 1, tzinfo=UTC),
        address=ADDRESS,
        api_key="secret-key",
        time_zone="America/New_York",
        batch_size=2,
        requests_per_second=100,
    )


class ComTrack:
    """Answers every question; ``outages`` are the numbers of requests that it refuses."""

    def __init__(self):
        self.state = "complete"
        self.asked = []
        self.requests = 0
        self.refusals: dict[int, int] = {}
        self.on_request = lambda number: None

    def answer(self, request):
        self.requests += 1
        self.on_request(self.requests)
        if self.requests in self.refusals:
            return self.refusals[self.requests], {}, "{}"
        assert request.headers["X-API-Key"] == "secret-key"
        applications = json.loads(request.body)["applications"]
        self.asked += applications
        results = [
            {
                "application_id": one["application_id"],
                "match_state": self.state,
                "policy_status": "active",
                "carrier_status_text": "Active Policy",
                "book_as_of": "2027-01-10",
                "termination_date": "2027-06-30",
                "last_commission": {"amount": "725.00", "paid_on": "2027-02-05",
                                    "payment_period": "2027-01"},
                "reasons": [],
            }
            for one in applications
        ]  # fmt: skip
        return 200, {}, json.dumps({"as_of": timezone.now().isoformat(), "results": results})


@pytest.fixture
def comtrack():
    stub = ComTrack()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_callback("POST", ADDRESS, stub.answer)
        yield stub


def begin():
    return runs.start_run(user=None, at=timezone.now())


class TestWork:
    def test_asks_about_all_supported_applications_and_keeps_the_answers(
        self, connection, comtrack
    ):
        applications = [ApplicationFactory() for _ in range(5)]
        ApplicationFactory(line="other")
        applications[0].set_mbi(read_mbi("1EG4TE5MK73"))
        applications[0].save()

        run = batches.work(run_id=begin().pk)

        assert run.state == State.DONE
        assert (run.total, run.asked, run.answered, run.requests) == (5, 5, 5, 3)
        assert (run.updated, run.unchanged, run.failed) == (5, 0, 0)
        status = ComtrackStatus.objects.get(application=applications[0])
        assert (status.match_state, status.carrier_status) == ("complete", "Active Policy")
        assert (status.termination_date, status.last_commission) == (
            date(2027, 6, 30),
            Decimal("725.00"),
        )
        assert comtrack.asked[0]["mbi"] == "1EG4TE5MK73"
        assert "first_name" not in comtrack.asked[0]
        assert comtrack.asked[1]["date_of_birth"] == "1958-03-14"

    def test_counts_what_changed_the_next_time(self, connection, comtrack):
        for _ in range(3):
            ApplicationFactory()
        batches.work(run_id=begin().pk)
        comtrack.state = "commission_issue"

        changed = batches.work(run_id=begin().pk)
        same = batches.work(run_id=begin().pk)

        assert (changed.updated, changed.unchanged) == (3, 0)
        assert (same.updated, same.unchanged) == (0, 3)

    def test_leaves_policies_and_applications_alone(self, connection, comtrack):
        application = ApplicationFactory()
        before = Application.objects.values().get(pk=application.pk)

        batches.work(run_id=begin().pk)

        assert Application.objects.values().get(pk=application.pk) == before

    def test_goes_on_after_an_outage(self, connection, comtrack):
        for _ in range(6):
            ApplicationFactory()
        comtrack.refusals = {2: 503}

        waiting = batches.work(run_id=begin().pk)

        assert (waiting.state, waiting.asked, waiting.misses) == (State.WAITING, 2, 1)
        assert waiting.resume_at > timezone.now() + timedelta(seconds=50)
        assert "not available" in waiting.error
        assert ComtrackStatus.objects.count() == 2

        done = batches.work(run_id=waiting.pk)
        assert (done.state, done.asked, done.updated, done.misses) == (State.DONE, 6, 6, 0)
        assert comtrack.requests == 4

    def test_gives_up_after_many_outages(self, connection, comtrack):
        ApplicationFactory()
        run = begin()
        comtrack.refusals = dict.fromkeys(range(100), 503)

        for _ in range(nightly.MOST_MISSES):
            run = batches.work(run_id=run.pk)

        assert run.state == State.INCOMPLETE
        assert run.finished_at is not None

    def test_stops_for_a_person_when_the_key_is_refused(self, connection, comtrack):
        ApplicationFactory()
        comtrack.refusals = {1: 401}

        run = batches.work(run_id=begin().pk)

        assert (run.state, comtrack.requests) == (State.FAILED, 1)
        assert "key" in run.error

    def test_hands_on_when_its_time_is_over(self, connection, comtrack):
        for _ in range(4):
            ApplicationFactory()

        run = batches.work(run_id=begin().pk, seconds=0)

        assert (run.state, run.asked) == (State.WAITING, 0)
        assert batches.work(run_id=run.pk).state == State.DONE

    def test_stores_nothing_once_another_worker_has_taken_over(self, connection, comtrack):
        """A worker is so slow that it is taken for dead: the other's work stands."""
        for _ in range(4):
            ApplicationFactory()
        run = begin()

        def take_over(number):
            if number == 2:
                comtrack.on_request = lambda number: None
                QueryRun.objects.update(alive_at=timezone.now() - timedelta(hours=1))
                batches.work(run_id=run.pk)

        comtrack.on_request = take_over
        batches.work(run_id=run.pk)

        run.refresh_from_db()
        assert (run.state, run.asked, run.answered) == (State.DONE, 4, 4)

    def test_leaves_a_run_alone_that_somebody_works_on(self, connection, comtrack):
        ApplicationFactory()
        run = begin()
        QueryRun.objects.update(state=State.RUNNING, alive_at=timezone.now())

        assert batches.work(run_id=run.pk).state == State.RUNNING
        assert comtrack.requests == 0

    def test_ends_when_comtrack_is_deactivated(self, connection, comtrack):
        run = begin()
        Connection.objects.update(is_active=False)

        assert batches.work(run_id=run.pk).state == State.INCOMPLETE

    def test_needs_as_many_queries_for_a_large_batch(
        self, connection, comtrack, django_assert_max_num_queries
    ):
        Connection.objects.update(batch_size=500)
        for _ in range(30):
            ApplicationFactory()
        run = begin()

        with django_assert_max_num_queries(22):
            batches.work(run_id=run.pk)


class TestBegin:
    def test_begins_once_a_night(self, connection):
        first = runs.start_due_run(at=NOW)

        assert first is not None
        assert first.night == date(2026, 11, 23)
        assert runs.start_due_run(at=NOW + timedelta(hours=3)) is None

    def test_overtakes_a_run_that_did_not_come_to_its_end(self, connection):
        first = runs.start_due_run(at=NOW)
        second = runs.start_due_run(at=NOW + timedelta(days=1))

        assert first is not None
        first.refresh_from_db()
        assert first.state == State.INCOMPLETE
        assert second is not None
        assert second.state == State.WAITING

    def test_goes_on_with_the_open_run_instead_of_a_second_one(self, connection):
        assert begin().pk == begin().pk

    def test_begins_nothing_while_it_is_not_active(self, connection):
        Connection.objects.update(is_active=False)

        assert runs.start_due_run(at=NOW) is None
        with pytest.raises(runs.NotActiveError):
            begin()

    def test_takes_up_what_waits_and_what_a_dead_worker_left(self, connection):
        run = begin()
        assert runs.NIGHTS.to_take_up(at=timezone.now()) == [run.pk]

        QueryRun.objects.update(state=State.RUNNING, alive_at=timezone.now())
        assert runs.NIGHTS.to_take_up(at=timezone.now()) == []
        assert runs.NIGHTS.to_take_up(at=timezone.now() + timedelta(minutes=5)) == [run.pk]

    def test_runs_on_its_queue(self, connection, comtrack, settings):
        settings.CELERY_TASK_ALWAYS_EAGER = True
        ApplicationFactory()
        run = begin()

        assert tasks.nightly_comtrack_batches(run_id=run.pk) == State.DONE


class TestCommand:
    def test_asks_in_this_process(self, connection, comtrack, capsys):
        ApplicationFactory()

        call_command("query_comtrack", "--json")

        result = json.loads(capsys.readouterr().out)
        assert (result["state"], result["asked"], result["updated"]) == ("done", 1, 1)

    def test_fails_when_comtrack_does(self, connection, comtrack):
        ApplicationFactory()
        comtrack.refusals = {1: 503}

        with pytest.raises(CommandError, match="not available"):
            call_command("query_comtrack")


class TestStore:
    def test_keeps_the_newer_answer(self):
        application = ApplicationFactory()
        told = {"application_id": application.pk}
        store_answers(answers=[ComtrackAnswer(match_state="complete", **told)], as_of=NOW)

        older = [ComtrackAnswer(match_state="not_found", **told)]
        stored = store_answers(answers=older, as_of=NOW - timedelta(days=1))

        status = ComtrackStatus.objects.get()
        assert (stored.updated, stored.unchanged) == (0, 1)
        assert (status.match_state, status.as_of) == ("complete", NOW)

    def test_remembers_when_an_answer_last_changed(self):
        application = ApplicationFactory()
        for day, state in enumerate(("complete", "complete", "ambiguous", "ambiguous")):
            answer = ComtrackAnswer(application_id=application.pk, match_state=state)
            store_answers(answers=[answer], as_of=NOW + timedelta(days=day))

        status = ComtrackStatus.objects.get()
        assert status.changed_at == NOW + timedelta(days=2)
        assert status.as_of == NOW + timedelta(days=3)

    def test_passes_over_applications_that_were_deleted(self):
        answers = [ComtrackAnswer(application_id=999, match_state="complete")]

        assert store_answers(answers=answers, as_of=NOW).updated == 0
