"""Workbooks made to harm: refused soon, in little memory, with words on what to do."""

import pytest

from agencyhub.lib.reading.converting import memory_for
from agencyhub.lib.reading.limits import MEGABYTE, UnreadableFileError
from agencyhub.lib.reading.sniffing import Kind
from eoi.worksheets import reading
from tests.eoi import sheets
from tests.lib.reading.files import with_parts
from tests.lib.reading.spending import forget_peak, peak, seconds

SECONDS, MEMORY = 5, 200
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
FETCHES = (
    '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">'
    '<!ENTITY j SYSTEM "http://127.0.0.1:9/secret">'
)
TYPED = '<Row><Cell><Data ss:Type="String">&i;</Data></Cell></Row>'
BLANK = '<Row ss:AutoFitHeight="0"><Cell ss:Index="12"/></Row>\n'
FILES = [
    ("an entity bomb", lambda: sheets.sheets(TYPED, before=LAUGHS + "]>"), "Export it again"),
    ("a file fetched", lambda: sheets.sheets(TYPED, before=FETCHES + "]>"), "Export it again"),
    (
        "72 MB of blank rows",
        lambda: sheets.sheets(BLANK * (72 * MEGABYTE // len(BLANK))),
        "blank rows to the end of the sheet. Copy the rows with a decision into a new worksheet",
    ),
    (
        "as many blank rows as may come",
        lambda: sheets.sheets(BLANK * (15 * MEGABYTE // len(BLANK))),
        "Add them|more cells",
    ),
    (
        "a million rows that one stands for",
        lambda: sheets.sheets('<Row ss:Span="1048000"/>' * 9),
        "more cells",
    ),
    (
        "a cell far to the right in each row",
        lambda: sheets.sheets('<Row><Cell ss:Index="16384"><Data>x</Data></Cell></Row>' * 90_000),
        "Copy the values of the one list into a new workbook",
    ),
    (
        "elements within elements",
        lambda: sheets.sheets("<a>" * 5_000_000),
        "Copy the values of the one list into a new workbook",
    ),
    (
        "an encoding that nobody has",
        lambda: sheets.markup([]).replace(b"UTF-8", b"klingon-8"),
        "an encoding that is not read. Save it again in UTF-8",
    ),
    (
        "an encoding that it is not in",
        lambda: sheets.markup([["Zoë"]]).decode().encode("cp1252"),
        "damaged or cut short",
    ),
    ("UTF-7", lambda: sheets.markup([]).replace(b"UTF-8", b"UTF-7"), "encoding that is not"),
    (
        "macros",
        lambda: with_parts(sheets.workbook([]), {"xl/vbaProject.bin": b"\xd0\xcf"}),
        "has macros.* Save it as .xlsx or as XML Spreadsheet 2003, without macros",
    ),
    (
        "another kind of list",
        lambda: b"<html><body><table><tr><td>Action</td></tr></table></body></html>",
        r"read from XML Spreadsheet 2003 \(.xml\), Excel workbooks \(.xlsx\) and CSV",
    ),
    ("XML data", lambda: b'<?xml version="1.0"?><decisions/>', "Save the list as CSV"),
    ("nothing", lambda: b"", "empty"),
]


@pytest.mark.parametrize(("make", "words"), [pytest.param(*one[1:], id=one[0]) for one in FILES])
def test_refuses(tmp_path, make, words):
    path = tmp_path / "upload"
    path.write_bytes(make())
    forget_peak()
    before, begun = peak(), seconds()

    with pytest.raises(UnreadableFileError, match=words) as refusal:
        reading.read(path)

    assert seconds() - begun < SECONDS
    assert peak() - before < MEMORY
    assert refusal.value.message.endswith(".")


def test_gives_the_process_that_opens_files_no_more_memory_than_a_full_one_needs():
    largest = reading.LIMITS.megabytes * MEGABYTE

    # Addresses, of which it fills about half.
    assert memory_for(Kind.SPREADSHEETML, largest) < MEMORY * MEGABYTE
    assert (
        memory_for(Kind.XLSX, reading.LIMITS.unpacked_megabytes * MEGABYTE)
        < 1.6 * MEMORY * MEGABYTE
    )


def test_reads_a_full_worksheet_within_the_same_limits(tmp_path):
    asked = sheets.row(
        subscriber_id="0002852117", benefit_lookup_code="subscriber_life", action="approve_all"
    )
    path = tmp_path / "upload"
    path.write_bytes(sheets.markup([asked] * 10_000))

    assert len(reading.read(path).rows) == 10_000
