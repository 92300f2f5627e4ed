"""Events to AgencyHub: signed, tried again for as long as nobody takes them."""

import hashlib
import hmac
import json
import logging
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.noyo.manners import Behaviour
from sandbox.noyo.records import Json, NoyoError
from sandbox.plancompare.push import send
from sandbox.store import Store

TABLES = """
CREATE TABLE IF NOT EXISTS noyo_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  due_at REAL NOT NULL,
  outcome TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS noyo_wish (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  due_at REAL NOT NULL,
  wish TEXT NOT NULL
) STRICT;
"""
SIGNATURES = ("timestamp_and_body", "body", "both")
MOST_TRIES = 15
PAUSE_SECONDS = 0.2
STOP_SECONDS = 3.0
KEPT = "noyo_webhooks"

log = logging.getLogger("sandbox.noyo.webhooks")


@dataclass(frozen=True)
class Target:
    """Where events go, and how they wait between two tries."""

    hub: str
    secret: str
    first_seconds: float
    longest_seconds: float
    timeout: float


class Webhooks:
    """The events, and the thread that brings them and does what carriers do later."""

    def __init__(self, store: Store, behaviour: Behaviour, target: Target):
        self._store, self._behaviour, self._target = store, behaviour, target
        store.add_tables(TABLES)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="noyo-webhooks", daemon=True)
        self.do: Callable[[Json], object] = lambda _wish: None

    def start(self) -> None:
        """Begin to bring what is due."""
        self._thread.start()

    def stop(self) -> None:
        """Let the request under way end."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def settings(self) -> Json:
        """The secret of the signature, and what is signed."""
        usual = {"secret": self._target.secret, "signs": SIGNATURES[0]}
        return usual | (self._store.setting(KEPT) or {})

    def set(self, changes: Json) -> None:
        """Sign otherwise.

        Raises:
            NoyoError: 422, it makes no sense.
        """
        if set(changes) - {"secret", "signs"} or changes.get("signs", "body") not in SIGNATURES:
            raise NoyoError(422, f"Settings are secret, and signs: one of {', '.join(SIGNATURES)}.")
        self._store.keep_setting(KEPT, (self._store.setting(KEPT) or {}) | changes)

    def tell(self, kind: str, record_id: str, **data: Any) -> None:
        """Note an event; it is lost where that is the manner."""
        if self._behaviour.takes("lose_webhooks"):
            return
        event = {"id": str(uuid.uuid4()), "created": int(time.time()), "type": kind}
        body = json.dumps({"data": {"id": record_id} | data, "event": event})
        copies = 2 if self._behaviour.takes("repeat_webhooks") else 1
        for _ in range(copies):
            self._store.insert("noyo_event", body=body, state="waiting", due_at=time.time())

    def later(self, wish: Json, seconds: float) -> None:
        """Do something after some time."""
        self._store.insert("noyo_wish", wish=json.dumps(wish), due_at=time.time() + seconds)

    def events(self, limit: int = 100) -> list[Json]:
        """The newest events and what became of them."""
        rows = self._store.rows("SELECT * FROM noyo_event ORDER BY id DESC LIMIT ?", limit)
        kept = ("state", "tries", "outcome")
        return [json.loads(row["body"]) | {key: row[key] for key in kept} for row in rows]

    def clear(self) -> None:
        """Forget events and what was to come."""
        with self._store.transaction() as db:
            db.execute("DELETE FROM noyo_event")
            db.execute("DELETE FROM noyo_wish")

    def signed(self, body: bytes, at: datetime) -> dict[str, str]:
        """The headers of a delivery."""
        settings, stamp = self.settings(), at.isoformat()
        key = settings["secret"].encode()
        of_both = hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        of_body = hmac.new(key, body, hashlib.sha256).hexdigest()
        chosen = {"timestamp_and_body": of_both, "body": of_body, "both": f"{of_both},{of_body}"}
        return {
            "Content-Type": "application/json",
            "x-noyo-timestamp": stamp,
            "x-noyo-signature": chosen[settings["signs"]],
        }

    def _work(self) -> None:
        while not self._stopped.wait(PAUSE_SECONDS):
            try:
                self._grant_wishes()
                self._bring()
            except sqlite3.Error as error:  # the store was closed meanwhile
                log.warning("events stopped short: %s", type(error).__name__)
            except NoyoError as error:
                log.warning("what was to happen could not: %s", error.message)

    def _grant_wishes(self) -> None:
        sql = "SELECT * FROM noyo_wish WHERE due_at <= ? ORDER BY due_at, id"
        for row in self._store.rows(sql, time.time()):
            with self._store.transaction() as db:
                db.execute("DELETE FROM noyo_wish WHERE id = ?", (row["id"],))
            self.do(json.loads(row["wish"]))

    def _bring(self) -> None:
        sql = "SELECT * FROM noyo_event WHERE state = 'waiting' AND due_at <= ? ORDER BY id"
        url = f"{self._target.hub}/hooks/noyo/"
        for row in self._store.rows(sql, time.time()):
            if self._stopped.is_set():
                return
            body = row["body"].encode()
            answer = send(url, body, self.signed(body, datetime.now(UTC)), self._target.timeout)
            tries = row["tries"] + 1
            is_taken = answer.outcome == "accepted"
            wait = min(self._target.first_seconds * 2**tries, self._target.longest_seconds)
            state = "taken" if is_taken else "waiting" if tries < MOST_TRIES else "failed"
            self._store.update(
                "noyo_event", row["id"], state=state, tries=tries, due_at=time.time() + wait,
                outcome=f"{answer.status or ''} {answer.outcome}".strip(),
            )  # fmt: skip
