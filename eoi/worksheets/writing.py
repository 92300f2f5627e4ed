"""Writes worksheets as XML Spreadsheet 2003 with two tabs, as a stream of bytes. Pure.

No library writes the format. Styles stand on cells, never on whole columns: LibreOffice would save
such a column with a million blank rows. There are no merged cells beside values, and no counts of
rows, both of which programs stumble over. Source: reference/groups_eoi.md C1 and C2, read
2026-11-22.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from eoi.worksheets.columns import ACTION, EFFECTIVE, SHEET, Column

Value = str | Decimal | int | date | None
INSTRUCTIONS = "Instructions"
# Rows below those that are filled in which a list of actions is offered and texts stay texts.
SPARE_ROWS = 500
LONGEST_LIST = 255
PIECE = 200
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles>
<Style ss:ID="Default" ss:Name="Normal"><Alignment ss:Vertical="Top"/></Style>
<Style ss:ID="header"><Font ss:Bold="1"/><Interior ss:Color="#D9E1F2" ss:Pattern="Solid"/></Style>
<Style ss:ID="asked"><Font ss:Bold="1"/><Interior ss:Color="#FFE699" ss:Pattern="Solid"/></Style>
<Style ss:ID="text"><NumberFormat ss:Format="@"/></Style>
<Style ss:ID="date"><NumberFormat ss:Format="yyyy\\-mm\\-dd"/></Style>
<Style ss:ID="money"><NumberFormat ss:Format="#,##0.00"/></Style>
<Style ss:ID="wrong"><NumberFormat ss:Format="@"/><Interior ss:Color="#F8CBAD" ss:Pattern="Solid"/></Style>
<Style ss:ID="wrap"><Alignment ss:Vertical="Top" ss:WrapText="1"/><NumberFormat ss:Format="@"/></Style>
</Styles>
"""  # noqa: E501 - a style a line
TABLE = "<Worksheet ss:Name={name}><Table>\n"
FIRST_ROW_STAYS = (
    '<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><FreezePanes/>'
    "<FrozenNoSplit/><SplitHorizontal>1</SplitHorizontal><TopRowBottomPane>1</TopRowBottomPane>"
    "<ActivePane>2</ActivePane></WorksheetOptions>\n"
)
VALIDATION = (
    '<DataValidation xmlns="urn:schemas-microsoft-com:office:excel"><Range>{range}</Range>{rule}'
    "<ErrorMessage>{message}</ErrorMessage><ErrorTitle>{title}</ErrorTitle></DataValidation>\n"
)
LIST = "<Type>List</Type><CellRangeList/><Value>{values}</Value>"
# Any day since 1 January 2000.
DAYS = "<Type>Date</Type><Qualifier>GreaterOrEqual</Qualifier><Value>36526</Value>"


class Wrong(str):
    """A text that something is wrong with; its cell is coloured."""

    __slots__ = ()


def workbook(
    shown: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    *,
    instructions: Sequence[Sequence[str]],
    actions: Sequence[str],
    hints: tuple[str, str],
    spare_rows: int = SPARE_ROWS,
) -> Iterator[bytes]:
    """Write the tab of decisions, then the instructions; the values stand in the columns' order.

    ``actions`` are offered as a list; ``hints`` tell what an action and a date have to be.
    ``instructions`` are rows of cells, the first of them the title.
    """
    yield HEAD.encode()
    yield _encoded([TABLE.format(name=quoteattr(SHEET)), *_columns(c.width for c in shown)])
    yield _encoded([_header(shown)])
    styles = [column.style for column in shown]
    count, held = 0, []
    for values in rows:
        count += 1
        held.append(_row(values, styles))
        if len(held) == PIECE:
            yield _encoded(held)
            held = []
    yield _encoded(held)
    yield _encoded([_row([None] * len(shown), styles)] * spare_rows)
    yield _encoded(["</Table>\n", FIRST_ROW_STAYS])
    yield _encoded(_validations(shown, count + 1 + spare_rows, actions=actions, hints=hints))
    yield _encoded(["</Worksheet>\n", *_instructions(instructions), "</Workbook>\n"])


def _encoded(parts: Iterable[str]) -> bytes:
    return "".join(parts).encode()


def _columns(widths: Iterable[int]) -> Iterator[str]:
    return (f'<Column ss:Width="{width}"/>\n' for width in widths)


def _header(shown: Sequence[Column]) -> str:
    cells = (_cell(column.label, "asked" if column.is_filled_in else "header") for column in shown)
    return f"<Row>{''.join(cells)}</Row>\n"


def _row(values: Sequence[Value], styles: Sequence[str]) -> str:
    return f"<Row>{''.join(map(_cell, values, styles))}</Row>\n"


def _cell(value: Value, style: str) -> str:
    if value is None or value == "":
        return f'<Cell ss:StyleID="{style}"/>'
    if isinstance(value, Wrong):
        style = "wrong"
    if isinstance(value, date):
        kind, text = "DateTime", f"{value:%Y-%m-%d}T00:00:00.000"
    elif isinstance(value, str):
        kind, text = "String", escape(NOT_XML.sub("", value), {"\n": "&#10;", "\r": ""})
    else:
        kind, text = "Number", str(value)
    return f'<Cell ss:StyleID="{style}"><Data ss:Type="{kind}">{text}</Data></Cell>'


def _validations(
    shown: Sequence[Column], last_row: int, *, actions: Sequence[str], hints: tuple[str, str]
) -> Iterator[str]:
    offered = ",".join(actions)
    rules = {}
    if len(offered) <= LONGEST_LIST:
        rules[ACTION] = (LIST.format(values=escape(f'"{offered}"')), hints[0])
    rules[EFFECTIVE] = (DAYS, hints[1])
    for at, column in enumerate(shown, start=1):
        if column in rules:
            rule, message = rules[column]
            yield VALIDATION.format(
                range=f"R2C{at}:R{last_row}C{at}",
                rule=rule,
                message=escape(message),
                title=escape(column.label),
            )


def _instructions(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield TABLE.format(name=quoteattr(INSTRUCTIONS))
    yield from _columns((200, 170, 420))
    for number, cells in enumerate(rows):
        # A sentence by itself runs over the columns beside it.
        style = ("wrap" if len(cells) > 1 else "text") if number else "header"
        yield f"<Row>{''.join(_cell(cell, style) for cell in cells)}</Row>\n"
    yield "</Table></Worksheet>\n"
