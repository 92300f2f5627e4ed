"""People's decisions, laid over what comparing found."""

import polars as pl
from psycopg import sql

from agencyhub.imports.engine import frames
from commissions.matching import weights
from commissions.matching.reasons import Reason
from commissions.matching.scoring import PERSON
from commissions.models import Decision
from commissions.services.refreshing.sides import Side

IS_SAID = (pl.col("method") == PERSON).alias("is_said")
"""Pairs that a person confirmed, as those who decide know them."""
_SCHEMA = {"application": pl.Int64, "row": pl.Int64, "is_match": pl.String}


def read(side: Side) -> pl.DataFrame:
    """What people said about pairs of a side: ``application``, ``row``, and ``is_match``."""
    query = sql.SQL("SELECT application_id, {row}, is_match FROM {table} WHERE {row} IS NOT NULL")
    table = sql.Identifier(Decision._meta.db_table)
    return frames.fetch(query.format(row=sql.Identifier(side.column), table=table), _SCHEMA)


def over(pairs: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """Pairs with what people said: refused ones are left out, confirmed ones are there.

    A pair comes with ``application``, ``row``, ``points``, ``method`` and ``reasons``.
    """
    confirmed = said.filter(pl.col("is_match") == "t").select(
        "application",
        "row",
        pl.lit(weights.SAID, pl.Int16).alias("points"),
        pl.lit(PERSON, pl.Int8).alias("method"),
        pl.lit(f"{{{Reason.DECIDED:d}}}").alias("reasons"),
    )
    return pl.concat([pairs.join(said, on=["application", "row"], how="anti"), confirmed])
