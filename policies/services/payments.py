"""What carriers and agents say about payments, put where it counts: the newest statement wins."""

from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from agencyhub.accounts.models import User
from policies.models import Payment, PaymentStatus, Told

ROWS = {
    "row": pl.Int64,
    "policy_number": pl.String,
    "member_id": pl.String,
    "as_of": pl.Datetime("us", "UTC"),
    "policy_status": pl.String,
    "termination_date": pl.Date,
    "month": pl.Date,
    "is_binder": pl.Boolean,
    "status": pl.String,
    "carrier_status": pl.String,
    "due_date": pl.Date,
    "paid_through_date": pl.Date,
    "amount_due": pl.String,
    "past_due_amount": pl.String,
    "grace_start_date": pl.Date,
    "autopay": pl.Boolean,
}
"""What ``apply`` reads, one row a policy and month.

``row`` is how the sender finds the row again. ``policy_status`` is the carrier's own words;
``status`` a ``PaymentStatus``, blank where the row says nothing about a payment, and
``carrier_status`` the words behind it. Money is written with two decimals.
"""


@dataclass
class Applied:
    """What a statement changed. ``unknown`` and ``refused`` name its rows, nothing personal."""

    told: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    late: int = 0
    unknown: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)


def apply(
    rows: pl.DataFrame,
    *,
    carrier_id: int,
    source: Told.Source,
    message_id: int | None = None,
    import_id: int | None = None,
    at: datetime,
) -> Applied:
    """Put a carrier's statement where it counts; all of it in one transaction, or nothing.

    Of each policy, month and kind of payment the newest statement wins as a whole; of two of one
    moment their content decides. So it does not matter how often, in which order or in how many
    parts statements arrive.
    """
    raise NotImplementedError


def set_by_hand(
    *, policy_id: int, status: PaymentStatus, due_date: date | None, user: User, at: datetime
) -> Payment:
    """Say how the initial payment of a policy stands whose carrier is no Premier Partner."""
    raise NotImplementedError
