"""What carriers' words mean: the agency's own lists first, then what carriers usually say."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from django.urls import reverse

from agencyhub.records.kinds import Source
from agencyhub.records.models import Option
from agencyhub.records.services import values
from integrations.premier.mapping import MEANINGS, Meaning, read_policy
from integrations.premier.values import KIND
from policies.models import Carrier, PaymentStatus

LIST = Option.List.POLICY_STATUS
SOURCE = "premier"


def understand(rows: pl.DataFrame, *, carrier: Carrier) -> pl.DataFrame:
    """Put beside rows what their words mean; somebody is asked about those that nobody knows.

    Reads ``payment_status`` and ``policy_status``; answers ``status`` (unknown where nobody knows),
    ``is_binder``, ``carrier_status`` and ``policy_status_id`` besides.
    """
    source = _source(carrier)
    payments = _payments(_counted(rows["payment_status"]), carrier, source)
    policies = _policies(_counted(rows["policy_status"]), source)
    said = pl.col("payment_status")
    return rows.with_columns(
        carrier_status=said,
        status=_looked_up(said, {word: one.status for word, one in payments.items()}, pl.String),
        is_binder=_looked_up(
            said, {word: one.is_binder for word, one in payments.items()}, pl.Boolean
        ),
        policy_status_id=_looked_up(pl.col("policy_status"), policies, pl.Int64),
    )


def _counted(texts: pl.Series) -> dict[str, int]:
    found = texts.drop_nulls().value_counts(name="times")
    return dict(found.iter_rows())


def _looked_up(words: pl.Expr, known: Mapping[str, object], dtype: Any) -> pl.Expr:
    return words.replace_strict(
        pl.Series(list(known), dtype=pl.String),
        pl.Series(list(known.values()), dtype=dtype),
        default=None,
        return_dtype=dtype,
    )


def _payments(counts: Mapping[str, int], carrier: Carrier, source: Source) -> dict[str, Meaning]:
    found = values.resolve(kind=KIND, texts=counts, source=source, within_id=carrier.pk)
    nothing = Meaning(PaymentStatus.UNKNOWN)
    return {
        word: MEANINGS[found.known[word] - 1] if word in found.known else nothing for word in counts
    }


def _policies(counts: Mapping[str, int], source: Source) -> dict[str, int]:
    """Options by words: an option's own label or alias, else the first of the usual meaning."""
    listed = values.resolve(kind=LIST, texts=counts, source=None).known
    first: dict[str, int] = {}
    for pk, meaning in Option.objects.active(LIST).values_list("pk", "meaning"):
        first.setdefault(meaning, pk)
    usual = {
        word: first[meaning]
        for word in counts
        if word not in listed and (meaning := read_policy(word)) in first
    }
    unknown = {word: n for word, n in counts.items() if word not in listed and word not in usual}
    values.resolve(kind=LIST, texts=unknown, source=source)
    return {**usual, **listed}


def _source(carrier: Carrier) -> Source:
    url = reverse("premier:feed_list")
    return Source(key=f"{SOURCE}:{carrier.pk}", label=f"{carrier.name}, statuses"[:120], url=url)
