import io

import pytest
from openpyxl import Workbook, load_workbook

from agencyhub.lib.reading.limits import UnreadableFileError
from integrations.plancompare.sheets import read_sheet, write_csv, write_xlsx


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
        ("_case", "content", "words"),
        [
            ("nothing", b"", "The file is empty"),
            ("an empty first line", b"\nName\nann\n", "first line is empty"),
            ("a heading twice", b"Name,name\na,b\n", "stands in two columns"),
        ],
    )
    def test_refuses(self, _case, content, words):
        with pytest.raises(UnreadableFileError, match=words):
            read_sheet(content)


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
