"""Every answer of the source's "Common questions" and "Legacy components" about behaviour."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from individuals.models import Individual
from integrations.errors import PartnerContractError
from integrations.plancompare.mapping import read_enrollment
from integrations.plancompare.models import PlanTypeMapping, Site
from integrations.plancompare.selectors import can_send
from integrations.plancompare.services.handoff import HandoffRefusedError, record_handoff
from integrations.plancompare.services.settings import OtherVariantActiveError, activate_site
from policies.models import Carrier, CarrierProduct, Policy
from tests.factories.accounts import UserFactory
from tests.factories.individuals import (
    AddressFactory,
    IndividualFactory,
    SalesOpportunityFactory,
    SalesRecordFactory,
    option,
)
from tests.factories.plancompare import (
    PlanCompareUserFactory,
    PlanTypeMappingFactory,
    QuotingLinkFactory,
    SiteFactory,
)
from tests.plancompare.samples import deliver, enrollment

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def site() -> Site:
    site = SiteFactory(carrier_products=Site.Products.CREATE)
    PlanTypeMappingFactory(site=site)
    return site


class TestWhatIfIAlreadyHaveTheIndividual:
    def test_sent_from_here_gets_the_policy(self, site):
        individual = IndividualFactory(first_name="Anna-Maria")

        deliver(individual_id=str(individual.pk))

        assert Policy.objects.get().subscriber == individual

    def test_typed_into_plancompare_is_matched_by_name_and_birth_date(self, site):
        individual = IndividualFactory()

        deliver(individual_id=None)

        assert Policy.objects.get().subscriber == individual

    def test_no_match_creates_an_individual_with_the_policy(self, site):
        other = IndividualFactory(date_of_birth=date(1958, 3, 15))

        deliver(individual_id=None)

        assert Policy.objects.get().subscriber != other
        assert Individual.objects.count() == 2


class TestWillICanMapNames:
    def test_other_carrier_and_product_names_make_duplicates(self, site):
        carrier = Carrier.objects.create(name="Humana Insurance Company")
        CarrierProduct.objects.create(carrier=carrier, name="Gold Plus")

        deliver()

        assert (Carrier.objects.count(), CarrierProduct.objects.count()) == (2, 2)

    def test_coverage_types_are_mapped_by_the_settings(self, site):
        PlanTypeMapping.objects.update(
            coverage_type=option("coverage_type", "Medicare Advantage"),
            coverage_type_label="Medicare Advantage",
        )

        deliver()

        assert Policy.objects.get().coverage_type.label == "Medicare Advantage"


class TestWillThePdfCome:
    def test_attachments_are_refused_by_name(self):
        with pytest.raises(PartnerContractError) as refusal:
            read_enrollment(enrollment(application_pdf="JVBERi0="))

        assert refusal.value.problems[0].field == "application_pdf"
        assert "upload the file" in refusal.value.problems[0].detail


class TestCanIUseAnUplinesSite:
    def test_one_site_is_active_per_account(self, site):
        with pytest.raises(OtherVariantActiveError, match="Deactivate"):
            activate_site(variant=Site.Variant.CALL_CENTER, user=UserFactory(), at=None)

        assert Site.objects.get(is_active=True).variant == Site.Variant.BROKER


class TestHowDoIAssignServicingAgents:
    def test_the_users_tab_decides_for_new_individuals_and_policies(self, site):
        mapped = PlanCompareUserFactory(username="agent1.pc")

        deliver()

        policy = Policy.objects.get()
        assert policy.servicing_agent == mapped.servicing_agent
        assert policy.subscriber.servicing_agent == mapped.servicing_agent


class TestSendingDoesNotWork:
    """The source's causes of a page that never loads: each is said before leaving."""

    @pytest.mark.parametrize(
        ("_case", "site_facts", "link_facts", "username", "reason"),
        [
            ("no username", {}, {}, "", "no PlanCompare username"),
            ("no partner id", {"partner_id": ""}, {}, "a.pc", "no Partner ID"),
            ("outdated url", {}, {"valid_to": date(2025, 12, 31)}, "a.pc", "has expired"),
            ("inactive", {"is_active": False}, {}, "a.pc", "not active"),
        ],
    )
    def test_is_said_in_words(self, _case, site_facts, link_facts, username, reason):
        QuotingLinkFactory(site=SiteFactory(**site_facts), **link_facts)
        user = PlanCompareUserFactory(username=username).user

        sending = can_send(user, on=TODAY)

        assert not sending.allowed
        assert reason in sending.reason

    @pytest.mark.parametrize(
        ("_case", "zip_code", "is_sent"), [("no zip", "", False), ("a zip", "50010", True)]
    )
    def test_needs_a_zip(self, site, _case, zip_code, is_sent):
        link = QuotingLinkFactory(site=site)
        user = PlanCompareUserFactory().user
        individual = AddressFactory(zip_code=zip_code).individual

        if not is_sent:
            with pytest.raises(HandoffRefusedError, match="ZIP"):
                record_handoff(record=individual, link_id=link.pk, user=user, as_of=TODAY)
            return
        sent = record_handoff(record=individual, link_id=link.pk, user=user, as_of=TODAY)
        assert ("zip", "50010") in sent.fields

    def test_sending_twice_names_the_same_record(self, site):
        link = QuotingLinkFactory(site=site)
        user = PlanCompareUserFactory().user
        record = SalesRecordFactory(zip_code="50010")

        sent = [
            record_handoff(record=record, link_id=link.pk, user=user, as_of=TODAY) for _ in range(2)
        ]

        assert sent[0].fields == sent[1].fields
        assert ("record_id", str(record.pk)) in sent[1].fields
        assert sent[1].handoff.changed_fields == []


class TestLegacy:
    def test_matches_individuals_only_when_sales_records_are_not_used(self, site):
        Site.objects.update(match_sales_records_first=False)
        SalesRecordFactory()
        individual = IndividualFactory()

        deliver()

        assert Policy.objects.get().subscriber == individual

    def test_quotes_start_from_a_sales_opportunity(self, site):
        QuotingLinkFactory(site=site, label="2027 quotes")
        opportunity = SalesOpportunityFactory()
        user = PlanCompareUserFactory(user=UserFactory(is_superuser=True)).user
        client = Client()
        client.force_login(user)

        page = client.get(reverse("individuals:salesopportunity_detail", args=[opportunity.pk]))

        address = reverse("plancompare:preflight", args=["individual", opportunity.individual_id])
        assert address in page.content.decode()
        assert "2027 quotes" in page.content.decode()
