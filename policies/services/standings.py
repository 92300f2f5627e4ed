"""Where policies stand, derived anew from what is known of their payments, and written at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import polars as pl
from django.conf import settings
from django.db import connection
from psycopg import sql

from agencyhub.imports.engine import frames
from policies import standing
from policies.models import GracePeriod
from policies.risk import OPEN_STATUSES
from policies.selectors import premier
from policies.services import repeating
from policies.services.statements import Judged, Teller, listed

TABLE, STAGE = "policies_standing", "standings_told"
SAYS = (
    "status", "is_binder", "month", "due_date", "deadline", "paid_through_date", "amount_due",
    "past_due_amount", "grace_start_date", "autopay", "carrier_status",
)  # fmt: skip
APPLIED = ("applied_status", "applied_termination_date", "applied_as_of")
MOMENTS = ("as_of", "stale_at", "carrier_status_as_of", "applied_as_of")
COLUMNS = (*SAYS, "source", "as_of", "stale_at", "carrier_status_as_of", *APPLIED, "digest")
BEFORE, TOLD = "_before", "_told"
POLICY = ("status_id", "termination_date")
_STORED_AS = {
    "policy_id": pl.Int64, "status": pl.String, "is_binder": pl.Int8, "month": pl.Date,
    "due_date": pl.Date, "deadline": pl.Date, "paid_through_date": pl.Date,
    "amount_due": pl.String, "past_due_amount": pl.String, "grace_start_date": pl.Date,
    "autopay": pl.Int8, "carrier_status": pl.String, "source": pl.String, "as_of": pl.Int64,
    "stale_at": pl.Int64, "carrier_status_as_of": pl.Int64, "applied_status": pl.String,
    "applied_termination_date": pl.Date, "applied_as_of": pl.Int64, "digest": pl.Int64,
}  # fmt: skip
_STORED = sql.SQL(
    "SELECT {columns} FROM unnest({ids}::bigint[]) AS wanted (id)"
    " JOIN policies_standing AS s ON s.policy_id = wanted.id"
)
_WRITE = sql.SQL(
    "INSERT INTO policies_standing AS s ({names}) SELECT {names} FROM standings_told"
    " ORDER BY policy_id ON CONFLICT (policy_id) DO UPDATE SET {sets}"
    " WHERE ({old}) IS DISTINCT FROM ({new})"
)


@dataclass(frozen=True)
class Changed:
    """Policies whose risks may be others now, and those whose status is to be another."""

    policy_ids: list[int]
    statuses: pl.DataFrame


def rules(
    carrier_id: int, grace: pl.DataFrame
) -> Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]:
    """How to say where policies of a carrier stand from all their payments (``standing.of``)."""
    promises = premier.promises_of(carrier_id)
    return partial(standing.of, grace=grace, promises=promises, zone=settings.TIME_ZONE)


def write(
    derived: pl.DataFrame,
    policies: pl.DataFrame,
    told: pl.DataFrame,
    *,
    judged: Judged,
    digests: pl.DataFrame,
    carrier_id: int,
    teller: Teller,
) -> Changed:
    """Keep where policies stand.

    ``derived`` is what ``rules`` say of ``policies`` (with the columns of ``finding.Found``);
    ``told`` is what a statement says about the policies themselves, see ``statuses.of_rows``;
    ``digests`` is of that statement, see ``repeating``. The caller holds the carrier's lock.
    """
    before = _stored(policies["policy_id"])
    promises, zone, at = premier.promises_of(carrier_id), settings.TIME_ZONE, teller.at
    about = policies.select("policy_id", "effective_date", *POLICY)
    now = about.join(derived, on="policy_id", how="left")
    now = _with_statuses(now, before, told)
    # Of some policies a carrier tells the status, and nothing of payments.
    now = now.with_columns(
        pl.col("status").fill_null("unknown"),
        pl.col("is_binder").fill_null(value=False),
        pl.coalesce("source", "source_of_status", pl.lit(str(teller.source))).alias("source"),
        pl.coalesce("as_of", "carrier_status_as_of").alias("as_of"),
    ).filter(pl.col("as_of").is_not_null())
    now = now.with_columns(stale_at=standing.stale_at(promises, zone))
    beside = now.join(before, on="policy_id", how="left", suffix=BEFORE)
    beside = repeating.kept(beside, digests, judged)
    _save(beside.select("policy_id", *COLUMNS).sort("policy_id"), before)
    beside = beside.with_columns(
        was_dated=pl.col(f"applied_termination_date{BEFORE}").is_not_null(),
        is_applied=pl.col("applies") & _is_told_otherwise(),
    )
    beside = beside.with_columns(is_applied=pl.col("is_applied") & _changes_policy())
    return Changed(
        policy_ids=beside.filter(_may_be_at_risk(at) | pl.col("is_applied"))["policy_id"].to_list(),
        statuses=beside.filter("is_applied").select(
            "policy_id",
            "policy_status_id",
            "applied_termination_date",
            "effective_date",
            "was_dated",
        ),
    )


def _with_statuses(now: pl.DataFrame, before: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Beside each policy its newest words; ``applies``: known ones are newer than those before."""
    names = ("policy_id", "carrier_status", "carrier_status_as_of", *APPLIED)
    known = before.select(*names, source_of_status="source")
    beside = now.join(known, on="policy_id", how="left").join(
        told, on="policy_id", how="left", suffix=TOLD
    )
    is_newer = _is_newer("carrier_status_as_of", "carrier_status")
    applies = _is_newer("applied_as_of", "applied_status", "applied_termination_date")
    chosen = [
        pl.when(wins).then(pl.col(f"{name}{TOLD}")).otherwise(pl.col(name)).alias(name)
        for wins, names in (
            (is_newer, ("carrier_status", "carrier_status_as_of")),
            (applies, APPLIED),
        )
        for name in names
    ]
    return beside.with_columns(*chosen, applies=applies).with_columns(
        pl.col("carrier_status", "applied_status").fill_null("")
    )


