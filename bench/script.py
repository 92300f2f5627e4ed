"""What the product says to the database, recorded and said again by plain psycopg.

Ids that the product got back are recognised by their size: before recording, every sequence starts
in a range of its own far above any other number. The replay puts the ids that it gets itself into
their place, so that it does the same work on rows of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg.types.json import Jsonb

FIRST_ID = 10**12
RANGE = 10**10
LAST_ID = FIRST_ID + 1000 * RANGE
_SEQUENCES = """
SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, %s + %s * row_number() OVER ())
FROM pg_sequences WHERE data_type = 'bigint'::regtype
"""


@dataclass
class Said:
    """One statement, or the end of a transaction (``COMMIT``, ``ROLLBACK``)."""

    text: str
    params: Any = None
    in_transaction: bool = True
    ids: list[tuple[int, int, int]] = field(default_factory=list)
    """Row, column and value of each new id in the answer."""


class Recorder:
    """Listens to Django's connection while a block runs; ``cut`` takes what was said so far."""

    def __init__(self) -> None:
        self._said: list[Said] = []

    def cut(self) -> list[Said]:
        """Take everything said since the last cut."""
        said, self._said = self._said, []
        return said

    def __enter__(self) -> "Recorder":
        connection.ensure_connection()
        self._before = (psycopg.Cursor.execute, DatabaseWrapper._commit, DatabaseWrapper._rollback)
        execute, commit, rollback = self._before

        def recorded(
            cursor: psycopg.Cursor[Any], query: Any, params: Any = None, **options: Any
        ) -> Any:
            result = execute(cursor, query, params, **options)
            rows = cursor.fetchall() if cursor.description else []
            if rows:
                cursor.scroll(0, mode="absolute")
            in_transaction = not cursor.connection.autocommit
            self._said.append(Said(query, _plain(params), in_transaction, _new_ids(rows)))
            return result

        def recorded_commit(wrapper: DatabaseWrapper) -> None:
            self._said.append(Said("COMMIT"))
            commit(wrapper)

        def recorded_rollback(wrapper: DatabaseWrapper) -> None:
            self._said.append(Said("ROLLBACK"))
            rollback(wrapper)

        psycopg.Cursor.execute = recorded
        DatabaseWrapper._commit = recorded_commit
        DatabaseWrapper._rollback = recorded_rollback
        return self

    def __exit__(self, *_problem: object) -> None:
        psycopg.Cursor.execute, DatabaseWrapper._commit, DatabaseWrapper._rollback = self._before


def mark_ids(database: psycopg.Connection[Any]) -> None:
    """Let every sequence go on in a range of its own."""
    database.execute(_SEQUENCES, [FIRST_ID, RANGE])


def play(database: psycopg.Connection[Any], script: Sequence[Said]) -> None:
    """Say a script again; the connection is in autocommit mode before and after."""
    ids: dict[int, int] = {}
    for said in script:
        if said.text == "COMMIT":
            database.commit()
            database.autocommit = True
        elif said.text == "ROLLBACK":
            database.rollback()
            database.autocommit = True
        else:
            _say(database, said, ids)


def _say(database: psycopg.Connection[Any], said: Said, ids: dict[int, int]) -> None:
    if said.in_transaction and database.autocommit:
        database.autocommit = False
    cursor = database.execute(said.text, _with_ids(said.params, ids))
    rows = cursor.fetchall() if cursor.description else []
    for row, column, value in said.ids:
        # Somebody found by a search for look-alikes may not be there in another order of events.
        if row < len(rows):
            ids[value] = rows[row][column]


def statements(script: Sequence[Said]) -> int:
    """How many round trips a script makes: statements, and BEGIN with each COMMIT."""
    ends = sum(said.text in ("COMMIT", "ROLLBACK") for said in script)
    return len(script) + ends


def _plain(params: Any) -> Any:
    """Parameters that can be written to a file."""
    if isinstance(params, list | tuple):
        return [_plain(value) for value in params]
    if isinstance(params, str):
        return str(params)  # a member of an enumeration of ours, too
    return Jsonb(params.obj) if isinstance(params, Jsonb) else params


def _new_ids(rows: Sequence[Sequence[Any]]) -> list[tuple[int, int, int]]:
    return [
        (row, column, value)
        for row, values in enumerate(rows)
        for column, value in enumerate(values)
        if isinstance(value, int) and FIRST_ID <= value < LAST_ID
    ]


def _with_ids(params: Any, ids: dict[int, int]) -> Any:
    if isinstance(params, list):
        return [_with_ids(value, ids) for value in params]
    if isinstance(params, int) and params in ids:
        return type(params)(ids[params])
    return params
