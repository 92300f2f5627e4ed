"""A full run: everything is compared with everything.

Threads compare, while the one that began reads what comes next and writes what was found: neither
the server nor frames and names alone keep more than one core busy.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass

import polars as pl

from commissions.matching import deciding, keys, rows
from commissions.matching.rows import Names
from commissions.matching.scoring import Scorer
from commissions.models import MatchChange
from commissions.services.refreshing import kept, reading, said, segments, subjects
from commissions.services.refreshing.segments import Segment
from commissions.services.refreshing.sides import BOOK, LINE

Kind = MatchChange.Kind
ROWS_AT_ONCE = 50_000
"""Rows whose pairs are held at once: namesakes make many pairs that come to nothing."""


@dataclass(frozen=True)
class _Part:
    """Some rows that were compared: which, their keys, and the pairs worth keeping."""

    ids: pl.Series
    segment: Segment
    pairs: pl.DataFrame


class Full:
    """What belongs together, worked out from all rows by ``threads``."""

    def __init__(self, threads: Executor) -> None:
        self._threads = threads
        self._names = Names()
        self._scorer = Scorer(self._names)
        books = threads.submit(rows.normal, reading.read(Kind.BOOK_ROW), self._names)
        self._own = subjects.own(reading.read(Kind.APPLICATION), self._names)
        self._books = books.result()

    def find_books(self) -> None:
        """Decide which book row belongs to each application."""
        compared = self._compared(Kind.BOOK_ROW, self._own, self._books)
        self._lines = self._threads.submit(rows.normal, reading.read(Kind.LINE), self._names)
        own = segments.of(Kind.APPLICATION, self._own, keys.of(self._own), owner="application")
        parts = list(compared)
        self._segments = [own, *(part.segment for part in parts)]
        pairs = said.over(pl.concat(part.pairs for part in parts), said.read(BOOK))
        self._decided = deciding.decide_books(pairs.with_columns(said.IS_SAID))

    def keep(self) -> pl.DataFrame:
        """Keep what was found, and look for lines meanwhile; answer the pairs that differ.

        Within a transaction that holds the lock.
        """
        links = self._decided.filter(_has_state(deciding.LINKED)).select("application", "row")
        ones = subjects.with_books(self._own, self._books, links)
        lines = self._lines.result()
        ids, compared = lines["id"], self._compared(Kind.LINE, ones, lines)
        del lines, ones, self._lines, self._own, self._books  # the threads have copies in parts
        segments.forget()
        segments.keep(self._segments, is_base=True)
        books = kept.write(BOOK, before=kept.everything(BOOK), after=self._decided)
        changed = [books, *self._keep_lines(ids, compared)]
        for side, pairs in ((BOOK, books), (LINE, pl.concat(changed[1:]))):
            if pairs.height:
                kept.analyze(side)
        return pl.concat(changed)

    def _compared(self, kind: int, ones: pl.DataFrame, others: pl.DataFrame) -> Iterator[_Part]:
        """Let threads compare, from now on; their answers come one after the other."""

        def compare(told: tuple[keys.Blocks, pl.DataFrame]) -> _Part:
            blocks, part = told
            made = list(keys.of(part))
            pairs = self._scorer.score(blocks.ones, part, blocks.meeting(part, made))
            return _Part(part["id"], segments.of(kind, part, made, owner="id"), pairs)

        return self._threads.map(compare, keys.apart(ones, others, at_once=ROWS_AT_ONCE))

    def _keep_lines(self, ids: pl.Series, compared: Iterator[_Part]) -> Iterator[pl.DataFrame]:
        """Write the pairs of lines when they are decided; what depends on others comes last."""
        before, told = kept.everything(LINE), said.read(LINE)
        likely = self._decided.filter(_has_state(deciding.SUGGESTED)).select("application", "row")
        left = []
        for part in compared:
            segments.keep([part.segment], is_base=True)
            pairs = said.over(part.pairs, told.filter(pl.col("row").is_in(part.ids.implode())))
            pairs = deciding.without_doubles(pairs.with_columns(said.IS_SAID), likely)
            decided, undecided = deciding.link_lines(pairs)
            final = decided.select("row").unique()
            yield kept.write(LINE, before=before.join(final, on="row", how="semi"), after=decided)
            before = before.join(final, on="row", how="anti")
            left.append(undecided)
        strays = told.filter(~pl.col("row").is_in(ids.implode()))
        left.append(said.over(pairs.clear().drop("is_said"), strays).with_columns(said.IS_SAID))
        yield kept.write(LINE, before=before, after=deciding.decide_lines(pl.concat(left)))


def _has_state(state: int) -> pl.Expr:
    return pl.col("state") == state
