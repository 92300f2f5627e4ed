"""Bringing statuses to AgencyHub: at once when somebody asks, and by schedule."""

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import date

from sandbox.carriers.office import CARRIERS
from sandbox.plancompare.outbox import Answer
from sandbox.plancompare.push import send
from sandbox.premier import ledger, settings
from sandbox.store import Store

PART = 2_000
"""Rows of one delivery: a larger statement goes in parts of the same moment."""
PAUSE_SECONDS = 1.0
STOP_SECONDS = 3.0

log = logging.getLogger("sandbox.premier.push")


class Pusher:
    """Tells statuses; keeps in mind when each carrier told last.

    ``api_key`` is sent for carriers that have none of their own.
    """

    def __init__(
        self,
        store: Store,
        *,
        hub: str,
        api_key: str,
        today: Callable[[], date],
        timeout: float,
    ) -> None:
        self._store, self._hub, self._api_key = store, hub, api_key
        self._today, self._timeout = today, timeout
        self._stopped = threading.Event()
        self._told: dict[str, float] = {}
        self._thread = threading.Thread(target=self._work, name="premier-push", daemon=True)

    def start(self) -> None:
        """Begin to look for what is due."""
        self._thread.start()

    def stop(self) -> None:
        """Let the request under way end."""
        self._stopped.set()
        self._thread.join(STOP_SECONDS)

    def push(self, carrier: str) -> list[Answer]:
        """Tell everything that a carrier knows now; an answer for each part."""
        rows = ledger.statement(self._store, carrier, self._today())
        as_of, mine = ledger.now(), settings.of(self._store, carrier)
        url = f"{self._hub}/hooks/premier/{mine.slug}/status/"
        headers = {"Content-Type": "application/json", "X-API-Key": mine.api_key or self._api_key}
        parts = [rows[at : at + PART] for at in range(0, len(rows), PART)]
        self._told[carrier] = time.monotonic()
        answers = [
            send(url, json.dumps({"as_of": as_of, "rows": part}).encode(), headers, self._timeout)
            for part in parts
        ]
        words = ", ".join(str(answer.status) for answer in answers) or "nobody is enrolled"
        self._store.keep_setting(f"premier_told_{carrier}", f"{as_of[:19]} UTC: {words}")
        return answers

    def _work(self) -> None:
        while not self._stopped.wait(PAUSE_SECONDS):
            for carrier in CARRIERS:
                try:
                    if self._is_due(carrier):
                        self.push(carrier)
                except sqlite3.Error as error:  # the store was closed meanwhile
                    log.warning("push stopped short: %s", type(error).__name__)

    def _is_due(self, carrier: str) -> bool:
        minutes = settings.of(self._store, carrier).minutes
        last = self._told.get(carrier)
        return minutes > 0 and (last is None or time.monotonic() - last >= minutes * 60)
