"""A run over what changed: only rows near it are compared, with the same result as a full run.

Pairs of rows that did not change are judged as they were. So the pairs of changed rows are made
anew, everything that hangs together with them is fetched from what is kept, and decided again.
"""

import polars as pl

from commissions.matching import deciding, keys, rows
from commissions.matching.rows import Names
from commissions.matching.scoring import Scorer
from commissions.models import MatchChange
from commissions.services.refreshing import kept, reading, said, segments, subjects
from commissions.services.refreshing.noted import Noted
from commissions.services.refreshing.sides import BOOK, LINE, Side

Kind = MatchChange.Kind
_OWNER = {Kind.APPLICATION: "application", Kind.BOOK_ROW: "id", Kind.LINE: "id"}
_PAIR = ["application", "row"]


class Near:
    """What belongs together near the noted rows; within a transaction that holds the lock."""

    def __init__(self, noted: Noted) -> None:
        self._names = Names()
        self._scorer = Scorer(self._names)
        self._noted = {kind: noted.of(kind) for kind in Kind.values}
        self._changed = {
            kind: rows.normal(reading.read(kind, self._noted[kind]), self._names)
            for kind in (Kind.BOOK_ROW, Kind.LINE)
        }
        raw = reading.read(Kind.APPLICATION, self._noted[Kind.APPLICATION])
        self._own = subjects.own(raw, self._names)

    def find_books(self) -> pl.DataFrame:
        """Decide anew about book rows; answer the pairs that differ."""
        changed, lines = self._changed[Kind.BOOK_ROW], self._changed[Kind.LINE]
        near_books, self._books_of_lines = segments.near(Kind.BOOK_ROW, self._own, lines)
        near_own, self._own_of_lines = segments.near(Kind.APPLICATION, changed, lines)
        books = self._read(Kind.BOOK_ROW, near_books, changed)
        own = subjects.own(reading.read(Kind.APPLICATION, near_own), self._names)
        found = [self._score(self._own, books), self._score(own, changed)]
        return self._settle(BOOK, _together(self._noted[Kind.APPLICATION]), pl.concat(found))

    def find_lines(self, moved: pl.DataFrame) -> pl.DataFrame:
        """Decide anew about lines, given the pairs with books that differ now."""
        changed = self._changed[Kind.LINE]
        self._suggested = subjects.suggested()
        books = _together(self._noted[Kind.BOOK_ROW], moved["row"])
        listed = subjects.linked(books.clear(), books)["application"]
        applications = _together(self._noted[Kind.APPLICATION], moved["application"], listed)
        # A suggested row has no claim where its application has one, and else one of its own.
        likely = self._suggested.filter(pl.col("application").is_in(applications.implode()))
        books = _together(books, likely["row"])
        ones = subjects.read(applications=applications, books=books, names=self._names)
        (near_lines,) = segments.near(Kind.LINE, ones)
        others = subjects.read(
            applications=self._own_of_lines, books=self._books_of_lines, names=self._names
        )
        lines = self._read(Kind.LINE, near_lines, changed)
        found = [self._score(ones, lines), self._score(others, changed)]
        parties = _together(applications, -books, ones["application"])
        return self._settle(LINE, parties, pl.concat(found))

    def keep_keys(self) -> None:
        """Add the keys of what changed."""
        changed = {Kind.APPLICATION: self._own, **self._changed}
        segments.keep(
            segments.of(kind, told, keys.of(told), owner=_OWNER[kind])
            for kind, told in changed.items()
            if told.height
        )

    def _read(self, kind: int, ids: pl.Series, changed: pl.DataFrame) -> pl.DataFrame:
        """The rows of a kind that are near, with those that changed."""
        others = ids.filter(~ids.is_in(changed["id"].implode()))
        return pl.concat([rows.normal(reading.read(kind, others), self._names), changed])

    def _score(self, ones: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
        return self._scorer.score(ones, others, keys.meeting(ones, others))

    def _settle(self, side: Side, applications: pl.Series, found: pl.DataFrame) -> pl.DataFrame:
        noted = _together(self._noted[side.kind])
        is_changed = pl.col("application").is_in(applications.implode()) | pl.col("row").is_in(
            noted.implode()
        )
        fresh = said.over(found.unique(_PAIR), said.read(side)).filter(is_changed)
        applications = _together(applications, fresh["application"])
        noted = _together(noted, fresh["row"])
        if side is BOOK:
            before = kept.neighbourhood(side, applications=applications, rows=noted)
            return kept.write(side, before=before, after=_decided(side, before, is_changed, fresh))
        before, lines, about = kept.of_lines(side, parties=applications, lines=noted)
        is_about = pl.col("row").is_in(lines.implode()) | pl.col("application").is_in(
            about.implode()
        )
        after = _decided(side, before, is_changed, fresh, self._suggested)
        return kept.write(side, before=before.filter(is_about), after=after.filter(is_about))


def _decided(
    side: Side,
    before: pl.DataFrame,
    is_changed: pl.Expr,
    fresh: pl.DataFrame,
    likely: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """What is decided when the ``fresh`` pairs take the place of those that changed."""
    pairs = pl.concat([before.filter(~is_changed).select(fresh.columns), fresh])
    if likely is not None:
        pairs = deciding.without_doubles(pairs, likely)
    return side.decide(pairs.with_columns(said.IS_SAID))


def _together(*keys: pl.Series | list[int]) -> pl.Series:
    """Keys of several origins, each once."""
    return pl.concat([pl.Series(one, dtype=pl.Int64) for one in keys]).unique()
