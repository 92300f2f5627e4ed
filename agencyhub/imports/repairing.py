"""Rejected rows as the repair page shows them."""

from dataclasses import dataclass

from agencyhub.accounts.models import User
from agencyhub.imports import kinds
from agencyhub.imports.models import Import
from agencyhub.imports.selectors import rows
from agencyhub.imports.studio import HINTS

PREFIX = "cell-"
FIXED, LEFT_OUT = "fixed", "left_out"


@dataclass(frozen=True)
class Cell:
    """One cell of a rejected row."""

    line: int
    key: str
    label: str
    text: str
    errors: list[str]
    hint: str
    choices: list[str]

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


def shown(run: Import, row: rows.ProblemRow, *, user: User) -> Problem:
    """Lay a rejected row out; errors of no cell of the file belong to the row as a whole."""
    fields = kinds.of(run.kind).fields_for(user)
    cells = [
        Cell(
            line=row.line,
            key=key,
            label=fields[key].label,
            text=text or "",
            errors=[message for name, message in row.errors if name == key],
            hint=HINTS.get(fields[key].type.name, ""),
            choices=[str(label) for _, label in fields[key].type.choices],
        )
        for key, text in row.cells.items()
        if key in fields
    ]
    return Problem(
        line=row.line,
        bad=[cell for cell in cells if cell.errors],
        good=[cell for cell in cells if not cell.errors],
        errors=[message for name, message in row.errors if name not in row.cells],
        state=row.repair or "",
    )
