"""Import and export by spreadsheet through the admin, from file to record and back."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agencyhub.accounts.models import Agent
from agencyhub.lib import sheets
from agencyhub.records.models import Batch, Change, CustomField
from individuals.models import Individual, SalesRecord
from integrations.plancompare.models import PlanCompareUser
from policies.models import Carrier, Policy
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import (
    MBI,
    OTHER_MBI,
    AddressFactory,
    IndividualFactory,
    SalesRecordFactory,
)
from tests.factories.policies import CarrierAliasFactory, CarrierFactory, PolicyFactory

PEOPLE = "/admin/individuals/individual/"
CSV_FORMAT, XLSX_FORMAT = "0", "1"


def xlsx(*rows: list[object]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return SimpleUploadedFile("people.xlsx", data.getvalue())


def text(*lines: str, name: str = "rows.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join(lines).encode())


def preview(page: Client, path: str, file: SimpleUploadedFile):
    return page.post(f"{path}import/", {"import_file": file, "resource": "0"})


def confirm(page: Client, path: str, previewed):
    form = previewed.context_data["confirm_form"]
    return page.post(f"{path}process_import/", {name: form[name].value() for name in form.fields})


def exported(page: Client, path: str, **posted: object) -> list[dict[str, str]]:
    answer = page.post(f"{path}export/", {"format": CSV_FORMAT, "resource": "0", **posted})
    assert answer["Content-Type"] == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


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
            ("not a workbook", text("x,y", "1,2", name="a.xlsx"), "not an Excel workbook"),
            ("too large", text("x" * (5 * 1024 * 1024 + 1)), "at most 5 MB and 5,000 rows"),
            ("too many rows", text("First name", *["x"] * 5_001), "The file has 5,001 rows"),
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


class TestOtherKinds:
    def test_sales_records_are_added(self, page, db):
        path = "/admin/individuals/salesrecord/"
        file = text("First name,Last name,Stage,MBI,ZIP code", f"Ana,Lopez,Quoted,{MBI},02134")

        confirm(page, path, preview(page, path, file))

        record = SalesRecord.objects.get()
        assert (record.stage.label, record.zip_code) == ("Quoted", "02134")
        assert record.mbi.reveal() == MBI

    def test_sales_record_without_a_stage_names_the_column(self, page, db):
        path = "/admin/individuals/salesrecord/"

        seen = preview(page, path, text("First name,Last name,Stage", "Ana,Lopez,"))

        assert set(seen.context_data["result"].invalid_rows[0].field_specific_errors) == {"Stage"}

    def test_policies_find_carriers_by_alias_and_are_found_by_number(self, page, db):
        path = "/admin/policies/policy/"
        policy = PolicyFactory(policy_number="AZ-1", premium=None)
        CarrierAliasFactory(carrier=policy.carrier, name="Prairie Inc")
        file = text(
            "Subscriber ID,Carrier,Policy number,Status,Coverage type,Premium per month (USD)",
            f"{policy.subscriber_id},prairie inc,AZ-1,Active,MAPD,$1024.50",
            f"{policy.subscriber_id},Prairie Inc,AZ-2,Pending,PDP,",
        )

        confirm(page, path, preview(page, path, file))

        policy.refresh_from_db()
        assert str(policy.premium) == "1024.50"
        assert Policy.objects.get(policy_number="AZ-2").status.label == "Pending"

    def test_policy_of_an_unknown_carrier_names_it(self, page, db):
        path = "/admin/policies/policy/"
        person = IndividualFactory()
        file = text(
            "Subscriber ID,Carrier,Status,Coverage type,Termination date,Effective date",
            f"{person.pk},Nowhere Life,Active,MAPD,,",
            "999999,Nowhere Life,Active,MAPD,,",
        )

        seen = preview(page, path, file)

        rows = [row.field_specific_errors for row in seen.context_data["result"].invalid_rows]
        assert rows[0]["Carrier"] == ["No carrier goes by the name “Nowhere Life”."]
        assert rows[1]["Subscriber ID"] == ["There is no individual “999999” that you may see."]

    def test_rules_of_the_database_are_errors_of_the_row(self, page, db):
        path = "/admin/policies/policy/"
        policy = PolicyFactory(policy_number="AZ-1")
        other = PolicyFactory(policy_number="AZ-2", carrier=policy.carrier)
        file = text(
            "ID,Policy number,Effective date,Termination date",
            f"{other.pk},AZ-1,,",
            f"{policy.pk},AZ-1,2026-05-01,2026-04-01",
        )

        seen = preview(page, path, file)

        rows = [row.error_dict for row in seen.context_data["result"].invalid_rows]
        assert rows == [
            {"Policy number": ["Against the rule: policy number is unique per carrier."]},
            {"__all__": [
                "Against the rule: policy terminates on or after effective date."
            ]},
        ]  # fmt: skip

    def test_carriers_keep_their_name_when_an_alias_is_used(self, page, db):
        carrier = CarrierFactory(name="Humana")
        CarrierAliasFactory(carrier=carrier, name="Humana Inc")
        path = "/admin/policies/carrier/"

        file = text("Name,Abbreviation", "HUMANA INC,HUM", "New Life,NL")
        confirm(page, path, preview(page, path, file))

        assert set(Carrier.objects.values_list("name", "abbreviation")) == {
            ("Humana", "HUM"), ("New Life", "NL"),
        }  # fmt: skip

    def test_products_belong_to_their_carrier(self, page, db):
        carrier = CarrierFactory(name="Humana")
        path = "/admin/policies/carrierproduct/"
        file = text("Carrier,Name,Plan ID,Coverage type,Active", "Humana,Gold,H1-1,MAPD,yes")

        confirm(page, path, preview(page, path, file))

        product = carrier.products.get()
        assert (product.name, product.plan_id, product.is_active) == ("Gold", "H1-1", True)

    def test_agents_are_found_by_npn(self, page, db):
        agent = AgentFactory(npn="1234567", first_name="Old")
        path = "/admin/accounts/agent/"
        file = text("First name,Last name,NPN", "New,Name,1234567", "Second,Person,7654321")

        confirm(page, path, preview(page, path, file))

        agent.refresh_from_db()
        assert agent.first_name == "New"
        assert Agent.objects.count() == 2

    def test_usernames_are_given_to_users(self, page, owner, db):
        user = UserFactory(username="jane")
        agent = AgentFactory(npn="1234567")
        path = "/admin/plancompare/plancompareuser/"
        file = text("User name,PlanCompare username,Servicing agent", "JANE,jane.pc,1234567")

        confirm(page, path, preview(page, path, file))

        row = PlanCompareUser.objects.get()
        assert (row.user, row.username, row.servicing_agent) == (user, "jane.pc", agent)

    def test_unknown_user_is_named(self, page, db):
        path = "/admin/plancompare/plancompareuser/"

        seen = preview(page, path, text("User name,PlanCompare username", "ghost,g.pc"))

        row = seen.context_data["result"].invalid_rows[0]
        assert row.field_specific_errors == {"User name": ["Nobody signs in as “ghost”."]}

    def test_linked_sales_records_export_their_individual(self, page, db):
        person = IndividualFactory()
        SalesRecordFactory(individual=person, mbi=MBI)

        rows = exported(page, "/admin/individuals/salesrecord/")

        assert rows[0]["Linked individual"] == str(person.pk)
        assert rows[0]["MBI"] == "•••••••MK73"
