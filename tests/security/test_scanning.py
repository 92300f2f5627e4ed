"""Files that people, programs and commands bring pass the virus scanner, at every door, once."""

import ast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from agencyhub.accounts.models import AccessEvent
from agencyhub.imports import kinds
from agencyhub.imports.models import File, Import
from agencyhub.imports.services import files
from agencyhub.lib.scanning import InfectedFileError
from agencyhub.runtime.home import REPOSITORY
from eoi.selectors import worksheets
from tests.api.conftest import ROOT, Script
from tests.factories.accounts import UserFactory
from tests.factories.individuals import IndividualFactory
from tests.scanner import EICAR, SIGNATURE
from tests.security.test_code import modules

pytestmark = pytest.mark.django_db
PEOPLE = b"First name,Last name\nAna,Lopez\n"
# Where the bytes of files come in, and what hands them to the scanner.
DOORS = {
    "agencyhub/imports/views/ledger.py": "files.receive",
    "agencyhub/imports/api/viewsets.py": "files.examine",
    "agencyhub/imports/forms.py": "read by the ledger's view",
    "agencyhub/imports/services/files.py": "scanning.passed",
    "agencyhub/imports/services/guessing.py": "reads the header of what the ledger's view received",
    "agencyhub/lib/sheet_admin.py": "scanning.check",
    "agencyhub/lib/uploads.py": "counts bytes",
    "agencyhub/home/demo/files.py": "files.receive",
    "documents/views/panels.py": "examining.examine",
    "documents/api/serializers.py": "read by the viewset, which examines it",
    "agencyhub/home/demo/documents.py": "examining.examine",
    "documents/services/examining.py": "scanning.passed",
    "eoi/views/data.py": "files.receive",
    "eoi/forms/worksheets.py": "read by the view",
    "integrations/carriers/services/fetching.py": "files.examine",
}  # fmt: skip
OF_FILES = {"FileField", "ImageField", "UploadedFile", "SimpleUploadedFile", "FileUploadHandler"}


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def owner():
    return UserFactory(owner=True)


@pytest.fixture
def page(owner):
    browser = Client()
    browser.force_login(owner)
    return browser


def sent(content, name="people.csv"):
    return SimpleUploadedFile(name, content)


def by_page(page, content, **_tools):
    answer = page.post(
        reverse("imports:import_upload"), {"file": sent(content), "mode": "create_and_update"}
    )
    return answer.status_code, answer.content.decode()


def by_worksheet(page, content, **_tools):
    answer = page.post(reverse("eoi:worksheet_upload"), {"file": sent(content)})
    return answer.status_code, answer.content.decode()


def by_api(content, **_tools):
    script = Script()
    headers = {"Authorization": f"Bearer {script.key.raw}", "Idempotency-Key": "monday"}
    data = {"kind": "individuals", "file": sent(content)}
    answer = script.client.post(f"{ROOT}imports/", data, headers=headers)
    return answer.status_code, answer.json().get("detail", "")


def by_admin(page, content, **_tools):
    url = reverse("admin:individuals_individual_import")
    answer = page.post(url, {"import_file": sent(content), "resource": "0"})
    is_refused = "confirm_form" not in answer.context_data
    return (422 if is_refused else 302), answer.content.decode()


def by_command(content, tmp_path, **_tools):
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    try:
        call_command("import_file", "individuals", str(path), dry_run=True)
    except CommandError as refusal:
        return 422, str(refusal)
    return 302, ""


def by_document(page, content, **_tools):
    url = reverse("documents:document_individual", args=[IndividualFactory().pk])
    answer = page.post(url, {"kind": "other", "file": sent(content)})
    return answer.status_code, answer.content.decode()


def by_document_api(content, **_tools):
    script = Script()
    headers = {"Authorization": f"Bearer {script.key.raw}"}
    path = f"{ROOT}individuals/{IndividualFactory().pk}/documents/"
    answer = script.client.post(path, {"kind": "other", "file": sent(content)}, headers=headers)
    return answer.status_code, answer.json().get("detail", "")


EVERY_DOOR = pytest.mark.parametrize(
    "bring",
    [by_page, by_worksheet, by_api, by_admin, by_command, by_document, by_document_api],
    ids=lambda door: door.__name__,
)


