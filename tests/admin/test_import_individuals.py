"""Importing individuals through the admin, from file to record."""

from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client

from agencyhub.lib import sheets
from agencyhub.records.models import Batch, Change, CustomField
from individuals.models import Individual
from tests.admin.sheets import (
    PEOPLE,
    confirm,
    preview,
    text,
    xlsx,
)
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import (
    MBI,
    OTHER_MBI,
    IndividualFactory,
)


class TestImportIndividuals:
    def test_previews_then_imports_a_workbook_as_one_batch(self, page, owner, db):
        agent = AgentFactory(npn="1234567")
        CustomField.objects.create(target="individual", key="pet", label="Pet", type="text")
        file = xlsx(
            ["first NAME", "Last_name", "MBI", "Date of birth", "Type", "Servicing agent",
             "Address line 1", "ZIP code", "State", "Home phone", "Pet"],
            ["Ana", "López", "1EG4-TE5-MK73", date(1958, 3, 14), "client", 1234567,
             "12 Oak St", 50010, "Iowa", "515-555-0100", "Cat"],
        )  # fmt: skip

        seen = preview(page, PEOPLE, file)

        assert "<strong>1</strong> new" in seen.text
        assert "•••••••MK73" in seen.text
        assert MBI not in seen.text
        assert "1EG4-TE5" not in seen.text
        assert not Individual.objects.exists()

        done = confirm(page, PEOPLE, seen)

        assert done.status_code == 302
        person = Individual.objects.get()
        assert (person.last_name, person.date_of_birth) == ("López", date(1958, 3, 14))
        assert person.mbi.reveal() == MBI
        assert person.has_mbi(MBI)
        assert person.servicing_agent == agent
        assert person.type.label == "Client"
        assert person.custom == {"pet": "Cat"}
        home = person.addresses.get()
        assert (home.line_1, home.zip_code, home.state, home.is_primary) == (
            "12 Oak St", "50010", "IA", True,
        )  # fmt: skip
        batch = Batch.objects.get()
        assert (batch.channel, batch.user) == (Batch.Channel.IMPORT, owner)
        tables = set(Change.objects.filter(batch=batch).values_list("table_name", flat=True))
        assert tables == {"individuals_individual", "individuals_address"}

    def test_keeps_the_upload_sealed_until_it_is_confirmed(self, page, db, settings, tmp_path):
        seen = preview(page, PEOPLE, text("First name,Last name,MBI", f"Ana,Lopez,{MBI}"))

        name = seen.context_data["confirm_form"]["import_file_name"].value()
        kept = cache.get(sheets.SealedCacheStorage.PREFIX + name)
        assert kept
        assert MBI.encode() not in kept

        confirm(page, PEOPLE, seen)

        assert cache.get(sheets.SealedCacheStorage.PREFIX + name) is None

    def test_says_that_an_upload_expired(self, page, db):
        seen = preview(page, PEOPLE, text("First name,Last name", "Ana,Lopez"))
        cache.clear()

        answer = page.post(
            f"{PEOPLE}process_import/",
            {name: seen.context_data["confirm_form"][name].value()
             for name in seen.context_data["confirm_form"].fields},
            follow=True,
        )  # fmt: skip

        assert "The upload has expired" in answer.text
        assert not Individual.objects.exists()

    def test_names_row_column_and_value_of_every_bad_cell(self, page, db):
        file = text(
            "First name,Last name,Type,MBI,ZIP code,Servicing agent,Date of birth",
            "Ana,Lopez,Friend,1SG4TE5MK73,5001A,Nobody,14.3.1958",
            "",
            "Bo,Lee,Client,,,,",
            ",Kim,,,,,",
        )

        seen = preview(page, PEOPLE, file)

        assert "confirm_form" not in seen.context_data
        rows = {
            row.number: row.field_specific_errors
            for row in seen.context_data["result"].invalid_rows
        }
        assert set(rows) == {2, 5}
        assert set(rows[2]) == {
            "Type", "MBI", "ZIP code", "Servicing agent", "Date of birth",
        }  # fmt: skip
        assert "“Friend” is not in the list Individual types" in rows[2]["Type"][0]
        assert rows[2]["Servicing agent"] == ["No agent has the NPN or name “Nobody”."]
        assert "“14.3.1958” is not a date" in rows[2]["Date of birth"][0]
        assert set(rows[5]) == {"First name"}
        assert "1SG4TE5MK73" not in seen.text
        assert not Individual.objects.exists()

    def test_changes_the_person_with_the_same_mbi_and_skips_what_is_equal(self, page, db):
        person = IndividualFactory(mbi=MBI, email="old@example.com")
        equal = IndividualFactory(mbi=OTHER_MBI, first_name="Eve")
        file = text(
            "First name,Last name,MBI,Email",
            f"Ana,Lopez,{MBI},new@example.com",
            f"Eve,Lopez,{OTHER_MBI},{equal.email}",
        )

        seen = preview(page, PEOPLE, file)
        confirm(page, PEOPLE, seen)

        assert dict(seen.context_data["totals"])["update"] == 1
        assert dict(seen.context_data["totals"])["skip"] == 1
        assert "<del>old@example.com</del> <ins>new@example.com</ins>" in seen.text
        person.refresh_from_db()
        assert person.email == "new@example.com"
        assert Individual.objects.count() == 2

    def test_a_masked_mbi_never_replaces_a_full_one(self, page, db):
        person = IndividualFactory(mbi=MBI)
        file = text("ID,First name,Last name,MBI", f"{person.pk},Ann,Lopez,•••••••MK73")

        confirm(page, PEOPLE, preview(page, PEOPLE, file))

        person.refresh_from_db()
        assert person.first_name == "Ann"
        assert person.mbi.reveal() == MBI

    def test_refuses_an_unknown_heading_and_a_missing_one(self, page, db):
        seen = preview(page, PEOPLE, text("Frist name,Last name", "Ana,Lopez"))

        assert "The column “Frist name” is unknown." in seen.text
        assert "The column “First name” is missing." in seen.text

    @pytest.mark.parametrize(
        ("_case", "file", "words"),
        [
            ("no rows", text("First name,Last name"), "no rows below its header"),
            ("other kind", text("x", name="people.pdf"), "Choose a CSV file or an Excel workbook"),
            ("a PDF", text("%PDF-1.7", name="a.xlsx"), "This is a PDF, not a list"),
            ("too large", text("x" * (5 * 1024 * 1024 + 1)), "at most 5 MB and 5,000 rows"),
            ("too many rows", text("First name", *["x"] * 5_001), "more than 5,000 rows"),
        ],
    )
    def test_refuses_a_file(self, _case, file, words, page, db):
        seen = preview(page, PEOPLE, file)

        assert seen.status_code == 200
        assert words in seen.text
        assert "confirm_form" not in seen.context_data

    def test_needs_the_right_to_add_and_to_change(self, db):
        may = ["individuals.view_individual", "individuals.change_individual"]
        client = Client()
        client.force_login(UserFactory(is_staff=True, may=may))

        assert client.get(f"{PEOPLE}import/").status_code == 403
        assert client.get(f"{PEOPLE}export/").status_code == 200
