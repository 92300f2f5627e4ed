"""Rows with large binary columns: sent as they are, where the ORM writes them as text."""

from typing import Any

import psycopg
from django.db import connection, models
from psycopg import sql

_INSERT = sql.SQL("INSERT INTO {} ({}) VALUES ({})")


def insert(model: type[models.Model], **values: Any) -> None:
    """Add one row; bytes travel in binary, which is half as long as their text."""
    statement = _INSERT.format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(name) for name in values),
        sql.SQL(", ").join(
            sql.SQL("%b") if isinstance(value, bytes) else sql.SQL("%s")
            for value in values.values()
        ),
    )
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, list(values.values()))
