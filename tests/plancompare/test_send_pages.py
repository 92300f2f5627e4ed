import re
from datetime import date
from urllib.parse import urlencode

import pytest
from django.template import Context, Template
from django.urls import reverse

from agencyhub.accounts.models import Role
from integrations.plancompare.models import Handoff
from tests.factories.accounts import AgentFactory, RoleFactory, UserFactory
from tests.factories.individuals import MBI, AddressFactory, IndividualFactory, SalesRecordFactory
from tests.factories.plancompare import PlanCompareUserFactory, QuotingLinkFactory, SiteFactory

pytestmark = pytest.mark.django_db
VIEW = ["individuals.view_individual", "individuals.view_salesrecord"]
PERSONAL = ("Ana", "Lopez", "1958", "ana@example", "5155550100", MBI, "50010", "Oak")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def user():
    user = UserFactory(may=VIEW)
    PlanCompareUserFactory(user=user, username="ann.pc")
    return user


@pytest.fixture
def browser(client, user):
    client.force_login(user)
    return client


@pytest.fixture
def link():
    return QuotingLinkFactory(site=SiteFactory(), label="2027 Broker")


@pytest.fixture
def ana():
    ana = IndividualFactory(mbi=MBI)
    AddressFactory(individual=ana)
    return ana


def let(user, *permissions: str) -> None:
    user.groups.add(RoleFactory(permissions=list(permissions), scope=Role.Scope.ALL))


def url_of(name: str, record, kind: str = "individual") -> str:
    return reverse(f"plancompare:{name}", args=[kind, record.pk])


