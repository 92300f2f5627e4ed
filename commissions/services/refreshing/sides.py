"""The two things that an application is matched with, and where their pairs are kept."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from commissions.matching import deciding
from commissions.models import BookLink, BookRival, LineLink, LineRival, MatchChange
from commissions.models.links import Pair

Kind = MatchChange.Kind


@dataclass(frozen=True)
class Side:
    """Book rows or commission lines; ``column`` refers to one of them from a pair.

    ``party`` is what rivals call the other side: an application, or what is in its place.
    """

    kind: int
    field: str
    party: str
    link: type[Pair]
    rival: type[Pair]
    decide: Callable[[pl.DataFrame], pl.DataFrame]

    @property
    def column(self) -> str:
        return f"{self.field}_id"


BOOK = Side(Kind.BOOK_ROW, "book_row", "application_id", BookLink, BookRival, deciding.decide_books)
LINE = Side(Kind.LINE, "line", "party", LineLink, LineRival, deciding.decide_lines)
