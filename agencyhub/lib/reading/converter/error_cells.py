"""Which cells of an .xlsx sheet hold an error such as #REF!: calamine gives them as empty."""

import re
import zipfile
from pathlib import Path
from posixpath import join, normpath
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

CHUNK = 1024 * 1024
# A chunk begins with the end of the one before, so that a cell across both is whole.
OVERLAP = 4 * 1024
MAX_PART = 4 * 1024 * 1024
ERROR = b't="e"'
CELL = re.compile(
    rb'<(?:\w+:)?c\s[^<>]*?\br="([A-Z]{1,3}\d{1,7})"[^<>]*>(?:<(?:\w+:)?f[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>))?'
    rb"<(?:\w+:)?v>(#[A-Z0-9/!?_]{2,15})</"
)
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def find_errors(path: Path, sheet: str) -> dict[int, dict[int, str]]:
    """Find error values by row and column number; none in a file that is not .xlsx."""
    found: dict[int, dict[int, str]] = {}
    if not zipfile.is_zipfile(path):
        return found
    with zipfile.ZipFile(path) as parts:
        part = _part_of(parts, sheet)
        if part not in parts.namelist():
            return found
        with parts.open(part) as stream:
            held = b""
            while chunk := stream.read(CHUNK):
                held = held[-OVERLAP:] + chunk
                if ERROR in held:
                    # Half of a converter's start; few files have such cells.
                    from openpyxl.utils.cell import coordinate_to_tuple  # noqa: PLC0415

                    for at, error in CELL.findall(held):
                        row, column = coordinate_to_tuple(at.decode())
                        found.setdefault(row, {})[column] = error.decode()
    return found


def _part_of(parts: zipfile.ZipFile, sheet: str) -> str:
    """The part that a sheet is in; empty if that cannot be told."""
    book = _xml(parts, "xl/workbook.xml")
    relations = _xml(parts, "xl/_rels/workbook.xml.rels")
    if book is None or relations is None:
        return ""
    key = next((one.get(RELATION) for one in book.iter() if one.get("name") == sheet), None)
    target = next((one.get("Target", "") for one in relations if one.get("Id") == key), "")
    return target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))


def _xml(parts: zipfile.ZipFile, name: str) -> Element | None:
    try:
        with parts.open(name) as stream:
            root: Element = fromstring(stream.read(MAX_PART), forbid_dtd=True)
    except (KeyError, ParseError, DefusedXmlException):
        return None
    return root
