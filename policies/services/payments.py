"""What carriers and agents say about payments, put where it counts: the newest statement wins."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from policies.models import Payment, PaymentStatus, Policy, Told
from policies.selectors import premier
from policies.services import finding, repeating, risks, standings, statements, statuses
from policies.services.finding import Found
from policies.services.repeating import Repeated
from policies.services.standings import Changed
from policies.services.statements import Judged, Teller
from policies.standing import MOMENT, Promise

MONEY = pl.Decimal(10, 2)
ROWS: dict[str, Any] = {
    "row": pl.Int64,
    "policy_number": pl.String,
    "member_id": pl.String,
    "as_of": MOMENT,
    "policy_status": pl.String,
    "policy_status_id": pl.Int64,
    "termination_date": pl.Date,
    "month": pl.Date,
    "is_binder": pl.Boolean,
    "status": pl.String,
    "carrier_status": pl.String,
    "due_date": pl.Date,
    "paid_through_date": pl.Date,
    "amount_due": MONEY,
    "past_due_amount": MONEY,
    "grace_start_date": pl.Date,
    "autopay": pl.Boolean,
}
"""What ``apply`` reads, one row a policy and month; columns may be missing.

``row`` is how the sender finds the row again. ``policy_status`` is the carrier's own words, and
``policy_status_id`` the option that they mean, if anybody knows. ``status`` is a
``PaymentStatus``, none where the row says nothing about a payment, and ``carrier_status`` the words
behind it; ``month`` is any day of the month.
"""
# What is told of a later moment than now would silence everything until then.
CLOCKS_DIFFER = timedelta(hours=24)
# What triggers look at after a statement fits into this; more would go through the disk.
_MEMORY = "SET LOCAL work_mem = '96MB'"
BY_HAND = (
    PaymentStatus.UNKNOWN,
    PaymentStatus.NOT_REQUIRED,
    PaymentStatus.BINDER_DUE,
    PaymentStatus.BINDER_PAST_DUE,
    PaymentStatus.CURRENT,
    PaymentStatus.CANCELLED_NONPAY,
)


class ToldByCarrierError(DomainError):
    """A Premier Partner says it by itself, every day."""

    code = "told_by_carrier"


class NotOfInitialPaymentError(DomainError):
    """A status of monthly payments, or of none."""

    code = "not_of_initial_payment"


@dataclass
class Applied:
    """What a statement changed. ``unknown`` and ``refused`` name its rows, nothing personal.

    ``new``, ``changed``, ``same`` and ``late`` count months of policies; ``statuses`` counts the
    policies whose own status changed.
    """

    told: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    late: int = 0
    statuses: int = 0
    unknown: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)


@transaction.atomic
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
    parts statements arrive. Rows of policies that nobody knows are left out, and so are rows of a
    moment at which the carrier was no Premier Partner.
    """
    statements.lock(carrier_id)
    with connection.cursor() as cursor:
        cursor.execute(_MEMORY)
    rows = whole(rows)
    promises = premier.promises_of(carrier_id)
    counts = _counts(promises, at)
    found = finding.find(rows.filter(counts), carrier_id=carrier_id)
    applied = Applied(
        told=rows.height,
        refused=rows.filter(~counts)["row"].to_list(),
        unknown=found.unknown["row"].to_list(),
    )
    teller = Teller(source, at, message_id=message_id, import_id=import_id)
    judged, changed, repeated = write(found, teller, carrier_id=carrier_id)
    of = {kind: rows.height for kind, rows in judged.of.items()}
    applied.new, applied.changed, applied.late = of["new"], of["changed"], of["late"]
    applied.same = of["repeated"] + of["same"] + repeated.payments
    applied.statuses = statuses.write(changed.statuses, carrier_id=carrier_id, source=source)
    risks.refresh(policy_ids=[*changed.policy_ids, *repeated.policy_ids], at=at)
    return applied


