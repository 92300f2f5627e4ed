"""Databases of a run: copied from one another, so that every round starts from the same state."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

# The run's own database.
MAIN = urlsplit(os.environ["DATABASE_URL"]).path.removeprefix("/")


def url_of(name: str) -> str:
    """The address of another database on the run's server."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def own_url() -> str:
    """The address of the database that this process was started for."""
    return os.environ["DATABASE_URL"]


def connect(name: str, **options: Any) -> psycopg.Connection[Any]:
    """A plain psycopg connection to a database of the run."""
    return psycopg.connect(url_of(name), **options)


def prepare() -> None:
    """Bring the run's own database to the product's schema."""
    call_command("migrate", interactive=False, verbosity=0)


def close() -> None:
    """Give back every connection that Django holds in this process."""
    connection.close()
    connection.close_pool()


@contextmanager
def using(name: str) -> Iterator[None]:
    """Let Django work on another database of the run."""
    close()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        close()
        connection.settings_dict["NAME"] = before


def copy(source: str, target: str) -> None:
    """Make ``target`` an exact copy of ``source``, to which nobody may be connected."""
    drop(target)
    with connect("postgres", autocommit=True) as admin:
        statement = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
        admin.execute(sql.SQL(statement).format(sql.Identifier(target), sql.Identifier(source)))


def drop(name: str) -> None:
    """Delete a database, if it is there."""
    with connect("postgres", autocommit=True) as admin:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        admin.execute(statement.format(sql.Identifier(name)))


def settle(name: str) -> None:
    """Write everything out, so that no round pays for the one before."""
    with connect(name, autocommit=True) as admin:
        admin.execute("CHECKPOINT")


def warm(name: str) -> int:
    """Let the server hold in memory what it would hold after a day's work; return its bytes.

    Tables and indexes are read into the server's memory, the smallest first, as long as there is
    room (``AGENCYHUB_SHARED_BUFFERS``). Otherwise the first minutes of a run measure the disk.
    """
    with connect(name, autocommit=True) as admin:
        admin.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        blocks = admin.execute(
            "WITH sized AS (SELECT oid, sum(pg_relation_size(oid)) OVER (ORDER BY"
            " pg_relation_size(oid), oid) AS so_far FROM pg_class WHERE relkind IN ('r', 'i', 't'))"
            " SELECT coalesce(sum(pg_prewarm(oid::regclass)), 0) FROM sized"
            " WHERE so_far <= pg_size_bytes(current_setting('shared_buffers'))"
        ).fetchone()
        block = admin.execute("SELECT current_setting('block_size')::int").fetchone()
        return int(blocks[0]) * int(block[0]) if blocks and block else 0


def count(name: str, table: str) -> int:
    """How many rows a table has."""
    with connect(name) as reader:
        row = reader.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        ).fetchone()
        return int(row[0]) if row else 0
