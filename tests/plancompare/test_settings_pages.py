import pytest
from django.urls import reverse

from agencyhub.records.models import CustomField, Entry, Option
from integrations.plancompare.models import QuotingLink, Site
from tests.factories.accounts import UserFactory
from tests.factories.individuals import option
from tests.factories.plancompare import PlanTypeMappingFactory, QuotingLinkFactory, SiteFactory

pytestmark = pytest.mark.django_db
MANAGE = ["integrations.manage_integrations"]
SETUP = reverse("plancompare:site_detail", args=["broker"])
SYNC = reverse("plancompare:site_sync", args=["broker"])


@pytest.fixture
def browser(client):
    client.force_login(UserFactory(may=MANAGE))
    return client


def setup_form(*links: dict[str, object], initial: int = 0, **changes: object) -> dict[str, object]:
    """What the Setup tab posts."""
    data: dict[str, object] = {
        "partner_id": "P-1",
        "links-TOTAL_FORMS": len(links),
        "links-INITIAL_FORMS": initial,
    }
    for number, link in enumerate(links):
        row = {
            "label": "2027 Broker",
            "sso_url": "https://pc.example.com/sso",
            "plan_year": 2027,
            "valid_from": "",
            "valid_to": "",
            "names": "",
            **link,
        }
        data |= {f"links-{number}-{name}": value for name, value in row.items()}
    return data | changes


class TestCatalogue:
    def test_offers_both_variants(self, browser):
        page = browser.get(reverse("integrations:integration_list")).content.decode()

        assert page.count("Add to AgencyHub") == 2
        assert "PlanCompare (Broker)" in page
        assert "PlanCompare (Call Center)" in page

    def test_says_which_to_deactivate_first(self, browser):
        SiteFactory()

        page = browser.get(reverse("integrations:integration_list")).content.decode()

        assert "Add to AgencyHub" not in page
        assert "Deactivate PlanCompare (Broker) first" in page


@pytest.mark.parametrize(
    ("method", "name", "args"),
    [
        ("get", "integrations:integration_list", []),
        ("get", "plancompare:site_detail", ["broker"]),
        ("post", "plancompare:site_detail", ["broker"]),
        ("post", "plancompare:site_activate", ["broker"]),
        ("post", "plancompare:site_deactivate", ["broker"]),
        ("get", "plancompare:site_sync", ["broker"]),
        ("get", "plancompare:site_users", ["broker"]),
        ("post", "plancompare:user_edit", ["broker", 1]),
        ("get", "plancompare:username_upload", ["broker"]),
        ("get", "plancompare:username_template", ["broker", "csv"]),
    ],
)
def test_settings_need_the_permission(client, method, name, args):
    SiteFactory()
    url = reverse(name, args=args)

    assert getattr(client, method)(url).status_code == 302
    client.force_login(UserFactory(may=["integrations.review_inbound"]))
    assert getattr(client, method)(url).status_code == 403
    assert Site.objects.get().is_active


class TestActivation:
    def test_adds_the_integration(self, browser):
        answer = browser.post(reverse("plancompare:site_activate", args=["broker"]), follow=True)

        assert Site.objects.get(variant="broker").is_active
        assert "PlanCompare (Broker) is part of AgencyHub now." in answer.content.decode()

    def test_refuses_the_second_variant_in_words(self, browser):
        SiteFactory()

        answer = browser.post(
            reverse("plancompare:site_activate", args=["call_center"]), follow=True
        )

        assert "Deactivate PlanCompare (Broker) first" in answer.content.decode()
        assert not Site.objects.filter(variant="call_center", is_active=True).exists()

    def test_deactivates_from_the_page(self, browser):
        SiteFactory()

        browser.post(reverse("plancompare:site_deactivate", args=["broker"]))

        assert not Site.objects.get().is_active

    def test_tells_what_was_kept(self, browser):
        QuotingLinkFactory(site=SiteFactory(is_active=False))

        page = browser.get(SETUP).content.decode()

        assert "the Partner ID, 1 quoting link and 0 usernames" in page


class TestSetup:
    def test_saves_the_partner_id_and_links(self, browser):
        SiteFactory(partner_id="")

        answer = browser.post(
            SETUP,
            setup_form(
                {"names": "zip = ZipCode"},
                {"label": "2026", "plan_year": 2026, "valid_to": "2026-12-07"},
            ),
        )

        assert answer.status_code == 302
        assert Site.objects.get().partner_id == "P-1"
        links = QuotingLink.objects.order_by("position")
        assert [link.label for link in links] == ["2027 Broker", "2026"]
        assert links[0].field_names == {"zip": "ZipCode"}
        assert Entry.objects.get(table_name="plancompare_site").text == "Setup was changed"

    def test_removes_a_link(self, browser):
        link = QuotingLinkFactory(site=SiteFactory())

        browser.post(SETUP, setup_form({"id": link.pk, "DELETE": "on"}, initial=1))

        assert not QuotingLink.objects.exists()

    def test_gives_another_row_without_javascript_and_saves_nothing(self, browser):
        SiteFactory(partner_id="OLD")

        answer = browser.post(SETUP, setup_form({"label": "Typed"}, add_row="1"))

        page = answer.content.decode()
        assert 'value="Typed"' in page
        assert 'name="links-1-label"' in page
        assert Site.objects.get().partner_id == "OLD"
        assert not QuotingLink.objects.exists()

    @pytest.mark.parametrize(
        ("_case", "link", "words"),
        [
            ("plain http", {"sso_url": "http://pc.example.com"}, "must start with https://"),
            ("no address", {"sso_url": "pc"}, "Enter a valid URL"),
            ("no plan year", {"plan_year": 27}, "Write the year that the plans start in"),
            (
                "last day first",
                {"valid_from": "2026-10-01", "valid_to": "2026-09-01"},
                "before the first day",
            ),
            ("unknown field renamed", {"names": "ssn = x"}, "is not a field of the hand-off"),
            ("no label", {"label": ""}, "This field is required"),
        ],
    )
    def test_refuses_a_bad_link(self, browser, _case, link, words):
        SiteFactory(partner_id="OLD")

        answer = browser.post(SETUP, setup_form(link))

        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not QuotingLink.objects.exists()
        assert Site.objects.get().partner_id == "OLD"

    def test_refuses_two_links_with_one_label(self, browser):
        SiteFactory()

        answer = browser.post(SETUP, setup_form({}, {"label": "2027 BROKER"}))

        assert answer.status_code == 422
        assert "Another link has this label" in answer.content.decode()
        assert not QuotingLink.objects.exists()

    def test_allows_plain_http_to_this_machine(self, browser):
        SiteFactory()

        browser.post(SETUP, setup_form({"sso_url": "http://127.0.0.1:8001/sso"}))

        assert QuotingLink.objects.get().sso_url == "http://127.0.0.1:8001/sso"

    def test_asks_for_a_call_script_at_the_call_center_only(self, browser):
        SiteFactory()
        assert "Call script" not in browser.get(SETUP).content.decode()

        Site.objects.update(variant="call_center")
        url = reverse("plancompare:site_detail", args=["call_center"])
        browser.post(url, setup_form({}, call_script="Good morning"))

        assert Site.objects.get().call_script == "Good morning"


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
