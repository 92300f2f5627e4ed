"""A report as a file: exactly the table of its page, and the note of who took it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO, Any

from django.utils.translation import gettext

from agencyhub.home.reports.asked import Asked, list_key
from agencyhub.home.reports.base import Cell, ColumnKind, Figures, Line
from agencyhub.home.reports.registry import REPORTS
from agencyhub.records.lists import export, registry
from agencyhub.records.lists.columns import Column
from agencyhub.records.lists.export import Piece
from agencyhub.records.lists.models import ExportLog


def as_csv(asked: Asked, figures: Figures, *, now: datetime) -> Iterator[bytes]:
    """The table as CSV; no cell runs as a formula."""
    columns = _columns(figures)
    _note(asked, figures, columns, "csv", now)
    return export.as_csv(columns, [_piece(figures)])


def as_xlsx(asked: Asked, figures: Figures, *, now: datetime) -> IO[bytes]:
    """The table as a workbook; the caller closes it."""
    columns = _columns(figures)
    _note(asked, figures, columns, "xlsx", now)
    title = str(asked.report.title)
    return export.as_xlsx(columns, [_piece(figures)], title=title)


def _columns(figures: Figures) -> list[Column]:
    """As the page shows them, in the reader's language."""
    numbers = [(one.label, True) for one in figures.columns]
    labelled = [(figures.head, False), *numbers]
    return [
        Column(f"column{at}", label, (), _as_it_is, is_number=is_number)
        for at, (label, is_number) in enumerate(labelled)
    ]


def _as_it_is(_drawing: Any) -> Any:
    return str


def _piece(figures: Figures) -> Piece:
    lines = [_line(figures, one, one.label) for one in figures.lines]
    if figures.total:
        lines.append(_line(figures, figures.total, gettext("Total")))
    return Piece([], lines)


def _line(figures: Figures, line: Line, label: str) -> list[str]:
    cells = zip(line.cells, figures.columns, strict=True)
    return [label, *(_text(cell, column.kind) for cell, column in cells)]


def _text(cell: Cell, kind: ColumnKind) -> str:
    """A number that programs can read; blank where there is none."""
    if cell.value is None:
        return ""
    return f"{cell.value:.2f}" if kind == "usd" else str(cell.value)


def _note(
    asked: Asked, figures: Figures, columns: Sequence[Column], file_format: str, now: datetime
) -> None:
    """Figures name agents and carriers, and nobody who is insured: there is nothing to mask."""
    ExportLog.objects.create(
        user=asked.user.acted_by or asked.user,
        list_key=list_key(asked.report),
        format=file_format,
        filters=asked.form.words(),
        columns=[str(one.label) for one in columns],
        rows=len(figures.lines),
        is_masked=True,
        finished_at=now,
    )


for _report in REPORTS.values():
    registry.entitle(list_key(_report), _report.title)
