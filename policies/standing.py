"""Where paying for a policy stands, from what was told of its months. Pure: frames in, a frame out.

The newest statement tells most, but not all: a month that it does not mention may still be owed.
What is owed stays owed until a later statement says that this month, or a later one, is paid.
No clock is asked: the same statements give the same answer on any day, in any order.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

import polars as pl

PAID = ("current", "paid_ahead", "not_required")
OWED = ("binder_due", "binder_past_due", "due_soon", "past_due", "in_grace")
ENDED = ("cancelled_nonpay", "terminated_nonpay")
MOMENT = pl.Datetime("us", "UTC")
PAYMENTS = {
    "policy_id": pl.Int64,
    "month": pl.Date,
    "is_binder": pl.Boolean,
    "status": pl.String,
    "due_date": pl.Date,
    "paid_through_date": pl.Date,
    "amount_due": pl.String,
    "past_due_amount": pl.String,
    "grace_start_date": pl.Date,
    "autopay": pl.Boolean,
    "source": pl.String,
    "as_of": MOMENT,
}
POLICIES = {"policy_id": pl.Int64, "effective_date": pl.Date, "coverage_type_id": pl.Int64}
GRACE = {"coverage_type_id": pl.Int64, "start_date": pl.Date, "months": pl.Int64}
_OF_MONTH = (
    "month", "is_binder", "status", "due_date", "amount_due", "past_due_amount",
    "grace_start_date", "autopay",
)  # fmt: skip
# The gravest first; of the others the newest counts, whatever it says.
_GRAVITY = {
    "cancelled_nonpay": 0,
    "terminated_nonpay": 0,
    "in_grace": 1,
    "past_due": 2,
    "binder_past_due": 2,
    "binder_due": 3,
    "due_soon": 4,
}
_OTHERS = 5
_NEVER = datetime(1900, 1, 1, tzinfo=UTC)


class Promise(NamedTuple):
    """From when to when a carrier promises a status every so many hours; both days count."""

    start_date: date
    end_date: date | None
    hours: int


def of(
    payments: pl.DataFrame,
    policies: pl.DataFrame,
    *,
    grace: pl.DataFrame,
    promises: Sequence[Promise],
    zone: str,
) -> pl.DataFrame:
    """Say where each policy stands that has payments: a row each, of the columns of ``Standing``.

    ``payments`` as ``PAYMENTS``, each policy's all at once; ``policies`` as ``POLICIES``.
    ``grace`` as ``GRACE``: how many whole calendar months the rules give to a coverage from its
    first unpaid month on, from which month on; without a rule there is no deadline to tell.
    ``promises`` are one carrier's; ``zone`` says which day a moment is on.
    """
    newest = payments.group_by("policy_id").agg(
        pl.col("source").sort_by("as_of", "source").last(),
        _paid_through().alias("paid_through_date"),
        pl.col("as_of").max(),
    )
    return (
        _counting(payments)
        .join(newest, on="policy_id")
        .join(policies.select(*POLICIES), on="policy_id", how="left")
        .sort("month")
        .join_asof(
            grace.sort("start_date"),
            left_on="month",
            right_on="start_date",
            by="coverage_type_id",
            check_sortedness=False,
        )
        .with_columns(deadline=_deadline(), stale_at=stale_at(promises, zone))
        .drop("effective_date", "coverage_type_id", "start_date", "months", strict=False)
        .sort("policy_id")
    )


def _paid_through() -> pl.Expr:
    """Of the newest statement that tells one; of two of one moment the later day."""
    is_told = pl.col("paid_through_date").is_not_null()
    day, as_of = pl.col("paid_through_date").filter(is_told), pl.col("as_of").filter(is_told)
    return day.filter(as_of == as_of.max()).max()


def _counting(payments: pl.DataFrame) -> pl.DataFrame:
    """Of each policy the month that counts: the gravest that no later statement settles.

    Of equally grave ones the first is owed longest; where nothing is owed, the newest counts.
    """
    status, as_of, month = pl.col("status"), pl.col("as_of"), pl.col("month")
    rank = pl.when(_is_settled()).then(_OTHERS).otherwise(
        status.replace_strict(_GRAVITY, default=_OTHERS, return_dtype=pl.Int8)
    )  # fmt: skip
    of_others = pl.col("_rank") == _OTHERS
    days = month.to_physical().cast(pl.Int64)
    return (
        _with_later(payments)
        .with_columns(_rank=rank, _is_left=_is_settled())
        .sort(
            "policy_id",
            "_rank",
            "_is_left",
            pl.when(of_others).then(-as_of.to_physical()).otherwise(0),
            pl.when(of_others).then(-days).otherwise(days),
            pl.col("is_binder") ^ ~of_others,  # owed: the initial payment first
        )
        .unique("policy_id", keep="first", maintain_order=True)
        .select("policy_id", *_OF_MONTH)
    )


def _with_later(payments: pl.DataFrame) -> pl.DataFrame:
    """Beside each month: the newest statements about it or a later one, and those that say paid."""
    as_of, through = pl.col("as_of"), pl.col("paid_through_date")
    tells = through.is_not_null()
    paid = pl.when(pl.col("status").is_in(PAID)).then(as_of).otherwise(_NEVER)
    here = ("policy_id", "month")
    return (
        payments.sort("policy_id", "month", descending=[False, True])
        .with_columns(
            _told=as_of.max().over(here),
            _paid=paid.max().over(here),
            _through_as_of=pl.when(tells).then(as_of).otherwise(_NEVER).max().over("policy_id"),
        )
        .with_columns(
            _told=pl.col("_told").cum_max().over("policy_id"),
            _paid=pl.col("_paid").cum_max().over("policy_id"),
            _through=pl.when(tells & (as_of == pl.col("_through_as_of")))
            .then(through)
            .max()
            .over("policy_id"),
        )
    )


def _is_settled() -> pl.Expr:
    """Whether later statements leave nothing of what a month's own said."""
    status, as_of = pl.col("status"), pl.col("as_of")
    is_covered = (pl.col("_through_as_of") > as_of) & (
        pl.col("_through") >= pl.col("month").dt.month_end()
    )
    is_paid = (pl.col("_paid") > as_of) | is_covered.fill_null(value=False)
    return (status.is_in(OWED) & is_paid) | (status.is_in(ENDED) & (pl.col("_told") > as_of))


def _deadline() -> pl.Expr:
    """The last day to pay: the due date, or the end of the grace period."""
    status, start = pl.col("status"), pl.coalesce("grace_start_date", "month")
    begins = (
        pl.when(start.dt.day() == 1)
        .then(start)
        .otherwise(start.dt.month_start().dt.offset_by("1mo"))
    )
    months = pl.format("{}mo", pl.col("months"))
    return (
        pl.when(status.is_in(["past_due", "in_grace"]))
        .then(begins.dt.offset_by(months).dt.offset_by("-1d"))
        .when(status.is_in(["binder_due", "binder_past_due"]))
        .then(pl.coalesce("due_date", "effective_date"))
        .when(status == "due_soon")
        .then("due_date")
    )


def stale_at(promises: Sequence[Promise], zone: str) -> pl.Expr:
    """When the promise of a statement (``as_of``) ends; never where nobody promised one."""
    day = pl.col("as_of").dt.convert_time_zone(zone).dt.date()
    hours = pl.lit(None, pl.Int64)
    for start, end, promised in promises:
        holds = (day >= start) & (day <= (end or date.max))
        hours = pl.when(holds).then(promised).otherwise(hours)
    return pl.col("as_of") + pl.duration(hours=hours)
