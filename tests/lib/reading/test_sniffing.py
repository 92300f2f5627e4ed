import pytest

from agencyhub.lib.reading.limits import UnreadableFileError
from agencyhub.lib.reading.sniffing import Kind, sniff
from tests.lib.reading.files import SAMPLES, as_csv, xlsx, zipped

ROWS = [["Name", "City"], ["José", "Cañon City"], ["Ann", "Peña Blanca"]]
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
SPREADSHEETML = (
    '<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
)


def of(tmp_path, content):
    path = tmp_path / "upload.xls"  # the name says nothing
    path.write_bytes(content)
    return sniff(path)


class TestSniff:
    @pytest.mark.parametrize(
        ("content", "label"),
        [
            (as_csv(ROWS), "CSV, commas, UTF-8"),
            (as_csv(ROWS, encoding="utf-8-sig"), "CSV, commas, UTF-8"),
            (as_csv(ROWS, encoding="utf-16"), "CSV, commas, UTF-16-LE"),
            (as_csv(ROWS, encoding="utf-16-be"), "CSV, commas, UTF-16-BE"),
            (as_csv(ROWS, encoding="cp1252", delimiter=";"), "CSV, semicolons, Windows-1252"),
            (as_csv(ROWS, encoding="mac_roman", newline="\r"), "CSV, commas, Mac Roman"),
            (as_csv(ROWS, delimiter="\t"), "TSV, tabs, UTF-8"),
            (as_csv(ROWS, delimiter="|"), "CSV, bars, UTF-8"),
            (b"sep=;\r\nName,First;City\r\n", "CSV, semicolons, UTF-8"),
            (b"Name;Rate;Paid\n1,5;2,5;3,5\n2,5;3,5;4,5\n", "CSV, semicolons, UTF-8"),
            (b'Name\tAddress\n"Lee, Ann"\t"1 Main St, Austin, TX"\n', "TSV, tabs, UTF-8"),
            (b"Name\nAnn\n", "CSV, commas, UTF-8"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_tells_how_text_is_spelled(self, tmp_path, content, label):
        found = of(tmp_path, content)

        assert (found.kind, found.label) == (Kind.CSV, label)

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (xlsx(["Name"]), Kind.XLSX),
            ((SAMPLES / "book_of_business.xls").read_bytes(), Kind.XLS),
            (zipped({"xl/workbook.bin": b"x"}), Kind.XLSB),
            (zipped({"a.csv": b"Name\n"}), Kind.ZIP),
            (b"\xef\xbb\xbf\n<html><body><TABLE><tr><td>Name</td></tr></TABLE>", Kind.HTML),
            (SPREADSHEETML.encode(), Kind.SPREADSHEETML),
            (SPREADSHEETML.encode("utf-16"), Kind.SPREADSHEETML),
        ],
        ids=lambda value: value.name if isinstance(value, Kind) else "",
    )
    def test_knows_what_is_no_plain_text(self, tmp_path, content, kind):
        assert of(tmp_path, content).kind is kind

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "The file is empty. Export it again"),
            (b"\r\n \r\n", "The file is empty"),
            (b"%PDF-1.7\n", "This is a PDF, not a list. Save the list as CSV"),
            (b"\x89PNG\r\n\x1a\n", "a picture"),
            (b"\x1f\x8b\x08\x00", "gzip archive. Unpack it"),
            (b'{"rows": []}', "a JSON file"),
            (b"<?xml version='1.0'?><rows/>", "an XML file, not a list"),
            (b"<html><body>Please sign in</body></html>", "a web page without a table"),
            (bytes(range(256)) * 8, "neither text nor a workbook. Save the list as CSV"),
            (zipped({"word/document.xml": b"x"}), "a Word document"),
            (xlsx(["Name"])[:-100], "damaged or cut short. Download"),
            (OLE2, "damaged or cut short"),
            (OLE2 + "WordDocument".encode("utf-16-le"), "a Word document"),
            (OLE2 + "EncryptedPackage".encode("utf-16-le"), "remove the password under File"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_refuses_and_says_what_to_do(self, tmp_path, content, words):
        with pytest.raises(UnreadableFileError, match=words):
            of(tmp_path, content)
