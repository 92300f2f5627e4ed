import io
from datetime import date, datetime, time, timedelta

import pytest
from openpyxl import Workbook

from agencyhub.lib.reading.limits import UnreadableFileError
from agencyhub.lib.reading.opening import locate, open_file
from tests.lib.reading.files import SAMPLES, SMALL, as_csv, read, read_bytes, xlsx, zipped

CELLS = [
    ("text", "Ann", "Ann"),
    ("text with leading zeros", "00123", "00123"),
    ("a whole number", 15.0, "15"),
    ("a long number", 123456789012345, "123456789012345"),
    ("a number that lost digits", 1234567890123456789, "1.23456789012346E+18"),
    ("a sum of fractions", 1.1 + 2.2, "3.3"),
    ("a small fraction", 0.00000012, "0.00000012"),
    ("a negative amount", -5.5, "-5.5"),
    ("a day", date(2026, 1, 5), "2026-01-05"),
    ("a moment", datetime.fromisoformat("2026-01-05T13:45:10"), "2026-01-05T13:45:10"),
    (
        "a moment almost at a second",
        datetime.fromisoformat("2026-01-05T13:45:10.999900"),
        "2026-01-05T13:45:11",
    ),
    ("a time", time(13, 45), "13:45:00"),
    ("hours", timedelta(hours=30), "30:00:00"),
    ("yes", True, "TRUE"),
    ("an error", "#REF!", "#REF!"),
    ("a line break", "one\ntwo", "one\ntwo"),
    ("our mark of a formula", "'=1+1", "=1+1"),
]
SPREADSHEETML = """<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Book"><Table>
<Row><Cell><Data ss:Type="String">Key</Data></Cell><Cell><Data ss:Type="String">Paid</Data></Cell>
<Cell><Data ss:Type="String">On</Data></Cell></Row>
<Row ss:Index="4"><Cell><Data ss:Type="String">O&apos;Neil &amp; Co</Data></Cell>
<Cell ss:Index="3"><Data ss:Type="DateTime">2026-01-05T00:00:00.000</Data></Cell></Row>
<Row><Cell><Data ss:Type="Number">12</Data></Cell><Cell><Data ss:Type="Number">1.50</Data></Cell>
<Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>
</Table></Worksheet></Workbook>"""
CELL = '<Cell><Data ss:Type="String">{}</Data></Cell>'
GAPS = f"""<?xml version="1.0"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Book"><Table>
<Row>{CELL.format("Key")}{CELL.format("Note")}{CELL.format("Paid")}{CELL.format("City")}</Row>
<Row>{CELL.format("a")}<Cell ss:StyleID="s62"/>{CELL.format("1.50")}{CELL.format("Ames")}</Row>
<Row>{CELL.format("b")}<Cell ss:MergeAcross="1"><Data ss:Type="String">all</Data></Cell>
{CELL.format("Ames")}</Row>
<Row ss:Span="2"/>
<Row>{CELL.format("c")}<Cell><Data ss:Type="String">x</Data><Comment><ss:Data
 xmlns="http://www.w3.org/TR/REC-html40"><B>who</B> says</ss:Data></Comment></Cell>
{CELL.format("2.50")}</Row>
</Table></Worksheet></Workbook>"""
HTML = """<html><head><style>td { color: red }</style><title>Book</title></head><body>
<table><tr><td colspan=3><b>Book of business</b></td></tr></table>
<TABLE border=1><TR><TH>Key<TH>First<br>name<TH>Paid
<tr><td>a1</td><td>Jos&eacute;&nbsp;L.</td><td> 1.50 </td></tr>
<tr><td>a2</td><td><script>alert(1)</script>Ann</td><td>&lt;none&gt;</td></tr></TABLE></body>"""


