"""Where the table is: which of the first rows has the headers, and which sheet has the list."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

# How many rows are looked at, and how many of them may come before the headers' row.
LOOKED_AT = 40
HEADER_WITHIN = 10
ROWS_BELOW = 12
MAX_LABEL = 80
# A row that might name columns itself makes the rows below it less likely to.
PLAUSIBLE = 0.45
LATER = 0.15
# Sheets that sum up or explain are rarely what is to be imported.
ASIDE_WORTH = 0.2
VALUE = re.compile(r"^[\s$€£(+-]*\d[\d\s,./:%()+E-]*$|^\d{1,2}[-/ ][A-Za-z]{3}[-/ ]\d{2,4}$")
ASIDE = re.compile(
    r"summary|cover|pivot|instruction|read ?me|legend|glossary|definition|lookup|contents|notes?\b",
    re.IGNORECASE,
)
Record = tuple[int, list[str]]


@dataclass(frozen=True)
class Header:
    """The row of headers: its line in the file, and how sure that is from 0 to 1."""

    line: int
    score: float
    filled: int


def find_header(records: Sequence[Record]) -> Header | None:
    """Find the row whose cells name columns: different words above rows of a similar width."""
    filled = [(line, cells) for line, cells in records if any(cell.strip() for cell in cells)]
    best: Header | None = None
    penalty = 0.0
    for at, (line, cells) in enumerate(filled[:HEADER_WITHIN]):
        score = _score(cells, [below for _, below in filled[at + 1 :]])
        if best is None or score - penalty > best.score:
            best = Header(line, score - penalty, _count(cells))
        penalty += LATER if score >= PLAUSIBLE else 0
    return best


def worth(header: Header, *, name: str, rows: int) -> float:
    """How much a sheet looks like the list that is to be imported."""
    looks = header.score * math.log2(rows + 1) * math.sqrt(header.filled)
    return looks * ASIDE_WORTH if ASIDE.search(name) else looks


def _score(cells: Sequence[str], below: Sequence[Sequence[str]]) -> float:
    texts = [cell.strip() for cell in cells if cell.strip()]
    widths = [_count(row) for row in below[:ROWS_BELOW]]
    typical = median(widths) if widths else len(texts)
    words = [text for text in texts if len(text) <= MAX_LABEL and not VALUE.match(text)]
    distinct = len({text.casefold() for text in words}) / len(texts)
    wordy = (len(words) / len(texts)) ** 2  # a record has hardly words only
    covered = min(len(texts) / max(typical, max(widths, default=1) * 0.6, 1), 1.0)
    return distinct * wordy * covered * (1.0 if below else 0.5)


def _count(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)
