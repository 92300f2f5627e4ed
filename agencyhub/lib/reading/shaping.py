"""Blocks of records as data frames of text, each row with its line."""

import re
from itertools import repeat

import polars as pl

from agencyhub.lib.formulas import FORMULA_STARTS, MARK
from agencyhub.lib.reading.records import Irregular, Regular, read_one_by_one
from agencyhub.lib.reading.texts import Text

LINE = "line"
EXTRA = "extra"
MARKED = f"{MARK}[{re.escape(''.join(FORMULA_STARTS))}]"
MARKED_BYTES = re.compile(MARKED.encode())
# What rows have beyond the last header is shown to a person; more of it says no more.
MAX_EXTRA = 200


class Shaper:
    """Shapes one table: ``columns`` have a header, rows in the sample are ``width`` cells wide."""

    def __init__(self, text: Text, *, columns: int, width: int) -> None:
        self.text = text
        self.names = [f"c{at}" for at in range(columns)]
        self.beyond = [f"c{at}" for at in range(columns, width)]
        self.schema = pl.Schema(dict.fromkeys(self.names + self.beyond, pl.String))
        self.records = 0

    def frame(self, block: Regular | Irregular) -> pl.DataFrame:
        """Make ``c0``, ``c1`` … , ``extra`` and ``line`` of a block; blank rows included."""
        shaped = self._of_irregular(block) if isinstance(block, Irregular) else self._read(block)
        if self.text.counts_records:
            first = self.records + 1
            self.records += len(shaped)
            return shaped.with_columns(_count_from(first, len(shaped)))
        return shaped

    def _read(self, block: Regular) -> pl.DataFrame:
        try:
            frame = pl.read_csv(
                block.content,
                has_header=False,
                schema=self.schema,
                infer_schema=False,
                missing_columns="insert",
                separator=self.text.delimiter,
                quote_char='"' if block.has_quotes else None,
            )
        except pl.exceptions.PolarsError:  # a row has more cells than those of the sample
            return self._of_irregular(read_one_by_one(block, self.text))
        if b'""' in block.content:
            frame = _with_nulls(frame)
        if MARKED_BYTES.search(block.content):
            frame = _unmarked(frame)
        lines = _count_from(block.line, len(frame))
        if len(frame) < block.line_count:  # some line breaks are inside of cells
            lines = _first_lines(block.line)
        return self._with_extra(frame).with_columns(lines)

    def _with_extra(self, frame: pl.DataFrame) -> pl.DataFrame:
        extra: pl.Expr = pl.lit(None, dtype=pl.String)
        if self.beyond:
            joined = pl.concat_str(self.beyond, separator=" ", ignore_nulls=True)
            shown = joined.str.slice(0, MAX_EXTRA).str.strip_chars()
            extra = pl.when(shown != "").then(shown)
        return frame.select(*self.names, extra.alias(EXTRA))

    def _of_irregular(self, block: Irregular) -> pl.DataFrame:
        columns = len(self.names)
        padding = [""] * columns
        rows = [(cells + padding)[:columns] for cells in block.records]
        cells = zip(*rows, strict=True) if rows else repeat((), columns)
        extra = [
            " ".join(filter(None, cells[columns:]))[:MAX_EXTRA].strip() for cells in block.records
        ]
        values = [*cells, extra]
        names = [*self.names, EXTRA]
        frame = pl.DataFrame(
            [pl.Series(*pair, dtype=pl.String) for pair in zip(names, values, strict=True)]
        )
        lines = pl.Series(LINE, block.lines, dtype=pl.UInt32)
        return _unmarked(_with_nulls(frame)).with_columns(lines)


def _count_from(first: int, length: int) -> pl.Expr:
    return pl.int_range(first, first + length, dtype=pl.UInt32).alias(LINE)


def _first_lines(first: int) -> pl.Expr:
    """The lines that records begin in, where some cells have line breaks."""
    breaks = pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True).fill_null(0))
    before = (breaks + 1).cum_sum().shift(1, fill_value=0)
    return (before + first).cast(pl.UInt32).alias(LINE)


def _with_nulls(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)))


def _unmarked(frame: pl.DataFrame) -> pl.DataFrame:
    cell = pl.col(pl.String)
    shown = pl.when(cell.str.contains(f"^{MARKED}")).then(cell.str.slice(1)).otherwise(cell)
    return frame.with_columns(shown)