class TestXlsx:
    def test_reads_cells_as_a_person_sees_them(self, tmp_path):
        rows = [[name, value] for name, value, _ in CELLS]

        batches, found = read_bytes(tmp_path, xlsx(["What", "Value"], *rows))

        assert found == [(at, name, text) for at, (name, _, text) in enumerate(CELLS, start=2)]
        assert batches.scientific == {1: 1}

    def test_keeps_the_numbers_of_rows_and_finds_errors_beside_an_empty_margin(self, tmp_path):
        book = Workbook()
        for at, text in {"C5": "Key", "D5": "Rate", "C8": "a", "D8": "#DIV/0!", "C9": "b"}.items():
            book.active[at] = text
        content = io.BytesIO()
        book.save(content)

        batches, rows = read_bytes(tmp_path, content.getvalue())

        assert batches.labels == ["Key", "Rate"]
        assert rows == [(8, "a", "#DIV/0!"), (9, "b", None)]

    def test_lists_sheets_with_cells_and_chooses_a_visible_one(self, tmp_path):
        book = Workbook()
        book.active.append(["Key", "Name"])
        hidden = book.create_sheet("Old")
        hidden.sheet_state = "hidden"
        for _ in range(9):
            hidden.append(["Key", "Name", "City"])
        book.create_sheet("Empty")
        book.create_chartsheet("Chart")
        content = io.BytesIO()
        book.save(content)
        path = tmp_path / "upload"
        path.write_bytes(content.getvalue())

        with open_file(path, limits=SMALL) as source:
            located = locate(source)
            sheets = [(sheet.name, sheet.rows, sheet.is_hidden) for sheet in source.sheets]

        assert sheets == [("Sheet", 1, False), ("Old", 9, True)]
        assert located.sheet.name == "Sheet"


class TestXls:
    def test_reads_a_workbook_of_excel_97(self):
        batches, rows = read(SAMPLES / "book_of_business.xls")

        assert rows == [
            (4, "00123", "Ann Example", "2026-01-01", "2026-01-05T13:45:00", "15.5", "TRUE"),
            (5, "123456789012345", "José Muñoz", "2025-12-01", "2026-01-05", "15.25", "FALSE"),
        ]
        assert [(one.label, one.values) for one in batches.totals] == [("Total", {4: "30.75"})]


class TestMarkup:
    def test_keeps_cells_of_excel_2003_xml_below_their_headers(self, tmp_path):
        _, rows = read_bytes(tmp_path, GAPS.encode())

        assert rows == [
            (2, "a", None, "1.50", "Ames"),
            (3, "b", "all", None, "Ames"),
            (7, "c", "x", "2.50", None),
        ]

    def test_reads_excel_2003_xml(self, tmp_path):
        batches, rows = read_bytes(tmp_path, SPREADSHEETML.encode())

        assert batches.labels == ["Key", "Paid", "On"]
        assert rows == [(4, "O'Neil & Co", None, "2026-01-05"), (5, "12", "1.5", "#N/A")]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
    def test_reads_the_tables_of_a_web_page(self, tmp_path, encoding):
        batches, rows = read_bytes(tmp_path, HTML.encode(encoding))

        assert batches.labels == ["Key", "First name", "Paid"]
        assert rows == [(2, "a1", "José L.", "1.50"), (3, "a2", "Ann", "<none>")]


class TestZip:
    def test_lists_the_sheets_of_its_files_under_their_names(self, tmp_path):
        rows = [["Key", "Name"], ["a", "Ann"]]
        path = tmp_path / "upload"
        parts = {
            "march/book.csv": as_csv(rows, delimiter=";"),
            "__MACOSX/march/._book.csv": b"\0\1",
            "readme.pdf": b"%PDF-1.7",
            "book.xlsx": xlsx(*rows, More=rows * 9),
        }
        path.write_bytes(zipped(parts))

        with open_file(path, limits=SMALL) as source:
            names = [sheet.name for sheet in source.sheets]
        _, found = read(path, sheet="book.csv")

        assert names == ["book.csv", "book.xlsx › Sheet", "book.xlsx › More"]
        assert found == [(2, "a", "Ann")]

    def test_says_what_is_wrong_if_nothing_in_it_is_a_list(self, tmp_path):
        with pytest.raises(UnreadableFileError, match=r"a\.pdf: This is a PDF"):
            read_bytes(tmp_path, zipped({"a.pdf": b"%PDF-1.7", "b.png": b"\x89PNG\r\n"}))
