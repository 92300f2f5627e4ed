"""From the pre-flight to the form that mends a record, and back to the pre-flight."""

import re
from html import unescape

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role
from tests.factories.accounts import AgentFactory, RoleFactory, UserFactory
from tests.factories.individuals import AddressFactory, IndividualFactory, SalesRecordFactory
from tests.factories.plancompare import PlanCompareUserFactory, QuotingLinkFactory, SiteFactory

pytestmark = pytest.mark.django_db
PEOPLE = [
    f"individuals.{may}_{what}"
    for may in ("view", "add", "change")
    for what in ("individual", "salesrecord", "address")
]
ELSEWHERE = [
    "https://example.com/",
    "//example.com/",
    "/\\example.com/",
    "javascript:alert(1)",
    "http:///example.com/",
]


@pytest.fixture
def browser(client):
    user = UserFactory(may=PEOPLE)
    PlanCompareUserFactory(user=user, username="ann.pc")
    client.force_login(user)
    return client


@pytest.fixture
def link():
    site = SiteFactory()
    QuotingLinkFactory(site=site, label="First")
    return QuotingLinkFactory(site=site, label="Second")


def preflight(record, kind: str, link) -> str:
    return f"{reverse('plancompare:preflight', args=[kind, record.pk])}?link={link.pk}"


def form_of(browser, page: str, label: str) -> str:
    """The address that a link of the pre-flight leads to."""
    found = re.search(rf'<a href="([^"]+)">{label}</a>', browser.get(page).text)
    return unescape(found[1]).partition("#")[0]


def typed(browser, form: str, **values: str) -> dict[str, str]:
    """What a form would send with some values typed anew."""
    bound = browser.get(form).context["form"]
    sent = {one.html_name: one.value() for one in bound if one.value() not in (None, [], False)}
    return {name: str(value) for name, value in sent.items()} | values


class TestMending:
    def test_comes_back_when_the_first_address_is_added(self, browser, link):
        record = IndividualFactory()
        page = preflight(record, "individual", link)
        form = form_of(browser, page, "Open the address")

        answer = browser.post(form, typed(browser, form, zip_code="50010"), follow=True)

        assert answer.redirect_chain == [(page, 302)]
        assert "The address was saved." in answer.text
        assert "The ZIP code is missing" not in answer.text
        assert record.addresses.get().zip_code == "50010"

    def test_comes_back_when_an_address_is_mended(self, browser, link):
        address = AddressFactory(zip_code="")
        page = preflight(address.individual, "individual", link)
        form = form_of(browser, page, "Open the address")

        answer = browser.post(form, typed(browser, form, zip_code="50010"))

        assert answer["Location"] == page
        address.refresh_from_db()
        assert address.zip_code == "50010"

    def test_comes_back_when_an_individual_is_mended(self, browser, link):
        record = AddressFactory(individual__date_of_birth=None).individual
        page = preflight(record, "individual", link)
        form = form_of(browser, page, "Edit the record")

        answer = browser.post(form, typed(browser, form, date_of_birth="03/14/1958"))

        assert answer["Location"] == page
        record.refresh_from_db()
        assert f"{record.date_of_birth}" == "1958-03-14"

    def test_comes_back_when_a_sales_record_is_mended(self, browser, link):
        record = SalesRecordFactory(zip_code="")
        page = preflight(record, "sales_record", link)
        form = form_of(browser, page, "Open the address")

        answer = browser.post(form, typed(browser, form, zip_code="50010"))

        assert answer["Location"] == page
        record.refresh_from_db()
        assert record.zip_code == "50010"

    def test_comes_back_out_of_an_htmx_request_and_after_a_refusal(self, browser, link):
        record = AddressFactory(individual__date_of_birth=None).individual
        page = preflight(record, "individual", link)
        form = form_of(browser, page, "Edit the record")
        htmx = {"HX-Request": "true"}

        refused = browser.post(form, typed(browser, form, date_of_birth="soon"), headers=htmx)
        posts_to = unescape(re.search(r'hx-post="([^"]+)"', refused.text)[1])
        answer = browser.post(posts_to, typed(browser, form, last_name="Soto"), headers=htmx)

        assert refused.status_code == 422
        assert posts_to == form
        assert answer["HX-Redirect"] == page

    def test_comes_back_when_nothing_was_changed(self, browser, link):
        record = AddressFactory(individual__date_of_birth=None).individual
        page = preflight(record, "individual", link)
        form = form_of(browser, page, "Edit the record")

        assert browser.post(form, typed(browser, form))["Location"] == page

    @pytest.mark.parametrize("kind", ["individual", "sales_record"])
    def test_comes_back_when_it_is_left(self, browser, link, kind):
        record = IndividualFactory() if kind == "individual" else SalesRecordFactory(zip_code="")
        page = preflight(record, kind, link)

        left = browser.get(form_of(browser, page, "Open the address")).text

        assert f'<a class="btn" href="{page}" data-leave>Cancel</a>' in left

    def test_leads_to_the_list_when_the_record_is_in_another_book_now(self, client, link):
        user = UserFactory(may=PEOPLE, may__reach="own")
        PlanCompareUserFactory(user=user, username="ann.pc")
        own, other = AgentFactory(user=user), AgentFactory()
        user.groups.add(RoleFactory(permissions=["accounts.view_agent"], scope=Role.Scope.OWN))
        record = AddressFactory(individual__servicing_agent=own).individual
        client.force_login(user)
        form = f"{reverse('individuals:individual_edit', args=[record.pk])}?next=/carriers/"

        answer = client.post(form, typed(client, form, servicing_agent=str(other.pk)))

        record.refresh_from_db()
        assert record.servicing_agent == other
        assert answer["Location"] == reverse("individuals:individual_list")


class TestOtherPlaces:
    @pytest.mark.parametrize("wanted", ELSEWHERE)
    def test_leads_to_no_address_of_others(self, browser, wanted):
        record = IndividualFactory()
        page = reverse("individuals:individual_detail", args=[record.pk])
        form = reverse("individuals:individual_edit", args=[record.pk])

        shown = browser.get(form, {"next": wanted})
        answer = browser.post(f"{form}?next={wanted}", typed(browser, form))

        assert f'<a class="btn" href="{page}" data-leave>Cancel</a>' in shown.text
        assert answer["Location"] == page

    def test_leads_to_the_record_when_no_other_page_is_named(self, browser):
        address = AddressFactory()
        form = reverse("individuals:address_edit", args=[address.pk])

        answer = browser.post(form, typed(browser, form, city="Ames"))

        page = reverse("individuals:individual_detail", args=[address.individual_id])
        assert answer["Location"] == page
