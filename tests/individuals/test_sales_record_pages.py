"""Pages of sales records, up to converting one and taking that back."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from agencyhub.records.models import Batch
from individuals.models import Individual, SalesRecord
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import (
    MBI,
    AddressFactory,
    IndividualFactory,
    SalesRecordFactory,
    option,
)

pytestmark = pytest.mark.django_db

LIST = reverse("individuals:salesrecord_list")
SEARCH = reverse("individuals:salesrecord_search")
CREATE = reverse("individuals:salesrecord_create")
HTMX = {"headers": {"HX-Request": "true"}}
STREET = {"address_1": "12 Oak St", "city": "Ames", "state": "IA", "zip_code": "50010"}


def url(role, record):
    return reverse(f"individuals:salesrecord_{role}", args=[record.pk])


class TestSalesRecordList:
    def test_shows_open_records_first_and_all_on_demand(self, page):
        SalesRecordFactory(last_name="Adams", city="Ames", state="IA")
        SalesRecordFactory(
            last_name="Baker", individual=IndividualFactory(), converted_at=timezone.now()
        )

        opened = page.get(LIST).content.decode()
        both = page.get(LIST, {"open": "all"}).content.decode()
        converted = page.get(LIST, {"open": "converted"}).content.decode()

        assert "Adams, Ana" in opened
        assert "Ames, IA" in opened
        assert "Baker" not in opened
        assert "Adams, Ana" in both
        assert "Baker, Ana" in both
        assert "Adams" not in converted

    def test_filters_by_stage_and_agent(self, page, agent):
        SalesRecordFactory(last_name="Adams", assigned_agent=agent)
        SalesRecordFactory(last_name="Baker", stage=option("sales_stage", "Quoted"))

        quoted = page.get(LIST, {"stage": option("sales_stage", "Quoted").pk})
        mine = page.get(LIST, {"agent": agent.pk, "open": "open"})

        assert "Adams" not in quoted.content.decode()
        assert "Baker" not in mine.content.decode()

    def test_finds_by_name_without_an_address(self, page):
        SalesRecordFactory()

        html = page.post(SEARCH, {"q": "lopez"}, **HTMX).content.decode()

        assert "Lopez, Ana" in html
        assert "<html" not in html

    @pytest.mark.parametrize("count", [1, 12])
    def test_takes_the_same_few_queries_for_any_number_of_rows(
        self, page, count, django_assert_max_num_queries
    ):
        for _ in range(count):
            SalesRecordFactory()
        page.get(LIST)

        with django_assert_max_num_queries(9):
            page.get(LIST, **HTMX)

    def test_shows_an_agent_their_own_records_only(self, agent_page, agent):
        SalesRecordFactory(last_name="Adams", assigned_agent=agent)
        other = SalesRecordFactory(last_name="Baker")

        html = agent_page.get(LIST).content.decode()

        assert "Adams" in html
        assert "Baker" not in html
        assert agent_page.get(url("detail", other)).status_code == 404
        assert agent_page.post(url("convert", other)).status_code == 404

    def test_merges_nobody_outside_of_the_book(self, agent_page, agent):
        individual = IndividualFactory(email="")
        record = SalesRecordFactory(
            assigned_agent=agent, individual=individual, email="new@example.com"
        )

        answer = agent_page.post(url("convert", record), follow=True)

        assert "linked to an Individual of another agent" in answer.text
        individual.refresh_from_db()
        record.refresh_from_db()
        assert (individual.email, record.converted_at) == ("", None)
        assert not Batch.objects.filter(summary__startswith="Converted").exists()

    def test_links_to_no_number_that_nobody_has(self, page):
        record = SalesRecordFactory()

        for wanted in ("9" * 5_000, "²", "x"):
            answer = page.post(url("link", record), {"individual": wanted})
            assert answer.status_code == 404

    def test_needs_the_right(self, powerless_page):
        record = SalesRecordFactory()

        assert powerless_page.get(LIST).status_code == 403
        assert powerless_page.get(url("detail", record)).status_code == 403
        assert powerless_page.post(url("convert", record)).status_code == 403
        assert record.is_open


class TestSalesRecordForms:
    def test_creates_one(self, page):
        stage = option("sales_stage", "New")

        page.post(
            CREATE,
            {
                "first_name": "Ana",
                "last_name": "Lopez",
                "language": "en",
                "stage": stage.pk,
                "zip_code": "50010 ",
                "cell_phone": "5155550100",
            },
        )

        record = SalesRecord.objects.get()
        assert (record.zip_code, record.cell_phone) == ("50010", "5155550100")

    @time_machine.travel(datetime(2026, 11, 24, 3, 0, tzinfo=UTC), tick=False)
    def test_the_lead_came_today_where_the_agency_is(self, page):
        page.force_login(UserFactory(owner=True))  # who signed in before has been away too long

        shown = page.get(CREATE)

        assert shown.context["form"]["lead_date"].value() == date(2026, 11, 23)
        assert 'name="lead_date" value="2026-11-23"' in shown.text

    def test_starts_from_an_individual_and_takes_over_their_mbi_unseen(self, page):
        individual = IndividualFactory(mbi=MBI)
        AddressFactory(individual=individual)
        about = f"{CREATE}?individual={individual.pk}"
        form = page.get(about).context["form"]
        shown = {name: form[name].value() or "" for name in form.fields}

        page.post(about, {**shown, "stage": option("sales_stage", "New").pk})

        record = SalesRecord.objects.get()
        assert record.individual == individual
        assert (record.last_name, record.address_1) == ("Lopez", "12 Oak St")
        assert record.mbi.reveal() == MBI
        assert MBI not in page.get(about).content.decode()

    def test_starts_from_nobody_outside_of_the_book(self, agent_page):
        about = f"{CREATE}?individual={IndividualFactory().pk}"

        assert agent_page.get(about).status_code == 404

    def test_edits_one(self, page):
        record = SalesRecordFactory()
        form = page.get(url("edit", record)).context["form"]
        shown = {name: form[name].value() or "" for name in form.fields}

        page.post(url("edit", record), {**shown, "city": "Ames"})

        record.refresh_from_db()
        assert record.city == "Ames"

    def test_changes_the_stage_on_its_page(self, page):
        record = SalesRecordFactory()
        quoted = option("sales_stage", "Quoted")

        page.post(url("stage", record), {"stage": quoted.pk})

        record.refresh_from_db()
        assert record.stage == quoted
        assert Batch.objects.filter(summary="Changed the stage").exists()


class TestSalesRecordLink:
    def test_offers_somebody_who_seems_to_be_the_person(self, page):
        individual, record = IndividualFactory(), SalesRecordFactory()

        html = page.get(url("detail", record)).content.decode()
        assert "this person seems to be known" in html

        page.post(url("link", record), {"individual": individual.pk})
        record.refresh_from_db()
        assert record.individual == individual

        page.post(url("link", record))
        record.refresh_from_db()
        assert record.individual is None

    def test_links_nobody_outside_of_the_book(self, agent_page, agent):
        record = SalesRecordFactory(assigned_agent=agent)
        stranger = IndividualFactory(servicing_agent=AgentFactory())

        response = agent_page.post(url("link", record), {"individual": stranger.pk})

        assert response.status_code == 404
        record.refresh_from_db()
        assert record.individual is None


class TestSalesRecordConvert:
    def test_says_what_happened_and_offers_to_undo_it(self, page, staff):
        record = SalesRecordFactory(**STREET)

        response = page.post(url("convert", record), follow=True)

        html = response.content.decode()
        individual = Individual.objects.get()
        batch = Batch.objects.get(summary=f"Converted Sales Record {record.pk}")
        assert f"created Individual {individual.pk}" in html
        assert "The address became the primary one" in html
        assert reverse("records:batch_undo", args=[batch.pk]) in html
        assert "Convert to Individual" not in html

    def test_is_one_line_on_the_individuals_timeline(self, page):
        record = SalesRecordFactory()
        page.post(url("convert", record))
        individual = Individual.objects.get()

        html = page.get(
            reverse("individuals:individual_detail", args=[individual.pk])
        ).content.decode()

        assert html.count(f"Converted Sales Record {record.pk}") == 1

    def test_twice_makes_one_individual(self, page):
        record = SalesRecordFactory()

        page.post(url("convert", record))
        page.post(url("convert", record))

        assert Individual.objects.count() == 1
