"""Visitors who ask one thing after the other, and how long each answer took."""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection

from bench.servers import HOST

PATIENCE = 60


@dataclass(frozen=True)
class Ask:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


def ask_all(port: int, asks: Sequence[Ask], *, visitors: int, expected: int) -> list[float]:
    """Send every request, shared among visitors with a connection each; answer milliseconds.

    Any other status than ``expected`` ends the run.
    """
    shares = [asks[number::visitors] for number in range(visitors)]
    with ThreadPoolExecutor(visitors) as pool:
        taken = pool.map(partial(_ask, port, expected), shares)
        return [milliseconds for share in taken for milliseconds in share]


def _ask(port: int, expected: int, asks: Sequence[Ask]) -> list[float]:
    connection = HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        return list(_times(connection, expected, asks))
    finally:
        connection.close()


def _times(connection: HTTPConnection, expected: int, asks: Sequence[Ask]) -> Iterator[float]:
    for ask in asks:
        began = time.perf_counter()
        connection.request(ask.method, ask.path, ask.body, dict(ask.headers))
        answer = connection.getresponse()
        answer.read()
        yield (time.perf_counter() - began) * 1000
        if answer.status != expected:
            msg = f"{ask.method} {ask.path} answered {answer.status} instead of {expected}."
            raise RuntimeError(msg)
