"""Statements about payments beside what is known: what is newer.

Everything is done for all rows at once: frames are compared in memory, and written by ``COPY`` and
joins. The caller holds the carrier's lock, so nothing changes between reading and writing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from django.db import connection
from psycopg import sql

from agencyhub.imports.engine import frames
from agencyhub.lib.db import lock_keys
from policies.models import Payment, Standing, Told
from policies.services.finding import Found
from policies.standing import MOMENT

PAYMENTS = "policies_payment"
STAGE = "payments_told"
KEY = ("policy_id", "month", "is_binder")
SAID = (
    "carrier_status", "due_date", "paid_through_date", "amount_due", "past_due_amount",
    "grace_start_date", "autopay", "status",
)  # fmt: skip
WAS = "_was"
KINDS = ("new", "changed", "repeated", "same", "late")
_STORED = sql.SQL(
    "SELECT p.id, p.policy_id, p.month, p.is_binder::int, p.status, p.carrier_status, p.due_date,"
    " p.paid_through_date, p.amount_due, p.past_due_amount, p.grace_start_date, p.autopay::int,"
    " p.source, (date_part('epoch', p.as_of) * 1e6)::bigint"
    " FROM unnest({ids}::bigint[]) AS wanted (id)"
    " JOIN policies_payment AS p ON p.policy_id = wanted.id"
)
_STORED_AS = {
    "id": pl.Int64, "policy_id": pl.Int64, "month": pl.Date, "is_binder": pl.Int8,
    "status": pl.String, "carrier_status": pl.String, "due_date": pl.Date,
    "paid_through_date": pl.Date, "amount_due": pl.String, "past_due_amount": pl.String,
    "grace_start_date": pl.Date, "autopay": pl.Int8, "source": pl.String, "as_of": pl.Int64,
}  # fmt: skip
_REPEAT = """
UPDATE policies_payment AS p
SET as_of = t.as_of, source = %s, told_at = %s, message_id = %s, import_id = %s, user_id = %s
FROM payments_told AS t WHERE p.id = t.id
"""
_CHANGE = sql.SQL(
    "UPDATE policies_payment AS p SET {sets} FROM payments_told AS t WHERE p.id = t.id"
)
_TELLING = ("source", "as_of", "told_at", "message_id", "import_id", "user_id")
_KEEP = sql.SQL(
    "INSERT INTO policies_paymentfact ({names}, replaced_by_import_id)"
    " SELECT {names}, %s::bigint FROM policies_payment"
    " WHERE id = ANY ({ids}) ORDER BY policy_id, month"
)


@dataclass(frozen=True)
class Teller:
    """Who tells, and by which delivery, import or user."""

    source: Told.Source
    at: datetime
    message_id: int | None = None
    import_id: int | None = None
    user_id: int | None = None


@dataclass(frozen=True)
class Judged:
    """What statements do: a frame for each of ``KINDS``, and every payment of the policies that
    they are about, as it is once they are written."""

    of: Mapping[str, pl.DataFrame]
    payments: pl.DataFrame


def lock(carrier_id: int) -> None:
    """Wait until nobody else applies statements of this carrier; lasts as long as the transaction.

    Two feeds at once would compare with what the other is about to change.
    """
    lock_keys([f"payments of carrier {carrier_id}"])


def stored(policy_ids: pl.Series) -> pl.DataFrame:
    """Every payment that is known of policies."""
    if not len(policy_ids):
        return _typed(pl.DataFrame(schema=_STORED_AS))
    return _typed(frames.fetch(_STORED.format(ids=listed(policy_ids)), _STORED_AS))


def listed(ids: pl.Series) -> sql.Composable:
    """Ids as an array of PostgreSQL, without a look at each of them."""
    return sql.Literal("{" + ",".join(ids.cast(pl.String)) + "}")


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        pl.col("is_binder", "autopay").cast(pl.Boolean),
        pl.col("as_of").cast(MOMENT),
        pl.col("carrier_status").fill_null(""),
    )


def judge(found: Found, teller: Teller) -> Judged:
    """Say which statements are the newest of their month, and what is known then."""
    known = stored(found.policies["policy_id"])
    judged = _judged(_newest(found.rows.filter(pl.col("status").is_not_null())), known)
    of = {kind: judged.filter(pl.col("kind") == kind) for kind in KINDS}
    written = pl.concat([of["new"], of["changed"], of["repeated"]])
    return Judged(of, _merged(known, written, teller))


def write(judged: Judged, teller: Teller) -> None:
    """Let the newest statement of each month win; what it replaces is kept as a fact.

    What is only said again moves its moment, so that a statement from between comes too late.
    """
    _insert(judged.of["new"], teller)
    _repeat(judged.of["repeated"], teller)
    _change(judged.of["changed"], teller)


def forget(ids: Sequence[int]) -> None:
    """Take payments away; what they said is kept as facts."""
    _keep(pl.Series(ids, dtype=pl.Int64), by_import=None)
    payments = Payment.objects.filter(pk__in=ids)
    Standing.objects.filter(policy__in=payments.values("policy")).update(digest=None)
    payments.delete()


def _newest(told: pl.DataFrame) -> pl.DataFrame:
    """Of several rows about one month the newest; most statements have one of each."""
    if not told.select(pl.struct(KEY).is_duplicated().any()).item():
        return told
    ordered = told.with_columns(content=_content()).sort(*KEY, "as_of", "content")
    return ordered.unique(KEY, keep="last", maintain_order=True).drop("content")


def _content(suffix: str = "") -> pl.Expr:
    """All that a statement says, as one text: two of one moment are put in order by it."""
    said = (pl.col(f"{name}{suffix}").cast(pl.String).fill_null("") for name in SAID)
    return pl.concat_str(*said, separator="\x1f")


def _judged(told: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Beside each statement what is known by now (``id``), and which of ``KINDS`` it is."""
    there = known.select("id", *KEY, *SAID, "as_of")
    beside = told.join(there, on=KEY, how="left", suffix=WAS).with_columns(
        is_equal=pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}{WAS}")) for name in SAID)
    )
    as_of, was_as_of = pl.col("as_of"), pl.col(f"as_of{WAS}")
    is_equal, is_same_moment = pl.col("is_equal"), as_of == was_as_of
    ties = beside.filter(is_same_moment & ~is_equal)
    goes_before = ties.filter(_content() > _content(WAS))["id"].implode()
    kind = (
        pl.when(pl.col("id").is_null()).then(pl.lit("new"))
        .when(is_equal & is_same_moment).then(pl.lit("same"))
        .when(is_equal & (as_of > was_as_of)).then(pl.lit("repeated"))
        .when(as_of > was_as_of).then(pl.lit("changed"))
        .when(is_same_moment & pl.col("id").is_in(goes_before)).then(pl.lit("changed"))
        .otherwise(pl.lit("late"))
    )  # fmt: skip
    return beside.with_columns(kind=kind).select(*told.columns, "id", "kind")


