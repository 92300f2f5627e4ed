"""A full run: everything is compared with everything."""

import polars as pl

from commissions.matching import deciding, keys, rows
from commissions.matching.rows import Names
from commissions.matching.scoring import PERSON, Scorer
from commissions.models import MatchChange
from commissions.services.refreshing import kept, reading, said, segments, subjects
from commissions.services.refreshing.sides import BOOK, LINE, Side

Kind = MatchChange.Kind
ROWS_AT_ONCE = 50_000
"""Rows whose pairs are held at once: namesakes make many pairs that come to nothing."""


class Full:
    """What belongs together, worked out from all rows; ``write`` then keeps it."""

    def __init__(self) -> None:
        names = Names()
        self._own = subjects.own(reading.read(Kind.APPLICATION), names)
        self._books = rows.normal(reading.read(Kind.BOOK_ROW), names)
        self._scorer = Scorer(names)
        self._names = names
        self._decided: dict[str, pl.DataFrame] = {}

    def find_books(self) -> None:
        """Decide which book row belongs to each application."""
        pairs = self._pairs(BOOK, self._own, self._books)
        self._decided[BOOK.field] = BOOK.decide(pairs)

    def find_lines(self) -> None:
        """Decide to which application each commission line belongs."""
        books = self._decided[BOOK.field]
        links = books.filter(pl.col("state") == deciding.LINKED).select("application", "row")
        self._lines = rows.normal(reading.read(Kind.LINE), self._names)
        ones = subjects.with_books(self._own, self._books, links)
        likely = books.filter(pl.col("state") == deciding.SUGGESTED).select("application", "row")
        pairs = deciding.without_doubles(self._pairs(LINE, ones, self._lines), likely)
        self._decided[LINE.field] = LINE.decide(pairs)

    def write(self) -> pl.DataFrame:
        """Keep what was decided, and the keys of all rows; answer the pairs that differ."""
        changed = [
            kept.write(side, before=kept.everything(side), after=self._decided[side.field])
            for side in (BOOK, LINE)
        ]
        segments.clear()
        segments.add(Kind.APPLICATION, self._own, owner="application", is_base=True)
        segments.add(Kind.BOOK_ROW, self._books, owner="id", is_base=True)
        segments.add(Kind.LINE, self._lines, owner="id", is_base=True)
        return pl.concat(changed)

    def _pairs(self, side: Side, ones: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
        blocks = keys.Blocks(ones)
        found = [
            self._scorer.score(ones, part, blocks.meeting(part))
            for part in others.iter_slices(ROWS_AT_ONCE)
        ]
        empty = self._scorer.score(ones, others.clear(), blocks.meeting(others.clear()))
        is_said = (pl.col("method") == PERSON).alias("is_said")
        return said.over(side, pl.concat([empty, *found])).with_columns(is_said)
