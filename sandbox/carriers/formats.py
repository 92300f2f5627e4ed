"""The file formats that carriers use: the same rows are the same bytes, at any time."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from html import escape

from openpyxl import Workbook

Row = Sequence[object]
_LONG_AGO = (2026, 1, 1, 0, 0, 0)
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_SHEET = "urn:schemas-microsoft-com:office:spreadsheet"


def as_csv(rows: Iterable[Row]) -> bytes:
    """Comma-separated text with a byte order mark, as Excel writes it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Sequence[tuple[str, Sequence[Row]]]) -> bytes:
    """A workbook of named sheets."""
    book = Workbook(write_only=True)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return _timeless(written.getvalue())


def as_spreadsheetml(name: str, rows: Iterable[Row]) -> bytes:
    """Excel 2003 XML with the first line that one carrier's system leaves broken."""
    cells = "\n".join("<Row>" + "".join(_cell(value) for value in row) + "</Row>" for row in rows)
    return (
        "<xml version>\n"
        f'<Workbook xmlns="{_SHEET}" xmlns:ss="{_SHEET}">\n'
        f'<Worksheet ss:Name="{escape(name)}"><Table>\n{cells}\n</Table></Worksheet>\n</Workbook>\n'
    ).encode()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f'<Cell><Data ss:Type="String">{escape(text)}</Data></Cell>'


def _timeless(workbook: bytes) -> bytes:
    """Take the moment of writing out of a workbook."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            content = _MOMENT.sub(rb"\g<1>2026-01-01T00:00:00Z", old.read(entry))
            info = zipfile.ZipInfo(entry.filename, _LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, content)
    return written.getvalue()
