"""One POST to a receiver: bounded in time whatever it does, and to allowed addresses only."""

import os
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from urllib3.exceptions import HTTPError

from agencyhub.lib.outbound.connections import (
    PORTS,
    ForbiddenAddressError,
    GuardedAdapter,
    is_named,
)

DELIVERED, REFUSED, MOVED, GONE = "delivered", "refused", "moved", "gone"
TIMEOUT, NO_ANSWER, FORBIDDEN, TLS = "timeout", "no_answer", "forbidden", "tls"


@dataclass(frozen=True)
class Outcome:
    """How a try ended; nothing of what the receiver wrote is kept."""

    code: str
    duration_ms: int
    status: int | None = None
    retry_after: timedelta | None = None

    @property
    def is_delivered(self) -> bool:
        return self.code == DELIVERED


class Wire:
    """Connections to one receiver, kept between deliveries. For one thread."""

    def __init__(self) -> None:
        self._sockets: list[int] = []
        self._session = requests.Session()
        self._session.trust_env = False
        adapter = _Adapter(self._sockets)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, adapter)

    def __enter__(self) -> "Wire":
        """Keep connections."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close them."""
        self._session.close()
        while self._sockets:
            os.close(self._sockets.pop())

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Send a body; never follows a redirect, and never reads more than the answer's head."""
        started = time.monotonic()
        is_cut = threading.Event()
        timer = threading.Timer(settings.WEBHOOK_SECONDS, self._cut, [is_cut])
        timer.daemon = True
        timer.start()
        status, retry_after = None, None
        try:
            _ensure_encrypted(url)
            with self._session.post(
                url,
                data=body,
                headers=headers,
                timeout=settings.WEBHOOK_SECONDS,
                allow_redirects=False,
                stream=True,
            ) as response:
                status = response.status_code
                retry_after = _retry_after(response.headers.get("Retry-After", ""))
            code = _code(status)
        except ForbiddenAddressError:
            code = FORBIDDEN
        except requests.exceptions.SSLError:
            code = TLS
        except requests.exceptions.Timeout:
            code = TIMEOUT
        except (requests.RequestException, HTTPError, OSError):
            code = NO_ANSWER
        finally:
            timer.cancel()
        if is_cut.is_set():  # an answer that was cut off may look like a whole one
            code, status, retry_after = TIMEOUT, None, None
        return Outcome(code, int((time.monotonic() - started) * 1000), status, retry_after)

    def _cut(self, is_cut: threading.Event) -> None:
        """End whatever is under way: a receiver that dribbles would hold us as long as it likes."""
        is_cut.set()
        for number in list(self._sockets):
            with socket.socket(fileno=os.dup(number)) as line:
                try:
                    line.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue


def _ensure_encrypted(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not is_named(parts.hostname or "", parts.port or PORTS["http"]):
        raise ForbiddenAddressError


def _code(status: int) -> str:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return DELIVERED
    if status == HTTPStatus.GONE:
        return GONE
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return MOVED
    return REFUSED


def _retry_after(text: str) -> timedelta | None:
    """Seconds or a date; what cannot be read is none."""
    if text.isascii() and text.isdigit() and len(text) < 8:  # noqa: PLR2004 - some months
        return timedelta(seconds=int(text))
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(at - datetime.now(UTC), timedelta(0))


class _Adapter(GuardedAdapter):
    """Guarded connections that can be cut: their sockets are noted."""

    def __init__(self, sockets: list[int]) -> None:
        self._noted = sockets
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Note what is dialled."""
        super().init_poolmanager(*args, **kwargs)
        pools = self.poolmanager.pool_classes_by_scheme
        self.poolmanager.pool_classes_by_scheme = {
            scheme: _noting(pool, self._noted) for scheme, pool in pools.items()
        }


def _noting(pool: Any, noted: list[int]) -> Any:
    class Connection(pool.ConnectionCls):
        def _new_conn(self) -> socket.socket:
            line: socket.socket = super()._new_conn()
            while noted:
                os.close(noted.pop())
            noted.append(os.dup(line.fileno()))
            return line

    class Pool(pool):
        ConnectionCls = Connection

    return Pool
