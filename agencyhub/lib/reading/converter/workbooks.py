"""Workbooks by calamine: what formulas last gave, dates as dates."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from agencyhub.lib.reading.converter.error_cells import find_errors
from agencyhub.lib.reading.converter.writing import SheetWriter

Errors = dict[int, dict[int, str]]


def convert(path: Path, folder: Path, most_sheets: int) -> list[dict[str, object]]:
    """Write every sheet that has cells; the numbers of its rows stay."""
    writer = SheetWriter(folder, most=most_sheets)
    with CalamineWorkbook.from_path(path) as book:
        for sheet in book.sheets_metadata:
            if sheet.typ is not SheetTypeEnum.WorkSheet:
                continue
            cells = book.get_sheet_by_name(sheet.name)
            rows: Iterable[list[Any]] = cells.iter_rows()
            if errors := find_errors(path, sheet.name):
                rows = _with_errors(rows, errors, left=cells.start[1] if cells.start else 0)
            is_hidden = sheet.visible is not SheetVisibleEnum.Visible
            writer.write(sheet.name, rows, is_hidden=is_hidden)
    return writer.sheets


def _with_errors(rows: Iterable[list[Any]], errors: Errors, *, left: int) -> Iterator[list[Any]]:
    """Put in error values, which calamine leaves out."""
    for number, row in enumerate(rows, start=1):
        for column, error in errors.get(number, {}).items():
            if left < column <= left + len(row):
                row[column - left - 1] = error
        yield row
