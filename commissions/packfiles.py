"""A dispute pack as files: a workbook that a carrier can sort, and a letter-size PDF to read."""

import html
import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from django.conf import settings
from django.utils import translation
from reportlab.lib import colors
from reportlab.lib.pagesizes import landscape, letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from agencyhub.records.lists import export
from agencyhub.records.lists.columns import Column, Drawing, Write, us_day
from agencyhub.records.lists.export import Piece
from commissions.models import DisputePack
from commissions.selectors.packs import Content, PackRow

FONT, BOLD = "Vera", "VeraBd"
GREY, LINE = colors.HexColor("#f1f3f5"), colors.HexColor("#ced4da")
UNKNOWN_LETTER = "?"


@dataclass(frozen=True)
class _Column:
    """One column of both files; ``inches`` is its width on paper, 0 leaves it out there."""

    label: str
    read: Callable[[PackRow], Any]
    inches: float
    is_number: bool = False


COLUMNS: Sequence[_Column] = (
    _Column("Policy number", lambda row: row.policy_number, 0.95),
    _Column("Member ID", lambda row: row.member_id, 0.85),
    _Column("Member", lambda row: row.member, 1.0),
    _Column("Effective date", lambda row: us_day(row.effective_date), 0.7),
    _Column("Months", lambda row: row.months, 0.75),
    _Column("Expected (USD)", lambda row: row.expected, 0.7, is_number=True),
    _Column("Received (USD)", lambda row: row.received, 0.7, is_number=True),
    _Column("Difference (USD)", lambda row: row.difference, 0.75, is_number=True),
    _Column("Why", lambda row: row.why, 2.0),
    _Column("Agent", lambda row: row.agent, 0),
    _Column("Writing number", lambda row: row.writing_number, 0.75),
    _Column("Statements", lambda row: row.statements, 0.85),
    _Column("Your case number", lambda row: row.reference, 0),
)


def as_xlsx(pack: DisputePack, rows: Iterator[PackRow]) -> IO[bytes]:
    """The workbook, on disk; it goes when it is closed. No cell runs as a formula."""
    columns = [
        Column(one.label, one.label, (), _unused, is_number=one.is_number) for one in COLUMNS
    ]
    pieces = (Piece([row.pay.pk], [[_text(one, row) for one in COLUMNS]]) for row in rows)
    return export.as_xlsx(columns, pieces, title=f"Dispute pack {pack.pk}")


def as_pdf(
    pack: DisputePack, content: Content, rows: Iterator[PackRow], *, agency: str, today: date
) -> IO[bytes]:
    """The PDF, in memory: a head that says what is asked for, then the months."""
    _register_fonts()
    file = io.BytesIO()
    title = f"Commission dispute: {pack.carrier.name}"
    document = SimpleDocTemplate(
        file, pagesize=landscape(letter), title=title, author=agency,
        leftMargin=0.5 * inch, rightMargin=0.5 * inch,
        topMargin=0.5 * inch, bottomMargin=0.6 * inch,
    )  # fmt: skip
    head = [
        Paragraph(_safe(title), _style(14, font=BOLD)),
        Spacer(1, 0.08 * inch),
        Paragraph(_safe(_ask(pack, content, agency, today)), _style(9)),
        Spacer(1, 0.15 * inch),
    ]
    document.build([*head, _table(rows)], onFirstPage=_foot(pack), onLaterPages=_foot(pack))
    file.seek(0)
    return file


def _ask(pack: DisputePack, content: Content, agency: str, today: date) -> str:
    months = len(content.rows)
    noun = "month" if months == 1 else "months"
    sender = f"{agency} asks" if agency else "We ask"
    return (
        f"{sender} for ${content.total:,.2f} of commissions for {months} {noun}, as of"
        f" {today:%m/%d/%Y}. Please answer each line with its payment or the reason it is not"
        f" owed, and name pack {pack.pk}."
    )


def _table(rows: Iterator[PackRow]) -> LongTable:
    shown = [one for one in COLUMNS if one.inches]
    small, right = _style(6.5), _style(6.5, alignment=2)
    lines = [[Paragraph(_safe(one.label), _style(6.5, font=BOLD)) for one in shown]]
    lines += [
        [Paragraph(_safe(_text(one, row)), right if one.is_number else small) for one in shown]
        for row in rows
    ]
    style = [
        ("BACKGROUND", (0, 0), (-1, 0), GREY),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]
    widths = [one.inches * inch for one in shown]
    return LongTable(lines, colWidths=widths, repeatRows=1, style=TableStyle(style))


def _foot(pack: DisputePack) -> Callable[[Any, Any], None]:
    def draw(canvas: Any, document: Any) -> None:
        canvas.setFont(FONT, 7)
        canvas.drawString(0.5 * inch, 0.35 * inch, f"Pack {pack.pk}")
        canvas.drawRightString(10.5 * inch, 0.35 * inch, f"Page {document.page}")

    return draw


def _style(size: float, *, font: str = FONT, alignment: int = 0) -> ParagraphStyle:
    return ParagraphStyle(
        font, fontName=font, fontSize=size, leading=size * 1.3, alignment=alignment, wordWrap="LTR",
        splitLongWords=1,
    )  # fmt: skip


def _unused(_drawing: Drawing) -> Write:
    """Columns of a list write rows themselves; here the cells come ready."""
    return str


def _register_fonts() -> None:
    known = pdfmetrics.getRegisteredFontNames()
    for name in (FONT, BOLD):
        if name not in known:
            pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))


def english() -> translation.override:
    """Carriers read English, whoever asks."""
    return translation.override(settings.LANGUAGE_CODE)


def _safe(text: str) -> str:
    """The text as markup, with letters that the font has: “ế” becomes “e”, in the workbook not."""
    drawn = pdfmetrics.getFont(FONT).face.charToGlyph
    return html.escape("".join(_letter(one, drawn) for one in text))


def _letter(one: str, drawn: Any) -> str:
    if ord(one) in drawn or one.isspace():
        return one
    plain = "".join(part for part in unicodedata.normalize("NFKD", one) if ord(part) in drawn)
    return plain or UNKNOWN_LETTER


def _text(column: _Column, row: PackRow) -> str:
    with english():
        value = column.read(row)
    if column.is_number:
        return "" if value is None else f"{value:.2f}"
    return str(value)