class TestPreflight:
    def test_shows_what_will_be_sent_with_the_mbi_masked(self, browser, link, ana):
        answer = browser.get(url_of("preflight", ana))

        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Everything PlanCompare needs is here." in page or "point" in page
        assert "03/14/1958" in page
        assert MBI not in page
        assert "•••••••MK73" in page
        assert "no-store" in answer["Cache-Control"]

    def test_answers_htmx_with_the_part(self, browser, link, ana):
        answer = browser.get(url_of("preflight", ana), headers=HTMX)

        assert answer.content.decode().strip().startswith('<div id="preflight"')

    def test_blocks_without_a_zip(self, browser, link):
        answer = browser.get(url_of("preflight", IndividualFactory()))

        page = answer.content.decode()
        assert "The ZIP code is missing" in page
        assert 'action="/plancompare/send' not in page

    @pytest.mark.parametrize("kind", ["individual", "sales_record"])
    def test_leads_to_where_a_missing_zip_is_typed(self, browser, user, link, kind):
        record = IndividualFactory() if kind == "individual" else SalesRecordFactory(zip_code="")
        changing = ("change_individual", "change_salesrecord", "add_address")
        let(user, *(f"individuals.{name}" for name in changing))

        page = browser.get(url_of("preflight", record, kind)).content.decode()

        back = urlencode({"next": f"{url_of('preflight', record, kind)}?link={link.pk}"})
        where = {
            "individual": f"/individuals/{record.pk}/addresses/new/?{back}",
            "sales_record": f"/sales-records/{record.pk}/edit/?{back}#id_zip_code",
        }
        assert f'<a href="{where[kind]}">Open the address</a>' in page

    def test_leads_to_the_address_that_is_there(self, browser, user, link):
        address = AddressFactory(zip_code="")
        let(user, "individuals.change_individual", "individuals.change_address")

        page = browser.get(url_of("preflight", address.individual)).content.decode()

        back = urlencode({"next": f"{url_of('preflight', address.individual)}?link={link.pk}"})
        assert f'<a href="/addresses/{address.pk}/edit/?{back}">Open the address</a>' in page

    def test_leads_nobody_to_a_form_without_the_right(self, browser, link):
        page = browser.get(url_of("preflight", IndividualFactory())).content.decode()

        assert "Open the address" not in page
        assert "Edit the record" not in page

    def test_says_that_the_mbi_cannot_be_opened_and_sends_nothing(
        self, browser, link, ana, settings
    ):
        settings.FIELD_ENCRYPTION_KEYS = ["n" * 42 + "A"]

        page = browser.get(url_of("preflight", ana)).text
        answer = browser.post(url_of("handoff", ana), {"link": link.pk})

        assert "sealed with a key that is not configured" in page
        assert 'action="/plancompare/send' not in page
        assert answer.status_code == 422
        assert not Handoff.objects.exists()

    def test_takes_no_number_that_no_link_has(self, browser, link, ana):
        endless = "9" * 5_000

        assert browser.get(url_of("preflight", ana), {"link": endless}).status_code == 200
        assert browser.post(url_of("handoff", ana), {"link": endless}).status_code == 422

    def test_offers_the_right_link_for_an_expired_one(self, browser, link, ana):
        old = QuotingLinkFactory(site=link.site, label="2025", valid_to=date(2025, 12, 31))

        page = browser.get(url_of("preflight", ana), {"link": old.pk}).content.decode()

        assert "page would not finish loading" in page
        assert f'href="?link={link.pk}"' in page
        assert 'action="/plancompare/send' not in page

    def test_opens_the_call_script_beside_it_for_the_call_center(self, browser, ana):
        site = SiteFactory(variant="call_center", call_script="Good morning\nMy name is")
        QuotingLinkFactory(site=site)

        page = browser.get(url_of("preflight", ana)).content.decode()

        assert "Good morning\nMy name is" in page
        assert 'target="_blank"' in page

    def test_shows_no_call_script_for_the_broker_site(self, browser, ana):
        QuotingLinkFactory(site=SiteFactory(call_script="Good morning"))

        assert "Good morning" not in browser.get(url_of("preflight", ana)).content.decode()

    def test_says_why_the_user_may_not_send(self, client, link, ana):
        client.force_login(UserFactory(may=VIEW))

        page = client.get(url_of("preflight", ana)).content.decode()

        assert "You have no PlanCompare username yet" in page
        assert 'action="/plancompare/send' not in page

    def test_points_from_a_converted_sales_record_to_its_individual(self, browser, link, ana):
        record = SalesRecordFactory(
            individual=ana, converted_at="2026-11-01T00:00Z", zip_code="50010"
        )

        page = browser.get(url_of("preflight", record, "sales_record")).content.decode()

        assert url_of("preflight", ana) in page

    def test_is_hidden_from_those_who_may_not_see_the_record(self, client, link, ana):
        client.force_login(UserFactory(may=VIEW, may__reach="own"))

        assert client.get(url_of("preflight", ana)).status_code == 404
        assert client.post(url_of("handoff", ana), {"link": link.pk}).status_code == 404
        assert not Handoff.objects.exists()

    def test_needs_the_permission_to_see_such_records(self, client, link, ana):
        client.force_login(UserFactory(may=["individuals.view_salesrecord"]))

        assert client.get(url_of("preflight", ana)).status_code == 403

    def test_knows_no_other_kind_of_record(self, browser, link, ana):
        assert browser.get(url_of("preflight", ana, "policy")).status_code == 404

    def test_asks_strangers_to_sign_in(self, client, link, ana):
        assert client.get(url_of("preflight", ana)).status_code == 302

    def test_stays_within_its_queries(self, browser, link, ana, django_assert_max_num_queries):
        for _ in range(12):
            browser.post(url_of("handoff", ana), {"link": link.pk})

        with django_assert_max_num_queries(16):
            browser.get(url_of("preflight", ana))


