"""Additional agents of imported rows: named ones are added, nobody is taken away."""

from typing import Any

import polars as pl
from django.db import models

from agencyhub.accounts.models import Agent
from agencyhub.imports.engine import frames
from agencyhub.imports.types.agents import BETWEEN
from agencyhub.records import bulk
from agencyhub.records.models import Batch


class AdditionalAgents:
    """Agents of one field, by NPN, for the records that ``through`` links them to.

    ``owner`` is the column of ``through`` that names the record. A record's servicing agent is no
    additional one.
    """

    def __init__(self, field: str, *, through: type[models.Model], owner: str) -> None:
        self.field = field
        self.fields: tuple[str, ...] = (field,)
        self.through = through
        self.owner = owner

    def adds(self, rows: pl.DataFrame) -> pl.Series:
        """Whether a row names an agent whom its record has not yet."""
        pairs = self._pairs(rows.with_columns(at=pl.int_range(pl.len())), "record")
        known = pairs.filter(pl.col("record") > 0)
        adding = pl.concat([self._missing(known), pairs.filter(pl.col("record") < 0)])["at"]
        return pl.int_range(rows.height, eager=True).is_in(adding.unique().implode())

    def apply(self, rows: pl.DataFrame, batch: Batch) -> None:
        """Link the agents that are missing, each once."""
        pairs = self._pairs(rows.with_columns(at=pl.int_range(pl.len())), "record_id")
        added = self._missing(pairs).unique(["record", "agent_id"], maintain_order=True)
        if not added.height:
            return
        ids = bulk.reserve(self.through, count=added.height)
        table = added.select(pl.Series("id", ids), pl.col("record").alias(self.owner), "agent_id")
        frames.insert(self.through._meta.db_table, table)
        bulk.record_inserted(batch=batch, model=self.through, ids=ids)

    def _pairs(self, rows: pl.DataFrame, record: str) -> pl.DataFrame:
        """``at``, ``record`` and ``agent_id`` of every agent that a row names."""
        named = (
            rows.select("at", pl.col(record).alias("record"), npn=pl.col(self.field))
            .drop_nulls()
            .with_columns(pl.col("npn").str.split(f"{BETWEEN} "))
            .explode("npn")
        )
        agents = dict(
            Agent.objects.filter(npn__in=named["npn"].unique().to_list()).values_list("npn", "pk")
        )
        ids = pl.col("npn").replace_strict(agents, default=None, return_dtype=pl.Int64)
        return named.select("at", pl.col("record").cast(pl.Int64), agent_id=ids).drop_nulls()

    def _missing(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Pairs without those that are there, and without servicing agents."""
        records = pairs["record"].unique().to_list()
        owners: Any = self.through._meta.get_field(self.owner.removesuffix("_id")).related_model
        serving = owners._default_manager.filter(pk__in=records).exclude(servicing_agent=None)
        linked = self.through._default_manager.filter(**{f"{self.owner}__in": records})
        held = [
            *serving.values_list("pk", "servicing_agent_id"),
            *linked.values_list(self.owner, "agent_id"),
        ]
        schema = {"record": pl.Int64, "agent_id": pl.Int64}
        return pairs.join(
            pl.DataFrame(held, schema=schema, orient="row"),
            on=["record", "agent_id"],
            how="anti",
            maintain_order="left",
        )
