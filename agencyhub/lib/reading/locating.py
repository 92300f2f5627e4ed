"""Where the table is: which of the first rows has the headers, and which sheet has the list."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

# How many rows are looked at, and how many of them may come before the headers' row.
LOOKED_AT = 40
HEADER_WITHIN = 10
MAX_LABEL = 80
# Of rows that look alike the first has the headers.
LATER = 0.03
ROWS_BELOW = 12
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
    found = [
        Header(
            line=line,
            score=_score(cells, [below for _, below in filled[at + 1 :]]) - at * LATER,
            filled=_count(cells),
        )
        for at, (line, cells) in enumerate(filled[:HEADER_WITHIN])
    ]
    return max(found, key=lambda header: header.score, default=None)


def worth(header: Header | None, *, name: str, rows: int) -> float:
    """How much a sheet looks like the list that is to be imported."""
    if header is None:
        return 0.0
    aside = 0.2 if ASIDE.search(name) else 1.0
    return aside * header.score * math.log2(rows + 1) * math.sqrt(header.filled)


def is_aside(name: str) -> bool:
    """Whether a sheet is called a summary, a cover or the like."""
    return ASIDE.search(name) is not None


def _score(cells: Sequence[str], below: Sequence[Sequence[str]]) -> float:
    texts = [cell.strip() for cell in cells if cell.strip()]
    widths = [_count(row) for row in below[:ROWS_BELOW]]
    typical = median(widths) if widths else len(texts)
    words = [text for text in texts if len(text) <= MAX_LABEL and not VALUE.match(text)]
    distinct = len({text.casefold() for text in words}) / len(texts)
    covered = min(len(texts) / max(typical, max(widths, default=1) * 0.6, 1), 1.0)
    return distinct * covered * (1.0 if below else 0.5)


def _count(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)
