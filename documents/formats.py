"""Which files are kept as documents, told by what is in them and never by their names. Pure."""

import codecs
import zipfile
from dataclasses import dataclass
from functools import partial
from typing import IO

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.lib.reading.sniffing import BROKEN_ZIP

HEAD = 1024
PIECE = 1024 * 1024
LONGEST_NAME = 200
NAMELESS = "document"
# What a text may have below its letters.
PLAIN_CONTROLS = frozenset("\t\n\r\f")
CONTENT_TYPES = "[Content_Types].xml"
LARGEST_CONTENT_TYPES = 1024 * 1024
MACRO_PARTS = ("vbaproject.bin", "vbadata.xml")
MACRO_FOLDERS = ("xl/macrosheets/", "xl/dialogsheets/", "word/activex/", "xl/activex/")


class MacrosError(Exception):
    """A document of Office with programs inside."""


@dataclass(frozen=True)
class Format:
    """A kind of file; ``endings`` are those its name may have, the usual one first."""

    media_type: str
    label: StrOrPromise
    endings: tuple[str, ...]


PDF = Format("application/pdf", "PDF", (".pdf",))
PNG = Format("image/png", "PNG", (".png",))
JPEG = Format("image/jpeg", "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"))
TIFF = Format("image/tiff", "TIFF", (".tif", ".tiff"))
_OFFICE = "application/vnd.openxmlformats-officedocument."
WORD = Format(f"{_OFFICE}wordprocessingml.document", "Word", (".docx",))
EXCEL = Format(f"{_OFFICE}spreadsheetml.sheet", "Excel", (".xlsx",))
TEXT = Format("text/plain", _("Text"), (".txt", ".text", ".log"))
FORMATS = (PDF, PNG, JPEG, TIFF, WORD, EXCEL, TEXT)
BY_MEDIA_TYPE = {one.media_type: one for one in FORMATS}
ENDINGS = ",".join(ending for one in FORMATS for ending in one.endings)
_STARTS = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
)
_MAIN_PARTS = (
    (b"wordprocessingml.document.main+xml", WORD),
    (b"spreadsheetml.sheet.main+xml", EXCEL),
)


def format_of(content: IO[bytes]) -> Format | None:
    """Tell what a file is; None for whatever is not kept. It is read from its beginning.

    Raises:
        MacrosError: a document of Office with macros, or with parts of them.
    """
    content.seek(0)
    head = content.read(HEAD)
    for start, found in _STARTS:
        if head.startswith(start):
            return found
    if head.startswith(b"PK\x03\x04"):
        return _office_format(content)
    return TEXT if head and _is_text(content) else None


def shown_name(name: str, found: Format) -> str:
    """The last part of a file's name, printable, with an ending that fits what it is."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = " ".join("".join(filter(str.isprintable, last)).split()).lstrip(".")
    stem, dot, ending = printable.rpartition(".")
    if not dot or f".{ending.lower()}" not in found.endings:
        stem, ending = printable, found.endings[0][1:]
    return f"{(stem.rstrip('. ') or NAMELESS)[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def _office_format(content: IO[bytes]) -> Format | None:
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            parts = {part.filename: part for part in archive.infolist()}
            told = parts.get(CONTENT_TYPES)
            if told is None or told.file_size > LARGEST_CONTENT_TYPES:
                return None
            types = archive.read(told)
    except BROKEN_ZIP:
        return None
    names = [name.lower() for name in parts]
    if b"macroenabled" in types.lower() or any(map(_is_of_macros, names)):
        raise MacrosError
    return next((found for mark, found in _MAIN_PARTS if mark in types), None)


def _is_of_macros(name: str) -> bool:
    return name.endswith(MACRO_PARTS) or name.startswith(MACRO_FOLDERS)


def _is_text(content: IO[bytes]) -> bool:
    """Whether all of a file is UTF-8 without control characters."""
    content.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        for piece in iter(partial(content.read, PIECE), b""):
            if not _is_plain(decoder.decode(piece)):
                return False
        return _is_plain(decoder.decode(b"", final=True))
    except UnicodeDecodeError:
        return False


def _is_plain(text: str) -> bool:
    return all(letter >= " " or letter in PLAIN_CONTROLS for letter in text if letter < "\x7f")
