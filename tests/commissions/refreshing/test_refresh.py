from datetime import date

import pytest

from agencyhub.records.models import Change
from commissions.models import (
    Application,
    BookLink,
    BookRow,
    CommissionLine,
    KeySegment,
    LineLink,
    Link,
    MatchChange,
    MatchRun,
)
from commissions.services import refresh
from tests.commissions.refreshing.conftest import NOW
from tests.factories.commissions import (
    ApplicationFactory,
    BookRowFactory,
    CommissionLineFactory,
)
from tests.factories.policies import CarrierFactory

pytestmark = pytest.mark.django_db
State = Application.MatchState


@pytest.fixture
def carrier():
    return CarrierFactory()


@pytest.fixture
def ana(carrier):
    """Ana's application, her row in the book and two lines paid for it."""
    application = ApplicationFactory(carrier=carrier, last_name="Quintero", policy_number="H77")
    row = BookRowFactory(carrier=carrier, last_name="Quintero", policy_number="H7700099")
    lines = CommissionLineFactory.create_batch(
        2, carrier=carrier, last_name="Quintero", policy_number="00H7700099"
    )
    return application, row, lines


class TestRun:
    def test_links_the_row_and_its_lines_with_reasons(self, ana, refreshed):
        application, row, lines = ana

        run = refreshed()

        assert run.state == MatchRun.State.DONE
        link = BookLink.objects.get(state=Link.State.LINKED)
        assert (link.application_id, link.book_row_id) == (application.pk, row.pk)
        assert link.reasons
        assert 0.9 < link.score < 1
        linked = LineLink.objects.filter(application=application, state=Link.State.LINKED)
        assert set(linked.values_list("line", flat=True)) == {one.pk for one in lines}
        application.refresh_from_db()
        assert (application.match_state, application.matched_at) == (State.COMPLETE, NOW)

    @pytest.mark.parametrize(
        ("has_book", "has_lines", "expected"),
        [
            (True, False, State.COMMISSION_ISSUE),
            (False, True, State.COMMISSION_WITHOUT_BOOK),
            (False, False, State.NOT_FOUND),
        ],
    )
    def test_sets_the_outcome(self, ana, refreshed, has_book, has_lines, expected):
        application, _row, _lines = ana
        if not has_book:
            BookRow.objects.all().delete()
        if not has_lines:
            CommissionLine.objects.all().delete()

        refreshed()

        application.refresh_from_db()
        assert application.match_state == expected

    def test_leaves_equals_to_people(self, ana, refreshed):
        application, row, _lines = ana
        row.pk, row.policy_number = None, "H7700100"
        row.save(force_insert=True)
        CommissionLine.objects.all().delete()

        refreshed()

        application.refresh_from_db()
        assert application.match_state == State.AMBIGUOUS
        assert set(BookLink.objects.values_list("state", flat=True)) == {Link.State.SUGGESTED}

    @pytest.mark.parametrize("has_book", [True, False])
    def test_links_no_line_whose_number_the_book_contradicts(self, ana, refreshed, has_book):
        _application, row, _lines = ana
        other = CommissionLineFactory(
            carrier=row.carrier, last_name="Quintero", policy_number="H5550001"
        )
        if not has_book:
            BookRow.objects.all().delete()

        refreshed()

        linked = LineLink.objects.filter(line=other, state=Link.State.LINKED)
        assert linked.exists() != has_book

    def test_keeps_unsupported_lines_apart(self, ana, refreshed):
        application, _row, _lines = ana
        Application.objects.update(line="other")

        refreshed()

        application.refresh_from_db()
        assert application.match_state == State.UNSUPPORTED
        assert not BookLink.objects.exists()

    def test_writes_no_history_of_outcomes_and_is_not_woken_by_them(self, ana, refreshed):
        Change.objects.all().delete()

        refreshed()

        assert not Change.objects.filter(table_name=Application._meta.db_table).exists()
        assert not MatchChange.objects.exists()

    def test_changes_nothing_the_second_time(self, ana, refreshed, pairs):
        refreshed()
        keys = set(BookLink.objects.values_list("pk", flat=True))
        before = pairs()

        again, full = refreshed(), refreshed(is_full=True)

        assert pairs() == before
        assert set(BookLink.objects.values_list("pk", flat=True)) == keys
        assert again.result["changed_pairs"] == full.result["changed_pairs"] == 0

    def test_compares_all_again_when_keys_were_made_by_other_rules(self, ana, refreshed, pairs):
        refreshed()
        before = pairs()
        KeySegment.objects.update(rules="0")

        refreshed()

        assert pairs() == before
        assert not KeySegment.objects.filter(rules="0").exists()

    def test_begins_a_run_again_whose_worker_was_killed(self, ana, refreshed, pairs):
        dead = MatchRun.objects.create(state=MatchRun.State.RUNNING, started_at=NOW)

        done = refresh.run(run_id=dead.pk, at=NOW)

        assert done.state == MatchRun.State.DONE
        assert BookLink.objects.filter(state=Link.State.LINKED).count() == 1

    def test_does_a_finished_run_no_second_time(self, ana, refreshed):
        run = refreshed()
        BookLink.objects.all().delete()

        refresh.run(run_id=run.pk, at=NOW)

        assert not BookLink.objects.exists()


class TestRequest:
    def test_lets_one_run_wait_which_becomes_full_when_anybody_asks(self):
        first = refresh.request()

        second = refresh.request(is_full=True)

        assert second.pk == first.pk
        assert MatchRun.objects.get().is_full


class TestSweep:
    def test_asks_for_a_run_when_something_changed(self, ana):
        refresh.sweep(at=NOW)

        assert MatchRun.objects.get().state == MatchRun.State.WAITING

    def test_asks_for_none_when_nothing_did(self):
        refresh.sweep(at=NOW)

        assert not MatchRun.objects.exists()

    def test_pauses_after_a_failure(self, ana):
        MatchRun.objects.create(state=MatchRun.State.FAILED, finished_at=NOW)

        refresh.sweep(at=NOW)

        assert MatchRun.objects.count() == 1


class TestChanges:
    def test_follow_a_row_that_goes(self, ana, refreshed):
        application, row, _lines = ana
        refreshed()

        BookRow.objects.filter(pk=row.pk).delete()

        assert not BookLink.objects.exists()
        refreshed()
        application.refresh_from_db()
        assert application.match_state == State.COMMISSION_WITHOUT_BOOK

    def test_notice_only_what_matching_looks_at(self, ana, refreshed):
        _application, _row, lines = ana
        refreshed()

        Application.objects.update(email="ana@example.com")
        BookRow.objects.update(carrier_status="Active")
        CommissionLine.objects.update(comment="Late")

        assert not MatchChange.objects.exists()
        CommissionLine.objects.filter(pk=lines[0].pk).update(effective_date=date(2027, 2, 1))
        noted = MatchChange.objects.get()
        assert (noted.kind, noted.first_id, noted.last_id) == (3, lines[0].pk, lines[0].pk)

    def test_leave_one_line_for_many_added_rows(self, carrier):
        rows = BookRowFactory.build_batch(5, carrier=carrier)
        BookRow.objects.bulk_create(rows)

        noted = MatchChange.objects.get()

        assert (noted.kind, noted.last_id - noted.first_id) == (2, 4)
