"""Worksheets are read by their headers, whatever program saved them."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from agencyhub.lib.reading.limits import Limits, UnreadableFileError
from eoi.asked import Asked, read
from eoi.worksheets import reading
from eoi.worksheets.reading import MissingColumnsError, Worksheet
from tests.eoi import sheets
from tests.eoi.sheets import HEADER, row

CELL = '<Cell><Data ss:Type="{}">{}</Data></Cell>'
ASKED = {
    "subscriber_id": "0002852117",
    "benefit_lookup_code": "subscriber_life",
    "action": "Approve Partial",
    "approved_volume": "120000",
    "effective_date": "2026-12-01",
}


@pytest.fixture
def sheet(tmp_path):
    def read_bytes(content: bytes) -> Worksheet:
        path = tmp_path / "upload"
        path.write_bytes(content)
        return reading.read(path)

    return read_bytes


def only(found: Worksheet) -> Asked:
    (asked,) = found.rows
    return asked


@pytest.mark.parametrize("write", [sheets.markup, sheets.workbook, sheets.comma_separated])
class TestFormats:
    def test_reads_a_row(self, sheet, write):
        found = sheet(write([row(**ASKED, ssn="012345678", covered_person="Employee")]))

        assert only(found) == Asked(
            row=2,
            subscriber_id="0002852117",
            ssn="012345678",
            benefit_lookup_code="subscriber_life",
            action="approve_part",
            approved_volume="120000",
            effective_date="2026-12-01",
            original_effective_date="",
            covered="Employee",
        )
        assert found.headings == list(HEADER)

    def test_counts_rows_without_an_action_and_leaves_blank_ones_out(self, sheet, write):
        blank, undecided = row(), row(subscriber_id="1")
        forgotten = row(subscriber_id="2", effective_date="2026-12-01")

        found = sheet(write([undecided, blank, blank, row(**ASKED), forgotten, blank]))

        assert [asked.row for asked in found.rows] == [5]
        assert (found.undecided, found.forgotten) == (2, [6])

    def test_finds_columns_wherever_they_stand_and_whatever_stands_beside_them(self, sheet, write):
        header = ["Action ", "notes", "effective_date", "EOI REQUEST ID", "Errors"]
        title = ["EOI decisions of November", "", "", "", ""]

        found = sheet(write([header, ["deny all", "x", "12/31/2026", "7", "old"]], header=title))

        assert only(found).request_id == "7"
        assert (only(found).row, only(found).effective_date) == (3, "2026-12-31")

    def test_says_which_columns_are_missing(self, sheet, write):
        with pytest.raises(MissingColumnsError, match="Effective Date; EOI Request ID, or Subs"):
            sheet(write([["1", "approve_all"]], header=["SSN", "Action"]))


DATES = (
    ("DateTime", "2026-04-01T00:00:00.000", date(2026, 4, 1)),
    ("DateTime", "2026-04-01T09:30:00.000", date(2026, 4, 1)),
    ("String", "4/15/2026", date(2026, 4, 15)),
    ("String", "04/15/26", date(2026, 4, 15)),
    ("String", " 2026-04-15 ", date(2026, 4, 15)),
    ("Number", "46113", date(2026, 4, 1)),  # typed into a cell that shows numbers
    ("String", "soon", None),
)
AMOUNTS = (("$150,000", 150000), ("150000.00", 150000), (150000, 150000), ("USD 1,250.50", 1250.5))
ACTIONS = (
    ("approve_all", "approve_all"),
    ("  APPROVE   all ", "approve_all"),
    ("Approve and Disallow Additional Amounts", "deny_permanently"),
    ("approve partial and pend remaining", "pend_remaining"),
    ("Expire", "expire_all"),
    ("Maybe", ""),
)


def test_reads_dates(sheet):
    header = "".join(
        CELL.format("String", one) for one in ("EOI Request ID", "Action", "Eff. Date")
    )
    before = CELL.format("Number", "7") + CELL.format("String", "deny_all")
    rows = [f"<Row>{before}{CELL.format(kind, text)}</Row>" for kind, text, _ in DATES]

    found = sheet(sheets.sheets(f"<Row>{header}</Row>{''.join(rows)}"))

    wanted = [read(asked) for asked in found.rows]
    assert [one.effective_date for one in wanted] == [expected for _, _, expected in DATES]
    assert {one.request_id for one in wanted} == {7}


def test_reads_amounts(sheet):
    rows = [row(**{**ASKED, "approved_volume": text}) for text, _ in AMOUNTS]

    found = sheet(sheets.workbook(rows))

    assert [read(asked).approved for asked in found.rows] == [Decimal(one) for _, one in AMOUNTS]


def test_reads_labels_and_codes(sheet):
    rows = [row(**{**ASKED, "action": text}) for text, _ in ACTIONS]

    found = sheet(sheets.comma_separated(rows))

    assert [read(asked).action for asked in found.rows] == [code for _, code in ACTIONS]


def test_reads_numbers_that_a_spreadsheet_made_of_digits(sheet):
    values = {**ASKED, "subscriber_id": 2852117, "ssn": 12345678, "eoi_request_id": 7.0}
    values["effective_date"] = datetime.fromisoformat("2026-12-01")

    asked = only(sheet(sheets.workbook([row(**values)])))

    assert (asked.subscriber_id, asked.request_id) == ("2852117", "7")
    assert read(asked).ssn == "012345678"
    assert read(asked).effective_date == date(2026, 12, 1)


def test_takes_both_names_of_the_approved_volume(sheet):
    header = ["EOI Request ID", "Action", "Effective Date", "approved_volume", "approved_amount"]

    asked = only(
        sheet(sheets.markup([["7", "approve_part", "2026-12-01", "1", "2"]], header=header))
    )

    assert [problem.code for problem in read(asked).problems] == ["volumes_differ"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_reads_markup_in_the_encodings_that_programs_use(sheet, encoding):
    text = sheets.markup([row(**ASKED, reference_number="Zoë")]).decode()
    named = "utf-8" if encoding == "utf-8-sig" else encoding

    found = sheet(text.replace('encoding="UTF-8"', f'encoding="{named}"').encode(encoding))

    assert only(found).reference_number == "Zoë"


def test_counts_filled_rows_against_its_limit(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(sheets.comma_separated([row(), row(**ASKED), row(), row(**ASKED)]))

    assert len(reading.read(path, limits=Limits(rows=2)).rows) == 2
    with pytest.raises(UnreadableFileError, match="more than 1 rows"):
        reading.read(path, limits=Limits(rows=1))
