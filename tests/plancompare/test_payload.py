"""Every row of the source's table "Data sent to PlanCompare" and each of its footnotes."""

from dataclasses import replace
from datetime import date

import pytest

from integrations.plancompare.payload import (
    LABELS,
    Level,
    Payload,
    Person,
    Sender,
    build_payload,
)
from integrations.plancompare.renaming import read_field_names

TODAY = date(2026, 11, 22)
SENDER = Sender(partner_id="PARTNER-1", username="jsmith.pc", plan_year=2027)
ANA = Person(
    record_type="individual",
    record_id=1042,
    first_name="Ana",
    last_name="Lopez",
    date_of_birth=date(1958, 3, 14),
    mbi="1EG4TE5MK73",
    mbi_tail="MK73",
    part_a_effective_date=date(2023, 3, 1),
    part_b_effective_date=date(2023, 4, 1),
    email="ana@example.com",
    home_phone="5155550100",
    cell_phone="5155550101",
    business_phone="5155550102",
    address_1="12 Oak St",
    address_2="Apt 4",
    city="Ames",
    state="IA",
    zip_code="50010",
)


def build(**changes: object) -> Payload:
    return build_payload(replace(ANA, **changes), SENDER, today=TODAY)  # type: ignore[arg-type]


def levels(payload: Payload, field: str) -> list[Level]:
    return [one.level for one in payload.findings if one.field == field]


