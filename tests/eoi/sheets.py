"""Worksheets for tests: of decisions, in any format that people bring them in."""

import csv
import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
HEADER = (
    "Subscriber ID", "SSN", "Covered Person", "Benefit Lookup Code", "Action", "Approved Volume",
    "Effective Date", "Original Effective Date", "Reference Number", "EOI Request ID",
)  # fmt: skip


def row(**values: Any) -> list[Any]:
    """The cells of one row below ``HEADER``, by the headings in small letters."""
    known = [heading.lower().replace(" ", "_") for heading in HEADER]
    assert set(values) <= set(known)
    return [values.get(name, "") for name in known]


def markup(
    rows: Sequence[Sequence[Any]], *, header: Sequence[str] = HEADER, before: str = ""
) -> bytes:
    """XML Spreadsheet 2003, with every cell a text."""
    lines = "".join(
        "<Row>"
        + "".join(
            f'<Cell><Data ss:Type="String">{escape(str(cell))}</Data></Cell>' for cell in cells
        )
        + "</Row>"
        for cells in (header, *rows)
    )
    return sheets(lines, before=before)


def sheets(rows: str, *, before: str = "") -> bytes:
    """XML Spreadsheet 2003 around rows of our own making, with a second tab."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<Workbook xmlns="{NAMESPACE}"'
        f' xmlns:ss="{NAMESPACE}"><Worksheet ss:Name="Instructions"><Table><Row><Cell>'
        '<Data ss:Type="String">Action</Data></Cell></Row></Table></Worksheet>'
        f'<Worksheet ss:Name="EOI Decisions"><Table>{rows}</Table></Worksheet></Workbook>'
    ).encode()


def comma_separated(rows: Sequence[Sequence[Any]], *, header: Sequence[str] = HEADER) -> bytes:
    """CSV."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def workbook(rows: Sequence[Sequence[Any]], *, header: Sequence[str] = HEADER) -> bytes:
    """An Excel workbook with both tabs."""
    book = Workbook()
    book.active.title = "EOI Decisions"
    for cells in (header, *rows):
        book.active.append(list(cells))
    book.create_sheet("Instructions").append(["Action", "One of six"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
