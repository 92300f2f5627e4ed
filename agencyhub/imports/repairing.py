"""Rejected rows as the repair page shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agencyhub.accounts.models import User
from agencyhub.imports import kinds
from agencyhub.imports.models import Import
from agencyhub.imports.selectors import rows
from agencyhub.imports.studio import HINTS
from agencyhub.lib.fields import MASK

TAIL = 4
PREFIX = "cell-"
FIXED, LEFT_OUT = "fixed", "left_out"


@dataclass(frozen=True)
class Cell:
    """One cell of a rejected row; ``is_masked``: people see the last four of its number."""

    line: int
    key: str
    label: str
    text: str
    errors: list[str]
    hint: str
    choices: list[str]
    is_masked: bool

    @property
    def shown(self) -> str:
        """The text as people see it."""
        return MASK + self.text[-TAIL:] if self.is_masked and self.text else self.text

    @property
    def name(self) -> str:
        """Of the input."""
        return f"{PREFIX}{self.key}"

    @property
    def id(self) -> str:
        """Of the input: there are many rows on a page."""
        return f"{PREFIX}{self.line}-{self.key}"


@dataclass(frozen=True)
class Problem:
    """One rejected row: its bad cells, the others, and what was decided about it."""

    line: int
    bad: list[Cell]
    good: list[Cell]
    errors: list[str]
    state: str

    @property
    def is_done(self) -> bool:
        """Whether somebody has dealt with it."""
        return self.state in (FIXED, LEFT_OUT)

    @property
    def summary(self) -> list[Cell]:
        """The first cells that say which row it is."""
        return [cell for cell in self.good if cell.text][:4]


class Desk:
    """Lays rejected rows of one import out; what all rows share is read once."""

    def __init__(self, run: Import, *, user: User) -> None:
        self._fields = kinds.of(run.kind).fields_for(user)
        self._choices: dict[str, list[str]] = {}

    def shown(
        self, row: rows.ProblemRow, *, errors: Sequence[tuple[str, str]] | None = None
    ) -> Problem:
        """Lay a row out; errors of no cell of the file belong to the row as a whole.

        ``errors`` are those of the cells as they are now, when they were just checked.
        """
        is_done = row.repair in (FIXED, LEFT_OUT)
        found = [] if is_done else row.errors if errors is None else errors
        cells = [
            self._cell(row.line, key, text or "", [words for name, words in found if name == key])
            for key, text in row.cells.items()
            if key in self._fields
        ]
        return Problem(
            line=row.line,
            bad=[cell for cell in cells if cell.errors],
            good=[cell for cell in cells if not cell.errors],
            errors=[words for name, words in found if name not in row.cells],
            state=row.repair,
        )

    def _cell(self, line: int, key: str, text: str, errors: list[str]) -> Cell:
        field = self._fields[key]
        if errors and key not in self._choices:
            self._choices[key] = [str(label) for _, label in field.type.choices]
        return Cell(
            line=line,
            key=key,
            label=field.label,
            text=text,
            errors=errors,
            hint=str(HINTS.get(field.type.name, "")),
            choices=self._choices[key] if errors else [],
            is_masked=field.type.is_masked and not errors,
        )


def completed(run: Import, line: int, cells: Mapping[str, str], *, user: User) -> Mapping[str, str]:
    """Cells that came back; a number that was shown masked and is left blank stays as it was."""
    fields = kinds.of(run.kind).fields_for(user)
    blank = [
        key for key, text in cells.items()
        if not text and key in fields and fields[key].type.is_masked
    ]  # fmt: skip
    row = next(iter(rows.problem_rows(run, after_line=line - 1, limit=1)), None) if blank else None
    if row is None or row.line != line:
        return cells
    wrong = {key for key, _ in row.errors}
    return {**cells, **{key: row.cells.get(key) or "" for key in blank if key not in wrong}}
