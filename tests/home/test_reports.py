"""Pages, files and saved views of reports, and figures that a worker counts."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

import openpyxl
import pytest
from celery import current_app
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts.models import Role
from agencyhub.home import tasks
from agencyhub.home.reports import remembered
from agencyhub.home.reports.base import Counting, Figures
from agencyhub.home.reports.forms import PeriodForm, period_of, texts_of
from agencyhub.home.reports.periods import Period, last_months, month_before
from agencyhub.home.reports.registry import REPORTS
from agencyhub.records.lists.models import ExportLog, SavedView
from tests.factories.accounts import AgentFactory, RoleFactory, UserFactory
from tests.factories.commissions import ApplicationFactory
from tests.factories.policies import CarrierFactory, PolicyFactory, RiskFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SELLING = ("policies.view_policy", "commissions.view_application")
# Retention asks for ten kinds of rows, and for the statuses that each of them means.
MOST_QUERIES = 55


@pytest.fixture
def owner(client):
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


@pytest.fixture
def sold():
    """Two policies of a carrier whose name a spreadsheet would run."""
    carrier = CarrierFactory(name="=HYPERLINK(1)")
    today = timezone.localdate()
    return PolicyFactory.create_batch(
        2, carrier=carrier, effective_date=today, premium=Decimal("20.50")
    )


def _url(name, *args, **query):
    return reverse(f"home:{name}", args=args, query=query)


def _params(key, **texts):
    form = REPORTS[key].form(texts)
    assert form.is_valid(), form.errors
    return form.cleaned_data


def _ask(key, user, **texts):
    report, now = REPORTS[key], timezone.now()
    return remembered.figures_of(
        report, user=user, params=_params(key, **texts), on=timezone.localdate(), now=now
    )


class TestPages:
    def test_index_names_what_the_reader_may_read(self, client):
        client.force_login(UserFactory(may=["policies.view_policy"]))

        page = client.get(_url("report_list")).content.decode()

        assert _url("report_detail", "retention") in page
        assert _url("report_detail", "production") not in page

    @pytest.mark.parametrize("key", REPORTS)
    def test_each_is_a_page_and_a_fragment(self, client, owner, key):
        whole = client.get(_url("report_detail", key))
        part = client.get(_url("report_detail", key), headers=HTMX)

        assert whole.status_code == part.status_code == 200
        assert b"<html" in whole.content
        assert part.content.lstrip().startswith(b'<div id="report"')

    @pytest.mark.parametrize("key", [*REPORTS, "no-such-report"])
    def test_is_not_there_without_the_rights(self, client, key):
        client.force_login(UserFactory())

        assert client.get(_url("report_detail", key)).status_code == 404
        assert client.get(_url("report_export", key, format="csv")).status_code == 404
        assert client.get(_url("report_view_create", key)).status_code == 404

    def test_a_choice_that_cannot_be_read_is_an_error_and_no_guess(self, client, owner):
        answer = client.get(_url("report_detail", "production", by="moon", carrier="x"))

        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"by", "carrier"}
        assert "table" not in answer.context

    def test_what_is_no_choice_is_named(self, client, owner):
        answer = client.get(_url("report_detail", "production", color="red"))

        assert "“color”" in answer.content.decode()

    def test_an_agent_counts_the_own_book_only(self, client, sold):
        agent = AgentFactory(user=UserFactory(roles=[RoleFactory(permissions=list(SELLING))]))
        mine = PolicyFactory(effective_date=timezone.localdate(), servicing_agent=agent)
        client.force_login(agent.user)

        table = client.get(_url("report_detail", "production", by="carrier")).context["table"]

        assert [(row.label, row.cells[1].text) for row in table.rows] == [(mine.carrier.name, "1")]

    def test_number_of_queries_does_not_grow(
        self, client, owner, sold, django_assert_max_num_queries
    ):
        for _ in range(12):
            PolicyFactory(effective_date=timezone.localdate(), servicing_agent=AgentFactory())

        with django_assert_max_num_queries(MOST_QUERIES):
            answer = client.get(_url("report_detail", "retention", by="agent"))

        assert len(answer.context["table"].rows) == 13


class TestFigures:
    def test_retention_counts_only_who_began_long_enough_ago(self, owner):
        today = timezone.localdate()
        long_ago = today - timedelta(days=200)
        PolicyFactory(effective_date=long_ago)
        PolicyFactory(effective_date=long_ago, termination_date=long_ago + timedelta(days=40))
        PolicyFactory(effective_date=today - timedelta(days=20))

        total = _ask("retention", owner, by="agent").total

        # Took effect; in force after 3 months and its share; the same after 6 and 12; lost.
        assert [cell.value for cell in total.cells] == [
            3, 1, Decimal("50.0"), 1, Decimal("50.0"), 0, None, 0, 0, 1,
        ]  # fmt: skip

    def test_commissions_at_stake_are_for_those_who_see_commissions(self):
        RiskFactory()
        user = UserFactory(may=["policies.view_risk"])
        other = UserFactory(may=["policies.view_risk", "commissions.view_commissionline"])

        assert len(_ask("at-risk", user).columns) == 2
        assert len(_ask("at-risk", other).columns) == 3

    def test_months_without_rows_are_lines_too(self, owner, sold):
        figures = _ask("production", owner, period="months3")

        assert [line.cells[1].value for line in figures.lines] == [0, 0, 2]

    def test_a_plan_type_without_coverage_types_has_no_policies(self, owner, sold):
        ApplicationFactory(line="", submitted_at=timezone.now())

        figures = _ask("production", owner, by="line", line="unknown")

        assert [cell.value for cell in figures.total.cells] == [1, 0, 0]


class TestPeriods:
    @pytest.mark.parametrize(
        ("period", "first", "last"),
        [
            ("month", date(2026, 3, 1), date(2026, 3, 31)),
            ("month_before", date(2026, 2, 1), date(2026, 2, 28)),
            ("months3", date(2026, 1, 1), date(2026, 3, 31)),
            ("months12", date(2025, 4, 1), date(2026, 3, 31)),
            ("year", date(2026, 1, 1), date(2026, 12, 31)),
            ("year_before", date(2025, 1, 1), date(2025, 12, 31)),
        ],
    )
    def test_ends_with_the_month_of_today(self, period, first, last):
        assert period_of({"period": period}, date(2026, 3, 31)) == Period(first, last)

    def test_the_month_before_january_is_of_the_year_before(self):
        assert month_before(date(2026, 1, 31)) == Period(date(2025, 12, 1), date(2025, 12, 31))

    def test_days_of_ones_own_begin_as_last_month(self, client, owner):
        page = client.get(_url("report_detail", "production"), {"period": "custom"})

        before = month_before(timezone.localdate())
        form = page.context["form"]
        assert page.status_code == 200
        assert (form["start"].value(), form["end"].value()) == (
            before.first.isoformat(),
            before.last.isoformat(),
        )

    @pytest.mark.parametrize("only", ["start", "end"])
    def test_one_day_alone_asks_for_the_other(self, client, owner, only):
        page = client.get(
            _url("report_detail", "production"), {"period": "custom", only: "2026-03-01"}
        )

        other = {"start": "end", "end": "start"}[only]
        assert page.status_code == 422
        assert page.context["form"].errors == {other: ["Choose a day."]}

    def test_months_of_a_period_are_cut_at_its_ends(self):
        period = Period(date(2026, 1, 15), date(2026, 2, 3))

        assert [period.within(month) for month in period.months()] == [
            Period(date(2026, 1, 15), date(2026, 1, 31)),
            Period(date(2026, 2, 1), date(2026, 2, 3)),
        ]

    def test_whole_months_before_january_are_of_the_year_before(self):
        assert last_months(2, date(2026, 1, 31)).first == date(2025, 12, 1)

    @pytest.mark.parametrize(
        ("start", "end", "field"),
        [("2026-02-01", "2026-01-01", "end"), ("", "2026-01-01", "start"),
         ("2010-01-01", "2026-01-01", "end"), ("soon", "2026-01-01", "start")],
    )  # fmt: skip
    def test_days_of_ones_own_are_checked(self, start, end, field):
        form = PeriodForm({"period": "custom", "start": start, "end": end})

        assert list(form.errors) == [field]


class TestFiles:
    def test_csv_is_what_the_page_shows_and_is_noted(self, client, owner, sold):
        url = _url("report_export", "production", by="carrier", format="csv")

        text = b"".join(client.get(url)).decode("utf-8-sig")

        assert list(csv.reader(io.StringIO(text))) == [
            ["Carrier", "Applications submitted", "Policies effectuated", "Monthly premium"],
            ["'=HYPERLINK(1)", "0", "2", "41.00"],
            ["Total", "0", "2", "41.00"],
        ]
        log = ExportLog.objects.get()
        assert (log.user, log.list_key, log.rows) == (owner, "report-production", 1)
        assert log.filters == ["By: Carrier", "Period: Last 12 months"]
        client.force_login(owner)
        assert "Production" in client.get(reverse("records:exportlog_list")).content.decode()

    def test_workbook_has_numbers(self, client, owner, sold):
        url = _url("report_export", "production", by="carrier", format="xlsx")

        book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(url))))

        row = [cell.value for cell in book.active[2]]
        assert row == ["'=HYPERLINK(1)", 0, 2, 41]

    @pytest.mark.parametrize("query", [{"format": "pdf"}, {"format": "csv", "by": "moon"}])
    def test_what_cannot_be_read_is_not_exported(self, client, owner, query):
        answer = client.get(_url("report_export", "production", **query))

        assert answer.status_code == 302
        assert not ExportLog.objects.exists()


class TestViews:
    def test_is_saved_shared_and_opened(self, client, owner):
        role = RoleFactory(permissions=list(SELLING), scope=Role.Scope.ALL)
        url = _url("report_view_create", "production", by="agent", period="months6")

        answer = client.post(url, {"name": "By agent", "sharing": "roles", "roles": [role.pk]})

        view = SavedView.objects.get()
        assert view.filters == {"by": ["agent"], "period": ["months6"]}
        assert answer.url == f"{_url('report_detail', 'production')}?view={view.pk}"
        for reader, status in ((UserFactory(roles=[role]), 200), (UserFactory(may=SELLING), 404)):
            client.force_login(reader)
            page = client.get(answer.url)
            assert page.status_code == status
        client.force_login(owner)
        changed = client.get(f"{answer.url}&period=months3").context["asked"]
        assert changed.differs_from_view
        assert changed.texts == {"by": "agent", "period": "months3"}

    def test_name_is_taken_once(self, client, owner):
        url = _url("report_view_create", "eoi")
        client.post(url, {"name": "Mine", "sharing": "private"})

        assert client.post(url, {"name": "mine", "sharing": "private"}).status_code == 422
        assert SavedView.objects.count() == 1

    def test_can_be_deleted_when_its_carrier_is_gone(self, client, owner):
        view = SavedView.objects.create(
            list_key="report-eoi", owner=owner, name="Old", filters={"carrier": ["77"]}
        )

        answer = client.get(f"{_url('report_detail', 'eoi')}?view={view.pk}")

        assert answer.status_code == 422
        assert _url("report_view_delete", "eoi", view.pk) in answer.content.decode()

    def test_only_its_owner_changes_and_deletes_it(self, client, owner):
        view = SavedView.objects.create(
            list_key="report-eoi", owner=UserFactory(), name="Theirs", sharing="everybody",
            filters={"by": ["group"]},
        )  # fmt: skip
        edit, delete = (
            _url(name, "eoi", view.pk) for name in ("report_view_edit", "report_view_delete")
        )

        assert client.get(edit).status_code == client.post(delete).status_code == 404
        SavedView.objects.update(owner=owner)
        client.post(f"{edit}?by=carrier", {"name": "Mine", "sharing": "private"})
        view.refresh_from_db()
        assert (view.name, view.filters) == ("Mine", {"by": ["carrier"]})
        client.post(delete)
        assert not SavedView.objects.exists()


class TestLargeBooks:
    @pytest.fixture(autouse=True)
    def _small(self):
        """Let two rows be too many to count while somebody waits."""
        with patch.object(remembered, "MOST_AT_ONCE", 1):
            yield

    @pytest.fixture
    def sent(self):
        with patch.object(current_app, "send_task") as send:
            yield send

    def test_are_counted_by_a_worker_once_and_remembered(self, client, owner, sold, sent):
        ApplicationFactory.create_batch(2)
        url = _url("report_detail", "production")

        first, second = client.get(url), client.get(url)

        assert "counting" in first.context
        assert "counting" in second.context
        assert sent.call_count == 1
        assert tasks.count_report(**sent.call_args.kwargs["kwargs"])
        counted = client.get(url)
        assert counted.context["table"].total.cells[1].text == "2"
        PolicyFactory(effective_date=timezone.localdate())
        again = client.get(url)
        assert again.context["table"].total.cells[1].text == "2"
        assert again.context["figures"].as_of == counted.context["figures"].as_of
        assert sent.call_count == 1

    def test_of_another_reach_are_others(self, owner, sold, sent):
        ApplicationFactory.create_batch(2)
        _ask("production", owner)
        tasks.count_report(**sent.call_args.kwargs["kwargs"])

        agent = AgentFactory(user=UserFactory(roles=[RoleFactory(permissions=list(SELLING))]))
        own = _ask("production", agent.user)

        assert isinstance(own, Figures)
        assert own.total.cells[1].value == 0

    def test_old_figures_are_shown_while_they_are_counted_anew(self, owner, sold, sent):
        ApplicationFactory.create_batch(2)
        _ask("production", owner)
        tasks.count_report(**sent.call_args.kwargs["kwargs"])

        later = remembered.figures_of(
            REPORTS["production"], user=owner, params=_params("production"),
            on=timezone.localdate(), now=timezone.now() + timedelta(minutes=11),
        )  # fmt: skip

        assert isinstance(later, Figures)
        assert sent.call_count == 2

    def test_a_failed_count_is_not_asked_for_at_once_again(self, owner, sold, sent):
        ApplicationFactory.create_batch(2)
        _ask("production", owner)
        broken = patch.object(remembered._Question, "count", side_effect=RuntimeError)
        with broken, pytest.raises(RuntimeError):
            tasks.count_report(**sent.call_args.kwargs["kwargs"])

        assert isinstance(_ask("production", owner), Counting)
        assert sent.call_count == 1

    def test_worker_counts_for_nobody_who_lost_the_right(self, owner, sold, sent):
        ApplicationFactory.create_batch(2)
        user = UserFactory(may=SELLING)
        _ask("production", user)
        user.groups.clear()

        assert not tasks.count_report(**sent.call_args.kwargs["kwargs"])

    def test_export_of_what_is_still_counted_leads_back(self, client, owner, sold, sent):
        ApplicationFactory.create_batch(2)

        answer = client.get(_url("report_export", "production", format="csv"))

        assert answer.status_code == 302
        assert not ExportLog.objects.exists()


def test_texts_of_parameters_are_read_back_as_the_same_parameters():
    said = {"by": "month", "period": "custom", "start": "2026-01-05", "end": "2026-03-01"}

    assert texts_of(_params("commissions", **said)) == dict(sorted(said.items()))
