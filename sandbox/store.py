"""What the sandbox remembers: one SQLite file, one connection, one writer at a time."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
"""


class Store:
    """A SQLite file that every thread of the process may use."""

    def __init__(self, directory: Path):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = directory / "sandbox.sqlite3"
        path.touch(mode=0o600)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
        self._db.executescript("PRAGMA foreign_keys=ON; PRAGMA busy_timeout=10000;")
        self.add_tables(SCHEMA)

    def add_tables(self, schema: str) -> None:
        """Create a partner's tables where they do not exist yet."""
        with self._lock:
            self._db.executescript(schema)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the store for a unit of work; one inside another joins it."""
        with self._lock:
            if self._db.in_transaction:
                yield self._db
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Read all rows of a query."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """Read the first row of a query, if there is one."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def number(self, sql: str, *values: Any) -> int:
        """Read the single number that a query answers."""
        return int(self.rows(sql, *values)[0][0])

    def insert(self, table: str, **values: Any) -> int:
        """Add a row and answer with its id."""
        columns, places = ", ".join(values), ", ".join("?" * len(values))
        sql = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 - fixed names
        with self.transaction() as db:
            return int(db.execute(sql, tuple(values.values())).lastrowid or 0)

    def update(self, table: str, row_id: int, **values: Any) -> None:
        """Change a row."""
        columns = ", ".join(f"{name} = ?" for name in values)
        sql = f"UPDATE {table} SET {columns} WHERE id = ?"  # noqa: S608 - fixed names
        with self.transaction() as db:
            db.execute(sql, (*values.values(), row_id))

    def setting(self, name: str) -> Any:
        """Read a remembered setting; ``None`` when it was never kept."""
        found = self.row("SELECT value FROM setting WHERE name = ?", name)
        return json.loads(found["value"]) if found else None

    def keep_setting(self, name: str, value: Any) -> None:
        """Remember a setting."""
        with self.transaction() as db:
            db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, json.dumps(value)))

    def next_numbers(self, name: str, count: int = 1) -> range:
        """Take the next numbers of a sequence that starts at 1 and never repeats."""
        with self.transaction() as db:
            db.execute("INSERT OR IGNORE INTO counter VALUES (?, 0)", (name,))
            sql = "UPDATE counter SET value = value + ? WHERE name = ? RETURNING value"
            last = db.execute(sql, (count, name)).fetchone()["value"]
        return range(last - count + 1, last + 1)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()
