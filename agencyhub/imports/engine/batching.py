"""One batch of a file after the other: rows that were taken before, bad rows, and the others."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TypeVar

import polars as pl
from django.db import connection

from agencyhub.imports.engine import ledger, planning
from agencyhub.imports.engine.parts import ROWS, Parts
from agencyhub.imports.engine.reading import LINE, Reader
from agencyhub.imports.engine.totals import Sums

WORKERS = 2
Result = TypeVar("Result")


@dataclass(frozen=True)
class Found:
    """What became of one batch: rejected rows, lines that say nothing new, and the others.

    ``index`` is None where all of it was taken before.
    """

    rejected: pl.DataFrame
    same: pl.Series
    index: pl.DataFrame | None
    sums: list[Mapping[str, Decimal]]

    @property
    def rows(self) -> int:
        """How many rows the batch has."""
        others = 0 if self.index is None else self.index.height
        return self.rejected.height + len(self.same) + others


class Work:
    """Reads batches; rows that say something are kept as a part. In threads as well."""

    def __init__(
        self, reader: Reader, parts: Parts, sums: Sums, taken: ledger.Taken | None
    ) -> None:
        self.reader, self.parts, self.sums, self.taken = reader, parts, sums, taken

    def __call__(self, number: int, raw: pl.DataFrame) -> Found:
        """Read the batch with this number."""
        is_known = None
        if self.taken and number:  # the first rows do not wait for what was taken before
            is_known = self.taken.as_written.seen(self.reader.as_written(raw))
        before, rest = _divided(raw, is_known)
        sums = self.sums.of_written(before, self.reader.kind, self.reader.context)
        if not rest.height:
            return Found(rest, before[LINE], None, [sums])
        batch = self.reader.read(rest, first_row=number * ROWS)
        is_seen = self.taken.seen(batch.typed) if self.taken else None
        same, typed = _divided(batch.typed, is_seen)
        if typed.height:
            self.parts.put(number, typed)
        index = planning.index_of(self.reader.kind, typed).with_columns(
            pl.lit(number, pl.Int32).alias("part")
        )
        same_lines = pl.concat([before[LINE], same[LINE]])
        return Found(batch.rejected, same_lines, index, [sums, self.sums.of(batch.typed)])


def side_by_side(
    batches: Iterable[pl.DataFrame], work: Callable[[int, pl.DataFrame], Result]
) -> Iterator[Result]:
    """Work on batches in order, two at a time; the first one here: small files need no threads."""
    numbered = enumerate(batches)
    for number, raw in islice(numbered, 1):
        yield work(number, raw)
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting: deque[Future[Result]] = deque()
        for number, raw in numbered:
            waiting.append(pool.submit(_in_thread, work, number, raw))
            if len(waiting) > WORKERS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _in_thread(
    work: Callable[[int, pl.DataFrame], Result], number: int, raw: pl.DataFrame
) -> Result:
    try:
        return work(number, raw)
    finally:
        connection.close()


def _divided(rows: pl.DataFrame, is_seen: pl.Series | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that were taken before, and the others."""
    if is_seen is None or not is_seen.any():
        return rows.clear(), rows
    return rows.filter(is_seen), rows.filter(~is_seen)