class TestEveryDoor:
    @EVERY_DOOR
    def test_lets_a_clean_file_in_and_has_it_scanned_once(self, scanner, bring, page, tmp_path):
        status, _ = bring(content=PEOPLE, page=page, tmp_path=tmp_path)

        assert status in (201, 302)
        assert scanner.scanned == [PEOPLE]

    @EVERY_DOOR
    def test_refuses_an_infected_file_and_keeps_nothing(
        self, scanner, bring, page, tmp_path, caplog
    ):
        status, said = bring(content=PEOPLE + EICAR, page=page, tmp_path=tmp_path)

        assert status in (409, 422)
        assert f"The virus scanner found {SIGNATURE} in people.csv. The file was not kept." in said
        assert not Import.objects.exists()
        assert not File.objects.exists()
        assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
        noted = AccessEvent.objects.get(kind=AccessEvent.Kind.FILE_REFUSED)
        assert noted.detail.endswith(f": {SIGNATURE}")
        assert caplog.messages.count(f"infected file refused: {SIGNATURE}") == 1
        assert "people.csv" not in caplog.text

    @EVERY_DOOR
    def test_takes_nothing_while_the_scanner_is_silent_and_the_same_afterwards(
        self, scanner, settings, bring, page, tmp_path
    ):
        address, settings.CLAMD_ADDRESS = scanner.address, "tcp:127.0.0.1:1"
        status, said = bring(content=PEOPLE, page=page, tmp_path=tmp_path)

        assert status in (422, 503)
        assert "The virus scanner does not answer, so people.csv was not taken. Try again" in said
        assert not Import.objects.exists()
        assert not File.objects.exists()
        assert not AccessEvent.objects.filter(kind=AccessEvent.Kind.FILE_REFUSED).exists()

        settings.CLAMD_ADDRESS = address
        assert bring(content=PEOPLE, page=page, tmp_path=tmp_path)[0] in (201, 302)

    @EVERY_DOOR
    def test_asks_nobody_without_a_scanner(self, scanner, settings, bring, page, tmp_path):
        settings.CLAMD_ADDRESS = ""

        status, _ = bring(content=PEOPLE, page=page, tmp_path=tmp_path)

        assert status in (201, 302)
        assert scanner.scanned == []

    def test_is_one_of_these(self):
        found = {
            path
            for path, tree in modules()
            for node in ast.walk(tree)
            if _names(node) & OF_FILES or (isinstance(node, ast.Attribute) and node.attr == "FILES")
        }

        assert found == set(DOORS)
        for path, how in DOORS.items():
            if "." in how:
                assert f"{how}(" in (REPOSITORY / path).read_text("utf-8"), path


class TestReceive:
    def test_puts_on_record_who_brought_it(self, scanner, owner):
        with pytest.raises(InfectedFileError):
            files.receive(content=sent(EICAR), name="x", kind="individuals", user=owner)
        with pytest.raises(InfectedFileError):
            files.receive(content=sent(EICAR), name="x", kind="individuals", user=None)

        noted = AccessEvent.objects.filter(kind=AccessEvent.Kind.FILE_REFUSED).order_by("pk")
        assert list(noted.values_list("user", "detail")) == [
            (owner.pk, f"In a file that was sent: {SIGNATURE}"),
            (None, f"In a file that AgencyHub fetched: {SIGNATURE}"),
        ]

    def test_wants_no_transaction_that_the_record_would_be_lost_with(self, scanner):
        with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
            files.receive(content=sent(EICAR), name="x", kind="individuals", user=None)

        assert not Import.objects.exists()

    def test_scans_what_is_known_already_for_the_scanner_may_have_learned(self, scanner):
        files.receive(content=sent(PEOPLE), name="x", kind="individuals", user=None)
        scanner.says = b"stream: Learned.Since FOUND"

        with pytest.raises(InfectedFileError, match=r"Learned\.Since"):
            files.receive(content=sent(PEOPLE), name="x", kind="individuals", user=None)

    def test_says_that_a_file_is_larger_than_the_scanner_takes(self, scanner, page):
        scanner.limit = 10

        status, said = by_page(page=page, content=PEOPLE)

        assert status == 422
        assert "people.csv is larger than the virus scanner takes." in said

    def test_does_not_bother_the_scanner_for_who_may_not_import(self, scanner):
        user = UserFactory()

        with pytest.raises(files.ImportNotAllowedError):
            files.receive(content=sent(PEOPLE), name="x", kind="individuals", user=user)

        assert scanner.scanned == []

    def test_keeps_of_a_signature_what_can_be_printed(self, scanner):
        scanner.says = b"stream: A\nB" + b"x" * 500 + b" FOUND"

        with pytest.raises(InfectedFileError) as refusal:
            files.receive(content=sent(PEOPLE), name="x", kind="individuals", user=None)

        assert refusal.value.signature == "AB" + "x" * 98


def _names(node):
    names = (getattr(node, "attr", ""), getattr(node, "id", ""), getattr(node, "name", ""))
    return {name for name in names if isinstance(name, str)}


def test_worksheets_are_received_like_all_files():
    assert worksheets.KIND in {kind.key for kind in kinds.every()}


class TestReadyz:
    @pytest.mark.parametrize(("is_there", "named"), [(True, False), (False, True)])
    def test_names_a_scanner_that_does_not_answer(self, scanner, client, is_there, named):
        if not is_there:
            scanner.stop()

        assert ("scanner" in client.get("/readyz").json()["failing"]) == named