class TestHandoff:
    def test_posts_itself_to_the_link_and_nowhere_else(self, browser, link, ana):
        answer = browser.post(url_of("handoff", ana), {"link": link.pk})

        page = answer.content.decode()
        assert answer.status_code == 200
        assert f'<form action="{link.sso_url}" method="post" data-autosubmit' in page
        assert f'<input type="hidden" name="mbi" value="{MBI}">' in page
        assert Handoff.objects.get().record_id == ana.pk

    def test_is_stored_nowhere_and_tells_no_referrer(self, browser, link, ana):
        answer = browser.post(url_of("handoff", ana), {"link": link.pk})

        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert '<meta name="referrer" content="no-referrer">' in answer.content.decode()

    def test_may_post_to_that_origin_on_that_answer_only(self, browser, link, ana):
        answer = browser.post(url_of("handoff", ana), {"link": link.pk})
        other = browser.get(url_of("preflight", ana))

        allowed = re.search(r"form-action ([^;]+)", answer["Content-Security-Policy"])
        assert allowed[1].strip() == "'self' https://plancompare.example.com"
        assert "plancompare.example.com" not in other["Content-Security-Policy"]

    def test_may_be_redirected_through_the_origins_of_the_sign_on(
        self, browser, link, ana, settings
    ):
        settings.PLANCOMPARE_SSO_ORIGINS = ["https://login.example.com"]

        answer = browser.post(url_of("handoff", ana), {"link": link.pk})

        allowed = re.search(r"form-action ([^;]+)", answer["Content-Security-Policy"])
        assert allowed[1].split()[1:] == [
            "https://plancompare.example.com",
            "https://login.example.com",
        ]

    def test_puts_no_personal_data_in_any_address(self, browser, link, ana):
        preflight = browser.get(url_of("preflight", ana)).content.decode()
        handoff = browser.post(url_of("handoff", ana), {"link": link.pk}).content.decode()

        addresses = re.findall(r'(?:href|action|src|hx-get|hx-post)="([^"]*)"', preflight + handoff)
        assert addresses
        for address in addresses:
            assert not any(value in address for value in PERSONAL), address

    def test_is_sent_by_post_only(self, browser, link, ana):
        assert browser.get(url_of("handoff", ana)).status_code == 405

    @pytest.mark.parametrize("chosen", ["", "x", "999999"])
    def test_answers_a_wrong_link_with_the_preflight_again(self, browser, link, ana, chosen):
        answer = browser.post(url_of("handoff", ana), {"link": chosen})

        assert answer.status_code == 422
        assert "Nothing was sent." in answer.content.decode()
        assert not Handoff.objects.exists()

    def test_logs_nothing_of_the_person(self, browser, link, ana, caplog):
        browser.post(url_of("handoff", ana), {"link": link.pk})

        assert not any(value in caplog.text for value in PERSONAL)


class TestSendMenu:
    def render(self, rf, user, kind, record) -> str:
        request = rf.get("/")
        request.user = user
        text = f'{{% load plancompare %}}{{% plancompare_send "{kind}" record %}}'
        return Template(text).render(Context({"request": request, "record": record}))

    @pytest.mark.parametrize(
        ("kind", "words"), [("individual", "Send"), ("sales_record", "Send quotes")]
    )
    def test_lists_every_link_and_marks_the_expired(self, rf, user, link, kind, words):
        QuotingLinkFactory(site=link.site, label="2025", valid_to=date(2025, 12, 31))
        record = IndividualFactory() if kind == "individual" else SalesRecordFactory()

        html = self.render(rf, user, kind, record)

        assert f"</svg>{words}</button>" in html
        assert f"/plancompare/send/{kind}/{record.pk}/?link={link.pk}" in html
        assert "expired 12/31/2025" in html

    def test_says_in_visible_words_why_not(self, rf, link, ana):
        html = self.render(rf, UserFactory(), "individual", ana)

        assert "disabled" in html
        assert "You have no PlanCompare username yet." in re.sub(r"<[^>]+>", "", html)

    def test_is_absent_without_an_active_site(self, rf, user, ana):
        SiteFactory(is_active=False)

        assert self.render(rf, user, "individual", ana).strip() == ""

    def test_leads_managers_to_the_setting(self, rf, link, ana):
        manager = UserFactory(may=["integrations.manage_integrations"])
        PlanCompareUserFactory(servicing_agent=AgentFactory())

        html = self.render(rf, manager, "individual", ana)

        assert reverse("plancompare:site_users", args=["broker"]) in html