def _is_newer(moment: str, *content: str) -> pl.Expr:
    """Whether what is told is newer than what is known, or of the same moment and goes before."""
    told, known = pl.col(f"{moment}{TOLD}"), pl.col(moment)
    said, was = (
        pl.concat_str(
            (pl.col(f"{name}{end}").cast(pl.String).fill_null("") for name in content),
            separator="\x1f",
        )
        for end in (TOLD, "")
    )
    wins = known.is_null() | (told > known) | ((told == known) & (said > was))
    return told.is_not_null() & wins.fill_null(value=False)


def _is_told_otherwise() -> pl.Expr:
    names = ("applied_status", "applied_termination_date")
    return pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}{BEFORE}")) for name in names)


def _changes_policy() -> pl.Expr:
    """Whether the words that apply now are not what the policy says already."""
    day = pl.col("applied_termination_date")
    has_day = day.is_not_null() | pl.col("was_dated")
    is_other_day = has_day & day.ne_missing(pl.col("termination_date"))
    return pl.col("policy_status_id").ne_missing(pl.col("status_id")) | is_other_day


def _may_be_at_risk(at: datetime) -> pl.Expr:
    """Whether a risk may open, change or close: it stands otherwise, or is not stale any more."""
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}{BEFORE}")) for name in SAYS)
    is_open = pl.col("status").is_in(OPEN_STATUSES)
    was_open = pl.col(f"status{BEFORE}").is_in(OPEN_STATUSES).fill_null(value=False)
    was_stale = (pl.col(f"stale_at{BEFORE}") <= at).fill_null(value=False)
    return (differs & (is_open | was_open)) | was_stale


def grace() -> pl.DataFrame:
    """How long coverages last after a payment was missed, as ``standing.of`` reads it."""
    rows = GracePeriod.objects.order_by("pk").values_list(*standing.GRACE)
    return pl.DataFrame(list(rows), schema=standing.GRACE, orient="row")


def _stored(policy_ids: pl.Series) -> pl.DataFrame:
    if not len(policy_ids):
        return _typed(pl.DataFrame(schema=_STORED_AS))
    columns = sql.SQL(", ").join(_selected(name) for name in _STORED_AS)
    query = _STORED.format(columns=columns, ids=listed(policy_ids))
    return _typed(frames.fetch(query, _STORED_AS))


def _selected(name: str) -> sql.Composable:
    column = sql.SQL("s.{}").format(sql.Identifier(name))
    if name in MOMENTS:
        return sql.SQL("(date_part('epoch', {}) * 1e6)::bigint").format(column)
    return sql.SQL("{}::int").format(column) if name in ("is_binder", "autopay") else column


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        pl.col("is_binder", "autopay").cast(pl.Boolean),
        pl.col(MOMENTS).cast(standing.MOMENT),
        pl.col("carrier_status", "applied_status").fill_null(""),
    )


def _save(now: pl.DataFrame, before: pl.DataFrame) -> None:
    """Write rows that are new or differ, in the order in which everybody locks them."""
    new = now.join(before, on="policy_id", how="anti", maintain_order="left")
    frames.insert(TABLE, frames.filled(new))
    there = now.join(before, on="policy_id", how="semi")
    if not there.height:
        return
    frames.temporary(STAGE, TABLE, there.columns, there.with_row_index("row"))
    names = sql.SQL(", ").join(map(sql.Identifier, now.columns))
    columns = [sql.Identifier(name) for name in COLUMNS]
    query = _WRITE.format(
        names=names,
        sets=sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(one) for one in columns),
        old=sql.SQL(", ").join(sql.SQL("s.{}").format(one) for one in columns),
        new=sql.SQL(", ").join(sql.SQL("excluded.{}").format(one) for one in columns),
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
