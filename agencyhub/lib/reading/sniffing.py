"""What a file is, told by its content and never by its name."""

import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

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
NAMED_ENCODINGS = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman"}
SAVE_AS = "Save the list as CSV or as an Excel workbook (.xlsx) and choose that file."
FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"MZ\x90\x00", "a program"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet file"),
    (b"MIME-Version:", "a web archive (MHTML)"),
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
    ("WordDocument", "a Word document"),
    ("PowerPoint Document", "a presentation"),
    ("__substg1.0_", "an e-mail saved by Outlook"),
)
# Whatever the standard library raises for a broken or a protected archive.
BROKEN_ZIP = (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError)
PARTS = (
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a presentation"),
    ("Index/Document.iwa", "an Apple Numbers or Pages document"),
)
UNPROTECT = "Open it in Excel, remove the password under File › Info and save it again."
PROTECTED = f"This is a workbook protected by a password. {UNPROTECT}"
DAMAGED = "The file is damaged or cut short. Download or export it again."


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
    Kind.XLSX: "Excel workbook",
    Kind.XLSB: "Excel workbook (binary)",
    Kind.XLS: "Excel 97-2003 workbook",
    Kind.ODS: "OpenDocument spreadsheet",
    Kind.HTML: "Web page with a table",
    Kind.SPREADSHEETML: "Excel 2003 XML",
    Kind.ZIP: "ZIP archive",
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
        msg = "The file is empty. Export it again and check that it opens."
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
            msg = f"This is a {name} archive. Unpack it, or pack the list as ZIP."
            raise UnreadableFileError(msg)
    if head[4:8] == b"ftyp" or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        raise _foreign("a picture or a film")


def _foreign(name: str) -> UnreadableFileError:
    return UnreadableFileError(f"This is {name}, not a list. {SAVE_AS}")


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
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise UnreadableFileError(f"{DAMAGED} If it opens in Excel, save it as .xlsx.")
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
        msg = f"This is neither text nor a workbook. {SAVE_AS}"
        raise UnreadableFileError(msg)
    text = head.decode(encoding, "replace").lstrip("\ufeff")
    is_workbook = SPREADSHEETML in text and BROKEN_START.match(text) is not None
    if text.lstrip().startswith("<") or is_workbook:
        return _of(_markup_kind(text.lstrip()))
    if text.lstrip().startswith(('{"', "{\n", '[{"', "[\n")):
        raise _foreign("a JSON file")
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
    kind = "an XML file" if text.startswith("<?xml") else "a web page without a table"
    raise _foreign(kind)
