"""Every row of the source's Policy and Carrier Product tables, and the replay rules."""

from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest

from agencyhub.records.models import CustomField, Option
from individuals.models import Individual
from integrations import registry
from integrations.models import InboundMessage
from integrations.plancompare.models import PlanTypeMapping, Site
from integrations.plancompare.sync.session import UNKNOWN_USERNAME
from integrations.services import processing, review
from integrations.services.release import release
from policies.models import Carrier, CarrierAlias, CarrierProduct, Policy
from tests.factories.accounts import UserFactory
from tests.factories.individuals import IndividualFactory, option
from tests.factories.plancompare import (
    PlanCompareUserFactory,
    PlanTypeMappingFactory,
    SiteFactory,
)
from tests.plancompare.samples import deliver, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    site = SiteFactory(policy_status=option("policy_status", "Submitted"))
    PlanTypeMappingFactory(site=site)
    return site


@pytest.fixture
def fields(site) -> tuple[CustomField, CustomField]:
    made = [
        CustomField.objects.create(target="policy", key=key, label=key, type="text")
        for key in ("confirmation", "plan_id")
    ]
    site.confirmation_field, site.plan_id_field = made
    site.save()
    return made[0], made[1]


ROWS = [
    ("carrier name", "carrier.name", "Humana"),
    ("premium per month", "premium", Decimal("12.50")),
    ("submission date", "app_submit_date", date(2026, 10, 15)),
    ("application effective date", "effective_date", date(2027, 1, 1)),
    ("status", "status.label", "Submitted"),
    ("plan type", "coverage_type.label", "MAPD"),
    ("plan id without a field", "custom", {}),
    ("confirmation without a setting", "policy_number", ""),
    ("carrier product when off", "product", None),
]


class TestNewPolicy:
    @pytest.mark.parametrize(("_case", "path", "expected"), ROWS, ids=[row[0] for row in ROWS])
    def test_gets_every_field_of_the_table(self, site, _case, path, expected):
        deliver()

        value: object = Policy.objects.get()
        for name in path.split("."):
            value = getattr(value, name)
        assert value == expected

    def test_gets_confirmation_number_and_plan_id_in_custom_fields(self, site, fields):
        deliver()

        assert Policy.objects.get().custom == {
            "confirmation": "CN123456",
            "plan_id": "H5216-001-000",
        }

    def test_gets_the_confirmation_number_as_policy_number(self, site):
        site.confirmation_to_policy_number = True
        site.save()

        deliver()

        assert Policy.objects.get().policy_number == "CN123456"

    def test_gets_both_when_both_are_set(self, site, fields):
        site.confirmation_to_policy_number = True
        site.save()

        deliver()

        policy = Policy.objects.get()
        assert policy.policy_number == policy.custom["confirmation"] == "CN123456"

    def test_gets_the_servicing_agent_of_the_username(self, site):
        IndividualFactory()
        mapped = PlanCompareUserFactory(username="agent1.pc")

        message = deliver(username="AGENT1.pc")

        assert Policy.objects.get().servicing_agent == mapped.servicing_agent
        assert not message.needs_attention

    @pytest.mark.parametrize("username", ["nobody.pc", "", None])
    def test_is_made_without_agent_for_an_unknown_username(self, site, username):
        message = deliver(username=username)

        assert Policy.objects.get().servicing_agent is None
        assert message.state == "applied"
        assert message.details["attention"] == [UNKNOWN_USERNAME]
        assert message.needs_attention

    def test_is_pending_when_no_status_is_set(self, site):
        Site.objects.update(policy_status=None)

        deliver()

        assert Policy.objects.get().status.meaning == "pending"

    def test_is_made_for_every_plan_of_one_person(self, site):
        deliver()
        deliver(enrollment_id="PC-2", confirmation_number="CN2")

        assert Policy.objects.count() == 2
        assert Individual.objects.count() == 1


