"""Rows to compare: an application and a book row of one policy, but for what a test says."""

from datetime import date
from typing import Any

import polars as pl

from commissions.matching import keys
from commissions.matching.fields import OWN
from commissions.matching.rows import RAW, Names, normal
from commissions.matching.scoring import Scorer

_EPOCH = date(1970, 1, 1)
POLICY: dict[str, Any] = {
    "carrier": 1, "carrier_name": "Humana", "agent": 7, "npn": "10000007",
    "first_name": "Robert", "last_name": "Wilson", "born": date(1950, 3, 14), "zip": "33101",
    "line": "med_adv", "plan": "H5216-001-000", "effective": date(2026, 1, 1),
}  # fmt: skip


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    """Raw rows; what a row does not say is NULL, days may be dates."""
    full = [{"id": place, **dict.fromkeys(RAW), **row} for place, row in enumerate(rows, start=1)]
    for row in full:
        row["id"] = row["id"] or full.index(row) + 1
        for name, value in row.items():
            if isinstance(value, date):
                row[name] = (value - _EPOCH).days
    return pl.DataFrame(full, schema=RAW)


def judge(
    application: dict[str, Any], other: dict[str, Any], *, via: int = OWN, met: bool = True
) -> dict[str, Any] | None:
    """How the two are judged; None when they are not worth keeping.

    ``met``: they share a key, and neither carrier nor line of business tells them apart.
    """
    names = Names()
    ones = normal(frame(application), names).with_columns(
        pl.col("id").alias("application"), pl.lit(via, pl.Int8).alias("via")
    )
    others = normal(frame(other), names)
    pairs = keys.meeting(ones, others)
    assert bool(pairs.height) == met
    found = Scorer(names).score(ones, others, pairs)
    return next(found.iter_rows(named=True), None)
