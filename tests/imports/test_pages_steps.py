"""A file's way through the pages: match, dry run, repair, result, undo."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from agencyhub.imports import screens
from agencyhub.imports.models import Import, TemplateVersion
from agencyhub.records.models import Batch
from individuals.models import Individual
from tests.factories.accounts import UserFactory
from tests.factories.imports import ImportFactory
from tests.factories.individuals import IndividualFactory
from tests.imports.desk import HTMX, keep_proposal, press, upload

pytestmark = pytest.mark.django_db
State = Import.State
HEADER = "First name,Last name,DOB,Email"
PEOPLE = ("Ana,Lopez,03/14/1958,ana@example.com", "Bea,Ng,31/31/1960,bea@example.com")


@pytest.fixture
def admin():
    return UserFactory(owner=True)


@pytest.fixture
def browser(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def checked(browser) -> Import:
    """One good row, one bad one, and the dry run of both."""
    return keep_proposal(browser, upload(browser, HEADER, *PEOPLE))


def page_of(run: Import, name: str = "import_detail", *args: object) -> str:
    return reverse(f"imports:{name}", args=[run.pk, *args])


class TestWhileAWorkerCommits:
    """The figures of the dry run are what is left to write; reading them again is no writing."""

    def test_counts_what_is_written_against_what_is_new_or_changed(self):
        batch = Batch.objects.create(channel=Batch.Channel.IMPORT)
        run = Import(state=State.COMMITTING, batch=batch, rows=75, new=4, changed=1, progress=3)

        assert screens.doing(run) == "3 of 5 rows are in the records."
        assert screens.percent(run) == 60

    def test_says_that_rows_are_compared_once_more(self):
        run = Import(state=State.COMMITTING, rows=75, new=5, progress=75)

        assert screens.doing(run).startswith("Records changed since the dry run")


class TestEveryState:
    @pytest.mark.parametrize("state", State.values)
    def test_has_a_page_and_a_fragment(self, browser, state):
        run = ImportFactory(state=state, problem="The file is a picture.")

        page = browser.get(page_of(run))
        fragment = browser.get(page_of(run), headers=HTMX)

        if state == State.MAPPING:  # has a page of its own
            assert page.url == page_of(run, "mapping_studio")
            assert fragment["HX-Redirect"] == page_of(run, "mapping_studio")
            return
        assert page.status_code == 200
        assert fragment.content.decode().strip().startswith('<div id="import-step"')
        is_polling = 'hx-trigger="every 1s"' in fragment.content.decode()
        assert is_polling == (state in ("received", "checking", "committing", "undoing"))

    def test_is_out_of_sight_for_others(self, client):
        run = ImportFactory(state=State.CHECKED)
        client.force_login(UserFactory(may=["imports.run_import"]))

        pages = [page_of(run), page_of(run, "problem_list"), page_of(run, "rejected_file")]
        pages += [page_of(run, "row_list", "new"), page_of(run, "mapping_studio")]
        assert [client.get(page).status_code for page in pages] == [404] * 5
        for action in ("commit", "discard", "again"):
            assert client.post(page_of(run, f"import_{action}")).status_code == 404
        run.refresh_from_db()
        assert run.state == State.CHECKED

    def test_is_read_only_for_those_who_may_not_run(self, client):
        run = ImportFactory(state=State.CHECKED)
        client.force_login(UserFactory(may=["imports.view_import"]))

        assert client.get(page_of(run)).status_code == 200
        assert client.post(page_of(run, "import_commit")).status_code == 403
        assert client.get(page_of(run, "mapping_studio")).status_code == 403


class TestStudio:
    def test_shows_what_cells_become_in_another_field(self, browser):
        run = upload(browser, "First name,Last name,When", "Ana,Lopez,3/14/58", "Bea,Ng,soon")
        sent = {"field-0": "first_name", "field-1": "last_name", "field-2": "date_of_birth"}

        answer = browser.post(page_of(run, "mapping_studio"), sent, headers=HTMX)

        assert answer.content.decode().strip().startswith("<form")
        samples = answer.context["studio"].columns[2].samples
        assert [one.becomes for one in samples] == ["03/14/1958", ""]
        assert samples[1].problem.startswith("“soon” is not a date")

    def test_looks_at_the_cells_where_a_heading_may_mean_two_lists(self, browser):
        run = upload(browser, "First name,Last name,Status", "Ana,Lopez,Pending", "Bea,Ng,Lapsed")

        column = browser.get(page_of(run, "mapping_studio")).context["studio"].columns[2]

        assert (column.field_key, column.why) == (
            "policy_status",
            "its cells are of “Policy status”",
        )

    def test_names_required_fields_without_a_column_and_saves_nothing(self, browser):
        run = upload(browser, "First name,Shoe size", "Ana,38")

        answer = browser.post(page_of(run, "mapping_studio"), {"save": "1", "name": "Shoes"})

        assert answer.status_code == 422
        assert [one.label for one in answer.context["studio"].missing] == [
            "First name",
            "Last name",
        ]
        assert not TemplateVersion.objects.exists()

    def test_says_what_a_new_policy_would_need_besides(self, browser):
        half = "First name,Last name,Carrier,Policy number"
        run = upload(browser, half, "Ana,Lopez,Humana,H-1")
        without = upload(browser, "First name,Last name,Shoe size", "Ana,Lopez,38")

        page = browser.get(page_of(run, "mapping_studio"))
        other = browser.get(page_of(without, "mapping_studio"))

        (found,) = page.context["studio"].unfinished
        assert (found.noun, [one.label for one in found.missing]) == (
            "policy",
            ["Policy status", "Coverage type"],
        )
        assert "Rows can only update a policy that is known" in page.content.decode()
        assert other.context["studio"].unfinished == []

    def test_refuses_two_columns_for_one_field(self, browser):
        run = upload(browser, "First name,Last name,Other", "Ana,Lopez,Ng")
        sent = {"field-0": "first_name", "field-1": "last_name", "field-2": "last_name"}

        answer = browser.post(page_of(run, "mapping_studio"), {**sent, "save": "1", "name": "x"})

        assert answer.status_code == 422
        assert "Two columns fill “Last name”" in answer.content.decode()

    def test_a_known_header_is_not_asked_about_again_in_any_order(self, browser, checked):
        run = upload(browser, "Last name,First name,Email,DOB", "Ng,Cleo,c@example.com,1/2/1950")

        assert (run.state, run.version) == (State.CHECKED, checked.version)

    def test_marks_a_renamed_column_and_keeps_a_new_version(self, browser, checked):
        run = upload(browser, "First name,Last name,Member DOB,Email", PEOPLE[0])
        studio = browser.get(page_of(run, "mapping_studio"))

        column = studio.context["studio"].columns[2]
        assert (column.field_key, column.is_renamed) == ("date_of_birth", True)
        assert column.why.startswith("was “DOB” in")
        sent = {one.name: one.field_key for one in studio.context["studio"].columns}
        run = press(browser, run, "mapping_studio", **sent, save_as="version", save="1")
        assert (run.version.template, run.version.number) == (checked.version.template, 2)

    def test_reads_another_line_as_the_header(self, browser):
        run = upload(browser, "a,b,c,d", HEADER, PEOPLE[0])

        run = press(browser, run, "import_sheet", sheet=run.sheet, header_line="2")

        studio = browser.get(page_of(run, "mapping_studio")).context["studio"]
        assert [one.header for one in studio.columns] == HEADER.split(",")

    def test_takes_the_file_for_another_kind(self, browser):
        run = upload(browser, "First name,Last name,Stage", "Ana,Lopez,New")

        run = press(browser, run, "import_kind", kind="sales_records")

        assert run.kind == "sales_records"


class TestDryRun:
    def test_counts_and_links_to_the_rows(self, browser, checked):
        IndividualFactory(first_name="Cleo", last_name="Ng")

        page = browser.get(page_of(checked))

        cards = {card.label: (card.value, card.url) for card in page.context["counts"]}
        assert cards == {
            "New": ("1", page_of(checked, "row_list", "new")),
            "Changed": ("0", ""),
            "Same": ("0", ""),
            "Rejected": ("1", page_of(checked, "problem_list")),
        }
        assert "Import 1 new record" in page.content.decode()
        assert "1 row stays out" in page.content.decode()

    def test_shows_changes_before_and_after(self, browser):
        IndividualFactory(
            first_name="Ana",
            last_name="Lopez",
            date_of_birth="1958-03-14",
            email="old@example.com",
        )

        run = keep_proposal(browser, upload(browser, HEADER, PEOPLE[0]))

        (line,) = browser.get(page_of(run)).context["changed"]
        assert [(one.label, one.before, one.after) for one in line.changes] == [
            ("Email", "old@example.com", "ana@example.com")
        ]

    def test_lists_the_rows_page_by_page(self, browser):
        rows = [f"Ana,Lopez{number},01/01/1950,{number}@example.com" for number in range(60)]
        run = keep_proposal(browser, upload(browser, HEADER, *rows))

        first = browser.get(page_of(run, "row_list", "new"))
        rest = browser.get(first.context["next_url"], headers=HTMX)

        assert (len(first.context["found"]), len(rest.context["found"])) == (50, 10)
        assert rest.content.decode().strip().startswith('<div class="card" id="row-table"')

    def test_gives_the_rejected_rows_with_reasons_as_a_file(self, browser, checked):
        answer = browser.get(page_of(checked, "rejected_file"))

        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert lines[0] == f"{HEADER},Line,What is wrong"
        assert lines[1].startswith("Bea,Ng,31/31/1960,bea@example.com,3,")

    def test_recognises_the_corrected_file(self, browser, checked):
        answer = browser.get(page_of(checked, "rejected_file"))
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        lines = text.replace("31/31/1960", "03/31/1960").splitlines()

        run = upload(browser, *lines, name=f"rejected_rows_{checked.pk} (1).csv")

        assert (run.state, run.new) == (State.CHECKED, 1)
        assert browser.get(page_of(run)).context["corrects"] == checked

    def test_leads_to_the_list_that_does_not_know_a_text(self, browser):
        run = upload(browser, "First name,Last name,Type", "Ana,Lopez,VIP", "Bea,Ng,Client")

        page = browser.get(page_of(keep_proposal(browser, run))).content.decode()

        url = reverse("records:value_list")
        assert f'href="{url}?kind=individual_type"' in page
        assert "VIP" in browser.get(url, {"kind": "individual_type"}).content.decode()

    def test_stays_within_its_queries(self, browser, django_assert_max_num_queries):
        bad = [f"Ana,Lopez,nonsense{number},x" for number in range(12)]
        run = keep_proposal(browser, upload(browser, HEADER, PEOPLE[0], *bad))

        with django_assert_max_num_queries(14):
            browser.get(page_of(run))
        with django_assert_max_num_queries(18):
            browser.get(page_of(run, "problem_list"))

    def test_can_be_discarded(self, browser, checked):
        assert press(browser, checked, "import_discard").state == State.DISCARDED

    def test_may_only_add(self, browser):
        known = {"first_name": "Ana", "last_name": "Lopez", "date_of_birth": "1958-03-14"}
        IndividualFactory(**known, email="old@example.com")
        run = keep_proposal(browser, upload(browser, HEADER, PEOPLE[0]))
        assert run.changed == 1

        assert press(browser, run, "import_mode", mode="create").changed == 0


class TestRepair:
    def repair(self, browser, run, line=3, **cells):
        sent = {f"cell-{key}": text for key, text in cells.items()}
        return browser.post(page_of(run, "problem_repair", line), sent, headers=HTMX)

    def test_shows_the_bad_cell_with_its_error(self, browser, checked):
        (problem,) = browser.get(page_of(checked, "problem_list")).context["problems"]

        (cell,) = problem.bad
        assert (problem.line, cell.key, cell.text) == (3, "date_of_birth", "31/31/1960")
        assert cell.errors == ["“31/31/1960” is not a date such as 03/14/1958."]

    def test_takes_a_good_row_along(self, browser, checked):
        answer = self.repair(
            browser, checked, first_name="Bea", last_name="Ng", date_of_birth="03/31/1960"
        )

        assert answer.status_code == 200
        assert "Repaired" in answer.content.decode()
        assert 'id="repaired-count" hx-swap-oob="true"' in answer.content.decode()
        assert (
            "Import 1 new and 1 repaired records" in browser.get(page_of(checked)).content.decode()
        )
        press(browser, checked, "import_commit")
        assert Individual.objects.filter(last_name__in=["Lopez", "Ng"]).count() == 2

    def test_says_what_is_wrong_now(self, browser, checked):
        answer = self.repair(
            browser, checked, first_name="", last_name="Ng", date_of_birth="13/13/1960"
        )

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "“13/13/1960” is not a date" in page
        assert "data-focus" in page

    def test_leaves_a_row_out_and_changes_its_mind(self, browser, checked):
        url = page_of(checked, "problem_leave_out", 3)
        assert "Left out" in browser.post(url, headers=HTMX).content.decode()

        answer = self.repair(
            browser, checked, first_name="Bea", last_name="Ng", date_of_birth="03/31/1960"
        )

        assert "Repaired" in answer.content.decode()

    def test_works_without_scripts(self, browser, checked):
        sent = {"cell-first_name": "Bea", "cell-last_name": "Ng", "cell-date_of_birth": "3/31/60"}

        answer = browser.post(page_of(checked, "problem_repair", 3), sent)

        assert answer.url == f"{page_of(checked, 'problem_list')}?after=2#row-3"

    def test_refuses_a_line_that_was_not_rejected(self, browser, checked):
        assert self.repair(browser, checked, line=2, first_name="x").status_code == 404

    def test_imports_repaired_rows_after_the_rest(self, browser, checked):
        press(browser, checked, "import_commit")
        self.repair(browser, checked, first_name="Bea", last_name="Ng", date_of_birth="3/31/1960")

        page = browser.get(page_of(checked)).content.decode()
        assert "Import 1 repaired row" in page
        press(browser, checked, "import_commit")
        assert Individual.objects.filter(last_name="Ng").exists()


class TestResult:
    def test_leads_to_exactly_these_rows(self, browser, checked):
        IndividualFactory(first_name="Ben", last_name="Stone")
        run = press(browser, checked, "import_commit")

        (door,) = browser.get(page_of(run)).context["doors"]

        assert door.words == "1"
        assert door.url == f"{reverse('individuals:individual_list')}?batch={run.batch_id}"
        listed = browser.get(door.url).content.decode()
        assert listed.count("Lopez") >= 1
        assert Individual.objects.count() == 2

    def test_is_undone_here(self, browser, checked):
        run = press(browser, checked, "import_commit")

        run = press(browser, run, "import_undo")

        assert run.state == State.UNDONE
        assert not Individual.objects.exists()
        assert "Every table is as it was before." in browser.get(page_of(run)).content.decode()

    def test_lists_what_an_undo_kept(self, browser, checked, admin):
        run = press(browser, checked, "import_commit")
        person = Individual.objects.get()
        browser.post(
            reverse("individuals:address_create", args=[person.pk]),
            {"type": "", "line_1": "1 Oak St", "city": "Ames", "state": "IA", "zip_code": "50010"},
        )
        Individual.objects.filter(pk=person.pk).update(nickname="Annie")

        run = press(browser, run, "import_undo")

        assert browser.get(page_of(run)).context["kept"]
        assert Individual.objects.filter(pk=person.pk).exists()

    def test_says_why_an_undo_was_refused(self, browser, checked):
        run = press(browser, checked, "import_commit")
        Batch.objects.filter(pk=run.batch_id).update(created_at=datetime(2020, 1, 1, tzinfo=UTC))

        run = press(browser, run, "import_undo")

        assert run.state == State.IMPORTED
        assert "can no longer be undone" in browser.get(page_of(run)).content.decode()

    def test_shows_as_undone_when_its_batch_was(self, browser, checked):
        run = press(browser, checked, "import_commit")

        browser.post(reverse("records:batch_undo", args=[run.batch_id]))

        assert "This import was undone" in browser.get(page_of(run)).content.decode()
        assert Batch.objects.filter(undo_of=run.batch_id).exists()


class TestDuplicate:
    def test_offers_the_first_import_and_reading_it_anyway(self, browser, checked):
        run = press(browser, checked, "import_commit")
        again = upload(browser, HEADER, *PEOPLE, name="other name.csv")
        assert (again.state, again.duplicate_of) == (State.DUPLICATE, run)
        assert page_of(run) in browser.get(page_of(again)).content.decode()

        again = press(browser, again, "import_again")

        assert (again.state, again.new, again.same) == (State.CHECKED, 0, 1)
        assert "there is nothing to import" in browser.get(page_of(again)).content.decode() or (
            again.rejected
        )
