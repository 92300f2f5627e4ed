import pytest
from django.urls import reverse

from agencyhub.records.models import Entry
from integrations.plancompare.models import QuotingLink, Site
from tests.factories.accounts import UserFactory
from tests.factories.plancompare import QuotingLinkFactory, SiteFactory

pytestmark = pytest.mark.django_db
SETUP = reverse("plancompare:site_detail", args=["broker"])


@pytest.fixture
def browser(client):
    client.force_login(UserFactory(may=["integrations.manage_integrations"]))
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
