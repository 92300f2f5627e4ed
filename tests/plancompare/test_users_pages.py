import csv
import io
import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from openpyxl import load_workbook

from integrations.plancompare.models import PlanCompareUser
from integrations.plancompare.selectors import HEADER
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.plancompare import PlanCompareUserFactory, SiteFactory

pytestmark = pytest.mark.django_db
USERS = reverse("plancompare:site_users", args=["broker"])
UPLOAD = reverse("plancompare:username_upload", args=["broker"])
HTMX = {"HX-Request": "true"}


@pytest.fixture
def admin():
    SiteFactory()
    return UserFactory(username="admin", may=["integrations.manage_integrations"])


@pytest.fixture
def browser(client, admin):
    client.force_login(admin)
    return client


def edit(browser, user, username, agent="", **headers):
    url = reverse("plancompare:user_edit", args=["broker", user.pk])
    data = {f"user-{user.pk}-username": username, f"user-{user.pk}-servicing_agent": agent}
    return browser.post(url, data, **headers)


class TestUsersTab:
    def test_lists_every_user_with_what_they_have(self, browser):
        agent = AgentFactory(first_name="Sam", last_name="Seller", npn="1234567")
        PlanCompareUserFactory(
            user=UserFactory(username="ann"), username="ann.pc", servicing_agent=agent
        )
        UserFactory(username="bob", is_active=False)

        page = browser.get(USERS).content.decode()

        assert 'value="ann.pc"' in page
        assert re.search(r"selected>\s*Sam Seller · NPN 1234567", page)
        assert "inactive" in page

    def test_says_that_there_is_no_agent_record_yet(self, browser):
        page = browser.get(USERS).content.decode()

        assert "No Agent record yet." in page
        assert reverse("accounts:agent_create") in page

    @pytest.mark.parametrize(("show", "names"), [("with", ["ann"]), ("without", ["admin", "bob"])])
    def test_filters(self, browser, show, names):
        PlanCompareUserFactory(user=UserFactory(username="ann"), username="ann.pc")
        PlanCompareUserFactory(user=UserFactory(username="bob"), username="")

        rows = browser.get(USERS, {"show": show}).context["rows"]

        assert [row.user.username for row in rows] == names

    def test_answers_htmx_with_the_table(self, browser):
        answer = browser.get(USERS, headers=HTMX)

        assert answer.content.decode().strip().startswith('<div class="card" id="user-table"')

    def test_pages_by_user_name(self, browser):
        for number in range(26):
            UserFactory(username=f"z{number:02}")

        first = browser.get(USERS)
        second = browser.get(first.context["next_url"])

        assert [row.user.username for row in second.context["rows"]] == ["z24", "z25"]

    def test_stays_within_its_queries(self, browser, django_assert_max_num_queries):
        for _ in range(12):
            PlanCompareUserFactory()

        with django_assert_max_num_queries(16):
            browser.get(USERS)


class TestUserEdit:
    def test_saves_a_row_and_answers_htmx_with_it(self, browser):
        user, agent = UserFactory(), AgentFactory()

        answer = edit(browser, user, "ann.pc", agent.pk, headers=HTMX)

        page = answer.content.decode()
        assert page.strip().startswith(f'<tr id="user-row-{user.pk}"')
        assert "Saved" in page
        row = PlanCompareUser.objects.get(user=user)
        assert (row.username, row.servicing_agent) == ("ann.pc", agent)

    def test_saves_a_plain_form_and_goes_back(self, browser):
        user = UserFactory()

        answer = edit(browser, user, "ann.pc")

        assert (answer.status_code, answer.url) == (302, USERS)
        assert PlanCompareUser.objects.get(user=user).username == "ann.pc"

    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_names_the_user_who_has_the_username(self, browser, headers):
        holder = UserFactory(username="jsmith", first_name="Jo", last_name="Smith")
        PlanCompareUserFactory(user=holder, username="jsmith.pc")
        user = UserFactory()

        answer = edit(browser, user, "JSMITH.pc", headers=headers)

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Jo Smith (jsmith) has this PlanCompare username" in page
        assert 'value="JSMITH.pc"' in page
        assert not PlanCompareUser.objects.filter(user=user).exists()

    def test_refuses_an_agent_that_is_not_offered(self, browser):
        user = UserFactory()

        answer = edit(browser, user, "ann.pc", 999999, headers=HTMX)

        assert answer.status_code == 422
        assert not PlanCompareUser.objects.filter(user=user).exists()


class TestManyAtOnce:
    def test_gives_a_csv_template_with_todays_users(self, browser):
        PlanCompareUserFactory(user=UserFactory(username="=ann"), username="ann.pc")

        answer = browser.get(reverse("plancompare:username_template", args=["broker", "csv"]))

        assert answer["Content-Disposition"].endswith('plancompare_usernames.csv"')
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert rows[0] == list(HEADER)
        assert [(row[0], row[2]) for row in rows[1:]] == [("'=ann", "ann.pc"), ("admin", "")]

    def test_gives_a_workbook_with_the_same(self, browser):
        answer = browser.get(reverse("plancompare:username_template", args=["broker", "xlsx"]))

        sheet = load_workbook(io.BytesIO(answer.content)).active
        assert [cell.value for cell in sheet[1]] == list(HEADER)
        assert sheet["A2"].value == "admin"

    def test_leads_to_the_import_with_the_kind_chosen(self, browser, admin):
        admin.user_permissions.add(Permission.objects.get(codename="run_import"))

        answer = browser.get(UPLOAD, follow=True)

        assert answer.redirect_chain == [("/imports/?new=plancompare_usernames", 302)]
        assert answer.context["upload"]["kind"].value() == "plancompare_usernames"
