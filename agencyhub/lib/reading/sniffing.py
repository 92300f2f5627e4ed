"""What a file is, told by its content and never by its name."""

import re
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.utils.translation import gettext_noop

from agencyhub.lib.reading.limits import MEGABYTE, UnreadableFileError
from agencyhub.lib.reading.spelling import guess_delimiter, guess_encoding

HEAD = 256 * 1024
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
SPREADSHEETML = "urn:schemas-microsoft-com:office:spreadsheet"
# A first line that is no markup, as some exports of carriers have, with the workbook behind it.
BROKEN_START = re.compile(r"[^\n<]{0,200}(?:\n\s*|(?=<\?xml))<")
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
NAMED_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
NAMED_ENCODINGS = {"cp1252": "Windows-1252", "mac_roman": gettext_noop("Mac Roman")}
SAVE_AS = gettext_noop("Save the list as CSV or as an Excel workbook (.xlsx) and choose that file.")
FOREIGN = (
    (b"%PDF", gettext_noop("a PDF")),
    (b"\x89PNG", gettext_noop("a picture")),
    (b"\xff\xd8\xff", gettext_noop("a picture")),
    (b"GIF8", gettext_noop("a picture")),
    (b"II*\x00", gettext_noop("a picture")),
    (b"MM\x00*", gettext_noop("a picture")),
    (b"{\\rtf", gettext_noop("a text document (RTF)")),
    (b"MZ\x90\x00", gettext_noop("a program")),
    (b"\x7fELF", gettext_noop("a program")),
    (b"SQLite format 3", gettext_noop("a database")),
    (b"PAR1", gettext_noop("a Parquet file")),
    (b"MIME-Version:", gettext_noop("a web archive (MHTML)")),
)
PACKED = (
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "RAR"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
)
# Streams inside an OLE2 container, and what has them.
ENCRYPTED_STREAM = "EncryptedPackage"
OLE2_STREAMS = (
    ("WordDocument", gettext_noop("a Word document")),
    (gettext_noop("PowerPoint Document"), gettext_noop("a presentation")),
    ("__substg1.0_", gettext_noop("an e-mail saved by Outlook")),
)
# Whatever the standard library raises for a broken or a protected archive.
BROKEN_ZIP = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError,
    RuntimeError,
)  # fmt: skip
PARTS = (
    ("word/document.xml", gettext_noop("a Word document")),
    ("ppt/presentation.xml", gettext_noop("a presentation")),
    ("Index/Document.iwa", gettext_noop("an Apple Numbers or Pages document")),
)
UNPROTECT = gettext_noop(
    "Open it in Excel, remove the password under File › Info and save it again."
)
PROTECTED = gettext_noop("This is a workbook protected by a password. %(unprotect)s") % {
    "unprotect": UNPROTECT
}
DAMAGED = gettext_noop("The file is damaged or cut short. Download or export it again.")


class Kind(StrEnum):
    """What a file is read as."""

    CSV = "csv"
    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    HTML = "html"
    SPREADSHEETML = "spreadsheetml"
    ZIP = "zip"


LABELS = {
    Kind.XLSX: gettext_noop("Excel workbook"),
    Kind.XLSB: gettext_noop("Excel workbook (binary)"),
    Kind.XLS: gettext_noop("Excel 97-2003 workbook"),
    Kind.ODS: gettext_noop("OpenDocument spreadsheet"),
    Kind.HTML: gettext_noop("Web page with a table"),
    Kind.SPREADSHEETML: gettext_noop("Excel 2003 XML"),
    Kind.ZIP: gettext_noop("ZIP archive"),
}


@dataclass(frozen=True)
class FileType:
    """The kind of a file; for text also its spelling. ``label`` is for the screen."""

    kind: Kind
    label: str
    encoding: str = "utf-8"
    delimiter: str = ","
    has_carriage_returns_only: bool = False


