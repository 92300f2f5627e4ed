"""Statements of every door on their one way: their words understood, applied, and noted."""

from datetime import datetime
from typing import cast

import polars as pl
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop

from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.premier.models import Delivery, Pull
from integrations.premier.services import words
from policies.models import Carrier, Told
from policies.services import payments, rereading

ROWS_NOTED = 100
# Their names for ours.
_NAMES = {"payment_month": "month", "grace_period_start_date": "grace_start_date"}


@transaction.atomic
def take(
    rows: pl.DataFrame,
    *,
    carrier: Carrier,
    source: Told.Source,
    at: datetime,
    message_id: int | None = None,
    import_id: int | None = None,
    pull: Pull | None = None,
    refused: int = 0,
) -> Delivery:
    """Apply the rows of a statement and note what it brought.

    ``rows`` as ``reading.Reading.rows``; ``refused`` is how many its reader refused already.
    A row that says a payment without a month means the month of its moment.
    """
    understood = words.understand(rows, carrier=carrier).rename(_NAMES)
    today = pl.col("as_of").dt.convert_time_zone(settings.TIME_ZONE).dt.date()
    applied = payments.apply(
        understood.with_columns(pl.coalesce("month", today).alias("month")),
        carrier_id=carrier.pk,
        source=source,
        message_id=message_id,
        import_id=import_id,
        at=at,
    )
    return Delivery.objects.create(
        carrier=carrier,
        source=source,
        as_of=cast("datetime | None", rows["as_of"].max()) or at,
        at=at,
        message_id=message_id,
        import_id=import_id,
        pull=pull,
        told=applied.told,
        new=applied.new,
        changed=applied.changed,
        same=applied.same,
        late=applied.late,
        statuses=applied.statuses,
        unknown=len(applied.unknown),
        refused=len(applied.refused) + refused,
        unknown_rows=applied.unknown[:ROWS_NOTED],
        refused_rows=applied.refused[:ROWS_NOTED],
    )


def read_again(*, carrier_id: int, at: datetime) -> None:
    """Apply once more what was told in words that nobody knew, now that somebody knows them."""
    carrier = Carrier.objects.get(pk=carrier_id)
    summary = gettext_noop("Words of %(name)s read again") % {"name": carrier.name}
    with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary=summary):
        for teller, rows in list(rereading.not_understood(carrier_id)):
            told = rows.rename({"carrier_status": "payment_status"})
            understood = words.understand(told, carrier=carrier)
            rereading.apply_again(understood, carrier_id=carrier_id, teller=teller, at=at)
