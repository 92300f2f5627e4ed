import pytest
from django.urls import reverse

from integrations.plancompare.models import Site
from tests.factories.accounts import UserFactory
from tests.factories.plancompare import QuotingLinkFactory, SiteFactory

pytestmark = pytest.mark.django_db
SETUP = reverse("plancompare:site_detail", args=["broker"])


@pytest.fixture
def browser(client):
    client.force_login(UserFactory(may=["integrations.manage_integrations"]))
    return client


class TestCatalogue:
    def test_offers_both_variants(self, browser):
        page = browser.get(reverse("integrations:integration_list"))

        assert "Add to AgencyHub" in page.text
        assert [(card.title, card.is_active) for card in _variants(page)] == [
            ("PlanCompare (Broker)", False),
            ("PlanCompare (Call Center)", False),
        ]

    def test_says_which_to_deactivate_first(self, browser):
        SiteFactory()

        page = browser.get(reverse("integrations:integration_list"))

        assert [card.is_active for card in _variants(page)] == [True, False]
        assert "Deactivate PlanCompare (Broker) first" in page.text


def _variants(page):
    return [card for card in page.context["cards"] if card.title.startswith("PlanCompare")]


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

        assert "the Partner ID; quoting links: 1; usernames: 0." in page
