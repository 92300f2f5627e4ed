"""Uncovering an MBI: for a reason, on record, once."""

import pytest
from django.urls import reverse

from individuals.models import RevealLog
from individuals.services.reveal import NoFullMbiError, ReasonMissingError, reveal_mbi
from tests.factories.accounts import UserFactory
from tests.factories.individuals import MBI, IndividualFactory, SalesRecordFactory
from tests.individuals.conftest import signed_in

pytestmark = pytest.mark.django_db

HTMX = {"headers": {"HX-Request": "true"}}


def reveal_url(individual):
    return reverse("individuals:individual_reveal_mbi", args=[individual.pk])


class TestRevealMbi:
    def test_logs_who_and_why_and_answers_the_mbi(self, staff):
        individual = IndividualFactory(mbi=MBI)

        assert reveal_mbi(person=individual, user=staff, reason="  Quoting  a plan ") == MBI

        log = RevealLog.objects.get()
        assert (log.individual, log.sales_record) == (individual, None)
        assert (log.user, log.reason) == (staff, "Quoting a plan")

    @pytest.mark.parametrize("reason", ["", "   ", "x"])
    def test_refuses_without_a_reason_and_logs_nothing(self, staff, reason):
        with pytest.raises(ReasonMissingError):
            reveal_mbi(person=IndividualFactory(mbi=MBI), user=staff, reason=reason)

        assert not RevealLog.objects.exists()

    @pytest.mark.parametrize("mbi", ["", "XXXXXXXMK73"])
    def test_refuses_where_no_full_mbi_is_stored(self, staff, mbi):
        with pytest.raises(NoFullMbiError):
            reveal_mbi(person=IndividualFactory(mbi=mbi), user=staff, reason="Quoting a plan")


class TestRevealMbiPage:
    def test_shows_it_once_and_lets_nobody_store_it(self, page):
        individual = IndividualFactory(mbi=MBI)

        response = page.post(reveal_url(individual), {"reason": "Quoting a plan"}, **HTMX)

        html = response.content.decode()
        assert MBI in html
        assert "<html" not in html
        assert "no-store" in response["Cache-Control"]
        detail = page.get(reverse("individuals:individual_detail", args=[individual.pk]))
        assert MBI not in detail.content.decode()
        assert "Quoting a plan" in detail.content.decode()

    def test_works_without_javascript(self, page):
        individual = IndividualFactory(mbi=MBI)

        html = page.post(reveal_url(individual), {"reason": "Quoting a plan"}).content.decode()

        assert MBI in html
        assert "<html" in html

    def test_asks_for_the_reason(self, page):
        response = page.post(reveal_url(IndividualFactory(mbi=MBI)), {"reason": ""}, **HTMX)

        assert response.status_code == 422
        assert "Explain why you need the full MBI" in response.content.decode()
        assert not RevealLog.objects.exists()

    def test_is_a_post(self, page):
        assert page.get(reveal_url(IndividualFactory(mbi=MBI))).status_code == 405

    def test_needs_its_own_right(self):
        viewer = signed_in(UserFactory(may=["individuals.view_individual"]))

        response = viewer.post(reveal_url(IndividualFactory(mbi=MBI)), {"reason": "Quoting"})

        assert response.status_code == 403
        assert not RevealLog.objects.exists()

    def test_is_not_found_outside_of_the_book(self, agent_page):
        url = reveal_url(IndividualFactory(mbi=MBI))

        assert agent_page.post(url, {"reason": "Quoting a plan"}).status_code == 404
        assert not RevealLog.objects.exists()

    def test_works_on_a_sales_record(self, page):
        record = SalesRecordFactory(mbi=MBI)
        url = reverse("individuals:salesrecord_reveal_mbi", args=[record.pk])

        assert MBI in page.post(url, {"reason": "Quoting a plan"}).content.decode()
        assert RevealLog.objects.get().sales_record == record
