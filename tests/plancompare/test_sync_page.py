import pytest
from django.urls import reverse

from agencyhub.records.models import CustomField, Option
from integrations.plancompare.models import Site
from tests.factories.accounts import UserFactory
from tests.factories.individuals import option
from tests.factories.plancompare import PlanTypeMappingFactory, QuotingLinkFactory, SiteFactory

pytestmark = pytest.mark.django_db
SETUP = reverse("plancompare:site_detail", args=["broker"])
SYNC = reverse("plancompare:site_sync", args=["broker"])


@pytest.fixture
def browser(client):
    client.force_login(UserFactory(may=["integrations.manage_integrations"]))
    return client


def sync_form(*types: tuple[str, object], **changes: object) -> dict[str, object]:
    """What the Sync tab posts."""
    data: dict[str, object] = {
        "sync_enrollments": "on",
        "match_sales_records_first": "on",
        "update_individual": "address",
        "policy_status": option("policy_status", "Submitted").pk,
        "carrier_products": "match",
        "match_products_by": "name_and_id",
        "plan_types-TOTAL_FORMS": len(types),
        "plan_types-INITIAL_FORMS": 0,
    }
    for number, (plan_type, coverage_type) in enumerate(types):
        data[f"plan_types-{number}-plan_type"] = plan_type
        data[f"plan_types-{number}-coverage_type"] = coverage_type
    return data | changes


class TestSync:
    @pytest.fixture
    def site(self) -> Site:
        site = SiteFactory(sync_enrollments=False)
        QuotingLinkFactory(site=site)
        return site

    def test_is_offered_once_setup_is_complete(self, browser):
        site = SiteFactory(partner_id="")
        assert SYNC not in browser.get(SETUP).content.decode()
        assert browser.get(SYNC).status_code == 302

        QuotingLinkFactory(site=site)
        Site.objects.update(partner_id="P-1")

        assert SYNC in browser.get(SETUP).content.decode()
        assert browser.get(SYNC).status_code == 200

    def test_starts_with_the_usual_plan_types_and_a_suggestion(self, browser, site):
        table = browser.get(SYNC).context["table"]

        rows = [(form.initial["plan_type"], form.initial["coverage_type"]) for form in table]
        assert rows == [
            ("MA", str(option("coverage_type", "Medicare Advantage").pk)),
            ("MAPD", str(option("coverage_type", "MAPD").pk)),
            ("PDP", str(option("coverage_type", "PDP").pk)),
            ("Medicare Supplement", str(option("coverage_type", "Medicare Supplement").pk)),
        ]

    def test_saves_every_setting(self, browser, site):
        field = CustomField.objects.create(
            target="policy", key="cn", label="Confirmation", type=CustomField.Type.TEXT
        )
        dental = option("coverage_type", "Dental")

        answer = browser.post(
            SYNC,
            sync_form(
                ("MAPD", dental.pk),
                ("Special", ""),
                confirmation_field=field.pk,
                confirmation_to_policy_number="on",
                individual_type=option("individual_type", "Client").pk,
                address_type=option("address_type", "Home").pk,
            ),
        )

        assert answer.status_code == 302
        site.refresh_from_db()
        assert site.sync_enrollments
        assert site.update_individual == "address"
        assert (site.carrier_products, site.match_products_by) == ("match", "name_and_id")
        assert (site.confirmation_field, site.confirmation_to_policy_number) == (field, True)
        assert site.individual_type.label == "Client"
        rows = site.plan_types.order_by("plan_type").values_list(
            "plan_type", "coverage_type", "coverage_type_label"
        )
        assert list(rows) == [("MAPD", dental.pk, "Dental"), ("Special", None, "")]

    def test_keeps_a_deleted_coverage_type_by_its_label(self, browser, site):
        gone = Option.objects.create(list="coverage_type", label="Gone")
        PlanTypeMappingFactory(site=site, coverage_type=gone, coverage_type_label="Gone")
        gone.delete()
        page = browser.get(SYNC).content.decode()
        assert "Gone (deleted; the next enrollment creates it again)" in page

        browser.post(SYNC, sync_form(("MAPD", "kept")))

        row = site.plan_types.get()
        assert (row.coverage_type, row.coverage_type_label) == (None, "Gone")

    def test_lists_a_plan_type_that_was_seen_and_is_not_mapped(self, browser, site):
        PlanTypeMappingFactory(
            site=site, plan_type="C-SNP", coverage_type=None, coverage_type_label=""
        )

        assert 'value="C-SNP"' in browser.get(SYNC).content.decode()

    @pytest.mark.parametrize(
        ("_case", "changes", "words"),
        [
            ("no policy status", {"policy_status": ""}, "Choose the status that new policies get"),
            ("unknown update mode", {"update_individual": "some"}, "Select a valid choice"),
        ],
    )
    def test_refuses(self, browser, site, _case, changes, words):
        answer = browser.post(SYNC, sync_form(("MAPD", ""), **changes))

        assert answer.status_code == 422
        assert words in answer.content.decode()
        site.refresh_from_db()
        assert not site.sync_enrollments

    def test_refuses_one_custom_field_for_two_values(self, browser, site):
        field = CustomField.objects.create(
            target="policy", key="cn", label="Confirmation", type=CustomField.Type.TEXT
        )

        answer = browser.post(SYNC, sync_form(confirmation_field=field.pk, plan_id_field=field.pk))

        assert answer.status_code == 422
        assert "Choose another field" in answer.content.decode()

    def test_refuses_a_plan_type_twice(self, browser, site):
        answer = browser.post(SYNC, sync_form(("MAPD", ""), ("mapd", "")))

        assert answer.status_code == 422
        assert "stands in another row already" in answer.content.decode()
        assert not site.plan_types.exists()

    def test_stays_within_its_queries(self, browser, site, django_assert_max_num_queries):
        for number in range(12):
            PlanTypeMappingFactory(site=site, plan_type=f"Type {number}")

        with django_assert_max_num_queries(24):
            browser.get(SYNC)
