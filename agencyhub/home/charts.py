"""Charts of figures: what ``static/js/charts.js`` draws, and the table that says the same."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from agencyhub.home.reports.base import Cell, Column, Figures, Line
from agencyhub.home.reports.base import Chart as Kind
from agencyhub.lib.templatetags.ui import DASH, usd

# Columns without a tone of their own take these in turn.
PALETTE = ("info", "success", "warning", "neutral", "danger")


@dataclass(frozen=True)
class Shown:
    """One number in words, and the rows that it counts."""

    text: str
    url: str


@dataclass(frozen=True)
class Row:
    """One line of the table twin."""

    label: str
    url: str
    cells: list[Shown]


@dataclass(frozen=True)
class Chart:
    """What ``components/chart.html`` takes.

    ``data`` is for the script: ``labels``, ``unit`` (count, usd or percent), ``kind``, and
    ``series`` with ``label``, ``tone``, ``values`` and ``urls``. The table twin stands in the page
    unless ``table_id`` names a table that does so already.
    """

    id: str
    label: str
    head: str
    heads: list[str]
    rows: list[Row]
    data: dict[str, Any]
    table_id: str = ""

    @property
    def json(self) -> str:
        """``data`` for an attribute: htmx takes scripts, JSON among them, out of what it swaps."""
        return json.dumps(self.data)

    @property
    def twin_id(self) -> str:
        """The id of the table twin."""
        return f"{self.id}-table"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for one in self.data["series"] for value in one["values"])


def chart_of(
    figures: Figures,
    kind: Kind,
    *,
    id: str = "chart",  # noqa: A002 - it becomes the attribute of this name
    label: str = "",
    columns: Sequence[int] | None = None,
    table_id: str = "",
) -> Chart:
    """Chart the columns that count the same as the first one does.

    ``columns`` names others, by their places; all are of one kind, since they share one scale.
    """
    places = _places(figures.columns) if columns is None else list(columns)
    shown = [figures.columns[place] for place in places]
    return Chart(
        id=id,
        label=label or gettext("Chart"),
        head=figures.head,
        heads=[str(one.label) for one in shown],
        rows=[_row(line, places, shown) for line in figures.lines],
        data={
            "kind": kind,
            "unit": shown[0].kind if shown else "count",
            "labels": [str(line.label) for line in figures.lines],
            "series": [_series(figures, place, at) for at, place in enumerate(places)],
        },
        table_id=table_id,
    )


def in_words(value: Decimal | int | None, kind: str) -> str:
    """A number as people read it: ``1,234``, ``$1,234.56``, ``12.5%``; a dash where none is."""
    if value is None:
        return DASH
    if kind == "usd":
        return str(usd(value))
    return f"{value:,.1f}%" if kind == "percent" else f"{value:,}"


def _places(columns: Sequence[Column]) -> list[int]:
    return [place for place, one in enumerate(columns) if one.kind == columns[0].kind]


def _row(line: Line, places: Sequence[int], columns: Sequence[Column]) -> Row:
    cells = [line.cells[place] for place in places]
    shown = [
        Shown(in_words(cell.value, column.kind), cell.url)
        for cell, column in zip(cells, columns, strict=True)
    ]
    return Row(str(line.label), line.url, shown)


def _series(figures: Figures, place: int, at: int) -> dict[str, Any]:
    column = figures.columns[place]
    cells = [line.cells[place] for line in figures.lines]
    return {
        "label": str(column.label),
        "tone": column.tone or PALETTE[at % len(PALETTE)],
        "values": [_number(cell) for cell in cells],
        "urls": [cell.url for cell in cells],
    }


def _number(cell: Cell) -> float | None:
    """A value as a length; what is read is the words, which are exact."""
    return None if cell.value is None else float(cell.value)
