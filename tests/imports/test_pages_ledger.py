"""The ledger and the upload: who sees what, and which files get in."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agencyhub.imports.models import Import
from tests.factories.accounts import UserFactory
from tests.factories.imports import ImportFactory

pytestmark = pytest.mark.django_db
LEDGER = reverse("imports:import_list")
UPLOAD = reverse("imports:import_upload")
HTMX = {"HX-Request": "true"}
State = Import.State
PEOPLE = ["individuals.add_individual", "individuals.change_individual"]
LEADS = ["individuals.add_salesrecord", "individuals.change_salesrecord"]


def csv(name: str = "leads.csv", text: str = "Last name\nLopez\n") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


@pytest.fixture
def admin():
    return UserFactory(owner=True)


@pytest.fixture
def browser(client, admin):
    client.force_login(admin)
    return client


class TestImportList:
    def test_lists_the_newest_first(self, browser):
        runs = [ImportFactory(), ImportFactory(state=State.CHECKED)]

        answer = browser.get(LEDGER)

        assert [row.run for row in answer.context["rows"]] == runs[::-1]
        assert "Ready to import" in answer.content.decode()

    def test_shows_the_uploader_the_own_files_only(self, client):
        user = UserFactory(may=["imports.run_import"])
        own = ImportFactory(user=user)
        ImportFactory()
        client.force_login(user)

        assert [row.run for row in client.get(LEDGER).context["rows"]] == [own]

    @pytest.mark.parametrize(
        ("filters", "wanted"),
        [
            ({"state": "waiting"}, ["checked", "lost"]),
            ({"state": "imported"}, ["imported"]),
            ({"kind": "policies"}, ["lost"]),
            ({"state": "nonsense"}, []),
        ],
    )
    def test_filters(self, browser, filters, wanted):
        ImportFactory(file_name="lost", kind="policies")
        ImportFactory(file_name="imported", state=State.IMPORTED)
        ImportFactory(file_name="checked", state=State.CHECKED)

        rows = browser.get(LEDGER, filters).context["rows"]

        assert [row.run.file_name for row in rows] == wanted

    def test_answers_htmx_with_the_table_that_asks_again_while_work_goes_on(self, browser):
        ImportFactory(state=State.CHECKING)

        page = browser.get(LEDGER, headers=HTMX).content.decode().strip()

        assert page.startswith('<div id="import-table"')
        assert 'hx-trigger="every 3s"' in page

    def test_tells_a_newcomer_what_to_do(self, browser):
        page = browser.get(LEDGER).content.decode()

        assert "Nothing was imported yet" in page
        assert reverse("imports:sample_file", args=["individuals"]) in page

    def test_chooses_the_kind_that_another_page_asks_for(self, browser):
        page = browser.get(LEDGER, {"new": "policies"}).content.decode()

        assert '<option value="policies" selected>' in page

    def test_stays_within_its_queries(self, browser, django_assert_max_num_queries):
        for _ in range(12):
            ImportFactory()

        with django_assert_max_num_queries(10):
            browser.get(LEDGER)

    def test_is_closed_and_not_linked_for_agents(self, client):
        client.force_login(UserFactory(may=PEOPLE))

        assert client.get(LEDGER).status_code == 403
        assert client.post(UPLOAD).status_code == 403
        assert f'href="{LEDGER}"' not in client.get("/").content.decode()

    def test_is_linked_for_those_who_may(self, client):
        client.force_login(UserFactory(may=["imports.run_import"]))

        assert f'href="{LEDGER}"' in client.get("/").content.decode()


class TestUpload:
    def send(self, browser, *files: SimpleUploadedFile, kind: str = "individuals", **more):
        fields = {"kind": kind, "mode": "create_and_update", "file": list(files)}
        return browser.post(UPLOAD, fields, **more)

    def test_goes_to_the_file_s_own_page(self, browser, admin):
        answer = self.send(browser, csv())

        run = Import.objects.get()
        assert answer.url == reverse("imports:import_detail", args=[run.pk])
        assert (run.kind, run.state, run.user) == ("individuals", State.RECEIVED, admin)
        assert run.file_name == "leads.csv"

    def test_finds_the_kind_out_from_the_header(self, browser):
        self.send(browser, csv(text="Carrier,Policy number,Last name\nHumana,1,Lopez\n"), kind="")

        assert Import.objects.get().kind == "policies"

    def test_takes_several_files_at_once(self, browser):
        answer = self.send(browser, csv(), csv("more.csv", "Last name\nNg\n"))

        assert answer.url == LEDGER
        assert Import.objects.count() == 2

    def test_recognises_the_same_bytes_under_another_name(self, browser):
        self.send(browser, csv())
        self.send(browser, csv("other.csv"))

        first, second = Import.objects.order_by("pk")
        assert (second.state, second.duplicate_of) == (State.DUPLICATE, first)

    @pytest.mark.parametrize(
        "name", ["<img src=x onerror=alert(1)>.csv", "../../etc/passwd", "=cmd()|x.csv", "a\tb.csv"]
    )
    def test_shows_hostile_names_as_text(self, browser, name):
        page = self.send(browser, csv(name)).url

        answer = browser.get(page)

        assert answer.status_code == 200
        assert "<img src=x" not in answer.content.decode()
        assert "/" not in Import.objects.get().file_name

    @pytest.mark.parametrize(
        ("_case", "files", "words"),
        [
            ("no file", [], "This field is required."),
            ("an empty one", [csv(text="")], "empty"),
            ("too many", [csv(f"{n}.csv") for n in range(21)], "at most 20 files"),
        ],
    )
    def test_refuses(self, browser, _case, files, words):
        answer = self.send(browser, *files)

        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not Import.objects.exists()

    def test_says_what_to_do_with_too_large_a_file(self, browser, settings):
        settings.UPLOAD_MAX_MEGABYTES = 1

        answer = self.send(browser, csv(text="x" * 1_100_000), headers=HTMX)

        page = answer.content.decode().strip()
        assert answer.status_code == 413
        assert page.startswith('<section class="card" id="upload-card"')
        assert "more than 1 MB" in page
        assert not Import.objects.exists()

    def test_refuses_a_kind_whose_records_the_user_may_not_change(self, client):
        client.force_login(UserFactory(may=["imports.run_import", *LEADS]))

        assert self.send(client, csv()).status_code == 422
        assert not Import.objects.exists()

    def test_gives_a_sample_with_every_column(self, browser):
        answer = browser.get(reverse("imports:sample_file", args=["individuals"]))

        header = answer.content.decode("utf-8-sig").splitlines()[0]
        assert "First name" in header
        assert "Last name" in header
