"""Files whose headings do not tell what they hold: nobody guesses, and nothing is lost."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from agencyhub.imports import kinds, tasks
from agencyhub.imports.models import File, Import
from agencyhub.imports.services import deciding, guessing
from tests.factories.accounts import UserFactory
from tests.imports.desk import keep_proposal, press

pytestmark = pytest.mark.django_db
UPLOAD = reverse("imports:import_upload")
State = Import.State
STRANGE = "Sku,Price,Carrier\nA-1,9.95,Humana\n"


@pytest.fixture
def owner(client):
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


def drop(page, content, name="unknown.csv", kind=""):
    """Upload a file without saying what it holds, and let the worker look at it."""
    data = content if isinstance(content, bytes) else content.encode()
    fields = {"kind": kind, "mode": "create_and_update", "file": SimpleUploadedFile(name, data)}
    page.post(UPLOAD, fields)
    run = Import.objects.latest("pk")
    tasks.stage_import(run.pk)
    run.refresh_from_db()
    return run


def shown(page, run):
    return page.get(reverse("imports:import_detail", args=[run.pk]))


def workbook(rows, *, filling=0):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for number in range(filling):
        book.active.append([f"{number:x}" * 4, f"Ñandú {number * 7919:x}", "1980-01-02"])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


class TestConsidered:
    def of(self, *labels, keys=("book_of_business", "policies", "individuals")):
        among = [kinds.of(key) for key in keys]
        return guessing.considered(labels, among=among, user=None)

    def test_puts_the_nearest_first_and_names_what_it_lacks(self):
        found = self.of("First name", "Shoe size")

        assert [(one.kind.key, one.known, one.missing) for one in found] == [
            ("book_of_business", ["First name"], []),
            ("individuals", ["First name"], ["Last name"]),
            ("policies", ["First name"], ["Carrier"]),
        ]
        assert not any(one.fits for one in found)

    @pytest.mark.parametrize(
        ("labels", "fits"),
        [
            (["Carrier"], False),
            (["Carrier", "Policy number"], False),
            (["Carrier", "Policy number", "Last name"], True),
            (["Carrier", "Policy number", "Last name", "Shoe", "Hat", "Tie"], True),
            (["Carrier", "Policy number", "Last name", "Shoe", "Hat", "Tie", "Belt"], False),
        ],
    )
    def test_a_kind_that_needs_no_column_fits_by_what_it_knows(self, labels, fits):
        (book,) = self.of(*labels, keys=["book_of_business"])

        assert (book.fits, book.missing) == (fits, [])

    @pytest.mark.parametrize(
        ("labels", "fits"),
        [
            (["Carrier"], False),
            (["Sku", "Carrier"], False),
            (["Carrier", "Policy number"], True),
            (["Policy number", "Effective date"], False),
        ],
    )
    def test_a_kind_fits_by_what_it_needs_and_one_column_more(self, labels, fits):
        (policies,) = self.of(*labels, keys=["policies"])

        assert policies.fits == fits

    def test_nothing_fits_no_header(self):
        assert not any(one.fits for one in self.of())
        assert guessing.kind_of_header([], among=[kinds.of("policies")], user=None) is None


class TestUndecided:
    def test_is_asked_about_and_never_taken_for_a_book(self, client, owner):
        run = drop(client, STRANGE)

        assert (run.kind, run.state, run.problem) == ("", State.ATTENTION, deciding.ASK)
        page = shown(client, run)
        words = page.content.decode()
        assert "What does this file hold?" in words
        considered = {one.kind.key for one in page.context["nearest"] + page.context["others"]}
        assert considered == {one.key for one in kinds.allowed(owner)}
        assert "First name, Last name" in words  # what individuals would need
        assert "Read as Policies" in words
        assert "Not known yet" in client.get(reverse("imports:import_list")).content.decode()

    def test_goes_on_with_the_same_file_once_it_is_said(self, client, owner):
        run = drop(client, STRANGE)

        press(client, run, "import_kind", kind="policies")

        assert (run.kind, run.state) == ("policies", State.MAPPING)
        assert File.objects.count() == Import.objects.count() == 1
        studio = client.get(reverse("imports:mapping_studio", args=[run.pk]))
        assert "Sku" in studio.content.decode()

    @pytest.mark.parametrize("kind", ["", "nonsense", "eoi_decisions", "x" * 10_000])
    def test_asks_again_when_no_kind_is_said(self, client, owner, kind):
        run = drop(client, STRANGE)

        url = reverse("imports:import_kind", args=[run.pk])
        page = client.post(url, {"kind": kind}, follow=True)

        assert "Choose what the file holds." in page.content.decode()
        run.refresh_from_db()
        assert (run.kind, run.state) == ("", State.ATTENTION)

    def test_has_no_studio_before(self, client, owner):
        run = drop(client, STRANGE)

        answer = client.get(reverse("imports:mapping_studio", args=[run.pk]))

        assert answer.url == reverse("imports:import_detail", args=[run.pk])

    def test_is_looked_at_again_and_found_out_by_then(self, client, owner):
        run = drop(client, STRANGE)
        known = drop(client, STRANGE, kind="policies")
        assert known.state == State.MAPPING
        keep_proposal(client, known)

        press(client, run, "import_again")

        assert (run.kind, run.duplicate_of) == ("policies", known)
        assert run.state == State.DUPLICATE

    def test_can_be_put_aside(self, client, owner):
        run = press(client, drop(client, STRANGE), "import_discard")

        assert (run.kind, run.state) == ("", State.DISCARDED)
        assert shown(client, run).status_code == 200

    def test_names_only_kinds_that_its_owner_may_import(self, client):
        rights = ["imports.run_import", "policies.add_policy", "policies.change_policy"]
        client.force_login(UserFactory(may=rights))

        run = drop(client, "Sku,Price\n1,2\n")

        page = shown(client, run)
        assert [one.kind.key for one in page.context["nearest"]] == ["policies"]
        assert "Book of business" not in page.content.decode()

    def test_of_somebody_else_is_shown_without_buttons(self, client, owner):
        run = drop(client, STRANGE)
        client.force_login(UserFactory(may=["imports.view_import"]))

        words = shown(client, run).content.decode()

        assert "What does this file hold?" in words
        assert "Read as" not in words

    def test_is_found_out_by_the_worker_where_the_workbook_is_large(
        self, client, owner, monkeypatch
    ):
        monkeypatch.setattr(guessing, "LOOKED_AT", 512)
        data = workbook([["First name", "Last name", "Date of birth", "Medicare ID (MBI)"]])

        run = drop(client, data, name="people.xlsx")

        assert run.kind in {"individuals", "sales_records", "healthsherpa_contacts"}
        assert run.state in {State.CHECKED, State.MAPPING}


class TestHostileFiles:
    @pytest.mark.parametrize(
        ("_case", "name", "content", "words"),
        [
            ("a PDF", "list.xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "PDF"),
            ("zeros", "list.csv", b"\0" * 4096, ""),
            ("a broken workbook", "list.xlsx", b"PK\x03\x04" + b"\xff" * 900, ""),
            ("an image", "list.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), ""),
            ("blanks", "list.csv", b" \n\n \n", ""),
        ],
    )
    def test_say_why_they_are_no_list_and_stay(self, client, owner, _case, name, content, words):
        run = drop(client, content, name=name)

        assert (run.kind, run.state) == ("", State.ATTENTION)
        assert run.problem
        assert run.problem != deciding.ASK
        assert words in run.problem
        page = shown(client, run).content.decode()
        assert "The file could not be read" in page
        assert run.file.stored_as

    def test_without_a_byte_is_refused_at_the_door(self, client, owner):
        body = {"kind": "", "mode": "create", "file": SimpleUploadedFile("list.csv", b"")}

        answer = client.post(UPLOAD, body)

        assert answer.status_code == 422
        assert "empty" in answer.content.decode()
        assert not Import.objects.exists()

    def test_with_nothing_but_a_header_is_known_by_it(self, client, owner):
        run = drop(client, "Carrier,Policy number,Last name\n")

        assert run.kind == "policies"
        assert shown(client, run).status_code in {200, 302}

    @pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
    def test_in_another_encoding_is_known_all_the_same(self, client, owner, encoding):
        text = "Carrier,Policy number,Last name\nHumana,1,Muñoz\n"

        assert drop(client, text.encode(encoding)).kind == "policies"


@pytest.mark.parametrize("name", ["state", "kind"])
@pytest.mark.parametrize("value", ["nope", "x" * 10_000])
def test_a_filter_that_cannot_be_read_never_widens_the_ledger(client, owner, name, value):
    drop(client, STRANGE)

    answer = client.get(reverse("imports:import_list"), {name: value})

    words = answer.content.decode()
    assert answer.status_code == 200
    assert "No imports match" in words
    assert "Choose one of those on offer." in words
    assert "unknown.csv" not in words
    assert "x" * 1_000 not in words
