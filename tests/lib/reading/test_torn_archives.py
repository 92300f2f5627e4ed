"""Archives whose streams cannot be inflated: a clear word, whichever part it is."""

import pytest

from agencyhub.lib.reading.limits import UnreadableFileError
from agencyhub.lib.reading.sniffing import sniff
from tests.lib.reading.files import read, torn, xlsx, zipped

BOOK = xlsx(["Name", "City"], ["Ann", "Reno"], ["Bea", "Omaha"])
LISTS = zipped({"list.csv": b"Name,City\nAnn,Reno\nBea,Omaha\n" * 20})
OPEN_DOCUMENT = zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet" * 3})


@pytest.mark.parametrize(
    ("_case", "content"),
    [
        ("the sheet of a workbook", torn(BOOK, "xl/worksheets/sheet1.xml")),
        ("what a workbook has", torn(BOOK, "xl/workbook.xml")),
        ("where the parts of a workbook are", torn(BOOK, "xl/_rels/workbook.xml.rels")),
        ("a list in a ZIP", torn(LISTS, "list.csv")),
        ("what an OpenDocument is", torn(OPEN_DOCUMENT, "mimetype")),
    ],
)
def test_reading_says_that_the_file_is_damaged(tmp_path, _case, content):
    path = tmp_path / "upload"
    path.write_bytes(content)

    with pytest.raises(UnreadableFileError, match=r"damaged or cut short\. Download"):
        read(path)


def test_sniffing_says_that_the_file_is_damaged(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(torn(OPEN_DOCUMENT, "mimetype"))

    with pytest.raises(UnreadableFileError, match="damaged or cut short"):
        sniff(path)