def set_by_hand(
    *, policy_id: int, status: PaymentStatus, due_date: date | None, user: User, at: datetime
) -> Payment:
    """Say how the initial payment of a policy stands whose carrier is no Premier Partner.

    Raises:
        ToldByCarrierError: the carrier is a Premier Partner.
        NotOfInitialPaymentError: no initial payment has this status.
    """
    policy = Policy.objects.select_related("carrier").get(pk=policy_id)
    if premier.term_of(policy.carrier_id, on=timezone.localdate(at)):
        msg = _(
            "%(carrier)s reports its payments automatically, every day. Nothing is set by hand."
        )
        raise ToldByCarrierError(msg % {"carrier": policy.carrier.name})
    if status not in BY_HAND:
        msg = _("“%(status)s” is no status of an initial payment.")
        raise NotOfInitialPaymentError(
            msg % {"status": PaymentStatus(status).label}, field="status"
        )
    month = (policy.effective_date or timezone.localdate(at)).replace(day=1)
    text = gettext_noop("Initial payment set by hand")
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=text) as batch:
        statements.lock(policy.carrier_id)
        row = {
            "row": 1, "as_of": at, "month": month, "is_binder": True, "status": str(status),
            "due_date": due_date,
        }  # fmt: skip
        told = whole(pl.DataFrame([row], schema={name: ROWS[name] for name in row}))
        found = finding.of_policy(told, policy)
        teller = Teller(Told.Source.MANUAL, at, user_id=user.pk)
        _judged, changed, _repeated = write(found, teller, carrier_id=policy.carrier_id)
        risks.refresh(policy_ids=changed.policy_ids, at=at)
        line = history.entry(
            batch=batch, record=policy, individual_id=policy.subscriber_id, text=text
        )
        history.write(line)
    return Payment.objects.get(policy=policy, month=month, is_binder=True)


def write(found: Found, teller: Teller, *, carrier_id: int) -> tuple[Judged, Changed, Repeated]:
    """Write payments, and where their policies stand, which is worked out at the same time.

    The caller holds the carrier's lock, and sees to the policies' statuses and risks.
    """
    grace = standings.grace()
    digests = repeating.digests(found, grace)
    rest, repeated = repeating.take(found, digests, teller, carrier_id=carrier_id)
    repeating.settle(rest.policies["policy_id"])
    judged = statements.judge(rest, teller)
    derive = standings.rules(carrier_id, grace)
    with ThreadPoolExecutor(1) as beside:
        derived = beside.submit(derive, judged.payments, rest.policies)
        statements.write(judged, teller)
    changed = standings.write(
        derived.result(),
        rest.policies,
        statuses.of_rows(rest.rows),
        judged=judged,
        digests=digests,
        carrier_id=carrier_id,
        teller=teller,
    )
    return judged, changed, repeated


def whole(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with every column, months as their first day, words as they are stored."""
    given = [
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in ROWS.items()
    ]
    return rows.select(given).with_columns(
        pl.col("month").dt.month_start(),
        pl.col("is_binder").fill_null(value=False),
        pl.col("carrier_status").fill_null("").str.slice(0, 120),
        pl.col("policy_status").str.slice(0, 120).replace("", None),
        pl.col("amount_due", "past_due_amount").cast(pl.String),
    )


def _counts(promises: Sequence[Promise], at: datetime) -> pl.Expr:
    """Whether a row counts: told while the carrier was a Premier Partner, and of no later day."""
    day = pl.col("as_of").dt.convert_time_zone(settings.TIME_ZONE).dt.date()
    is_premier = pl.lit(value=False)
    for start, end, _hours in promises:
        is_premier = is_premier | day.is_between(start, end or date.max)
    has_month = pl.col("status").is_null() | pl.col("month").is_not_null()
    counts = is_premier & has_month & (pl.col("as_of") <= at + CLOCKS_DIFFER)
    return counts.fill_null(value=False)