class TestCarrier:
    def test_is_matched_by_name_in_any_spelling(self, site):
        carrier = Carrier.objects.create(name="HUMANA")

        deliver()

        assert Policy.objects.get().carrier == carrier

    def test_is_matched_by_alias(self, site):
        carrier = Carrier.objects.create(name="Humana Insurance Company")
        CarrierAlias.objects.create(carrier=carrier, name="Humana")

        message = deliver()

        assert Policy.objects.get().carrier == carrier
        assert "Carrier matched by alias" in message.details["reasons"]

    def test_is_created_with_exactly_the_partners_name_and_flagged(self, site):
        deliver(plan={"carrier_name": "Blue Cross & Blue Shield of IA"})

        carrier = Carrier.objects.get()
        assert carrier.name == "Blue Cross & Blue Shield of IA"
        assert carrier.created_by_partner == "PlanCompare"
        assert carrier.needs_review


class TestCarrierProduct:
    def _set(self, site: Site, mode: str, by: str = Site.ProductName.NAME) -> None:
        site.carrier_products, site.match_products_by = mode, by
        site.save()

    def _product(self, name: str) -> CarrierProduct:
        carrier = Carrier.objects.create(name="Humana")
        return CarrierProduct.objects.create(carrier=carrier, name=name)

    @pytest.mark.parametrize(
        ("by", "name"),
        [
            (Site.ProductName.NAME, "Humana Gold Plus H5216-001"),
            (Site.ProductName.NAME_AND_ID, "Humana Gold Plus H5216-001 H5216-001-000"),
        ],
    )
    def test_is_matched_by_the_name_of_the_setting(self, site, by, name):
        self._set(site, Site.Products.MATCH, by)
        product = self._product(name)

        deliver()

        assert Policy.objects.get().product == product

    def test_is_left_blank_when_only_matching_finds_none(self, site):
        self._set(site, Site.Products.MATCH)

        deliver()

        assert Policy.objects.get().product is None
        assert CarrierProduct.objects.count() == 0

    @pytest.mark.parametrize(
        ("by", "name"),
        [
            (Site.ProductName.NAME, "Humana Gold Plus H5216-001"),
            (Site.ProductName.NAME_AND_ID, "Humana Gold Plus H5216-001 H5216-001-000"),
        ],
    )
    def test_is_created_with_product_name_and_coverage_type(self, site, by, name):
        self._set(site, Site.Products.CREATE, by)

        deliver()

        product = CarrierProduct.objects.get()
        assert product == Policy.objects.get().product
        assert (product.name, product.coverage_type.label) == (name, "MAPD")
        assert product.needs_review


class TestCoverageType:
    def test_is_the_one_the_plan_type_is_mapped_to(self, site):
        PlanTypeMapping.objects.update(
            coverage_type=option("coverage_type", "Medicare Advantage"),
            coverage_type_label="Medicare Advantage",
        )

        deliver(plan={"plan_type": "mapd"})

        assert Policy.objects.get().coverage_type.label == "Medicare Advantage"

    def test_is_activated_again_when_it_was_inactive(self, site):
        Option.objects.filter(list="coverage_type", label="MAPD").update(is_active=False)

        message = deliver()

        assert option("coverage_type", "MAPD").is_active
        assert "Coverage type MAPD was re-activated" in message.details["reasons"]

    def test_is_made_active_again_under_the_name_it_has_now(self, site):
        coverage = Option.objects.filter(list="coverage_type")
        coverage.filter(label="MAPD").update(label="Advantage with drugs", is_active=False)
        before = coverage.count()

        deliver()

        assert option("coverage_type", "Advantage with drugs").is_active
        assert coverage.count() == before

    def test_is_created_again_when_it_was_deleted(self, site):
        option("coverage_type", "MAPD").delete()

        message = deliver()

        assert option("coverage_type", "MAPD").is_active
        assert PlanTypeMapping.objects.get().coverage_type.label == "MAPD"
        assert "Coverage type MAPD was re-created" in message.details["reasons"]

    def test_holds_an_unmapped_plan_type_and_lists_it(self, site):
        message = deliver(plan={"plan_type": "CSNP"})

        assert (message.state, message.code) == ("held", "unmapped_plan_type")
        assert PlanTypeMapping.objects.filter(plan_type="CSNP", coverage_type=None).count() == 1
        assert Policy.objects.count() == 0

    def test_goes_on_with_every_held_enrollment_once_mapped(self, site):
        for number in range(3):
            deliver(
                enrollment_id=f"PC-{number}",
                confirmation_number=f"CN{number}",
                plan={"plan_type": "CSNP"},
            )
        PlanTypeMapping.objects.filter(plan_type="CSNP").update(coverage_type_label="MAPD")

        held = list(InboundMessage.objects.values_list("pk", flat=True))
        release(message_ids=held, user=UserFactory())
        outcomes = list(processing.process_waiting(partners=registry.PARTNERS))

        assert [outcome.state for outcome in outcomes] == ["applied"] * 3
        assert Policy.objects.count() == 3

    def test_is_read_again_when_it_was_mapped_since_the_page_began(self, site):
        session = registry.PARTNERS["plancompare"].open_session()
        message = store(plan={"plan_type": "CSNP"})
        InboundMessage.objects.update(state="processing")
        PlanTypeMappingFactory(site=site, plan_type="csnp")

        processing.apply_message(
            message_id=message.pk, partner=registry.PARTNERS["plancompare"], session=session
        )

        message.refresh_from_db()
        assert message.state == "applied"


