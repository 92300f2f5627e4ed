"""What the health page says of the nights: asked with one query, whatever happened in them."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations import nightly_reports
from integrations.comtrack.models import QueryRun
from integrations.reports import State as Doing

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 15, tzinfo=UTC)
State = QueryRun.State
NIGHTLY = nightly_reports.Nightly(
    "comtrack", "Nights", "/nights/", "moon", {State.FAILED: "It failed"}, "/nights/run/"
)


def runs(*states):
    """Runs in the order of their nights; the last one was an hour ago. An incomplete one missed."""
    return [
        QueryRun.objects.create(
            state=state,
            misses=2 if state == State.INCOMPLETE else 0,
            error=f"error {number}" if state != State.DONE else "",
            requested_at=NOW - timedelta(hours=len(states) - number),
            finished_at=NOW - timedelta(hours=len(states) - number, minutes=-5),
        )
        for number, state in enumerate(states)
    ]


def report(**more):
    return nightly_reports.report(
        NIGHTLY,
        is_active=True,
        active_since=NOW - timedelta(days=9),
        runs=QueryRun.objects.all(),
        next_at=None,
        now=NOW,
        words=lambda run: f"run {run.pk}",
        **more,
    )


class TestReport:
    @pytest.mark.parametrize(
        ("states", "failures"),
        [
            ([], 0),
            ([State.DONE], 0),
            ([State.FAILED, State.DONE], 0),
            ([State.DONE, State.FAILED], 1),
            ([State.DONE, State.FAILED, State.INCOMPLETE], 2),
            ([State.FAILED, State.FAILED], 2),
            ([State.FAILED, State.DONE, State.DONE, State.FAILED], 1),
        ],
    )
    def test_counts_what_failed_since_the_last_that_ended_well_in_one_query(
        self, states, failures, django_assert_num_queries
    ):
        made = runs(*states)

        with django_assert_num_queries(1):
            found = report()

        assert found.failures == failures
        assert found.text == (f"run {made[-1].pk}" if made else "")
        assert found.last_at == (made[-1].requested_at if made else None)

    def test_tells_the_newest_and_the_oldest_that_failed(self):
        _, first, _, last = runs(State.DONE, State.FAILED, State.INCOMPLETE, State.FAILED)

        (problem,) = report().problems

        assert (problem.words, problem.count.value) == ("error 3", 3)
        assert (problem.oldest, problem.newest) == (first.requested_at, last.requested_at)

    def test_an_incomplete_run_without_misses_has_not_failed(self):
        (run,) = runs(State.INCOMPLETE)
        QueryRun.objects.filter(pk=run.pk).update(misses=0)

        assert report().failures == 0

    def test_is_silent_when_nothing_ended_well_for_two_nights(self):
        (run,) = runs(State.DONE)
        QueryRun.objects.filter(pk=run.pk).update(finished_at=NOW - timedelta(hours=51))

        assert report().state != Doing.WORKING
