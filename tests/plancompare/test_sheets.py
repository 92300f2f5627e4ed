import io

import pytest
from openpyxl import Workbook, load_workbook

from integrations.plancompare import sheets
from integrations.plancompare.sheets import SheetError, read_sheet, write_csv, write_xlsx


def xlsx(*lines: list[object]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)
    book.save(out)
    return out.getvalue()


class TestReadSheet:
    def test_numbers_lines_as_a_person_sees_them(self):
        sheet = read_sheet(b"User name,Email\nann,a@example.com\n\n,\nbob,b@example.com\n")

        assert [row.number for row in sheet.rows] == [2, 5]
        assert sheet.rows[1].cells == {"user name": "bob", "email": "b@example.com"}

    def test_numbers_xlsx_lines_alike(self):
        sheet = read_sheet(xlsx(["User name"], ["ann"], [None], ["bob"]))

        assert [(row.number, row.cells["user name"]) for row in sheet.rows] == [
            (2, "ann"),
            (4, "bob"),
        ]

    def test_reads_a_number_as_it_is_shown(self):
        sheet = read_sheet(xlsx(["User name", "NPN"], ["ann", 1234567.0]))

        assert sheet.rows[0].cells["npn"] == "1234567"

    @pytest.mark.parametrize(
        ("_case", "content"),
        [
            ("UTF-8 with a mark", "\ufeffName\nJosé\n".encode()),
            ("Windows spelling", "Name\nJosé\n".encode("cp1252")),
            ("semicolons", "Name;Other\nJosé;x\n".encode()),
            ("tabs", "Name\tOther\nJosé\tx\n".encode()),
        ],
    )
    def test_reads_spellings_of_csv(self, _case, content):
        assert read_sheet(content).rows[0].cells["name"] == "José"

    @pytest.mark.parametrize(
        ("_case", "content", "words"),
        [
            ("nothing", b"", "first line is empty"),
            ("an empty first line", b"\nName\nann\n", "first line is empty"),
            ("a heading twice", b"Name,name\na,b\n", "stands in two columns"),
            ("bytes", b"MZ\x00\x01\x02", "neither a CSV nor an XLSX"),
            ("a broken XLSX", b"PK\x03\x04broken", "XLSX file cannot be read"),
            ("an open quotation mark", b'Name\n"ann\n', "quotation mark"),
            ("too many rows", b"Name\n" + b"ann\n" * (sheets.MAX_ROWS + 1), "more than 5,000 rows"),
            ("too many bytes", b"N" * (sheets.MAX_BYTES + 1), "larger than 2 MB"),
        ],
    )
    def test_refuses(self, _case, content, words):
        with pytest.raises(SheetError, match=words):
            read_sheet(content)

    def test_refuses_an_xlsx_that_unpacks_too_far(self, monkeypatch):
        monkeypatch.setattr(sheets, "MAX_UNPACKED_BYTES", 10)

        with pytest.raises(SheetError, match="unpacks to more"):
            read_sheet(xlsx(["Name"], ["ann"]))


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)"]


class TestWriting:
    def test_defuses_formulas_in_csv_and_reads_them_back(self):
        content = write_csv(["Name"], [[text] for text in DANGEROUS])

        lines = content.decode("utf-8-sig").splitlines()
        assert lines[1:] == [f"'{text}" for text in DANGEROUS]
        assert [row.cells["name"] for row in read_sheet(content).rows] == DANGEROUS

    def test_defuses_formulas_in_xlsx_and_reads_them_back(self):
        content = write_xlsx(["Name"], [[text] for text in DANGEROUS], title="Users")

        cells = load_workbook(io.BytesIO(content)).active["A"][1:]
        assert [cell.data_type for cell in cells] == ["s"] * len(DANGEROUS)
        assert [cell.value for cell in cells] == [f"'{text}" for text in DANGEROUS]
        assert [row.cells["name"] for row in read_sheet(content).rows] == DANGEROUS
