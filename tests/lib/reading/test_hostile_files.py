"""Files made to harm: refused or read, soon, in little memory, and with a word on what to do."""

import struct
from pathlib import Path
from random import Random

import pytest

from agencyhub.lib.reading.converting import memory_for
from agencyhub.lib.reading.limits import MEGABYTE, Limits, UnreadableFileError
from agencyhub.lib.reading.opening import open_file
from agencyhub.lib.reading.sniffing import Kind
from tests.lib.reading.files import read, read_bytes, with_parts, xlsx, zipped
from tests.lib.reading.spending import forget_peak, peak, seconds

pytestmark = pytest.mark.load

SECONDS = 10
MEMORY = 200
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
EXCEL_2003 = "urn:schemas-microsoft-com:office:spreadsheet"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
FETCHES = (
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">'
    '<!ENTITY i SYSTEM "http://127.0.0.1:9/secret">'
)


def sheet(rows: str, *, before: str = "", dimension: str = "A1") -> bytes:
    """A workbook with a sheet of our own making."""
    xml = (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/>'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )
    return with_parts(xlsx(["Name", "City"]), {SHEET: xml.encode()})


def row(*texts: str) -> str:
    return (
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
        + "</row>"
    )


def old_xml(rows: str, *, before: str = "") -> bytes:
    """An Excel 2003 XML file."""
    return (
        f'<?xml version="1.0"?>{before}<Workbook xmlns="{EXCEL_2003}" xmlns:ss="{EXCEL_2003}">'
        f'<Worksheet ss:Name="a"><Table>{rows}</Table></Worksheet></Workbook>'
    ).encode()


def claiming(content: bytes, name: str, size: int) -> bytes:
    """A packed file whose directory claims another size of a part."""
    changed = bytearray(content)
    for mark, size_at, name_at in ((b"PK\1\2", 24, 46), (b"PK\3\4", 22, 30)):
        at = changed.find(mark)
        while at >= 0:
            if changed[at + name_at :].startswith(name.encode()):
                struct.pack_into("<I", changed, at + size_at, size)
            at = changed.find(mark, at + 4)
    return bytes(changed)


def hundred_sheets() -> bytes:
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 101))
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{relation}"><sheets>{sheets}</sheets></workbook>'
    return with_parts(xlsx(["Name", "City"]), {"xl/workbook.xml": book.encode()})


FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
NAMES = row("Name", "City")
STRINGS = "xl/sharedStrings.xml"
MANY_LETTERS = b"<sst><si><t>" + b"a" * (60 * MEGABYTE) + b"</t></si></sst>"
REFUSED = [
    ("a bomb in a ZIP", lambda: zipped({"a.csv": b"a,b\n" * 10 * MEGABYTE}), "unpacks to far more"),
    ("a ZIP in a ZIP", lambda: zipped({"b.zip": zipped({"a.csv": b"a"})}), "Unpack the inner one"),
    (
        "a bomb beside a sheet",
        lambda: with_parts(xlsx(["a"]), {STRINGS: MANY_LETTERS}),
        "unpacks to far",
    ),
    (
        "a bomb that claims to be small",
        lambda: claiming(with_parts(xlsx(["a"]), {STRINGS: MANY_LETTERS}), STRINGS, 99),
        "damaged|more cells",
    ),
    ("a claim of 2 GB", lambda: claiming(xlsx(["a"]), SHEET, 2**31 - 1), "unpacks to more than"),
    ("two cells far apart", lambda: sheet(NAMES + FAR), "more cells.* or save it as CSV"),
    ("72 MB of blank rows", lambda: sheet(NAMES + "<row/>" * 12_000_000), "Export the list again"),
    ("16,384 columns", lambda: sheet(row(*["x"] * 16_384)), "column 16,384 of row 1; at most 500"),
    (
        "entities that grow",
        lambda: sheet(row("&i;"), before=LAUGHS + "]>"),
        "Export it again|damaged",
    ),
    ("entities that fetch", lambda: sheet(row("&a;&i;"), before=FETCHES + "]>"), "damaged"),
    ("a workbook cut short", lambda: xlsx(["Name"])[:3_000], "damaged or cut short. Download"),
    ("100 sheets in one part", hundred_sheets, "more cells, formatting or sheets"),
    (
        "entities that grow, in old XML",
        lambda: old_xml(
            '<Row><Cell><Data ss:Type="String">&i;</Data></Cell></Row>', before=LAUGHS + "]>"
        ),
        "defines XML entities.* Export it again",
    ),
    (
        "entities that fetch, in old XML",
        lambda: old_xml(
            '<Row><Cell><Data ss:Type="String">&a;</Data></Cell></Row>', before=FETCHES + "]>"
        ),
        "defines XML entities",
    ),
    (
        "a row far to the right, many times",
        lambda: old_xml('<Row><Cell ss:Index="16384"><Data>x</Data></Cell></Row>' * 100_000),
        "more cells",
    ),
    ("a tag without an end", lambda: old_xml("<Row " + "a" * 8 * MEGABYTE), "more cells"),
    ("elements within elements, in old XML", lambda: old_xml("<a>" * 200_000), "more cells"),
    ("tables within tables", lambda: b"<html>" + b"<table><tr><td>" * 100_000, "more cells"),
    (
        "wide cells in HTML",
        lambda: b"<html><table>" + b"<tr><td colspan=16384>x" * 99_999,
        "more cells",
    ),
    (
        "a cell of 20 MB in HTML",
        lambda: b"<html><table><tr><td>" + b"a" * 20 * MEGABYTE,
        "more cells",
    ),
    ("a cell of 100 MB", lambda: b"Name,City\nAnn," + b"a" * 100 * MEGABYTE, "Line 2 is too long"),
    (
        "a cell of 100 MB in quotation marks",
        lambda: b'Name,City\nAnn,"' + b"a\n" * 50 * MEGABYTE,
        "quotation mark that opens in line 2 is not closed",
    ),
    (
        "ten million commas",
        lambda: b"Name,City\n" + b"," * 10_000_000 + b"\nAnn,x",
        "Line 2 is too long",
    ),
    (
        "16,384 columns of text",
        lambda: ",".join(f"h{n}" for n in range(16_384)).encode() + b"\na,b\n",
        "column 16,384 of row 1",
    ),
    ("noise", lambda: Random(1).randbytes(MEGABYTE), "neither text nor a workbook"),
    (
        "noise in a container",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + Random(2).randbytes(MEGABYTE),
        "damaged",
    ),
    (
        "noise in an old workbook",
        lambda: (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + Random(3).randbytes(9_000)
            + "Workbook".encode("utf-16-le")
            + Random(4).randbytes(9_000)
        ),
        "damaged",
    ),
]


class TestOpenFile:
    @pytest.mark.parametrize(
        ("content", "words"),
        [pytest.param(content, words, id=case) for case, content, words in REFUSED],
    )
    def test_refuses_within_bounds(self, tmp_path, content, words):
        path = tmp_path / "upload"
        path.write_bytes(content())
        forget_peak()
        before, begun = peak(), seconds()

        with pytest.raises(UnreadableFileError, match=words):
            read(path, limits=Limits())

        assert seconds() - begun < SECONDS
        assert peak() - before < MEMORY

    def test_gives_a_small_file_little_memory_however_large_its_claims(self):
        kinds = [Kind.XLSX, Kind.XLSB, Kind.XLS, Kind.ODS, Kind.HTML, Kind.SPREADSHEETML]

        assert all(memory_for(kind, MEGABYTE) < MEMORY * MEGABYTE for kind in kinds)

    def test_does_not_believe_a_dimension(self, tmp_path):
        content = sheet(NAMES + row("Ann", "Waco"), dimension="A1:XFD1048576")

        assert read_bytes(tmp_path, content)[1] == [(2, "Ann", "Waco")]

    def test_reads_over_millions_of_blank_lines(self, tmp_path):
        content = b"Name,City\nAnn,Waco\n" + b"\n" * 3_000_000 + b"Bob,Reno\n"
        path = tmp_path / "upload"
        path.write_bytes(content)
        forget_peak()
        before = peak()

        _, rows = read(path)

        assert rows == [(2, "Ann", "Waco"), (3_000_003, "Bob", "Reno")]
        assert peak() - before < MEMORY

    def test_lets_no_name_in_an_archive_reach_the_disk(self, tmp_path):
        names = ["../../evil.csv", "/tmp/evil.csv", "C:\\evil.csv"]
        path = tmp_path / "upload"
        path.write_bytes(zipped(dict.fromkeys(names, b"Name,City\nAnn,Waco\n")))

        with open_file(path, limits=Limits()) as source:
            names = [sheet.name for sheet in source.sheets]
            unpacked = Path(source.unpacked.name)
            files = {file.name for file in unpacked.rglob("*") if file.is_file()}

        assert names == ["evil.csv", "evil.csv (2)", "evil.csv (3)"]
        assert files == {"member0", "member1", "member2"}
        assert not unpacked.exists()
