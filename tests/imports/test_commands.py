"""The commands: a file in and out again without a page."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agencyhub.imports.models import Import
from individuals.models import Individual
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
HEADER = "First name,Last name,DOB"
State = Import.State


@pytest.fixture
def leads(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text(f"{HEADER}\nAna,Lopez,03/14/1958\nBea,Ng,soon\n", encoding="utf-8")
    return path


def told(*args: object, **options: object) -> dict:
    out = StringIO()
    call_command(*[str(arg) for arg in args], json=True, stdout=out, **options)
    return json.loads(out.getvalue())


class TestImportFile:
    def test_imports_at_once_and_tells_the_counts(self, leads):
        answer = told("import_file", "individuals", leads)

        run = Import.objects.get()
        assert answer == {
            "import": run.pk,
            "batch": run.batch_id,
            "state": "imported",
            "rows": 2,
            "new": 1,
            "changed": 0,
            "same": 0,
            "rejected": 1,
            "duplicate_of": None,
        }
        assert Individual.objects.get().last_name == "Lopez"

    def test_only_counts_when_asked_to(self, leads):
        answer = told("import_file", "individuals", leads, dry_run=True)

        assert (answer["state"], answer["new"]) == ("discarded", 1)
        assert not Individual.objects.exists()

    def test_changes_nothing_the_second_time(self, leads):
        first = told("import_file", "individuals", leads)

        again = told("import_file", "individuals", leads)

        assert (again["state"], again["duplicate_of"]) == ("duplicate", first["import"])
        assert Individual.objects.count() == 1

    def test_says_it_in_words(self, leads):
        out = StringIO()

        call_command("import_file", "individuals", str(leads), stdout=out)

        assert "imported; 1 new, 0 changed, 0 same, 1 rejected" in out.getvalue()

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("Shoe size,DOB\n38,03/14/1958\n", "No column fits: First name, Last name."),
            ("\x00\x01\x02PNG" * 40, "."),
        ],
    )
    def test_fails_with_words(self, tmp_path, text, words):
        path = tmp_path / "file.csv"
        path.write_text(text, encoding="latin-1")

        with pytest.raises(CommandError, match=words):
            call_command("import_file", "individuals", str(path))

    def test_fails_without_a_file_and_with_a_stranger(self, leads):
        with pytest.raises(CommandError, match="There is no file"):
            call_command("import_file", "individuals", "/nowhere.csv")
        with pytest.raises(CommandError, match="Nobody signs in as zoe"):
            call_command("import_file", "individuals", str(leads), user="zoe")


class TestUndoImport:
    def test_takes_it_back(self, leads):
        UserFactory(owner=True)
        batch = told("import_file", "individuals", leads)["batch"]

        answer = told("undo_import", batch)

        assert answer["kept"] == []
        assert not Individual.objects.exists()
        assert Import.objects.get().state == State.UNDONE

    def test_fails_for_a_batch_of_no_import_and_the_second_time(self, leads):
        UserFactory(owner=True)
        batch = told("import_file", "individuals", leads)["batch"]
        call_command("undo_import", str(batch), stdout=StringIO())

        with pytest.raises(CommandError, match="cannot be done now"):
            call_command("undo_import", str(batch))
        with pytest.raises(CommandError, match="No import made batch 0"):
            call_command("undo_import", "0")
