"""Exports of the admin: masked, harmless, and fit to be imported again."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.admin.sheets import CSV_FORMAT, PEOPLE, XLSX_FORMAT, exported, preview
from tests.factories.accounts import AgentFactory
from tests.factories.individuals import (
    MBI,
    AddressFactory,
    IndividualFactory,
)


class TestExport:
    def test_masks_the_mbi_and_disarms_formulas(self, page, db):
        person = IndividualFactory(mbi=MBI, first_name="=HYPERLINK(1)", nickname="@x")
        AddressFactory(individual=person)

        rows = exported(page, PEOPLE)

        assert rows[0]["MBI"] == "•••••••MK73"
        assert rows[0]["First name"] == "'=HYPERLINK(1)"
        assert rows[0]["Nickname"] == "'@x"
        assert rows[0]["Home phone"] == "(515) 555-0100"
        assert rows[0]["Date of birth"] == "03/14/1958"
        assert (rows[0]["Address line 1"], rows[0]["State"]) == ("12 Oak St", "Iowa")

    def test_can_be_imported_again_without_a_change(self, page, db):
        for number in range(3):
            agent = AgentFactory()
            person = IndividualFactory(mbi=MBI, first_name=f"+Ana{number}", servicing_agent=agent)
            person.additional_agents.add(AgentFactory())
            AddressFactory(individual=person)
        answer = page.post(f"{PEOPLE}export/", {"format": XLSX_FORMAT, "resource": "0"})

        seen = preview(page, PEOPLE, SimpleUploadedFile("people.xlsx", answer.content))

        assert dict(seen.context_data["totals"]) == {
            "new": 0, "update": 0, "delete": 0, "skip": 3, "error": 0, "invalid": 0,
        }  # fmt: skip

    def test_holds_what_the_search_found(self, page, db):
        IndividualFactory(last_name="Wanted")
        IndividualFactory(last_name="Other")
        redirect = page.post(PEOPLE, {"search": "wanted"})

        answer = page.post(
            redirect.url.replace("?", "export/?"), {"format": CSV_FORMAT, "resource": "0"}
        )

        assert "Wanted" in answer.text
        assert "Other" not in answer.text

    def test_refuses_more_rows_than_a_file_should_have(self, page, db, monkeypatch):
        monkeypatch.setattr("agencyhub.lib.sheet_admin.MAX_EXPORTED", 1)
        IndividualFactory.create_batch(2)

        answer = page.post(f"{PEOPLE}export/", {"format": CSV_FORMAT, "resource": "0"})

        assert "More than 1 rows" in answer.text

    def test_takes_the_same_queries_for_many_rows(self, page, db, django_assert_max_num_queries):
        for _ in range(12):
            person = IndividualFactory(servicing_agent=AgentFactory())
            AddressFactory(individual=person)

        with django_assert_max_num_queries(25):
            exported(page, PEOPLE)
