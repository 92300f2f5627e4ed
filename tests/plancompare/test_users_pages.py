import re
import uuid

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from integrations.plancompare import drafts
from integrations.plancompare.models import PlanCompareUser
from integrations.plancompare.services.username_file import HEADER
from integrations.plancompare.sheets import read_sheet, write_csv
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


def upload(browser, *rows: list[str]):
    content = write_csv(HEADER, rows)
    return browser.post(UPLOAD, {"file": SimpleUploadedFile("users.csv", content)})


class TestUpload:
    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_gives_a_template_with_todays_users(self, browser, kind):
        PlanCompareUserFactory(user=UserFactory(username="=ann"), username="ann.pc")

        answer = browser.get(reverse("plancompare:username_template", args=["broker", kind]))

        assert answer["Content-Disposition"].endswith(f'plancompare_usernames.{kind}"')
        sheet = read_sheet(answer.content)
        assert sheet.header == HEADER
        assert [row.cells["user name"] for row in sheet.rows] == ["=ann", "admin"]

    def test_shows_what_each_line_would_do_and_saves_nothing(self, browser):
        UserFactory(username="ann")

        answer = upload(browser, ["ann", "", "ann.pc", "", ""], ["zoe", "", "z.pc", "", ""])
        page = browser.get(answer.url).content.decode()

        assert "Nothing can be saved while lines have errors." in page
        assert "No user is called &quot;zoe&quot;." in page
        assert not PlanCompareUser.objects.exists()

    def test_saves_on_confirmation(self, browser):
        ann = UserFactory(username="ann")
        preview = upload(browser, ["ann", "", "ann.pc", "", ""]).url
        digest = browser.get(preview).context["plan"].digest

        answer = browser.post(f"{preview}confirm/", {"digest": digest}, follow=True)

        assert PlanCompareUser.objects.get(user=ann).username == "ann.pc"
        assert "1 user was changed." in answer.content.decode()

    def test_shows_the_dry_run_again_when_usernames_changed_meanwhile(self, browser):
        ann = UserFactory(username="ann")
        preview = upload(browser, ["ann", "", "ann.pc", "", ""]).url
        digest = browser.get(preview).context["plan"].digest
        PlanCompareUserFactory(user=ann, username="other.pc")

        answer = browser.post(f"{preview}confirm/", {"digest": digest}, follow=True)

        assert "Somebody changed usernames since this dry run" in answer.content.decode()
        assert PlanCompareUser.objects.get(user=ann).username == "other.pc"

    def test_does_not_trust_the_browser_with_the_rows(self, browser):
        preview = upload(browser, ["admin", "", "a.pc", "", ""]).url

        browser.post(f"{preview}confirm/", {"digest": "x", "rows": "admin,evil.pc"})

        assert not PlanCompareUser.objects.exists()

    def test_keeps_the_file_sealed(self, browser, admin):
        preview = upload(browser, ["admin", "", "secret.pc", "", ""]).url
        draft_id = preview.rstrip("/").split("/")[-1]

        kept = cache.get(f"{drafts.PURPOSE}:{admin.pk}:{draft_id}")

        assert kept
        assert b"secret.pc" not in kept

    def test_shows_a_file_to_its_uploader_only(self, client, browser):
        preview = upload(browser, ["admin", "", "a.pc", "", ""]).url
        client.force_login(UserFactory(may=["integrations.manage_integrations"]))

        assert client.get(preview).status_code == 302

    def test_says_when_the_hour_is_over(self, browser):
        url = reverse("plancompare:username_preview", args=["broker", uuid.uuid4()])

        assert "Upload it again" in browser.get(url, follow=True).content.decode()

    def test_refuses_a_file_that_is_none(self, browser):
        answer = browser.post(UPLOAD, {"file": SimpleUploadedFile("x.csv", b"MZ\x00\x01")})

        assert answer.status_code == 422
        assert "neither text nor a workbook" in answer.content.decode()
