"""Calls to partners: time limits, retries, pace, three kinds of errors, a log without contents."""

import json
import logging
import time
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext_noop
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from agencyhub.lib.outbound.connections import ForbiddenAddressError, GuardedAdapter
from integrations.errors import (
    FieldProblem,
    PartnerContractError,
    PartnerRejectedError,
    PartnerUnavailableError,
)

logger = logging.getLogger(__name__)

PASSING = (408, 425, 429, 500, 502, 503, 504)
"""Answers after which the same call may go well a moment later."""
UNUSABLE = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)
LARGEST_ANSWER = 16 * 1024 * 1024
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Patience:
    """How often a call is repeated, and how long is waited before: doubled each time, with jitter.

    A partner's Retry-After is obeyed up to ``longest_seconds``.
    """

    retries: int = 4
    first_seconds: float = 0.5
    longest_seconds: float = 30.0
    repeats_posts: bool = False


@dataclass(frozen=True, repr=False)
class Answer:
    """A successful answer, complete in memory."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Read the body as JSON.

        Raises:
            PartnerContractError: it is none.
        """
        try:
            return json.loads(self.body)
        except ValueError as error:
            detail = gettext_noop("The partner's answer is not JSON.")
            raise PartnerContractError([FieldProblem("", "invalid_json", detail)]) from error


class Client:
    """One partner's address: every call has time limits and never follows a redirect.

    It reaches public addresses and those of ``ALLOWED_PRIVATE_HOSTS``. Use it as a context manager,
    by one thread. ``per_second`` is the most calls in a second.
    """

    def __init__(
        self,
        *,
        partner: str,
        base_url: str,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        patience: Patience | None = None,
        per_second: float | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.partner = partner
        self.base_url = base_url.rstrip("/")
        self._pause = 1 / per_second if per_second else 0.0
        self._sleep = sleep
        self._next_at = 0.0
        self._session = requests.Session()
        self._session.headers.update(headers or {})
        self._session.auth = auth
        connections = GuardedAdapter(max_retries=_retry(patience or Patience()))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, connections)

    def __enter__(self) -> "Client":
        """Keep the connection between calls."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close the connections."""
        self._session.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        form: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        most_bytes: int = LARGEST_ANSWER,
        into: Callable[[bytes], object] | None = None,
        accepts: Container[int] = (),
    ) -> Answer:
        """Call an address below the base; ``body`` travels as JSON, ``form`` as a form.

        A good answer's body goes ``into`` a function as it comes, and not into the answer, where
        one is given: files, as the partner sends them. ``accepts`` are statuses that are good
        besides the usual ones, such as the redirect after a sign-in, which is not followed.

        Raises:
            PartnerUnavailableError: no usable answer even after the retries; try again later.
            PartnerRejectedError: refused; a person has to correct settings, rights or the request.
            PartnerContractError: an answer that is larger than agreed.
        """
        self._keep_pace()
        started = time.monotonic()
        try:
            response = self._session.request(
                method,
                f"{self.base_url}{path}",
                json=body,
                data=form,
                params=query,
                headers=headers,
                timeout=settings.PARTNER_TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            is_good = response.ok and response.status_code < HTTPStatus.MULTIPLE_CHOICES
            with response:
                if into is not None and is_good:
                    content = _pass_on(response, into)
                else:
                    content = _read(response, most_bytes)
        except ForbiddenAddressError as error:
            self._log(method, path, type(error).__name__, started)
            raise PartnerRejectedError(None, str(error)) from error
        except (requests.RequestException, HTTPError) as error:
            self._log(method, path, type(error).__name__, started)
            if isinstance(error, UNUSABLE):
                msg = gettext_noop("The partner's address cannot be used.")
                raise PartnerRejectedError(None, msg) from error
            raise PartnerUnavailableError(
                gettext_noop("no answer (%(name)s)") % {"name": type(error).__name__}
            ) from error
        self._log(method, path, str(response.status_code), started)
        if response.status_code not in accepts:
            _raise_for(response.status_code)
        return Answer(response.status_code, response.headers, content)

    def _keep_pace(self) -> None:
        now = time.monotonic()
        if self._next_at > now:
            self._sleep(self._next_at - now)
        self._next_at = max(now, self._next_at) + self._pause

    def _log(self, method: str, path: str, outcome: str, started: float) -> None:
        """Without query, headers and bodies: they hold keys and people."""
        took = (time.monotonic() - started) * 1000
        logger.info("%s %s %s: %s in %.0f ms", self.partner, method, path, outcome, took)


def split_address(address: str) -> tuple[str, str]:
    """Part a full address into a client's base and the path to call."""
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return f"{parts.scheme}://{parts.netloc}", path


def _retry(patience: Patience) -> Retry:
    return Retry(
        total=patience.retries,
        allowed_methods=None if patience.repeats_posts else Retry.DEFAULT_ALLOWED_METHODS,
        status_forcelist=PASSING,
        backoff_factor=patience.first_seconds,
        backoff_jitter=patience.first_seconds,
        backoff_max=patience.longest_seconds,
        retry_after_max=int(patience.longest_seconds),
        raise_on_status=False,
    )


def _read(response: requests.Response, most_bytes: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(CHUNK):
        size += len(part)
        if size > most_bytes:
            detail = gettext_noop("The partner's answer is larger than %(value)s KiB.") % {
                "value": most_bytes // 1024
            }
            raise PartnerContractError([FieldProblem("", "too_large", detail)])
        parts.append(part)
    return b"".join(parts)


def _pass_on(response: requests.Response, into: Callable[[bytes], object]) -> bytes:
    """Hand on what comes when it comes: a partner that dribbles is seen to be slow."""
    while part := response.raw.read1(CHUNK, decode_content=False):
        into(part)
    return b""


def _raise_for(status: int) -> None:
    if status in PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise PartnerUnavailableError(gettext_noop("answered %(status)s") % {"status": status})
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise PartnerRejectedError(
            status, gettext_noop("The partner refused the key or the sign-in.")
        )
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise PartnerRejectedError(
            status,
            gettext_noop("The partner's address has moved. Enter the new one in the settings."),
        )
    if status >= HTTPStatus.BAD_REQUEST:
        raise PartnerRejectedError(
            status,
            gettext_noop("The partner refused the request (%(status)s).") % {"status": status},
        )
