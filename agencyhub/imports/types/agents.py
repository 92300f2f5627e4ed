"""Several agents in one cell, by NPN."""

import polars as pl

from agencyhub.accounts.models import Agent
from agencyhub.imports.types.base import Context, Parsed, Type
from agencyhub.imports.types.text import SPACE

BETWEEN = ";"


class AgentsByNpn(Type):
    """Active agents by NPN, separated by semicolons; the value names each once, in order."""

    name = "agents"

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        given = pl.DataFrame({"at": pl.int_range(len(texts), eager=True), "text": texts})
        named = (
            given.drop_nulls()
            .with_columns(npn=pl.col("text").str.replace_all(SPACE, "").str.split(BETWEEN))
            .explode("npn")
            .filter(pl.col("npn") != "")
        )
        known = self._known(named["npn"].unique().to_list(), context)
        lost = named.filter(~pl.col("npn").is_in(known)).group_by("at", maintain_order=True)
        wrong = lost.agg(
            error=pl.lit("“")
            + pl.col("npn").unique(maintain_order=True).str.join(", ")
            + pl.lit("” is not the NPN of an active agent.")
        )
        right = named.group_by("at").agg(
            value=pl.col("npn").unique().sort().str.join(f"{BETWEEN} ")
        )
        answer = given.join(right, on="at", how="left", maintain_order="left").join(
            wrong, on="at", how="left", maintain_order="left"
        )
        values = answer.select(pl.when(pl.col("error").is_null()).then("value")).to_series()
        return Parsed(values, answer["error"] if wrong.height else None)

    def _known(self, npns: list[str], context: Context) -> list[str]:
        with context.lock:
            kept: set[str] | None = context.kept.get(AgentsByNpn)
            if kept is None:
                active = Agent.objects.filter(is_active=True).exclude(npn="")
                kept = context.kept[AgentsByNpn] = set(active.values_list("npn", flat=True))
        return [npn for npn in npns if npn in kept]
