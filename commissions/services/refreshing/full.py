"""A full run: everything is compared with everything."""

import polars as pl

from commissions.matching import deciding, keys, rows
from commissions.matching.rows import Names
from commissions.matching.scoring import PERSON, Scorer
from commissions.models import MatchChange
from commissions.services.refreshing import kept, reading, said, segments, subjects
from commissions.services.refreshing.segments import Segment
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
        self._segments: list[Segment] = []

    def find_books(self) -> None:
        """Decide which book row belongs to each application."""
        blocks = keys.Blocks(self._own)
        self._keep_keys(Kind.APPLICATION, self._own, blocks.made, owner="application")
        pairs = self._pairs(BOOK, self._own, blocks, self._books)
        self._decided[BOOK.field] = BOOK.decide(pairs)

    def find_lines(self) -> None:
        """Decide to which application each commission line belongs."""
        books = self._decided[BOOK.field]
        links = books.filter(pl.col("state") == deciding.LINKED).select("application", "row")
        lines = rows.normal(reading.read(Kind.LINE), self._names)
        ones = subjects.with_books(self._own, self._books, links)
        likely = books.filter(pl.col("state") == deciding.SUGGESTED).select("application", "row")
        pairs = self._pairs(LINE, ones, keys.Blocks(ones), lines)
        pairs = deciding.without_doubles(pairs, likely)
        self._decided[LINE.field] = LINE.decide(pairs)

    def write(self) -> pl.DataFrame:
        """Keep what was decided, and the keys of all rows; answer the pairs that differ."""
        changed = [
            kept.write(side, before=kept.everything(side), after=self._decided[side.field])
            for side in (BOOK, LINE)
        ]
        for side, pairs in zip((BOOK, LINE), changed, strict=True):
            if pairs.height:
                kept.analyze(side)
        segments.keep(self._segments, is_base=True)
        return pl.concat(changed)

    def _pairs(
        self, side: Side, ones: pl.DataFrame, blocks: keys.Blocks, others: pl.DataFrame
    ) -> pl.DataFrame:
        empty = others.clear()
        found = [self._scorer.score(ones, empty, blocks.meeting(empty))]
        for part in others.iter_slices(ROWS_AT_ONCE):
            made = list(keys.of(part))
            self._keep_keys(side.kind, part, made, owner="id")
            found.append(self._scorer.score(ones, part, blocks.meeting(part, made)))
        is_said = (pl.col("method") == PERSON).alias("is_said")
        return said.over(side, pl.concat(found)).with_columns(is_said)

    def _keep_keys(
        self, kind: int, told: pl.DataFrame, made: list[pl.DataFrame], *, owner: str
    ) -> None:
        self._segments.append(segments.of(kind, told, made, owner=owner))
