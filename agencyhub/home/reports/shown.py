"""A report as its page shows it: chart and table, each number with its door."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext

from agencyhub.home.charts import Chart, Row, Shown, chart_of, in_words
from agencyhub.home.reports.base import Figures, Line, Report
from agencyhub.home.reports.groupings import AGE, LINE, MONTH

TABLE = "report-table"
# More bars than that cannot be told apart; the table has them all.
CHARTED = 15


@dataclass(frozen=True)
class Named(Shown):
    """A number under its column's heading, which stands beside it on phones."""

    head: str


@dataclass(frozen=True)
class Table:
    """The figures as a table."""

    head: str
    heads: Sequence[str]
    rows: Sequence[Row]
    total: Row | None


def table_of(figures: Figures) -> Table:
    """Every line in words, each number with its door."""
    return Table(
        head=figures.head,
        heads=[one.label for one in figures.columns],
        rows=[_row(figures, line, line.label) for line in figures.lines],
        total=_row(figures, figures.total, gettext("Total")) if figures.total else None,
    )


def _row(figures: Figures, line: Line, label: str) -> Row:
    cells: list[Shown] = [
        Named(in_words(cell.value, column.kind), cell.url, column.label)
        for cell, column in zip(line.cells, figures.columns, strict=True)
    ]
    return Row(label, line.url, cells)


def chart_for(report: Report, figures: Figures, *, by: str) -> Chart | None:
    """The chart of a report; lines only over time, and the largest bars only of very many."""
    if not report.chart or not figures.lines:
        return None
    kind = report.chart
    if kind == "line" and by != MONTH:
        kind = "bars"
    lines = figures.lines if by in (MONTH, LINE, AGE) else figures.lines[:CHARTED]
    columns = [at for at in report.charted or () if at < len(figures.columns)]
    return chart_of(
        replace(figures, lines=lines), kind, label=str(report.title),
        columns=columns or None, table_id=TABLE,
    )  # fmt: skip


def is_cut(chart: Chart | None, figures: Figures) -> bool:
    """Whether the chart leaves lines to the table."""
    return chart is not None and len(chart.rows) < len(figures.lines)
