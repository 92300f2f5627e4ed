"""Rejected rows: kept in sealed pages, with their cells and every reason, and read again."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from agencyhub.imports.engine import blobs
from agencyhub.imports.engine.parts import dump, load
from agencyhub.imports.engine.reading import ERROR, EXTRA, LINE
from agencyhub.imports.models import Import, RejectedRows
from agencyhub.lib.crypto import key_ring

PAGE = 2_000
PURPOSE = "imports_rejectedrows.data"


@dataclass(frozen=True)
class Rejected:
    """One rejected row: its cells in the order of the columns, and reasons by field."""

    line: int
    cells: list[str]
    errors: list[tuple[str, str]]


def keep(run: Import, rows: pl.DataFrame) -> None:
    """Store rejected rows: raw columns, ``line`` and ``error:`` columns, in the order of lines."""
    ring = key_ring()
    for page in rows.iter_slices(PAGE):
        used = [name for name in page.columns if page[name].null_count() < page.height]
        lines = page[LINE]
        blobs.insert(
            RejectedRows,
            run_id=run.pk,
            first_line=lines[0],
            last_line=lines[-1],
            count=page.height,
            data=ring.seal(dump(page.select(used), packed=True), purpose=PURPOSE),
        )


def read(run: Import, *, after_line: int = 0) -> Iterator[Rejected]:
    """The rejected rows behind a line, in order; pages are opened only as far as one reads.

    Pages of the parse and pages of the comparison with the records lie side by side.
    """
    pages = run.rejections.filter(last_line__gt=after_line).order_by("first_line", "pk")
    waiting: list[tuple[int, int, Iterator[Rejected]]] = []
    queue: list[tuple[int, Rejected]] = []
    width = len(run.headers)
    for page in pages.iterator(chunk_size=4):
        while queue and queue[0][0] < page.first_line:
            yield heapq.heappop(queue)[1]
        for row in _rows(page, width):
            if row.line > after_line:
                heapq.heappush(queue, (row.line, row))
    del waiting
    while queue:
        yield heapq.heappop(queue)[1]


def frame_of(page: RejectedRows) -> pl.DataFrame:
    """The rows of one page as they were kept."""
    return load(key_ring().open(bytes(page.data), purpose=PURPOSE))


def _rows(page: RejectedRows, width: int) -> Iterator[Rejected]:
    frame = frame_of(page)
    errors = [name for name in frame.columns if name.startswith(ERROR)]
    for row in frame.iter_rows(named=True):
        cells = [row.get(f"c{at}") or "" for at in range(width)]
        if row.get(EXTRA):
            cells.append(row[EXTRA])
        found = [(name.removeprefix(ERROR), row[name]) for name in errors if row[name]]
        yield Rejected(row[LINE], cells, found)
