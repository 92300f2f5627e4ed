"""Shares of many lines at once: ``commissions.shares`` by columns, and into the table."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from django.utils import timezone
from psycopg import sql

from agencyhub.imports.engine import frames
from agencyhub.records import bulk
from agencyhub.records.models import Batch
from commissions.ledgers.reading import column
from commissions.models import AgentContract, CommissionSplit
from commissions.shares import AGENCY, UPLINE, WRITING

# Percents have four decimals; amounts are counted in cents.
UNITS = 10_000
ALL = 100 * UNITS
_CONTRACTS = sql.SQL(
    "SELECT agent_id, carrier_id, (percent * 10000)::bigint, upline_id,"
    " (upline_percent * 10000)::bigint, start_date, end_date FROM commissions_agentcontract"
)
_SCHEMA: Mapping[str, Any] = {
    "agent_id": pl.Int64, "carrier_id": pl.Int64, "percent": pl.Int64, "upline_id": pl.Int64,
    "upline_percent": pl.Int64, "start_date": pl.Date, "end_date": pl.Date,
}  # fmt: skip


class Shares:
    """New lines are shared by the contract of their agent with the carrier, on the day of pay."""

    fields: tuple[str, ...] = (
        "agent_id",
        "carrier_id",
        "amount",
        "paid_date",
        "statement_date",
        "payment_period",
    )

    def adds(self, rows: pl.DataFrame) -> pl.Series:
        """Lines that are there keep their shares."""
        return pl.repeat(value=False, n=rows.height, eager=True)

    def apply(self, rows: pl.DataFrame, batch: Batch) -> None:
        """Share the lines that the file adds."""
        new = rows.filter((rows["record"] < 0) & rows["record"].is_first_distinct())
        dates = {name: column(new, name, pl.Date).alias(name) for name in self.fields[3:]}
        lines = new.select("record_id", "agent_id", "carrier_id", "amount").with_columns(
            *dates.values()
        )
        ids = insert(share(lines.rename({"record_id": "line_id"}), contracts()))
        bulk.record_inserted(batch=batch, model=CommissionSplit, ids=ids)


def contracts() -> pl.DataFrame:
    """Every contract; there are a few for each agent."""
    if not AgentContract.objects.exists():
        return pl.DataFrame(schema=_SCHEMA)
    return frames.fetch(_CONTRACTS, _SCHEMA)


def share(lines: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """The shares of lines whose agent has a contract with the carrier that day.

    ``lines`` has ``line_id``, ``agent_id``, ``carrier_id``, ``amount`` and the dates of pay.
    """
    day = pl.coalesce("paid_date", "statement_date", "payment_period", pl.lit(timezone.localdate()))
    ended = pl.col("end_date").is_not_null() & (pl.col("end_date") < pl.col("day"))
    shared = (
        lines.with_columns(day=day)
        .join(terms, on=["agent_id", "carrier_id"], how="inner")
        .filter((pl.col("start_date") <= pl.col("day")) & ~ended)
        .with_columns(cents=(pl.col("amount") * 100).cast(pl.Int64))
    )
    parts = (
        (WRITING, pl.col("agent_id"), pl.col("percent")),
        (UPLINE, pl.col("upline_id"), pl.col("upline_percent")),
        (AGENCY, pl.lit(None, pl.Int64), ALL - pl.col("percent") - pl.col("upline_percent")),
    )
    pieces = [
        shared.select(
            "line_id",
            "cents",
            agent_id=agent,
            role=pl.lit(role),
            units=units,
            place=pl.lit(place),
        )
        for place, (role, agent, units) in enumerate(parts)
    ]
    # The writing agent is named with nothing, too: a contract may give it all to the agency.
    every = pl.concat(pieces).filter((pl.col("units") > 0) | (pl.col("role") == WRITING))
    return _in_cents(every.sort("line_id", "place"))


def _in_cents(parts: pl.DataFrame) -> pl.DataFrame:
    """Cut cents by units; leftover ones go to the first parts, as ``shares.allot`` does."""
    sign = pl.col("cents").sign()
    cut = parts.with_columns(part=pl.col("cents").abs() * pl.col("units") // ALL)
    left = pl.col("cents").abs() - pl.col("part").sum().over("line_id")
    rank = pl.int_range(pl.len()).over("line_id")
    whole = cut.with_columns(part=pl.col("part") + (rank < left).cast(pl.Int64))
    return whole.select(
        "line_id",
        "agent_id",
        "role",
        percent=pl.col("units").cast(pl.Decimal(11, 4)) / UNITS,
        amount=(pl.col("part") * sign).cast(pl.Decimal(14, 2)) / 100,
    )


def insert(shares: pl.DataFrame) -> list[int]:
    """Add shares; answer their keys."""
    if not shares.height:
        return []
    keys = bulk.reserve(CommissionSplit, count=shares.height)
    table = shares.select(
        pl.Series("id", keys, pl.Int64), "line_id", "agent_id", "role",
        pl.col("percent").cast(pl.Decimal(11, 4)), pl.col("amount").cast(pl.Decimal(14, 2)),
    )  # fmt: skip
    frames.insert(CommissionSplit._meta.db_table, table)
    return keys
