"""Files of Premier Partners: policy and payment statuses, uploaded or fetched."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import polars as pl
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.imports import kinds
from agencyhub.imports.extras import Derived
from agencyhub.imports.kinds import Field, Kind, Layout, Match, Target
from agencyhub.imports.models import Import
from agencyhub.imports.types.base import Context, Parsed, Type, judged, quoting
from agencyhub.imports.types.days import Day
from agencyhub.imports.types.numbers import Money, RecordId
from agencyhub.imports.types.text import Text, YesNo, tidied
from agencyhub.records import bulk
from agencyhub.records.models import Batch
from commissions.imports import WHOSE
from commissions.ledgers.types import Month
from commissions.services.ledgers import prepare as whose
from integrations.premier.models import StatusReading
from integrations.premier.reading import FIELDS, LONGEST_NUMBER, LONGEST_WORDS
from integrations.premier.services import intake
from policies.models import Carrier, Told
from policies.services import finding
from policies.standing import MOMENT

KEY = "premier_status"
ZONED = r"(?:[zZ]|[+-]\d{2}:?\d{2})$"


class Moment(Type):
    """A moment in ISO's spelling; one without a zone is the agency's."""

    name = "moment"
    dtype = MOMENT

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        texts = tidied(texts)
        frame = texts.str.replace(" ", "T", literal=True).to_frame("text")
        text = pl.col("text")
        zoned = text.str.to_datetime("%+", strict=False, time_unit="us", time_zone="UTC")
        local = text.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us")
        local = local.dt.replace_time_zone(
            settings.TIME_ZONE, ambiguous="earliest", non_existent="null"
        ).dt.convert_time_zone("UTC")
        values = frame.select(
            pl.when(text.str.contains(ZONED)).then(zoned).otherwise(local)
        ).to_series()
        return judged(
            texts, values, quoting(gettext_noop("is not a moment such as 2026-11-22T06:00:00Z."))
        )


def prepare(run: Import, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Complete the options of an import: whose file it is, and as of when.

    A file that does not say its moment tells of the day that it was given, as it came: the second
    file of a day is the newer one.
    """
    known = whose(run, options)
    last = datetime.combine(date.fromisoformat(known["as_of"]), time.max)
    moment = min(timezone.make_aware(last), run.created_at)
    return {**known, "moment": moment.isoformat()}


def derive(typed: pl.DataFrame, context: Context) -> Derived:
    """The carrier and the import that every row is of, and its moment."""
    moment = datetime.fromisoformat(context.options["moment"])
    day = pl.lit(moment.astimezone(UTC), MOMENT)
    columns = typed.select(
        carrier_id=pl.lit(context.options["carrier_id"], pl.Int64),
        run_id=pl.lit(context.options["import_id"], pl.Int64),
        as_of=pl.col("as_of").fill_null(day) if "as_of" in typed.columns else day,
    )
    return Derived(columns if columns.height else columns.clear())


class Statements:
    """Applies the rows of a file: all of them are the carrier's, so they stay in one piece."""

    fields: tuple[str, ...] = (*FIELDS, "carrier_id", "run_id", "as_of")

    def adds(self, rows: pl.DataFrame) -> pl.Series:
        """Whether the policy of a row is known; what the row changes shows when it is applied."""
        numbered = self._whole(rows).with_row_index("row")
        carrier_id = int(rows["carrier_id"][0])
        found = finding.find(numbered, carrier_id=carrier_id).rows["row"]
        return numbered["row"].is_in(found.implode())

    def apply(self, rows: pl.DataFrame, batch: Batch) -> None:
        """Apply them; risks that open stand in the history one by one."""
        carrier = Carrier.objects.get(pk=int(rows["carrier_id"][0]))
        with bulk.with_changes():
            StatusReading.objects.get_or_create(run_id=int(rows["run_id"][0]))
            intake.take(
                self._whole(rows).with_columns(rows["row"]),
                carrier=carrier,
                source=Told.Source.FILE,
                at=timezone.now(),
                import_id=int(rows["run_id"][0]),
            )

    def _whole(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The columns that statements have, whether the file has them or not."""
        texts = ("policy_number", "member_id", "policy_status", "payment_status")
        missing = [
            pl.lit(None, pl.String if name in texts else None).alias(name)
            for name in FIELDS
            if name not in rows.columns
        ]
        return rows.select(pl.col(*(set(self.fields) & set(rows.columns))), *missing)


STATUSES = Kind(
    key=KEY,
    label="Premier Partner statuses",
    permissions=("policies.change_payment", "policies.change_policy"),
    help="Policy and payment statuses as a Premier Partner tells them.",
    fields=(
        Field("policy_number", "Policy number", Text(LONGEST_NUMBER),
              aliases=("policy", "policy no", "policy #", "policy id"), example="H12345678"),
        Field("member_id", "Member ID", Text(LONGEST_NUMBER),
              aliases=("member number", "subscriber id")),
        Field("policy_status", "Policy status", Text(LONGEST_WORDS),
              aliases=("status", "coverage status", "enrollment status"), example="Effectuated"),
        Field("termination_date", "Termination date", Day(),
              aliases=("term date", "end date", "coverage end date")),
        Field("payment_month", "Payment month", Month(),
              aliases=("month", "coverage month", "premium month"), example="2026-11"),
        Field("payment_status", "Payment status", Text(LONGEST_WORDS),
              aliases=("premium status", "billing status"), example="Past Due"),
        Field("due_date", "Due date", Day(), aliases=("payment due date", "premium due date")),
        Field("paid_through_date", "Paid through", Day(),
              aliases=("paid to date", "paid thru date", "paid through")),
        Field("amount_due", "Amount due (USD)", Money(may_be_negative=True),
              aliases=("amount due", "balance due", "current balance")),
        Field("past_due_amount", "Past-due amount (USD)", Money(may_be_negative=True),
              aliases=("past due amount", "past due balance", "amount past due")),
        Field("grace_period_start_date", "Grace period start", Day(),
              aliases=("grace start date", "grace period start", "grace start")),
        Field("autopay", "Autopay", YesNo(), aliases=("autopay indicator", "auto pay", "eft")),
        Field("as_of", "As of", Moment(), aliases=("as of date", "updated at", "status date"),
              help="The moment that the row tells of. Without it: the day of the file.",
              example="2026-11-22T06:00:00Z"),
        Field("carrier_id", "Carrier", RecordId(), is_derived=True),
        Field("run_id", "Import", RecordId(), is_derived=True),
    ),
    targets=(
        Target(
            key="carrier",
            label="Carriers",
            model=Carrier,
            columns={"id": "carrier_id"},
            match=(Match("the carrier", ("id",), is_binding=True),),
            extras=(Statements(),),
            may_add=False,
            may_change=False,
        ),
    ),
    prepare=prepare,
    derive=derive,
    is_snapshot=True,
    is_of_its_day=True,
    layouts=(
        Layout(
            key="premier_status",
            name="Premier Partner statuses",
            columns={name: name for name in (*FIELDS, "as_of")},
            signature=("payment_status", "payment_month", "paid_through_date"),
        ),
    ),
    questions=(WHOSE,),
)  # fmt: skip

kinds.register(STATUSES)