def sniff(path: Path) -> FileType:
    """Tell what a file is.

    Raises:
        UnreadableFileError: no kind of table; the message names what it is and the remedy.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip(b"\0 \t\r\n"):
        msg = gettext_noop("The file is empty. Export it again and check that it opens.")
        raise UnreadableFileError(msg)
    if head.startswith(ZIP_STARTS):
        return _of(_zip_kind(path))
    if head.startswith(OLE2):
        return _of(_ole2_kind(path))
    _refuse_foreign(head)
    return _text_type(head)


def _of(kind: Kind) -> FileType:
    return FileType(kind=kind, label=LABELS[kind])


def _refuse_foreign(head: bytes) -> None:
    for start, name in FOREIGN:
        if head.startswith(start):
            raise _foreign(name)
    for start, name in PACKED:
        if head.startswith(start):
            msg = gettext_noop(
                "This is a %(name)s archive. Unpack it, or pack the list as ZIP."
            ) % {"name": name}
            raise UnreadableFileError(msg)
    if head[4:8] == b"ftyp" or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        raise _foreign(gettext_noop("a picture or a film"))


def _foreign(name: str) -> UnreadableFileError:
    return UnreadableFileError(
        gettext_noop("This is %(what)s, not a list. %(save_as)s")
        % {"what": name, "save_as": SAVE_AS}
    )


def _zip_kind(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            mimetype = archive.read("mimetype")[:100] if _has_mimetype(archive) else b""
    except BROKEN_ZIP as error:
        raise UnreadableFileError(DAMAGED) from error
    for part, name in PARTS:
        if part in names:
            raise _foreign(name)
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if "xl/workbook.bin" in names:
        return Kind.XLSB
    if mimetype.startswith(OPEN_DOCUMENT):
        return Kind.ODS
    return Kind.ZIP


def _has_mimetype(archive: zipfile.ZipFile) -> bool:
    return any(
        part.filename == "mimetype" and part.file_size <= HEAD for part in archive.infolist()
    )


def _ole2_kind(path: Path) -> Kind:
    content = _stream_names(path)
    if ENCRYPTED_STREAM.encode("utf-16-le") in content:
        raise UnreadableFileError(PROTECTED)
    for stream, name in OLE2_STREAMS:
        if stream.encode("utf-16-le") in content:
            raise _foreign(name)
    if not any(
        name.encode("utf-16-le") in content
        for name in (gettext_noop("Workbook"), gettext_noop("Book"))
    ):
        raise UnreadableFileError(
            gettext_noop("%(damaged)s If it opens in Excel, save it as .xlsx.")
            % {"damaged": DAMAGED}
        )
    return Kind.XLS


def _stream_names(path: Path) -> bytes:
    """The parts of an OLE2 container where its directory is: near the start or near the end."""
    with path.open("rb") as file:
        start = file.read(4 * MEGABYTE)
        file.seek(max(path.stat().st_size - 4 * MEGABYTE, 0))
        return start + file.read()


def _text_type(head: bytes) -> FileType:
    encoding = guess_encoding(head)
    if encoding is None:
        msg = gettext_noop("This is neither text nor a workbook. %(save_as)s") % {
            "save_as": SAVE_AS
        }
        raise UnreadableFileError(msg)
    text = head.decode(encoding, "replace").lstrip("\ufeff")
    is_workbook = SPREADSHEETML in text and BROKEN_START.match(text) is not None
    if text.lstrip().startswith("<") or is_workbook:
        return _of(_markup_kind(text.lstrip()))
    if text.lstrip().startswith(('{"', "{\n", '[{"', "[\n")):
        raise _foreign(gettext_noop("a JSON file"))
    has_carriage_returns_only = "\r" in text and "\n" not in text
    if has_carriage_returns_only:
        text = text.replace("\r", "\n")
    delimiter = guess_delimiter(text)
    words = [
        "TSV" if delimiter == "\t" else "CSV",
        NAMED_DELIMITERS.get(delimiter, delimiter),
        NAMED_ENCODINGS.get(encoding, encoding.upper()),
    ]
    return FileType(
        kind=Kind.CSV,
        label=", ".join(words),
        encoding=encoding,
        delimiter=delimiter,
        has_carriage_returns_only=has_carriage_returns_only,
    )


def _markup_kind(text: str) -> Kind:
    if SPREADSHEETML in text:
        return Kind.SPREADSHEETML
    if "<table" in text.lower():
        return Kind.HTML
    kind = (
        gettext_noop("an XML file")
        if text.startswith("<?xml")
        else gettext_noop("a web page without a table")
    )
    raise _foreign(kind)
