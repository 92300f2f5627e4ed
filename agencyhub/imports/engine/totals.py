"""Control totals: what the rows of a file add up to, beside what the file itself says."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from agencyhub.imports.engine.reading import Reader
from agencyhub.imports.kinds import Field, Kind
from agencyhub.imports.types.base import Context
from agencyhub.imports.types.numbers import Money
from agencyhub.lib.money import InvalidAmountError, read_money
from agencyhub.lib.reading.totals import Totals
from agencyhub.lib.text import tidy

# Below a sum some statements say what of it is paid: "gross x .55", "paid".
SHARE = re.compile(r"[x×*]\s*[\d.]|\bpaid\b|\bdue\b|%", re.IGNORECASE)
COUNT = re.compile(r"\b(?:records?|rows?|lines?|count)\b\W*(\d[\d,]*)?", re.IGNORECASE)
ROWS = "rows"


class Sums:
    """Adds up the amounts of rows that could be read."""

    def __init__(self, columns: Mapping[int, Field]) -> None:
        self.columns = {at: one for at, one in columns.items() if isinstance(one.type, Money)}
        self._sums = {one.key: Decimal(0) for one in self.columns.values()}

    def of(self, typed: pl.DataFrame) -> dict[str, Decimal]:
        """The sums of one batch."""
        return {key: Decimal(typed[key].sum() or 0) for key in self._sums}

    def of_written(self, raw: pl.DataFrame, kind: Kind, context: Context) -> dict[str, Decimal]:
        """The sums of rows of which nothing else has to be read."""
        if not raw.height or not self.columns:
            return {}
        return self.of(Reader(kind, self.columns, context).values(raw))

    def join(self, sums: Mapping[str, Decimal]) -> None:
        """Add the sums of a batch."""
        for key, amount in sums.items():
            self._sums[key] += amount

    def beside(self, totals: Sequence[Totals], *, rows: int) -> dict[str, Any]:
        """By field: our sum, and the file's where it has one; amounts as text.

        ``ROWS`` is there where the file says how many rows it has.
        """
        told = [one for one in totals if not SHARE.search(one.label)] or totals
        sums: dict[int, str] = {at: text for one in told for at, text in one.values.items()}
        count = _counted(totals)
        return {
            **({ROWS: {"ours": str(rows), "files": count}} if count else {}),
            **{
                one.key: {"ours": f"{self._sums[one.key]:.2f}", "files": _amount(sums.get(at))}
                for at, one in self.columns.items()
            },
        }


def _counted(totals: Sequence[Totals]) -> str | None:
    """How many rows a file says that it has, below its table: "Total records: 1,204"."""
    for one in reversed(totals):
        words = COUNT.search(one.label)
        if words is not None:
            numbers = [words[1] or "", *one.values.values()]
            whole = [text.replace(",", "") for text in numbers]
            return next((text for text in whole if text.isdecimal()), None)
    return None


def _amount(text: str | None) -> str | None:
    try:
        amount = read_money(tidy(text))
    except InvalidAmountError:
        return None
    return None if amount is None else f"{amount:.2f}"