class TestReplay:
    def test_updates_the_policy_that_it_made(self, site):
        deliver()
        deliver(enrollment_id="PC-2", plan={"premium_per_month": "99.00"})

        assert Policy.objects.get().premium == Decimal("99.00")

    def test_leaves_what_the_agency_moved_on(self, site):
        site.confirmation_to_policy_number = True
        site.save()
        deliver()
        Policy.objects.update(
            status=option("policy_status", "Active"), policy_number="REAL-NUMBER-1"
        )

        deliver(enrollment_id="PC-2", plan={"premium_per_month": "99.00"})

        policy = Policy.objects.get()
        assert (policy.status.label, policy.policy_number) == ("Active", "REAL-NUMBER-1")

    def test_without_number_is_known_by_person_plan_and_effective_date(self, site):
        deliver(confirmation_number=None)
        deliver(enrollment_id="PC-2", confirmation_number=None)
        deliver(
            enrollment_id="PC-3",
            confirmation_number=None,
            application_effective_date="2027-02-01",
        )

        assert Policy.objects.count() == 2

    @pytest.mark.parametrize("order", list(permutations([None, "CN1", "CN1", "CN2"])))
    def test_makes_the_same_policies_in_any_order(self, site, order):
        for number, confirmation in enumerate(order):
            deliver(enrollment_id=f"PC-{number}", confirmation_number=confirmation)

        assert Policy.objects.count() == 2
        assert Individual.objects.count() == 1

    def test_that_is_older_than_what_was_applied_changes_nothing(self, site):
        older = store(plan={"premium_per_month": "1.00"})
        InboundMessage.objects.filter(pk=older.pk).update(state="failed")
        deliver(enrollment_id="PC-2", plan={"premium_per_month": "2.00"})
        InboundMessage.objects.filter(pk=older.pk).update(state="received")

        list(processing.process_waiting(partners=registry.PARTNERS))

        older.refresh_from_db()
        assert older.state == "applied"
        assert "A newer delivery" in older.reason
        assert Policy.objects.get().premium == Decimal("2.00")

    def test_leaves_a_confirmation_number_that_another_policy_has_as_its_number(self, site):
        site.confirmation_to_policy_number = True
        site.save()
        deliver()
        Policy.objects.update(policy_number="CN2")

        message = deliver(enrollment_id="PC-2", confirmation_number="CN2")

        assert message.state == "applied"
        assert sorted(Policy.objects.values_list("policy_number", flat=True)) == ["", "CN2"]


class TestSwitchedOff:
    def test_ignores_enrollments_when_the_sync_is_off_and_applies_them_on_retry(self, site):
        Site.objects.update(sync_enrollments=False)
        message = deliver()
        assert message.state == "ignored"
        Site.objects.update(sync_enrollments=True)

        retried = review.retry(
            message_id=message.pk,
            user=UserFactory(),
            at=message.received_at,
            partners=registry.PARTNERS,
        )

        assert retried.state == "applied"

    def test_fails_what_was_received_before_the_site_was_deactivated(self, site):
        Site.objects.update(is_active=False)

        message = deliver()

        assert (message.state, message.code) == ("failed", "integration_inactive")
