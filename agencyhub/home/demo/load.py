"""Rows into tables by ``COPY``: the history triggers see them, the ORM's cost per row does not."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models
from psycopg.types.json import Jsonb

Row = Mapping[str, Any]


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Take ``count`` primary keys from the model's sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]


def copy(model: type[models.Model], rows: Sequence[Row]) -> int:
    """Insert rows (by attribute name; what a row leaves out gets the field's default).

    Values must be what the database holds: dates, Decimals, bytes for sealed columns.
    """
    if not rows:
        return 0
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.generated and (field.attname in rows[0] or field.attname != "id")
    ]
    defaults = {field.attname: _default(field) for field in fields}
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    sql = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(sql) as writer:
        for values in _values(rows, defaults):
            writer.write_row(values)
    return len(rows)


def _values(rows: Iterable[Row], defaults: dict[str, Any]) -> Iterable[list[Any]]:
    for row in rows:
        values = [row.get(name, default) for name, default in defaults.items()]
        yield [Jsonb(value) if isinstance(value, dict | list) else value for value in values]


def _default(field: "models.Field[Any, Any]") -> Any:
    value = field.get_default()
    if value is None and not field.null and field.empty_strings_allowed:
        return ""
    return value
