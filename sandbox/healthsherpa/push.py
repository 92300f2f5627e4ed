"""Bringing submissions to AgencyHub: one thread, HealthSherpa's retries."""

import logging
import sqlite3
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from sandbox.healthsherpa import deliveries
from sandbox.healthsherpa.settings import Settings
from sandbox.plancompare.push import send
from sandbox.store import Store

PAUSE_SECONDS = 0.2
STOP_SECONDS = 3.0

log = logging.getLogger("sandbox.healthsherpa.push")


class Pusher:
    """Sends what is due; a stopped one loses nothing."""

    def __init__(
        self,
        store: Store,
        settings: Callable[[], Settings],
        api_key: Callable[[], str],
        timeout: float,
    ):
        self._store = store
        self._settings = settings
        self._api_key = api_key
        self._timeout = timeout
        self._stopped = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._work, name="healthsherpa-push", daemon=True)

    def start(self) -> None:
        """Take up what an earlier process left and begin."""
        deliveries.recover(self._store)
        self._thread.start()

    def stop(self) -> None:
        """Let the request under way end; the next start takes up the rest."""
        self._stopped.set()
        self._wake.set()
        self._thread.join(STOP_SECONDS)

    def wake(self) -> None:
        """Look for work now."""
        self._wake.set()

    def _work(self) -> None:
        while not self._stopped.is_set():
            self._wake.wait(PAUSE_SECONDS)
            self._wake.clear()
            try:
                for delivery in deliveries.take_due(self._store):
                    self._deliver(delivery)
            except sqlite3.Error as error:  # the store was closed or reset meanwhile
                log.warning("push stopped short: %s", type(error).__name__)

    def _deliver(self, delivery: dict[str, Any]) -> None:
        settings = self._settings()
        headers = {"Content-Type": "application/json", "X-API-Key": self._api_key()}
        body = delivery["body"].encode()
        answer = send(settings.webhook, body, headers, self._timeout)
        log.info("delivery %d: %s", delivery["id"], answer.status)
        is_good = answer.status is not None and (
            HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES
        )
        if is_good and answer.status is not None:
            deliveries.sent(
                self._store, delivery["id"], status=answer.status, message_id=answer.message_id
            )
        else:
            deliveries.failed(
                self._store, delivery, settings, status=answer.status, why=answer.outcome
            )
