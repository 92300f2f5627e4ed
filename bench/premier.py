"""A Premier Partner's feed applied: the first one, and a day on which one in a hundred says more.

Beside it the same rows go by ``COPY`` into a table of texts without a log: as fast as rows come in.
"""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import polars as pl
from django.db import connection

from bench import databases
from bench.results import Result, compare, median, note

ROWS = {"smoke": 5_000, "quick": 100_000, "full": 500_000}
MONTHS = 5
REACH = 0.15
DAYS = 3
START = datetime(2026, 11, 1, 6, tzinfo=UTC)


def run(scale: str) -> Iterator[Result]:
    """Measure; every figure comes from the same database, turn by turn with the bare ``COPY``."""
    databases.prepare()
    rows = ROWS[scale]
    note(f"writing {rows // MONTHS:,} policies")
    carrier_id = write_policies(rows // MONTHS)
    feeds = [statement(rows // MONTHS, day) for day in range(DAYS + 1)]
    bare = [_copy(feeds[0])]
    first = _apply(feeds[0], carrier_id)
    daily = []
    for feed in feeds[1:]:
        bare.append(_copy(feed))
        daily.append(_apply(feed, carrier_id))
    bare.append(_copy(feeds[0]))
    again = _apply(feeds[-1], carrier_id)
    limit = rows / median(bare)
    name = "COPY into an unlogged table of texts"
    yield compare(
        "premier", "rows_per_second_vs_copy", value=rows / first, unit="rows/s",
        baseline=limit, baseline_name=name, at_least=REACH,
    )  # fmt: skip
    yield compare(
        "premier", "daily_rows_per_second_vs_copy", value=rows / median(daily), unit="rows/s",
        baseline=limit, baseline_name=name, at_least=REACH,
    )  # fmt: skip
    yield compare(
        "premier", "repeated_rows_per_second_vs_copy", value=rows / again, unit="rows/s",
        baseline=limit, baseline_name=name,
    )  # fmt: skip


def _apply(feed: pl.DataFrame, carrier_id: int) -> float:
    from policies.models import Told  # noqa: PLC0415 - the apps are loaded now
    from policies.services import payments  # noqa: PLC0415

    databases.settle(databases.MAIN)
    began = time.monotonic()
    at = feed["as_of"][0] + timedelta(hours=1)
    applied = payments.apply(feed, carrier_id=carrier_id, source=Told.Source.PUSH, at=at)
    took = time.monotonic() - began
    note(
        f"{applied.told:,} told in {took:.1f} s: {applied.new:,} new, {applied.changed:,} changed,"
        f" {applied.same:,} as before"
    )
    return took


def _copy(feed: pl.DataFrame) -> float:
    """Seconds of the bare ``COPY``, the text included: the feed has to be read as well."""
    columns = ", ".join(f'"{name}" text' for name in feed.columns)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute(f"CREATE UNLOGGED TABLE bare ({columns})")
    written = BytesIO()
    feed.write_csv(written, include_header=False)
    databases.settle(databases.MAIN)
    began = time.monotonic()
    with connection.cursor() as cursor, cursor.copy("COPY bare FROM STDIN (FORMAT csv)") as copy:
        copy.write(written.getvalue())
    took = time.monotonic() - began
    note(f"{feed.height:,} copied in {took:.2f} s")
    return took


def statement(policies: int, day: int) -> pl.DataFrame:
    """What the carrier says on a day: of each policy five months, one in a hundred anew.

    One policy in twenty owes its last month.
    """
    rows = policies * MONTHS
    number, place = pl.col("at") // MONTHS, pl.col("at") % MONTHS
    is_anew = (pl.col("at") * 7919 + day) % 100 == 0 if day else pl.lit(value=False)
    is_last = place == MONTHS - 1
    owes = ((number % 20 == 0) ^ is_anew) & is_last
    status = pl.when(owes).then(pl.lit("past_due")).otherwise(pl.lit("current"))
    amount = pl.when(is_anew).then(pl.lit("29.50")).otherwise(pl.lit("28.50"))
    month = pl.lit(date(2026, 7, 1)).dt.offset_by(pl.format("{}mo", place))
    told = pl.DataFrame({"at": pl.int_range(rows, eager=True)}).select(
        row="at",
        policy_number=pl.format("P-{}", number.cast(pl.String).str.zfill(8)),
        as_of=pl.lit(START + timedelta(days=day)),
        policy_status=pl.lit("Active"),
        month=month,
        status=status,
        carrier_status=status.str.to_titlecase(),
        due_date=month,
        amount_due=amount.cast(pl.Decimal(10, 2)),
        autopay=pl.col("at") % 2 == 0,
    )
    return told.sample(fraction=1, shuffle=True, seed=day)


def write_policies(count: int) -> int:
    """One person with all of them, without the history: that is not what is measured."""
    from individuals.models import Individual  # noqa: PLC0415
    from policies.models import Carrier, Policy, PremierTerm  # noqa: PLC0415

    carrier = Carrier.objects.create(name="Bench Health")
    PremierTerm.objects.create(carrier=carrier, start_date=date(2020, 1, 1))
    person = Individual.objects.create(first_name="Ada", last_name="Bench")
    status, coverage = _option("policy_status", "Active"), _option("coverage_type", "MAPD")
    given = {
        "subscriber_id": person.pk, "carrier_id": carrier.pk, "status_id": status,
        "coverage_type_id": coverage, "effective_date": "'2026-01-01'", "premium": "28.5",
        "policy_number": "'P-' || lpad(n::text, 8, '0')",
    }  # fmt: skip
    table = Policy._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(given)})"
            f" SELECT {', '.join(map(str, given.values()))} FROM generate_series(0, %s) AS n",
            [count - 1],
        )
        cursor.execute("RESET session_replication_role")
        cursor.execute(f"ANALYZE {table}")
    return int(carrier.pk)


def _option(of_list: str, label: str) -> Any:
    from agencyhub.records.models import Option  # noqa: PLC0415

    return Option.objects.values_list("pk", flat=True).get(list=of_list, label=label)