class TestBuildPayload:
    def test_sends_every_field_of_the_contract_in_its_order(self):
        payload = build()

        assert payload.fields == {
            "partner_id": "PARTNER-1",
            "username": "jsmith.pc",
            "record_type": "individual",
            "record_id": "1042",
            "zip": "50010",
            "first_name": "Ana",
            "last_name": "Lopez",
            "date_of_birth": "1958-03-14",
            "mbi": "1EG4TE5MK73",
            "part_a_effective_date": "2023-03-01",
            "part_b_effective_date": "2023-04-01",
            "email": "ana@example.com",
            "phone": "5155550100",
            "address_1": "12 Oak St",
            "address_2": "Apt 4",
            "city": "Ames",
            "state": "IA",
            "plan_year": "2027",
        }
        assert list(payload.fields) == list(LABELS)
        assert payload.findings == ()

    @pytest.mark.parametrize(
        ("_case", "field", "stored", "name", "sent"),
        [
            ("zip with spaces behind", "zip_code", "50010   ", "zip", "50010"),
            ("zip with spaces before", "zip_code", "  50010", "zip", "50010"),
            ("zip with a no-break space", "zip_code", "50010\u00a0", "zip", "50010"),
            ("zip with a line end", "zip_code", "50010\r\n", "zip", "50010"),
            ("zip of nine digits without dash", "zip_code", "500101234", "zip", "50010-1234"),
            ("zip of nine digits with dash", "zip_code", "50010-1234 ", "zip", "50010-1234"),
            ("first name", "first_name", " Ana  Maria ", "first_name", "Ana Maria"),
            ("last name", "last_name", "Lopez\t", "last_name", "Lopez"),
            ("email", "email", " ana@example.com ", "email", "ana@example.com"),
            ("MBI with dashes", "mbi", "1EG4-TE5-MK73", "mbi", "1EG4TE5MK73"),
            ("phone as typed", "home_phone", "(515) 555-0100", "phone", "5155550100"),
            ("address line 1", "address_1", " 12  Oak St ", "address_1", "12 Oak St"),
            ("address line 2", "address_2", " Apt 4 ", "address_2", "Apt 4"),
            ("city", "city", " Ames ", "city", "Ames"),
            ("state", "state", " ia", "state", "IA"),
        ],
    )
    def test_trims_and_normalises(self, _case, field, stored, name, sent):
        payload = build(**{field: stored})

        assert payload.fields[name] == sent
        assert payload.blocks == ()

    @pytest.mark.parametrize(
        ("_case", "field", "empty", "name", "level"),
        [
            ("zip", "zip_code", "", "zip", Level.BLOCK),
            ("zip of spaces", "zip_code", "   ", "zip", Level.BLOCK),
            ("date of birth", "date_of_birth", None, "date_of_birth", Level.WARN),
            ("first name", "first_name", "", "first_name", Level.NOTE),
            ("last name", "last_name", "", "last_name", Level.NOTE),
            ("Part A", "part_a_effective_date", None, "part_a_effective_date", Level.NOTE),
            ("Part B", "part_b_effective_date", None, "part_b_effective_date", Level.NOTE),
            ("email", "email", "", "email", Level.NOTE),
            ("address line 1", "address_1", "", "address_1", Level.NOTE),
            ("city", "city", "", "city", Level.NOTE),
            ("state", "state", "", "state", Level.NOTE),
        ],
    )
    def test_leaves_absent_values_out_and_says_so(self, _case, field, empty, name, level):
        payload = build(**{field: empty})

        assert name not in payload.fields
        assert levels(payload, name) == [level]

    def test_warns_without_an_mbi_and_sends(self):
        payload = build(mbi="", mbi_tail="")

        assert "mbi" not in payload.fields
        assert levels(payload, "mbi") == [Level.WARN]
        assert payload.blocks == ()

    @pytest.mark.parametrize(
        ("_case", "field", "stored", "name", "level"),
        [
            ("zip too short", "zip_code", "5001", "zip", Level.BLOCK),
            ("zip with letters", "zip_code", "5001O", "zip", Level.BLOCK),
            (
                "birth in the future",
                "date_of_birth",
                date(2026, 11, 23),
                "date_of_birth",
                Level.WARN,
            ),
            ("MBI against the rules", "mbi", "1SG4TE5MK73", "mbi", Level.WARN),
            ("email without host", "email", "ana@home", "email", Level.WARN),
            ("state in words", "state", "Iowa", "state", Level.WARN),
        ],
    )
    def test_leaves_malformed_values_out(self, _case, field, stored, name, level):
        payload = build(**{field: stored})

        assert name not in payload.fields
        assert levels(payload, name) == [level]

    def test_warns_when_only_the_last_four_of_the_mbi_are_known(self):
        payload = build(mbi="")

        assert "mbi" not in payload.fields
        assert levels(payload, "mbi") == [Level.WARN]

    @pytest.mark.parametrize(
        ("_case", "phones", "sent"),
        [
            ("home first", ("5155550100", "5155550101", "5155550102"), "5155550100"),
            ("cell without home", ("", "5155550101", "5155550102"), "5155550101"),
            ("business without both", ("", "", "5155550102"), "5155550102"),
            ("cell when home is malformed", ("555", "5155550101", ""), "5155550101"),
            ("none", ("", "", ""), None),
            ("none readable", ("555", "12", "x"), None),
        ],
    )
    def test_takes_home_then_cell_then_business_phone(self, _case, phones, sent):
        home, cell, business = phones

        payload = build(home_phone=home, cell_phone=cell, business_phone=business)

        assert payload.fields.get("phone") == sent
        assert payload.blocks == ()

    def test_names_the_phone_that_cannot_be_read(self):
        payload = build(home_phone="555")

        assert [one.text for one in payload.findings] == [
            "The home phone is not a US phone number; it is left out."
        ]

    def test_sends_address_line_2_for_individuals_only(self):
        payload = build(record_type="sales_record")

        assert payload.fields["record_type"] == "sales_record"
        assert "address_2" not in payload.fields
        assert levels(payload, "address_2") == [Level.NOTE]

    def test_does_not_mention_a_second_line_that_nobody_has(self):
        payload = build(address_2="")

        assert "address_2" not in payload.fields
        assert payload.findings == ()

    def test_says_nothing_of_values_in_its_findings(self):
        payload = build(zip_code="5001O", email="ana@home", mbi="1SG4TE5MK73", home_phone="999")

        words = " ".join(f"{one.text} {one.help}" for one in payload.findings)
        for secret in ("5001O", "ana@home", "1SG4TE5MK73", "999"):
            assert secret not in words


class TestWire:
    def test_renames_the_fields_a_link_renames(self):
        sent = dict(build().wire({"zip": "ZipCode", "mbi": "hicn"}))

        assert sent["ZipCode"] == "50010"
        assert sent["hicn"] == "1EG4TE5MK73"
        assert "zip" not in sent
        assert sent["first_name"] == "Ana"


class TestReadFieldNames:
    def test_reads_one_renaming_per_line(self):
        assert read_field_names("zip = ZipCode\n\n mbi=hicn ") == {"zip": "ZipCode", "mbi": "hicn"}

    def test_reads_nothing_from_nothing(self):
        assert read_field_names("  \n ") == {}

    @pytest.mark.parametrize(
        ("_case", "text", "words"),
        [
            ("no equals sign", "zip ZipCode", "is not a renaming"),
            ("nothing behind it", "zip =", "is not a renaming"),
            ("a space in the name", "zip = Zip Code", "is not a renaming"),
            ("a field we do not send", "ssn = SSN", '"ssn" is not a field of the hand-off'),
            ("two fields with one name", "zip = code\nmbi = code", 'sent as "code"'),
            ("a name that another field has", "zip = city", 'sent as "city"'),
        ],
    )
    def test_refuses(self, _case, text, words):
        with pytest.raises(ValueError, match=words):
            read_field_names(text)
