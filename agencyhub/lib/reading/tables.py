"""A table as batches of text columns, for sheets of any length."""

from collections.abc import Iterator

import polars as pl

from agencyhub.lib.reading.opening import Sheet, Source
from agencyhub.lib.reading.records import Irregular, read_blocks
from agencyhub.lib.reading.shaping import EXTRA, LINE, Shaper
from agencyhub.lib.reading.totals import Footnote, Totals, read_end

BATCH_ROWS = 100_000
# As many rows at the end may be totals and footnotes.
TAIL = 12
SCIENTIFIC = r"^[+-]?\d(?:\.\d+)?E\+\d{2,3}$"


class Batches:
    """The rows below a header, in batches of ``batch_rows``; iterate once.

    Each batch has ``c0``, ``c1`` … in the order of the headers, ``extra`` (all String, ``null``
    for an empty cell) and ``line`` (UInt32). A line is the one that a record begins in, as an
    editor counts, and in a workbook the number of the row. ``extra`` is what a row has beyond the
    last header: such a row is wrong. Blank rows are left out.

    After the last batch: ``totals`` and ``footnotes`` found below the table, ``rows`` and
    ``blank_rows`` as counts, and in ``scientific`` how many cells of a column (by its index) are
    written like 4.1E+14, by which a spreadsheet has lost digits of a number.
    """

    def __init__(
        self,
        source: Source,
        sheet: Sheet,
        header_line: int,
        *,
        batch_rows: int,
        first_rows: int | None = None,
    ) -> None:
        sample = source.sample(sheet, header_line)
        self.labels = sample.labels
        self.totals: list[Totals] = []
        self.footnotes: list[Footnote] = []
        self.scientific: dict[int, int] = {}
        self.rows = 0
        self.blank_rows = 0
        self._limits = source.limits
        self._text = sheet.text
        self._header_line = header_line
        self._batch_rows = batch_rows
        self._first_rows = batch_rows if first_rows is None else first_rows
        self._typical = sample.typical
        self._shaper = Shaper(sheet.text, columns=len(sample.labels), width=sample.width)

    def __iter__(self) -> Iterator[pl.DataFrame]:
        held: list[pl.DataFrame] = []
        waiting, wanted = 0, self._first_rows
        for block in read_blocks(self._text):
            frame = self._filled(self._shaper.frame(block))
            if isinstance(block, Irregular) or (b"+" in block.content and b"E+" in block.content):
                self._note_powers(frame)
            held.append(frame)
            waiting += len(frame)
            while waiting > wanted + TAIL:
                joined = pl.concat(held)
                yield self._counted(joined[:wanted])
                held = [joined[wanted:]]
                waiting, wanted = len(held[0]), self._batch_rows
        if waiting:
            rest = self._without_end(pl.concat(held))
            yield from map(self._counted, rest.iter_slices(self._batch_rows))

    def _filled(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Keep the rows below the header that have something in them."""
        if frame[LINE][0] <= self._header_line:
            frame = frame.filter(pl.col(LINE) > self._header_line)
        is_doubtful = frame["c0"].fill_null("").str.strip_chars() == ""
        if not is_doubtful.any():
            return frame
        is_blank = pl.all_horizontal(pl.col(pl.String).fill_null("").str.strip_chars() == "")
        blank = frame.filter(is_doubtful).filter(is_blank)[LINE]
        self.blank_rows += len(blank)
        return frame.filter(~pl.col(LINE).is_in(blank.implode())) if len(blank) else frame

    def _counted(self, frame: pl.DataFrame) -> pl.DataFrame:
        self.rows += len(frame)
        self._limits.check_rows(self.rows)
        return frame

    def _note_powers(self, frame: pl.DataFrame) -> None:
        counts = frame.select(pl.exclude(LINE, EXTRA).str.contains(SCIENTIFIC).sum())
        for at, count in enumerate(counts.row(0)):
            if count:
                self.scientific[at] = self.scientific.get(at, 0) + count

    def _without_end(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Take totals and footnotes off the end."""
        tail = frame[-TAIL:].select(LINE, pl.exclude(LINE, EXTRA)).rows()
        end = read_end([(line, cells) for line, *cells in tail], typical=self._typical)
        self.totals, self.footnotes = end.totals, end.footnotes
        return frame[: len(frame) - end.length]


def read_batches(
    source: Source,
    sheet: Sheet,
    header_line: int,
    *,
    batch_rows: int = BATCH_ROWS,
    first_rows: int | None = None,
) -> Batches:
    """Read the rows below a header; ``first_rows`` make a batch that is there sooner.

    Raises:
        UnreadableFileError: there is no such header; and while iterating: a quotation mark is not
            closed, or there are more rows than the limits allow.
    """
    return Batches(source, sheet, header_line, batch_rows=batch_rows, first_rows=first_rows)
