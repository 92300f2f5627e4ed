"""Agents of record of book rows, from the rows of a book: as intervals, for many at once."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
from psycopg import sql

from agencyhub.imports.engine import frames
from agencyhub.records import bulk
from agencyhub.records.models import Batch
from commissions.intervals import Interval, Told, Who, tell
from commissions.ledgers.reading import column
from commissions.models import AgentOfRecord

_STORED = sql.SQL(
    "SELECT book_row_id, id, agent_id, agent_npn, agent_number, agent_name, start_date, end_date"
    " FROM commissions_agentofrecord WHERE book_row_id = ANY({ids})"
)
_SCHEMA: Mapping[str, Any] = {
    "book_row_id": pl.Int64, "id": pl.Int64, "agent_id": pl.Int64, "agent_npn": pl.String,
    "agent_number": pl.String, "agent_name": pl.String, "start_date": pl.Date, "end_date": pl.Date,
}  # fmt: skip
_WHO = ("agent_id", "agent_npn", "agent_number", "agent_name")


class AgentsOfRecord:
    """A row's agent is the agent of record from its effective date on: see ``intervals.tell``."""

    fields: tuple[str, ...] = (
        "agent_id", "agent_npn", "agent_number", "agent_name", "effective_date",
        "termination_date", "as_of_date",
    )  # fmt: skip

    def adds(self, rows: pl.DataFrame) -> pl.Series:
        """Whether a record's rows change who is agent of record; the first of them says so."""
        frame = _told(rows)
        changed = {record for record, before, after in _differences(frame) if before != after}
        first = pl.select(frame["record"].is_first_distinct()).to_series()
        return frame["record"].is_in(list(changed)) & first & (frame["record"] > 0)

    def apply(self, rows: pl.DataFrame, batch: Batch) -> None:
        """Write the intervals that are new or closed now."""
        frame = _told(rows).with_columns(record=rows["record_id"])
        is_alone = rows["record"].is_unique() & (rows["record"] < 0)
        simple = frame.filter(is_alone & _tells(frame))
        ids = _insert(
            simple.select(
                *_WHO,
                pl.col("record").alias("book_row_id"),
                _begins().alias("start_date"),
                pl.col("termination_date").alias("end_date"),
            )
        )
        added: list[dict[str, Any]] = []
        for record, before, after in _differences(frame.filter(~is_alone)):
            _close(before, after)
            added += [_row(record, one) for one in after if one.pk is None]
        schema = {name: dtype for name, dtype in _SCHEMA.items() if name != "id"}
        ids += _insert(pl.DataFrame(added, schema=schema))
        bulk.record_inserted(batch=batch, model=AgentOfRecord, ids=sorted(ids))


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    dates = {"effective_date": pl.Date, "termination_date": pl.Date, "as_of_date": pl.Date}
    types = {**dict.fromkeys(_WHO, pl.String), "agent_id": pl.Int64, **dates}
    told = [column(rows, name, dtype).alias(name) for name, dtype in types.items()]
    return pl.DataFrame([rows["record"], *told])


def _tells(frame: pl.DataFrame) -> pl.Series:
    return frame.select(pl.any_horizontal(pl.col(name).is_not_null() for name in _WHO)).to_series()


def _begins() -> pl.Expr:
    """First day: the effective date, else the day of the file; never after the last one."""
    begins = pl.coalesce("effective_date", "as_of_date")
    return pl.min_horizontal(begins, pl.coalesce("termination_date", begins))


def _differences(frame: pl.DataFrame) -> list[tuple[int, list[Interval], list[Interval]]]:
    """Of every record that rows tell of: its intervals before and after."""
    known = _stored(frame["record"].filter(frame["record"] > 0).unique())
    told: dict[int, list[Told]] = {}
    for record, pk, npn, number, name, begins, ends, as_of in frame.iter_rows():
        who = Who(pk, npn or "", number or "", name or "")
        told.setdefault(record, []).append(Told(who, begins, ends, as_of))
    return [
        (record, known.get(record, []), tell(known.get(record, []), rows))
        for record, rows in told.items()
    ]


def _stored(ids: pl.Series) -> dict[int, list[Interval]]:
    if not len(ids):
        return {}
    found: dict[int, list[Interval]] = {}
    rows = frames.fetch(_STORED.format(ids=sql.Literal(ids.to_list())), _SCHEMA)
    for record, pk, agent_id, npn, number, name, start, end in rows.iter_rows():
        who = Who(agent_id, npn or "", number or "", name or "")
        found.setdefault(record, []).append(Interval(who, start, end, pk))
    return {record: sorted(one, key=lambda each: each.start) for record, one in found.items()}


def _close(before: list[Interval], after: list[Interval]) -> None:
    """Write the ends that are known now; a handful, each journalled as a change."""
    ended: dict[int, date | None] = {one.pk: one.end for one in after if one.pk is not None}
    for one in before:
        if one.pk is not None and ended.get(one.pk, one.end) != one.end:
            AgentOfRecord.objects.filter(pk=one.pk).update(end_date=ended[one.pk])


def _row(record: int, interval: Interval) -> dict[str, Any]:
    return {
        "book_row_id": record,
        "agent_id": interval.who.agent_id,
        "agent_npn": interval.who.npn,
        "agent_number": interval.who.number,
        "agent_name": interval.who.name,
        "start_date": interval.start,
        "end_date": interval.end,
    }


def _insert(rows: pl.DataFrame) -> list[int]:
    if not rows.height:
        return []
    keys = bulk.reserve(AgentOfRecord, count=rows.height)
    texts = [pl.col(name).fill_null("") for name in _WHO if name != "agent_id"]
    frames.insert(
        AgentOfRecord._meta.db_table,
        rows.with_columns(texts).select(pl.Series("id", keys, pl.Int64), pl.all()),
    )
    return keys
