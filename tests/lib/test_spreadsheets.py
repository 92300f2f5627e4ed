"""Uploads are read within limits, whatever they claim to hold."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from agencyhub.lib.spreadsheets import (
    Limits,
    UnreadableSheetError,
    defuse,
    read_csv,
    read_lines,
    read_xlsx,
)

LIMITS = Limits(megabytes=1, unpacked_megabytes=2, rows=20, columns=5)
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def xlsx(*lines: list[object]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)
    book.save(out)
    return out.getvalue()


def with_part(name: str, part: str) -> bytes:
    """A workbook one of whose parts is written by hand."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(["Name"]))) as parts,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for other in parts.namelist():
            if other != name:
                written.writestr(other, parts.read(other))
        written.writestr(name, part)
    return out.getvalue()


def with_rows(rows: str) -> bytes:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    return with_part(SHEET, sheet)


def cell(at: str, value: str = "<v>1</v>") -> str:
    row = at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{at}">{value}</c></row>'


class TestReadXlsx:
    def test_reads_cells_as_they_are_shown(self):
        content = xlsx(
            ["Name", "NPN", "Born", "Ok"],
            ["José", 1234567.0, date(1958, 3, 14), True],
            [None],
            ["-", 1.5, datetime(2026, 1, 2, 3, 4), None],  # noqa: DTZ001 - a workbook has no zones
            [None, " "],
        )

        assert read_xlsx(content, limits=LIMITS) == [
            ["Name", "NPN", "Born", "Ok"],
            ["José", "1234567", "1958-03-14", "Yes"],
            [],
            ["-", "1.5", "2026-01-02"],
        ]

    def test_passes_over_empty_cells_far_away(self):
        content = with_rows(cell("A1") + cell("XFD9", "") + cell("A1048576", ""))

        assert read_xlsx(content, limits=LIMITS) == [["1"]]

    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            (cell("A1") + cell("XFD1048576"), "more than 20 rows"),
            (cell("A1") + cell("A22"), "more than 20 rows"),
            (cell("XFD1"), "column 16,384 of row 1; at most 5 columns"),
            ("<row>" + "<c><v>1</v></c>" * 6 + "</row>", "column 6 of row 1"),
            ("<row><c><v>1</v></c></row>" * 22, "more than 20 rows"),
            ("<row>" + "<c/>" * 100_000 + "</row>", "more cells, formatting or sheets"),
            ("<x/>" * 200_001, "more cells, formatting or sheets"),
            (cell("A1", "<v>one</v>"), "not an Excel workbook"),
        ],
    )
    def test_refuses_what_is_out_of_bounds(self, rows, words):
        with pytest.raises(UnreadableSheetError, match=words):
            read_xlsx(with_rows(rows), limits=LIMITS)

    def test_does_not_believe_the_dimension_that_a_sheet_claims(self):
        claimed = (
            f'<worksheet xmlns="{MAIN}"><dimension ref="A1:XFD1048576"/>'
            f"<sheetData>{cell('A1')}</sheetData></worksheet>"
        )

        assert read_xlsx(with_part(SHEET, claimed), limits=LIMITS) == [["1"]]

    @pytest.mark.parametrize("part", [SHEET, "xl/styles.xml", "xl/other.bin"])
    def test_refuses_entities_in_any_part(self, part):
        laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'

        with pytest.raises(UnreadableSheetError, match="not an Excel workbook"):
            read_xlsx(with_part(part, laughs), limits=LIMITS)

    def test_refuses_a_bomb_before_unpacking_it(self):
        content = with_part("xl/media/image1.png", " " * 3_000_000)

        assert len(content) < 20_000
        with pytest.raises(UnreadableSheetError, match="unpacks to more than 2 MB"):
            read_xlsx(content, limits=LIMITS)

    def test_refuses_many_sheets(self):
        sheets = '<sheet name="x" sheetId="1"/>' * 51
        book = f'<workbook xmlns="{MAIN}"><sheets>{sheets}</sheets></workbook>'

        with pytest.raises(UnreadableSheetError, match="more cells, formatting or sheets"):
            read_xlsx(with_part("xl/workbook.xml", book), limits=LIMITS)

    def test_refuses_a_row_that_would_fill_the_memory(self):
        content = with_rows("<row>" + "<c/>" * 65_537 + "</row>")

        with pytest.raises(UnreadableSheetError, match="more cells, formatting or sheets"):
            read_xlsx(content, limits=replace(LIMITS, rows=5_000))

    def test_reads_beside_a_picture(self):
        content = with_part("xl/media/image1.png", "\x89PNG <not> & xml")

        assert read_xlsx(content, limits=LIMITS) == [["Name"]]

    @pytest.mark.parametrize("content", [b"", b"x,y", b"PK\x03\x04broken", xlsx(["a"])[:-200]])
    def test_refuses_what_is_no_workbook(self, content):
        with pytest.raises(UnreadableSheetError, match="not an Excel workbook"):
            read_xlsx(content, limits=LIMITS)


class TestReadCsv:
    @pytest.mark.parametrize(
        ("_case", "content"),
        [
            ("UTF-8 with a mark", "\ufeffName,Other\nJosé,x\n".encode()),
            ("Windows spelling", "Name,Other\nJosé,x\n".encode("cp1252")),
            ("semicolons", "Name;Other\nJosé;x\n".encode()),
            ("tabs", "Name\tOther\nJosé\tx\n".encode()),
        ],
    )
    def test_reads_spellings(self, _case, content):
        assert read_csv(content, limits=LIMITS) == [["Name", "Other"], ["José", "x"]]

    @pytest.mark.parametrize(
        ("_case", "content", "words"),
        [
            ("bytes", b"MZ\x00\x01\x02", "neither a CSV nor an XLSX"),
            ("an open quotation mark", b'Name\n"ann\n', "quotation mark"),
            ("too many rows", b"Name\n" + b"ann\n" * 21, "more than 20 rows"),
            ("too many columns", b"a,b,c,d,e,f\n", "column 6 of row 1"),
            ("too many bytes", b"N" * 1_048_577, "larger than 1 MB"),
        ],
    )
    def test_refuses(self, _case, content, words):
        with pytest.raises(UnreadableSheetError, match=words):
            read_csv(content, limits=LIMITS)


class TestReadLines:
    def test_tells_the_two_apart_by_their_bytes(self):
        assert read_lines(xlsx(["a"]), limits=LIMITS) == [["a"]]
        assert read_lines(b"a\n", limits=LIMITS) == [["a"]]

    def test_takes_the_mark_of_defuse_off(self):
        dangerous = ["=1+1", "+1", "-1", "@SUM(A1)"]

        content = xlsx(*[[defuse(text)] for text in dangerous])
        assert read_lines(content, limits=LIMITS) == [[text] for text in dangerous]
