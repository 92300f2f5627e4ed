"""What carriers say about policies themselves: of the words that are known, the newest count."""

import polars as pl
from django.db import connection

from agencyhub.imports.engine import frames
from agencyhub.records import history
from agencyhub.records.models import Batch, Option
from policies.models import Carrier, Told

# A policy that ended before it began never took effect.
ENDED, NEVER_BEGAN = ("terminated", "lapsed"), "cancelled"
STAGE = "policy_statuses_told"
_WRITE = """
UPDATE policies_policy AS p SET
    status_id = t.status_id,
    termination_date = CASE WHEN t.has_date THEN t.termination_date ELSE p.termination_date END,
    updated_at = now()
FROM policy_statuses_told AS t
WHERE p.id = t.id AND (
    p.status_id <> t.status_id
    OR (t.has_date AND p.termination_date IS DISTINCT FROM t.termination_date)
)
"""
_CREATE = """
CREATE TEMPORARY TABLE policy_statuses_told
    (id bigint, status_id bigint, termination_date date, has_date boolean) ON COMMIT DROP
"""


def of_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """The newest that rows say about each policy: its words, and the words that are known.

    Both as of their moment; of two of one moment the words decide, then the date.
    """
    told = rows.filter(pl.col("policy_status").is_not_null())
    said = _newest(told).select(
        "policy_id", carrier_status="policy_status", carrier_status_as_of="as_of"
    )
    known = _newest(told.filter(pl.col("policy_status_id").is_not_null())).select(
        "policy_id",
        "policy_status_id",
        applied_status="policy_status",
        applied_termination_date="termination_date",
        applied_as_of="as_of",
    )
    return said.join(known, on="policy_id", how="left")


def _newest(told: pl.DataFrame) -> pl.DataFrame:
    order = ("policy_id", "as_of", "policy_status", "termination_date")
    return told.sort(order, nulls_last=False).unique("policy_id", keep="last")


def write(statuses: pl.DataFrame, *, carrier_id: int, source: Told.Source) -> int:
    """Give policies the status that their carrier says; answer how many had another.

    ``statuses``: ``policy_id``, ``policy_status_id``, ``applied_termination_date``, the policy's
    ``effective_date``, and ``was_dated``: whether the carrier had told a last day before, which it
    takes back by not telling it any more. A day of somebody else's stays.
    """
    if not statuses.height:
        return 0
    staged = _settled(statuses)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS policy_statuses_told")
        cursor.execute(_CREATE)
    frames.insert(STAGE, staged.sort("id"))
    name = Carrier.objects.values_list("name", flat=True).get(pk=carrier_id)
    summary = f"Policy statuses as {name} says ({Told.Source(source).label})"
    channel = Batch.Channel.IMPORT if source == Told.Source.FILE else Batch.Channel.SYNC
    with history.batch(user=None, channel=channel, summary=summary), connection.cursor() as cursor:
        cursor.execute(_WRITE)
        return int(cursor.rowcount)


def _settled(statuses: pl.DataFrame) -> pl.DataFrame:
    """The status and the last covered day that each policy gets."""
    options = Option.objects.active(Option.List.POLICY_STATUS)
    first: dict[str, int] = {}
    for pk, meaning in options.values_list("pk", "meaning"):
        first.setdefault(meaning, pk)
    ended = [pk for pk, meaning in options.values_list("pk", "meaning") if meaning in ENDED]
    day, status = pl.col("applied_termination_date"), pl.col("policy_status_id")
    never_began = status.is_in(ended) & (day < pl.col("effective_date")).fill_null(value=False)
    return statuses.select(
        pl.col("policy_id").alias("id"),
        pl.when(never_began).then(first.get(NEVER_BEGAN)).otherwise(status).alias("status_id"),
        pl.when(~never_began).then(day).alias("termination_date"),
        ((day.is_not_null() | pl.col("was_dated")) & ~never_began).alias("has_date"),
    )
