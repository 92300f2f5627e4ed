"""Results per outcome, the Refresh button, and its runs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from commissions.models import MatchRun
from tests.factories.commissions import ApplicationFactory

pytestmark = pytest.mark.django_db

PAGE, START, STATUS = (
    reverse(f"commissions:{name}") for name in ("result_list", "refresh_start", "refresh_status")
)
HTMX = {"HX-Request": "true"}
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def counts(response):
    return {one.state: one.count for one in response.context["outcomes"]}


class TestResults:
    def test_counts_every_outcome_with_its_door_and_next_step(self, page):
        for state, number in (("complete", 2), ("not_found", 1), ("unsupported", 1)):
            ApplicationFactory.create_batch(number, match_state=state)

        response = page.get(PAGE)

        found = counts(response)
        assert (found["complete"], found["not_found"], found["ambiguous"]) == ("2", "1", "0")
        text = response.content.decode()
        assert 'href="/applications/?match=complete"' in text
        assert "Check the name, date of birth" in text

    def test_counts_what_an_agent_sees(self, agent_page, agent):
        ApplicationFactory(match_state="complete", agent=agent)
        ApplicationFactory(match_state="complete")

        assert counts(agent_page.get(PAGE))["complete"] == "1"

    def test_is_for_those_who_may_view_applications(self, powerless_page):
        assert powerless_page.get(PAGE).status_code == 403
        assert powerless_page.post(START).status_code == 403
        assert powerless_page.get(STATUS).status_code == 403

    def test_answers_a_part_while_refresh_works(self, page):
        MatchRun.objects.create(state="running", phase="Comparing", done=50, total=200)

        text = page.get(PAGE, headers=HTMX).content.decode()

        assert "<html" not in text
        assert 'hx-trigger="every 2s"' in text
        assert 'value="25"' in text
        assert "Comparing: 50 of 200" in text

    def test_asks_the_database_few_questions(self, page, django_assert_max_num_queries):
        for state in ("complete", "not_found", "ambiguous"):
            ApplicationFactory.create_batch(4, match_state=state)
        for _ in range(12):
            MatchRun.objects.create(state="done", finished_at=NOW)

        with django_assert_max_num_queries(12):
            page.get(PAGE)


class TestRefresh:
    def test_begins_one_run_however_often_it_is_pressed(self, page, reviewer):
        first = page.post(START)
        page.post(START)

        run = MatchRun.objects.get()
        assert (first.url, run.started_by, run.is_full) == (PAGE, reviewer, False)

    def test_compares_everything_on_demand(self, page):
        page.post(START, {"full": "1"})

        assert MatchRun.objects.get().is_full

    def test_shows_its_progress_in_place(self, page):
        text = page.post(START, headers=HTMX).content.decode()

        assert 'hx-trigger="every 1s"' in text
        assert "asked for by Rae Viewer" in text

    def test_says_what_it_changed_and_stops_asking(self, page):
        MatchRun.objects.create(
            state="done",
            started_at=NOW,
            finished_at=NOW + timedelta(seconds=3),
            result={"moved": {"complete": 12, "ambiguous": 1}},
        )

        text = page.get(STATUS, headers=HTMX).content.decode()

        assert "12 newly complete · 1 newly ambiguous" in text
        assert "every 1s" not in text
        assert page.get(STATUS).url == PAGE
        assert "took 3 s" in page.get(PAGE).content.decode()

    def test_tells_when_it_failed(self, page):
        MatchRun.objects.create(state="failed", finished_at=NOW, error="Refresh stopped.")

        assert "Refresh stopped." in page.get(PAGE).content.decode()


class TestCommand:
    def test_refreshes_at_once(self, capsys):
        application = ApplicationFactory()

        call_command("refresh_matches", json=True)

        application.refresh_from_db()
        assert application.match_state == "not_found"
        assert '"state": "done"' in capsys.readouterr().out
        call_command("refresh_matches", full=True)
        assert MatchRun.objects.latest("pk").is_full
