"""The ledgers of many policies as texts for ``COPY``: those that are alike are worked out once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from commissions.expected import alike, ledger, states
from commissions.expected.ledger import Book, Entry, Expected
from commissions.expected.types import Coverage, Term
from commissions.selectors import paying
from commissions.selectors.paying import Told

# Columns of a row after those of its policy and carrier, as ``told`` answers them.
COLUMNS = (
    "line", "month", "through", "kind", "expected", "paid", "true_up", "state", "due_date", "gap",
    "is_open",
)  # fmt: skip
# So many ledgers are kept, of two dozen rows at the most: some tens of megabytes.
KEPT = 10_000
NULL = r"\N"


class Reckoned(NamedTuple):
    """A policy's rows as lines of a ``COPY``, and the day on which they are others."""

    rows: Sequence[str]
    look: date | None


class Reckoner:
    """Works ledgers out by the rates, terms and settings of one moment, for one day.

    ``said`` is all of that: where it is the same, what was kept goes on to serve.
    """

    def __init__(
        self, book: Book, terms: Mapping[int, Sequence[Term]], kinds: Mapping[int, str]
    ) -> None:
        self.said = (book, terms, kinds)
        self.book, self.kinds = book, kinds
        # Carriers with the same terms have the same ledgers.
        of_carriers = {carrier: tuple(own) for carrier, own in terms.items()}
        self.terms = list(dict.fromkeys([(), *of_carriers.values()]))
        self.place = {carrier: self.terms.index(own) for carrier, own in of_carriers.items()}
        self._coverage = lru_cache(KEPT)(self._read)
        self._expected = lru_cache(KEPT)(self._due)
        self._ledger = lru_cache(KEPT)(self._work_out)

    def told(self, one: Told) -> Reckoned:
        """The ledger of a policy."""
        terms = self.place.get(one.carrier_id, 0)
        return self._ledger(terms, self._coverage(terms, one.about), one.lines)

    def _read(self, terms: int, about: str) -> Coverage:
        coverage = paying.read_coverage(about, self.kinds)
        since = self.book.since
        return alike.plain(coverage, self.book.rates, self.terms[terms], since=since)

    def _due(self, terms: int, coverage: Coverage) -> Expected:
        return ledger.expected(coverage, replace(self.book, terms=self.terms[terms]))

    def _work_out(self, terms: int, coverage: Coverage, said: str) -> Reckoned:
        lines = paying.read_lines(said)
        own = replace(self.book, terms=self.terms[terms])
        asked = replace(coverage, paid_as=paying.paid_as(lines))
        asked = alike.plain(asked, own.rates, own.terms, since=own.since)
        found = ledger.entries(asked, lines, own, known=self._expected(terms, asked))
        rows = ["\t".join(map(_cell, (asked.line, *_values(one)))) for one in found]
        return Reckoned(rows, ledger.next_look(found, asked, own))


class Desk:
    """A run's reckoner: another one as soon as rates, terms or settings are others."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._last: Reckoner | None = None

    def reckoner(self) -> Reckoner:
        """Who works out ledgers by what holds now; asks four small tables."""
        book = paying.book(self.today)
        made = Reckoner(book, paying.terms(), paying.lines_of_coverage_types())
        if self._last is None or self._last.said != made.said:
            self._last = made
        return self._last


def _values(entry: Entry) -> tuple[object, ...]:
    is_open = entry.state in states.OPEN
    gap = abs(entry.difference) if is_open and entry.expected is not None else Decimal(0)
    return (
        entry.month, entry.through, entry.kind, entry.expected, entry.paid, entry.true_up,
        entry.state, entry.due_date, gap, is_open,
    )  # fmt: skip


def _cell(value: object) -> str:
    """Days, amounts and words of our own: none has a letter that ``COPY`` reads otherwise."""
    return NULL if value is None else str(value)
