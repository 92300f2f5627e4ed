"""What became of the rows of a call."""

from dataclasses import dataclass, field
from decimal import Decimal

from eoi.asked import Asked, Problem


@dataclass(frozen=True, slots=True)
class Decided:
    """A row that was decided (or would be), with the volumes before and after it.

    ``decision_id`` is None in a preview. Requested volumes are None for coverage without volumes.
    """

    row: int
    decision_id: int | None
    request_id: int
    status_after: str
    volume_before: Decimal
    volume_after: Decimal
    requested_before: Decimal | None
    requested_after: Decimal | None


@dataclass(frozen=True, slots=True)
class Failed:
    """A row that was not, and everything that is wrong with it."""

    asked: Asked
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Result:
    """Both lists are in the order of the rows."""

    valid: list[Decided] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)

    @property
    def valid_count(self) -> int:
        """How many rows were decided."""
        return len(self.valid)

    @property
    def failed_count(self) -> int:
        """How many rows were not."""
        return len(self.failed)

    def add(self, other: "Result") -> None:
        """Append what became of the next rows."""
        self.valid.extend(other.valid)
        self.failed.extend(other.failed)
