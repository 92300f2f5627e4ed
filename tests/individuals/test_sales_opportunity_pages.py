"""Pages of sales opportunities."""

from decimal import Decimal

import pytest
from django.urls import reverse

from individuals.models import SalesOpportunity
from tests.factories.individuals import IndividualFactory, SalesOpportunityFactory, option

pytestmark = pytest.mark.django_db


def url(role, pk):
    return reverse(f"individuals:salesopportunity_{role}", args=[pk])


class TestSalesOpportunity:
    def test_is_created_on_an_individual(self, page, agent):
        individual = IndividualFactory(servicing_agent=agent)
        assert page.get(url("create", individual.pk)).context["form"].instance.primary_producer

        response = page.post(
            url("create", individual.pk),
            {
                "name": "Annual enrollment",
                "stage": option("sales_stage", "New").pk,
                "primary_producer": agent.pk,
                "expected_premium": "42.50",
            },
        )

        opportunity = SalesOpportunity.objects.get()
        assert response.url == url("detail", opportunity.pk)
        assert opportunity.individual == individual
        assert opportunity.expected_premium == Decimal("42.50")

    def test_is_edited(self, page):
        opportunity = SalesOpportunityFactory()

        page.post(
            url("edit", opportunity.pk),
            {"name": "Birthday rule", "stage": opportunity.stage_id},
        )

        opportunity.refresh_from_db()
        assert opportunity.name == "Birthday rule"

    def test_refuses_a_premium_that_is_no_amount(self, page):
        opportunity = SalesOpportunityFactory()
        typed = {"name": "x", "stage": opportunity.stage_id, "expected_premium": "much"}

        response = page.post(url("edit", opportunity.pk), typed, headers={"HX-Request": "true"})

        assert response.status_code == 422
        assert "<html" not in response.content.decode()

    def test_shows_the_individual_in_its_summary(self, page):
        opportunity = SalesOpportunityFactory()

        html = page.get(url("detail", opportunity.pk)).content.decode()

        assert f'href="/individuals/{opportunity.individual_id}/"' in html
        assert "Medicare Advantage" in html

    def test_is_not_found_outside_of_the_book(self, agent_page, agent):
        other = SalesOpportunityFactory()
        own = SalesOpportunityFactory(individual=IndividualFactory(servicing_agent=agent))

        assert agent_page.get(url("detail", other.pk)).status_code == 404
        assert agent_page.get(url("detail", own.pk)).status_code == 200

    def test_needs_the_right(self, powerless_page):
        opportunity = SalesOpportunityFactory()

        for role, pk in (
            ("detail", opportunity.pk),
            ("edit", opportunity.pk),
            ("create", opportunity.individual_id),
        ):
            assert powerless_page.get(url(role, pk)).status_code == 403
