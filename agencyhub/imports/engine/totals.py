"""Control totals: what the rows of a file add up to, beside what the file itself says."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from agencyhub.imports.kinds import Field
from agencyhub.imports.types.numbers import Money
from agencyhub.lib.money import InvalidAmountError, read_money
from agencyhub.lib.reading.totals import Totals
from agencyhub.lib.text import tidy


class Sums:
    """Adds up the amounts of rows that could be read."""

    def __init__(self, columns: Mapping[int, Field]) -> None:
        self.columns = {at: one for at, one in columns.items() if isinstance(one.type, Money)}
        self._sums = {one.key: Decimal(0) for one in self.columns.values()}

    def of(self, typed: pl.DataFrame) -> dict[str, Decimal]:
        """The sums of one batch."""
        return {key: Decimal(typed[key].sum() or 0) for key in self._sums}

    def join(self, sums: Mapping[str, Decimal]) -> None:
        """Add the sums of a batch."""
        for key, amount in sums.items():
            self._sums[key] += amount

    def beside(self, totals: Sequence[Totals]) -> dict[str, Any]:
        """By field: our sum, and the file's where it has one; amounts as text."""
        last = totals[-1].values if totals else {}
        return {
            one.key: {"ours": f"{self._sums[one.key]:.2f}", "files": _amount(last.get(at))}
            for at, one in self.columns.items()
        }


def _amount(text: str | None) -> str | None:
    try:
        amount = read_money(tidy(text))
    except InvalidAmountError:
        return None
    return None if amount is None else f"{amount:.2f}"
