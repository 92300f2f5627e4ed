"""Rows below a table that sum it up: control totals, not records."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LABEL = re.compile(
    r"^\W*(?:(?:grand|sub|report|statement|overall|page|final|net)[\s-]*)?"
    r"(?:totals?|sum|count|records?|rows?)\b(?:\s+(?:of\s+)?(?:records?|rows?|lines?|count|for\b.*))?"
    r"[\W\d]*$"
    r"|^\W*(?:gross|net|paid|amount|balance|commissions?)\b[\w\s]*(?:[x×*=:]|due|paid|amount)?[\W\d]*$",
    re.IGNORECASE,
)
NUMBER = re.compile(r"^\(?-?[$€£]?\s*-?[\d,]*\.?\d+\)?-?\s*%?$")
# A footnote is alone in its row; a record that is nearly empty is so too, and says none of this.
FOOTNOTE = re.compile(
    r"^\W*(?:end of|page \d|report|generated|printed|exported|created|run (?:on|date)|as of|"
    r"confidential|copyright|disclaimer|notes?:|source:|this (?:report|file|document))|^[*†©]",
    re.IGNORECASE,
)
FOOTNOTE_BESIDE = 3
# A row without the word "total" is one if it has numbers only, and few beside the rows above.
FEW = 0.4
# Longer texts are neither a number nor the word for one.
MAX_WORDS = 80


@dataclass(frozen=True)
class Totals:
    """A row of totals: its line, its words ("Grand total") and its numbers by column index."""

    line: int
    label: str
    values: dict[int, str]


@dataclass(frozen=True)
class Footnote:
    """A sentence below a table, such as "End of report"."""

    line: int
    words: str


@dataclass(frozen=True)
class End:
    """What follows the records: as many rows as ``length``."""

    totals: list[Totals]
    footnotes: list[Footnote]

    @property
    def length(self) -> int:
        return len(self.totals) + len(self.footnotes)


def read_end(rows: Sequence[tuple[int, Sequence[str | None]]], *, typical: int) -> End:
    """Read the last rows of a table from the end, until one that is a record.

    ``typical`` is how many cells of a record are filled.
    """
    end = End([], [])
    for line, cells in reversed(rows):
        filled = {at: cell.strip() for at, cell in enumerate(cells) if cell and cell.strip()}
        if totals := _as_totals(line, filled, typical):
            end.totals.insert(0, totals)
        elif footnote := _as_footnote(line, filled, typical):
            end.footnotes.insert(0, footnote)
        else:
            break
    return end


def _as_totals(line: int, filled: dict[int, str], typical: int) -> Totals | None:
    values = {at: text for at, text in filled.items() if _is_number(text)}
    words = [text for at, text in filled.items() if at not in values]
    if len(filled) >= max(typical, 2) or len(words) > 1 or len("".join(words)) > MAX_WORDS:
        return None
    if words:
        return Totals(line, words[0], values) if LABEL.match(words[0]) else None
    has_few = 0 not in filled and len(values) <= typical * FEW
    return Totals(line, "", values) if values and has_few else None


def _as_footnote(line: int, filled: dict[int, str], typical: int) -> Footnote | None:
    if len(filled) != 1 or typical < FOOTNOTE_BESIDE:
        return None
    (words,) = filled.values()
    return Footnote(line, words) if FOOTNOTE.match(words) else None


def _is_number(text: str) -> bool:
    return len(text) <= MAX_WORDS and NUMBER.match(text) is not None
