"""The record page of an individual, and the list, as people get them."""

import re

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role
from individuals.models import Individual
from tests.factories.accounts import UserFactory
from tests.factories.individuals import MBI, AddressFactory, IndividualFactory, option
from tests.factories.records import CustomFieldFactory
from tests.individuals.conftest import signed_in

pytestmark = pytest.mark.django_db

LIST = reverse("individuals:individual_list")
SEARCH = reverse("individuals:individual_search")
HTMX = {"headers": {"HX-Request": "true"}}


def detail(individual):
    return reverse("individuals:individual_detail", args=[individual.pk])


class TestIndividualList:
    def test_shows_each_fact_of_a_row(self, page, agent):
        individual = IndividualFactory(servicing_agent=agent)
        AddressFactory(individual=individual)

        html = page.get(LIST).content.decode()

        assert f'<a href="/individuals/{individual.pk}/">Lopez, Ana</a>' in html
        for fact in ("03/14/1958", "(515) 555-0100", "Ames, IA", "Client", "Active", "Jo Smith"):
            assert fact in html

    def test_answers_htmx_with_the_table_only(self, page):
        IndividualFactory()

        html = page.get(LIST, **HTMX).content.decode()

        assert "Lopez, Ana" in html
        assert "<html" not in html

    def test_filters_by_type_status_and_agent(self, page, agent):
        IndividualFactory(last_name="Adams", servicing_agent=agent)
        IndividualFactory(last_name="Baker")
        IndividualFactory(last_name="Clark", type=None)

        mine = page.get(LIST, {"agent": agent.pk}).content.decode()
        nobodys = page.get(LIST, {"agent": "none"}).content.decode()
        clients = option("individual_type", "Client").pk
        typed = page.get(LIST, {"type": clients}).content.decode()

        assert "Adams, Ana" in mine
        assert "Baker, Ana" not in mine
        assert "Baker, Ana" in nobodys
        assert "Adams, Ana" not in nobodys
        assert "Adams, Ana" in typed
        assert "Clark, Ana" not in typed

    def test_pages_on_with_the_filters_and_no_name_in_the_address(self, page, agent):
        for number in range(51):
            IndividualFactory(last_name=f"Last{number:02}", servicing_agent=agent)

        first = page.get(LIST, {"agent": agent.pk}).content.decode()
        row = Individual.objects.get(last_name="Last49")
        assert f"?agent={agent.pk}&amp;after={row.pk}" in first
        assert "Last50" not in first

        second = page.get(LIST, {"agent": agent.pk, "after": row.pk}).content.decode()
        assert "Last50" in second
        assert f"?agent={agent.pk}&amp;before=" in second

    def test_tells_an_agent_nothing_by_a_page_after_somebody_elses_individual(
        self, agent_page, agent
    ):
        IndividualFactory(last_name="Adams", servicing_agent=agent)
        other = IndividualFactory(last_name="Baker")

        html = agent_page.get(LIST, {"after": other.pk}).content.decode()

        assert "Adams" in html

    def test_shows_an_agent_their_own_book_only(self, agent_page, agent):
        IndividualFactory(last_name="Adams", servicing_agent=agent)
        IndividualFactory(last_name="Baker")

        html = agent_page.get(LIST).content.decode()

        assert "Adams, Ana" in html
        assert "Baker" not in html

    def test_needs_the_right_and_a_sign_in(self, powerless_page, client):
        assert powerless_page.get(LIST).status_code == 403
        assert client.get(LIST).status_code == 302

    @pytest.mark.parametrize("count", [1, 12])
    def test_takes_the_same_few_queries_for_any_number_of_rows(
        self, agent_page, agent, count, django_assert_max_num_queries
    ):
        for _ in range(count):
            AddressFactory(individual=IndividualFactory(servicing_agent=agent))
        agent_page.get(LIST)

        with django_assert_max_num_queries(12) as queries:
            agent_page.get(LIST, **HTMX)

        about_rows = [q for q in queries.captured_queries if "individuals_" in q["sql"]]
        assert len(about_rows) == 2

    def test_escapes_names(self, page):
        IndividualFactory(last_name="<script>x</script>")

        assert "<script>x" not in page.get(LIST).content.decode()


