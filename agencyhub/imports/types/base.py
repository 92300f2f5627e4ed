"""What a cell can hold: text in, typed values out, a whole column at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import polars as pl

from agencyhub.accounts.models import User


@dataclass
class Context:
    """What reading a file may depend on besides the file; lookups are kept for its life."""

    user: User | None = None
    options: dict[str, Any] = field(default_factory=dict)
    kept: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Parsed:
    """A column as read: ``values`` (None where blank or wrong), ``errors`` (None where right).

    ``errors`` of None: nothing is wrong in the whole column.
    """

    values: pl.Series
    errors: pl.Series | None = None


class Type:
    """One type of cell. Reading is by column: there is no work per row in Python."""

    name: ClassVar[str]
    choices: Sequence[tuple[str, str]] = ()
    # Words of an error name the cell's text, unless the text may not be shown.
    is_secret: ClassVar[bool] = False

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        """Read a column of texts that are trimmed, with None for blank ones."""
        raise NotImplementedError
