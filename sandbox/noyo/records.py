"""What Noyo keeps: records with an ID, and a version that every change replaces."""

import json
import time
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from sandbox.store import Store

Json = dict[str, Any]
Entry = tuple[str, str, str, Json]
"""Kind, ID, owner and content of a record: the owner is the group's ID, or that of a parent."""

TABLES = """
CREATE TABLE IF NOT EXISTS noyo_record (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  version TEXT NOT NULL,
  created INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  content TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS noyo_record_owner ON noyo_record (kind, owner, seq);
"""
_NAMESPACE = uuid.UUID("6f7f9a52-9d43-4c5b-9a53-0c0a0e5f7e01")


class NoyoError(Exception):
    """Answer with a status and the partner's words."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        retry_after: int | None = None,
        errors: dict[str, Any] | None = None,
    ):
        super().__init__(message)
        self.errors = errors
        self.status = status
        self.message = message
        self.retry_after = retry_after


def known_id(name: str) -> str:
    """The ID that something of the sandbox has in every run."""
    return str(uuid.uuid5(_NAMESPACE, name))


class Records:
    """Every kind of record in one table; what is read is JSON ready to be answered."""

    def __init__(self, store: Store):
        self._store = store
        store.add_tables(TABLES)

    def add(self, kind: str, owner: str, content: Json, record_id: str = "") -> Json:
        """Keep something new and answer it as it is told."""
        record_id = record_id or str(uuid.uuid4())
        self.add_all([(kind, record_id, owner, content)])
        return self.get(record_id)

    def add_all(self, entries: Iterable[Entry]) -> None:
        """Keep many at once."""
        now = int(time.time())
        rows = [
            (kind, record_id, owner, str(uuid.uuid4()), now, now, json.dumps(content))
            for kind, record_id, owner, content in entries
        ]
        sql = (
            "INSERT INTO noyo_record (kind, id, owner, version, created, modified, content)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        with self._store.transaction() as db:
            db.executemany(sql, rows)

    def get(self, record_id: str, words: str = "Record") -> Json:
        """One record.

        Raises:
            NoyoError: 404, there is none.
        """
        found = self._store.row("SELECT * FROM noyo_record WHERE id = ?", record_id)
        if found is None:
            raise NoyoError(404, f"{words} not found with UUID {record_id}")
        return _told(found)

    def has(self, record_id: str) -> bool:
        """Whether there is such a record."""
        return self._store.row("SELECT 1 FROM noyo_record WHERE id = ?", record_id) is not None

    def owner_of(self, record_id: str) -> str:
        """Whose it is."""
        row = self._store.row("SELECT owner FROM noyo_record WHERE id = ?", record_id)
        return str(row["owner"]) if row else ""

    def listed(self, kind: str, owners: Sequence[str] | None = None) -> list[Json]:
        """All of a kind, or those of some owners, in the order in which they came."""
        return self.page(kind, owners, offset=0, size=-1)

    def page(
        self, kind: str, owners: Sequence[str] | None, *, offset: int, size: int
    ) -> list[Json]:
        """A part of ``listed``."""
        where, values = _owned(kind, owners)
        sql = f"SELECT * FROM noyo_record WHERE {where} ORDER BY seq LIMIT ? OFFSET ?"  # noqa: S608
        return [_told(row) for row in self._store.rows(sql, *values, size, offset)]

    def count(self, kind: str, owners: Sequence[str] | None = None) -> int:
        """How many ``listed`` has."""
        where, values = _owned(kind, owners)
        return self._store.number(f"SELECT count(*) FROM noyo_record WHERE {where}", *values)  # noqa: S608

    def change(self, record_id: str, version: str | None, changes: Json) -> Json:
        """Change parts of a record, which gives it a new version.

        Raises:
            NoyoError: 404, there is none; 409, ``version`` is not its latest.
        """
        with self._store.transaction() as db:
            row = self._locked(record_id, version)
            content = json.loads(row["content"]) | changes
            db.execute(
                "UPDATE noyo_record SET content = ?, version = ?, modified = ? WHERE id = ?",
                (json.dumps(content), str(uuid.uuid4()), int(time.time()), record_id),
            )
        return self.get(record_id)

    def remove(self, record_id: str, version: str | None = None) -> None:
        """Forget a record.

        Raises:
            NoyoError: 404, there is none; 409, ``version`` is not its latest.
        """
        with self._store.transaction() as db:
            self._locked(record_id, version)
            db.execute("DELETE FROM noyo_record WHERE id = ?", (record_id,))

    def clear(self) -> None:
        """Forget all of them."""
        with self._store.transaction() as db:
            db.execute("DELETE FROM noyo_record")

    def _locked(self, record_id: str, version: str | None) -> Any:
        row = self._store.row("SELECT * FROM noyo_record WHERE id = ?", record_id)
        if row is None:
            raise NoyoError(404, f"Record not found with UUID {record_id}")
        if version is not None and version != row["version"]:
            raise NoyoError(409, "Version conflict: this is not the latest version of the record.")
        return row


def _owned(kind: str, owners: Sequence[str] | None) -> tuple[str, list[str]]:
    if owners is None:
        return "kind = ?", [kind]
    marks = ", ".join("?" * len(owners))
    return f"kind = ? AND owner IN ({marks})", [kind, *owners]


def _told(row: Any) -> Json:
    told: Json = {"id": row["id"], "version": row["version"]}
    told |= {"created": row["created"], "modified": row["modified"]}
    return told | json.loads(row["content"])