def _insert(rows: pl.DataFrame, teller: Teller) -> None:
    ordered = rows.select(*KEY, *SAID, "as_of").sort(KEY)  # as the index is
    first = pl.lit(teller.import_id, pl.Int64).alias("first_import_id")
    frames.insert(PAYMENTS, frames.filled(ordered.with_columns(*_teller(teller), first)))


def _teller(teller: Teller) -> list[pl.Expr]:
    return [
        pl.lit(str(teller.source)).alias("source"),
        pl.lit(teller.at).alias("told_at"),
        pl.lit(teller.message_id, pl.Int64).alias("message_id"),
        pl.lit(teller.import_id, pl.Int64).alias("import_id"),
        pl.lit(teller.user_id, pl.Int64).alias("user_id"),
    ]


def _repeat(rows: pl.DataFrame, teller: Teller) -> None:
    """Move the moment of payments, and who told it last."""
    if not rows.height:
        return
    frames.temporary(STAGE, PAYMENTS, ["id", "as_of"], _numbered(rows.select("id", "as_of")))
    by = (teller.message_id, teller.import_id, teller.user_id)
    with connection.cursor() as cursor:
        cursor.execute(_REPEAT, [str(teller.source), teller.at, *by])


def _change(rows: pl.DataFrame, teller: Teller) -> None:
    """Replace what payments say."""
    if not rows.height:
        return
    _keep(rows["id"], by_import=teller.import_id)
    told = rows.select("id", *SAID, "as_of").with_columns(_teller(teller))
    frames.temporary(STAGE, PAYMENTS, told.columns, _numbered(told))
    sets = sql.SQL(", ").join(
        sql.SQL("{0} = t.{0}").format(sql.Identifier(name)) for name in told.columns if name != "id"
    )
    with connection.cursor() as cursor:
        cursor.execute(_CHANGE.format(sets=sets))


def _keep(ids: pl.Series, *, by_import: int | None) -> None:
    """Keep what payments say as facts, before they say something else."""
    columns = sql.SQL(", ").join(map(sql.Identifier, (*KEY, *SAID, *_TELLING)))
    with connection.cursor() as cursor:
        cursor.execute(_KEEP.format(names=columns, ids=listed(ids)), [by_import])


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_row_index("row")


def _merged(known: pl.DataFrame, written: pl.DataFrame, teller: Teller) -> pl.DataFrame:
    """Every payment of the policies as it is now."""
    columns = [*KEY, *SAID, "source", "as_of"]
    now = written.with_columns(pl.lit(str(teller.source)).alias("source"))
    untouched = known.join(written, on=KEY, how="anti")
    return pl.concat([untouched.select(columns), now.select(columns)])
