"""Addresses of imported rows: the rule of ``services.addresses``, for many people at once."""

import polars as pl
from django.db import connection
from psycopg import sql

from agencyhub.imports.engine import frames
from agencyhub.lib.text import house_number, zip5
from agencyhub.records import bulk
from agencyhub.records.models import Batch
from individuals.models import Address

PARTS = {
    "address_1": "line_1",
    "address_2": "line_2",
    "city": "city",
    "state": "state",
    "zip_code": "zip_code",
    "county": "county",
}
PLACE = ("line_1", "line_2", "city", "state", "zip_code")
_LOCK = "SELECT id FROM individuals_individual WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_DEMOTE = (
    "UPDATE individuals_address SET is_primary = false WHERE individual_id = ANY(%s) AND is_primary"
)
_STORED = sql.SQL(
    "SELECT individual_id, zip_code, line_1 FROM individuals_address"
    " WHERE individual_id = ANY({ids})"
)
_Places = dict[int, list[tuple[str, str]]]


class PrimaryAddress:
    """The address of a row is received by the rule of every source: see ``receive_address``.

    The same ZIP code and house number stay untouched; another address is added and made primary.
    """

    fields = tuple(PARTS)

    def adds(self, rows: pl.DataFrame) -> pl.Series:
        """Whether a row's address is new to its individual, and to the rows before it."""
        given = _given(rows)
        known = _stored(given["record"].filter(given["record"] > 0).unique())
        is_new = _is_new(given, known)
        adding = given.filter(is_new)["at"]
        places = pl.int_range(rows.height, eager=True)
        return places.is_in(adding.implode())

    def apply(self, rows: pl.DataFrame, batch: Batch) -> None:
        """Add the new addresses; of several of one individual the last becomes primary."""
        given = _given(rows)
        existing = given["record_id"].filter(given["record"] > 0).unique().sort()
        if len(existing):
            with connection.cursor() as cursor:
                cursor.execute(_LOCK, [existing.to_list()])
        by_id = given.with_columns(record=pl.col("record_id"))
        added = by_id.filter(_is_new(by_id, _stored(existing)))
        if not added.height:
            return
        known = added["record_id"].filter(added["record_id"].is_in(existing.implode())).unique()
        if len(known):
            with connection.cursor() as cursor:
                cursor.execute(_DEMOTE, [known.to_list()])
        last = pl.col("at") == pl.col("at").max().over("record_id")
        added = added.with_columns(is_primary=last)
        is_known = added["record_id"].is_in(existing.implode())
        ids = _insert(added.filter(~is_known))
        bulk.record_inserted(batch=batch, model=Address, ids=ids)
        with bulk.with_changes():  # an undo removes these before it makes the former primary again
            _insert(added.filter(is_known))


def _insert(rows: pl.DataFrame) -> list[int]:
    keys = bulk.reserve(Address, count=rows.height) if rows.height else []
    texts = [pl.col(name).fill_null("") for name in PARTS.values()]
    ids = pl.Series("id", keys, pl.Int64)
    table = rows.select(ids, *texts, "is_primary", individual_id="record_id")
    frames.insert(Address._meta.db_table, table)
    return keys


def _given(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows that have an address, with every part of it under its column's name."""
    parts = [
        pl.col(field).alias(column)
        if field in rows.columns
        else pl.lit(None, pl.String).alias(column)
        for field, column in PARTS.items()
    ]
    ids = ["record_id"] if "record_id" in rows.columns else []
    frame = rows.select("record", *ids, *parts, at=pl.int_range(pl.len()))
    return frame.filter(pl.any_horizontal(pl.col(*PLACE).is_not_null()))


def _stored(ids: pl.Series) -> _Places:
    """The places that individuals have: ZIP code and house number."""
    if not len(ids):
        return {}
    query = _STORED.format(ids=sql.Literal(ids.to_list()))
    found = frames.fetch(
        query, {"individual_id": pl.Int64, "zip_code": pl.String, "line_1": pl.String}
    )
    places: _Places = {}
    for individual_id, zip_code, line_1 in found.iter_rows():
        places.setdefault(individual_id, []).append((zip5(zip_code or ""), house_number(line_1)))
    return places


def _is_new(given: pl.DataFrame, known: _Places) -> pl.Series:
    """Row after row, whether its place is new; a new one is known to the rows behind it."""
    answers = []
    for record, street, zip_code in given.select("record", "line_1", "zip_code").iter_rows():
        zip_, house = zip5(zip_code or ""), house_number(street or "")
        places = known.get(record, [])
        if street:
            is_same = (zip_, house) in places
        else:
            is_same = bool(places) and (not zip_ or any(zip_ == one for one, _ in places))
        if not is_same:
            known.setdefault(record, []).append((zip_, house))
        answers.append(not is_same)
    return pl.Series(answers, dtype=pl.Boolean)