class TestIndividualSearch:
    @pytest.mark.parametrize(
        "text", ["lopez", "Ana Lopez", "lopez, an", "515-555-0100", "ANA@example.com", MBI]
    )
    def test_finds_a_person(self, page, text):
        IndividualFactory(mbi=MBI)
        IndividualFactory(
            first_name="Bo", last_name="Reed", home_phone="", email="", date_of_birth=None
        )

        html = page.post(SEARCH, {"q": text}, **HTMX).content.decode()

        assert "Lopez, Ana" in html
        assert "Reed" not in html

    def test_says_by_which_field(self, page):
        IndividualFactory(mbi=MBI)

        assert "Found by MBI." in page.post(SEARCH, {"q": MBI}).content.decode()
        assert "Found by home phone." in page.post(SEARCH, {"q": "5155550100"}).content.decode()

    def test_does_not_leave_the_book(self, agent_page):
        IndividualFactory()

        assert "Nobody matches" in agent_page.post(SEARCH, {"q": "lopez"}).content.decode()

    def test_is_never_an_address(self, page):
        assert page.get(SEARCH).status_code == 405
        html = page.get(LIST).content.decode()
        assert f'hx-post="{SEARCH}"' in html
        assert 'hx-push-url="false"' in html

    def test_without_a_text_shows_the_list(self, page):
        assert page.post(SEARCH, {"q": " "}).url == LIST


class TestIndividualDetail:
    def test_answers_first_who_this_is(self, page, agent):
        individual = IndividualFactory(servicing_agent=agent, language="es", mbi=MBI)
        AddressFactory(individual=individual)

        html = page.get(detail(individual)).content.decode()

        for fact in ("Ana Lopez", "Spanish", "Jo Smith", "•••••••MK73", "12 Oak St", "Client"):
            assert fact in html
        assert MBI not in html

    def test_keeps_the_name_out_of_the_browsers_tab(self, page):
        html = page.get(detail(IndividualFactory())).content.decode()

        title = html[html.index("<title>") : html.index("</title>")]
        assert "Lopez" not in title

    def test_escapes_what_people_typed(self, page):
        individual = IndividualFactory(last_name="<i>", notes="<script>x</script>")

        html = page.get(detail(individual)).content.decode()

        assert "<script>x" not in html
        assert "<i>" not in html

    def test_puts_no_name_and_no_mbi_into_an_address(self, page):
        individual = IndividualFactory(mbi=MBI)
        html = page.get(detail(individual)).content.decode() + page.get(LIST).content.decode()

        own = [a for a in re.findall(r'(?:href|action|hx-\w+)="([^"]*)"', html) if a[:1] == "/"]

        assert any(str(individual.pk) in a for a in own)
        assert not [a for a in own if re.search("lopez|ana|eg4|mk73|555", a, re.IGNORECASE)]

    def test_takes_the_same_number_of_queries_for_any_number_of_addresses(
        self, page, django_assert_max_num_queries
    ):
        individual = IndividualFactory()
        for number in range(12):
            AddressFactory(individual=individual, is_primary=not number)
        page.get(detail(individual))

        with django_assert_max_num_queries(24):
            page.get(detail(individual))

    def test_is_not_found_outside_of_the_book(self, agent_page):
        assert agent_page.get(detail(IndividualFactory())).status_code == 404

    def test_needs_the_right(self, powerless_page):
        assert powerless_page.get(detail(IndividualFactory())).status_code == 403

    def test_offers_no_changes_to_somebody_who_may_only_look(self):
        viewer = signed_in(UserFactory(may=["individuals.view_individual"]))
        individual = IndividualFactory(mbi=MBI)
        AddressFactory(individual=individual)

        html = viewer.get(detail(individual)).content.decode()

        for action in ("/edit/", "/delete/", "/new/", "reveal-mbi"):
            assert action not in html

    def test_shows_health_data_only_with_the_right(self, page):
        CustomFieldFactory(key="insulin", label="Takes insulin", is_health=True)
        individual = IndividualFactory(custom={"insulin": "daily"})
        nurse = UserFactory(
            may=["individuals.view_individual", "individuals.view_health_data"],
            may__reach=Role.Scope.ALL,
        )

        assert "Takes insulin" not in page.get(detail(individual)).content.decode()
        assert "daily" in signed_in(nurse).get(detail(individual)).content.decode()
