"""What a cell can hold: text in, typed values out, a whole column at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, ClassVar

import polars as pl

from agencyhub.accounts.models import User


@dataclass
class Context:
    """What reading a file depends on besides the file.

    ``kept`` holds what lookups found, for the life of the reading. ``columns`` are the values of
    the batch that were read so far, for fields that depend on another one. ``unknown`` counts the
    texts that lists do not know: by list and the record it lies within, then by text. Who touches
    what batches share holds the ``lock``.
    """

    user: User | None = None
    options: dict[str, Any] = field(default_factory=dict)
    this_year: int = 0
    kept: dict[Any, Any] = field(default_factory=dict)
    columns: dict[str, pl.Series] = field(default_factory=dict)
    unknown: dict[tuple[str, int], dict[str, int]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def for_batch(self) -> "Context":
        """The same context for one more batch, which may be read beside others."""
        return replace(self, columns={})


@dataclass(frozen=True)
class Parsed:
    """A column as read.

    ``values`` are None where the text is blank or wrong, ``errors`` None where it is right; no
    ``errors`` at all: nothing is wrong in the whole column.
    """

    values: pl.Series
    errors: pl.Series | None = None


class Type:
    """One type of cell. Reading is by column: good rows cost no Python of their own."""

    name: ClassVar[str] = ""
    is_masked: ClassVar[bool] = False  # people see the last four only
    after: str = ""  # the field that is read before this one
    dtype: ClassVar[Any] = pl.String

    @property
    def choices(self) -> Sequence[tuple[str, str]]:
        """Values and labels where the type has a list of its own."""
        return ()

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        """Read texts that are trimmed, with None for blank ones."""
        raise NotImplementedError


def judged(texts: pl.Series, values: pl.Series, problem: pl.Expr) -> Parsed:
    """Put ``problem`` (an expression over column ``text``) beside every text without a value."""
    wrong = texts.is_not_null() & values.is_null()
    if not wrong.any():
        return Parsed(values)
    frame = pl.DataFrame({"text": texts, "wrong": wrong})
    return Parsed(values, frame.select(pl.when("wrong").then(problem)).to_series())


def quoting(words: str) -> pl.Expr:
    """An expression that says ``“text” words``."""
    return pl.concat_str(pl.lit("“"), pl.col("text").str.slice(0, 80), pl.lit(f"” {words}"))
