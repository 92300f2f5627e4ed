"""Bring the outbox to AgencyHub: worker threads, retries with back-off, deliberate trouble."""

import http.client
import json
import logging
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from sandbox.partner import Options
from sandbox.plancompare import misbehave, outbox
from sandbox.plancompare.behaviour import Behaviour
from sandbox.plancompare.outbox import Answer, Parcel
from sandbox.store import Store

PATH = "/hooks/plancompare/enrollments/"
LONGEST_RETRY_AFTER_SECONDS = 3600.0
STOP_SECONDS = 3.0
RETRIED_STATUSES = frozenset({408, 425, 429})
_LARGEST_ANSWER = 64 * 1024

log = logging.getLogger("sandbox.plancompare.push")


class Pusher:
    """Threads that send what is due; a stopped one loses nothing."""

    def __init__(
        self,
        store: Store,
        options: Options,
        behaviour: Callable[[], Behaviour],
        api_key: Callable[[], str],
    ):
        self._store = store
        self._options = options
        self._behaviour = behaviour
        self._api_key = api_key
        self._wake = threading.Condition()
        self._is_stopping = False
        self._threads = [
            threading.Thread(target=self._work, name=f"push-{number}", daemon=True)
            for number in range(options.push_workers)
        ]

    def start(self) -> None:
        """Take up what an earlier process left and begin."""
        outbox.recover(self._store)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Give the requests under way a moment to end; the next start takes up the rest."""
        self._is_stopping = True
        self.wake()
        deadline = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def wake(self) -> None:
        """Look for work now."""
        with self._wake:
            self._wake.notify_all()

    def _work(self) -> None:
        pause = min(0.5, self._options.retry_base_seconds)
        while not self._is_stopping:
            is_idle = True
            try:
                is_idle = not self._send_what_is_due()
            except sqlite3.Error as error:  # disk full, store closed, row reset meanwhile
                log.warning("push stopped short: %s", type(error).__name__)
            if is_idle:
                with self._wake:
                    self._wake.wait(pause)

    def _send_what_is_due(self) -> int:
        behaviour = self._behaviour()
        parcels = [] if behaviour.paused else outbox.take(self._store, behaviour)
        for parcel in parcels:
            if self._is_stopping:
                break
            self._deliver(parcel, behaviour)
        return len(parcels)

    def _deliver(self, parcel: Parcel, behaviour: Behaviour) -> None:
        body, headers = misbehave.request_for(
            [owed.payload for owed in parcel], behaviour, self._api_key()
        )
        answers = self._send_copies(body, headers, behaviour)
        is_lost = min(owed.lost for owed in parcel) < behaviour.lost_answers
        if is_lost:
            answers = [Answer(None, "answer lost on the way", seconds=a.seconds) for a in answers]
        final = next((a for a in answers if _is_good(a)), answers[0])
        outbox.record(self._store, parcel, answers, final, behaviour)
        for owed in parcel:
            log.info("push delivery %d round %d: %s", owed.id, owed.rounds + 1, final.status)
        if _is_good(final):
            outbox.settle(self._store, parcel, "sent")
        elif _is_worth_retrying(final):
            seconds = self._seconds_to_wait(final, parcel)
            outbox.put_back(self._store, parcel, seconds, is_lost=is_lost)
        else:
            outbox.settle(self._store, parcel, "refused")

    def _send_copies(
        self, body: bytes, headers: dict[str, str], behaviour: Behaviour
    ) -> list[Answer]:
        url = behaviour.hub + PATH
        timeout = self._options.timeout_seconds
        copies = 1 + behaviour.duplicates
        if copies == 1 or not behaviour.duplicates_concurrent:
            return [send(url, body, headers, timeout) for _ in range(copies)]
        gate = threading.Barrier(copies)
        answers: list[Answer] = []

        def send_together() -> None:
            gate.wait()
            answers.append(send(url, body, headers, timeout))

        threads = [threading.Thread(target=send_together) for _ in range(copies)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    def _seconds_to_wait(self, answer: Answer, parcel: Parcel) -> float:
        """Double the wait each round up to the limit, less up to half by chance."""
        rounds = min(max(owed.rounds for owed in parcel), 30)
        limit = self._options.retry_limit_seconds
        longest = min(limit, self._options.retry_base_seconds * 2.0**rounds)
        wait = longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing
        return max(wait, min(answer.retry_after or 0.0, LONGEST_RETRY_AFTER_SECONDS))


def send(url: str, body: bytes, headers: dict[str, str], timeout: float) -> Answer:
    """Post once and read the answer; trouble on the way is an answer without status."""
    started = time.monotonic()
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout)
    try:
        try:
            connection.request("POST", parts.path, body, headers)
        except (BrokenPipeError, ConnectionResetError):
            # A server may refuse a large body before it has read all of it: hear why.
            if connection.sock is None:
                raise
        response = connection.getresponse()
        text = response.read(_LARGEST_ANSWER)
        return _read_answer(response, text, time.monotonic() - started)
    except (OSError, ValueError, http.client.HTTPException) as error:
        words = f"no answer ({type(error).__name__})"
        return Answer(None, words, seconds=time.monotonic() - started)
    finally:
        connection.close()


def _read_answer(response: http.client.HTTPResponse, text: bytes, seconds: float) -> Answer:
    try:
        value = json.loads(text)
    except ValueError:
        value = {}
    value = value if isinstance(value, dict) else {}
    is_good = _is_success(response.status)
    outcome = "accepted" if is_good else _reason(response, value)
    retry_after = _retry_after(response.getheader("Retry-After"))
    message_id = value.get("message_id")
    return Answer(
        response.status,
        outcome[:1000],
        state=str(value["state"]) if isinstance(value.get("state"), str) else None,
        message_id=str(message_id) if message_id is not None else None,
        retry_after=retry_after,
        seconds=seconds,
    )


def _reason(response: http.client.HTTPResponse, problem: dict[str, Any]) -> str:
    if HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.BAD_REQUEST:
        return f"{response.status} {response.reason}: redirected, which is not followed"
    words = [str(problem[name]) for name in ("title", "detail") if problem.get(name)]
    errors = problem.get("errors")
    words += [
        f"{error.get('field', '')}: {error.get('detail', '')}"
        for error in (errors if isinstance(errors, list) else [])
        if isinstance(error, dict)
    ]
    return ". ".join(word.rstrip(".") for word in words) or f"{response.status} {response.reason}"


def _retry_after(text: str | None) -> float | None:
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _is_good(answer: Answer) -> bool:
    return answer.status is not None and _is_success(answer.status)


def _is_success(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def _is_worth_retrying(answer: Answer) -> bool:
    status = answer.status
    if status is None or status in RETRIED_STATUSES:
        return True
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR
