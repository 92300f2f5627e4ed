"""What is owed to AgencyHub: bodies in the shape of the moment, tried up to four times."""

import json
import re
import time
from typing import Any

from sandbox.healthsherpa.settings import Settings
from sandbox.store import Store

Json = dict[str, Any]
TABLES = """
CREATE TABLE IF NOT EXISTS healthsherpa_delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  submission INTEGER NOT NULL REFERENCES healthsherpa_submission (id),
  of_update INTEGER NOT NULL REFERENCES healthsherpa_update (id),
  shape TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'given_up')),
  tries INTEGER NOT NULL DEFAULT 0,
  due_at REAL,
  status INTEGER,
  outcome TEXT,
  message_id TEXT,
  created_at REAL NOT NULL,
  finished_at REAL
) STRICT;
CREATE INDEX IF NOT EXISTS healthsherpa_delivery_due ON healthsherpa_delivery (state, due_at);
CREATE INDEX IF NOT EXISTS healthsherpa_delivery_of ON healthsherpa_delivery (submission, id);
"""


def queue(store: Store, update: Json, settings: Settings) -> list[int]:
    """Owe an update as the settings say: so many copies, so late, in such a shape."""
    now = time.time()
    body = shaped(json.loads(update["payload"]), settings)
    return [
        store.insert(
            "healthsherpa_delivery",
            submission=update["submission"],
            of_update=update["id"],
            shape=_shape_words(settings),
            body=body,
            state="waiting",
            due_at=now + settings.delay_seconds,
            created_at=now,
        )
        for _ in range(settings.copies)
    ]


def shaped(payload: Json, settings: Settings) -> str:
    """The body of a delivery in an envelope and a casing."""
    if settings.only_name:
        contact = payload["contact"]
        named = {name: contact[name] for name in ("id", "first_name", "last_name")}
        payload = payload | {"contact": named}
    body: Any = _camel(payload) if settings.casing == "camel" else payload
    wrapped = {
        "bare": body,
        "array": [body],
        "data": {"event": "enrollment_submitted", "data": body},
        "payload": {"payload": body},
        "text": {"text": json.dumps(body)},
    }
    return json.dumps(wrapped[settings.envelope])


def take_due(store: Store) -> list[Json]:
    """Take what is due, marked as being sent, oldest first."""
    with store.transaction() as db:
        rows = store.rows(
            "SELECT * FROM healthsherpa_delivery WHERE state = 'waiting' AND due_at <= ? "
            "ORDER BY due_at, id LIMIT 20",
            time.time(),
        )
        db.executemany(
            "UPDATE healthsherpa_delivery SET state = 'sending' WHERE id = ?",
            [(row["id"],) for row in rows],
        )
    return [dict(row) for row in rows]


def sent(store: Store, delivery_id: int, *, status: int, message_id: str | None) -> None:
    """Note that a delivery arrived."""
    _end(store, delivery_id, "sent", status=status, outcome="accepted", message_id=message_id)


def failed(
    store: Store, delivery: Json, settings: Settings, *, status: int | None, why: str
) -> None:
    """Try again after HealthSherpa's wait, or give up after the fourth try."""
    wait = settings.seconds_until_retry(delivery["tries"] + 1)
    if wait is None:
        _end(store, delivery["id"], "given_up", status=status, outcome=why, message_id=None)
        return
    with store.transaction() as db:
        db.execute(
            "UPDATE healthsherpa_delivery SET state = 'waiting', tries = tries + 1, due_at = ?, "
            "status = ?, outcome = ? WHERE id = ?",
            (time.time() + wait, status, why, delivery["id"]),
        )


def recover(store: Store) -> None:
    """Take up again what a stopped process was sending."""
    with store.transaction() as db:
        db.execute("UPDATE healthsherpa_delivery SET state = 'waiting' WHERE state = 'sending'")


def of_submission(store: Store, submission_id: int) -> list[Json]:
    """Every delivery of an application, newest first."""
    sql = "SELECT * FROM healthsherpa_delivery WHERE submission = ? ORDER BY id DESC LIMIT 50"
    return [dict(row) for row in store.rows(sql, submission_id)]


def last_states(store: Store) -> dict[int, str]:
    """The state of the newest delivery of each application."""
    sql = (
        "SELECT submission, state FROM healthsherpa_delivery WHERE id IN "
        "(SELECT max(id) FROM healthsherpa_delivery GROUP BY submission)"
    )
    return {row["submission"]: row["state"] for row in store.rows(sql)}


def _end(
    store: Store, delivery_id: int, state: str, *, status: int | None, outcome: str,
    message_id: str | None,
) -> None:  # fmt: skip
    with store.transaction() as db:
        db.execute(
            "UPDATE healthsherpa_delivery SET state = ?, tries = tries + 1, due_at = NULL, "
            "status = ?, outcome = ?, message_id = ?, finished_at = ? WHERE id = ?",
            (state, status, outcome, message_id, time.time(), delivery_id),
        )


def _shape_words(settings: Settings) -> str:
    words = [settings.envelope, "camelCase" if settings.casing == "camel" else "snake_case"]
    return ", ".join([*words, *(["only the name"] if settings.only_name else [])])


def _camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            re.sub(r"_(\w)", lambda found: found[1].upper(), name): _camel(inner)
            for name, inner in value.items()
        }
    return [_camel(inner) for inner in value] if isinstance(value, list) else value
