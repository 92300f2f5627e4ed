"""What was told in words that nobody knew, applied once more when somebody knows them."""

from collections.abc import Iterator
from datetime import datetime

import polars as pl
from django.db import transaction
from django.db.models import F, Q, QuerySet

from policies.models import Payment, PaymentStatus, Standing, Told
from policies.services import payments, repeating, statements
from policies.services.statements import Teller

_PAYMENT = {
    "payment_id": "pk", "policy_number": "policy__policy_number", "as_of": "as_of",
    "month": "month", "carrier_status": "carrier_status", "due_date": "due_date",
    "paid_through_date": "paid_through_date", "amount_due": "amount_due",
    "past_due_amount": "past_due_amount", "grace_start_date": "grace_start_date",
    "autopay": "autopay",
}  # fmt: skip
_TELLER = ("source", "message_id", "import_id")
_SCHEMA = {"payment_id": pl.Int64, **payments.ROWS}


def not_understood(carrier_id: int) -> Iterator[tuple[Teller, pl.DataFrame]]:
    """Everything that a carrier told in unknown words and that still counts, by who told it.

    Rows as ``payments.apply`` takes them, with ``carrier_status`` and ``policy_status`` to be
    understood anew.
    """
    rows = Payment.objects.filter(policy__carrier=carrier_id, status=PaymentStatus.UNKNOWN)
    rows = rows.exclude(carrier_status="").exclude(source=Told.Source.MANUAL)
    _settle(rows, carrier_id)
    for told in rows.order_by(*_TELLER).values(*_TELLER, "told_at").distinct(*_TELLER):
        same = {name: told[name] for name in _TELLER}
        found = rows.filter(**same).order_by("pk").values_list(*_PAYMENT.values())
        teller = Teller(
            Told.Source(told["source"]),
            told["told_at"],
            message_id=told["message_id"],
            import_id=told["import_id"],
        )
        yield teller, _frame(list(found), list(_PAYMENT))
    waiting = Q(applied_as_of=None) | Q(applied_as_of__lt=F("carrier_status_as_of"))
    standings = Standing.objects.filter(waiting, policy__carrier=carrier_id)
    standings = standings.exclude(carrier_status="")
    for source in standings.order_by("source").values_list("source", flat=True).distinct():
        columns = ("policy__policy_number", "carrier_status_as_of", "carrier_status")
        values = standings.filter(source=source).order_by("pk").values_list(*columns)
        frame = _frame(list(values), ["policy_number", "as_of", "policy_status"])
        yield Teller(Told.Source(source), frame["as_of"].max()), frame  # type: ignore[arg-type]


@transaction.atomic
def apply_again(
    rows: pl.DataFrame, *, carrier_id: int, teller: Teller, at: datetime
) -> payments.Applied:
    """Apply rows of ``not_understood`` with what their words mean now; the others stay."""
    _settle(Payment.objects.filter(pk__in=rows["payment_id"].drop_nulls().to_list()), carrier_id)
    is_known = pl.col("status").is_not_null() & (pl.col("status") != PaymentStatus.UNKNOWN)
    rows = rows.filter(is_known | pl.col("policy_status_id").is_not_null())
    gone = rows["payment_id"].drop_nulls().to_list()
    unknown = Payment.objects.filter(pk__in=gone, status=PaymentStatus.UNKNOWN)
    statements.forget(list(unknown.values_list("pk", flat=True)))
    return payments.apply(
        rows,
        carrier_id=carrier_id,
        source=teller.source,
        message_id=teller.message_id,
        import_id=teller.import_id,
        at=at,
    )


@transaction.atomic
def _settle(payments: QuerySet[Payment], carrier_id: int) -> None:
    statements.lock(carrier_id)
    policy_ids = payments.order_by("policy").values_list("policy", flat=True).distinct()
    repeating.settle(pl.Series(list(policy_ids), dtype=pl.Int64))


def _frame(values: list[tuple[object, ...]], names: list[str]) -> pl.DataFrame:
    schema = {name: _SCHEMA[name] for name in names}
    found = pl.DataFrame(values, schema=schema, orient="row")
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in _SCHEMA.items()]
    kept = [pl.col(name) if name in names else missing[at] for at, name in enumerate(_SCHEMA)]
    return found.select(kept).with_columns(row=pl.int_range(pl.len(), dtype=pl.Int64))
