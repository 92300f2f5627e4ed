"""From what went wrong on the wire to what a person is told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext_noop
from urllib3.exceptions import IncompleteRead, NameResolutionError, SSLError

from agencyhub.lib.outbound.connections import ForbiddenAddressError
from integrations.carriers.problems import (
    CERTIFICATE,
    CUT_OFF,
    FORBIDDEN_ADDRESS,
    GONE,
    MOVED,
    NO_ANSWER,
    NO_LIST,
    REFUSED,
    REQUEST_REFUSED,
    UNKNOWN_HOST,
    Problem,
    RetrieveError,
)
from integrations.errors import (
    PartnerContractError,
    PartnerRejectedError,
    PartnerUnavailableError,
)
from integrations.http import Answer

NO_LOGIN = Problem(
    "no_login",
    gettext_noop("There is no sign-in form at the sign-in page's address."),
    gettext_noop("Correct the path of the sign-in page."),
    "login_path",
)


@contextmanager
def web() -> Iterator[None]:
    """Turn the errors of the HTTP layer into problems.

    Raises:
        RetrieveError: instead of them.
    """
    try:
        yield
    except PartnerUnavailableError as error:
        raise RetrieveError(_unavailable(error)) from error
    except PartnerRejectedError as error:
        raise RetrieveError(_rejected(error)) from error
    except PartnerContractError as error:
        raise RetrieveError(NO_LIST) from error


def _unavailable(error: PartnerUnavailableError) -> Problem:
    for cause in causes(error):
        if isinstance(cause, NameResolutionError):
            return UNKNOWN_HOST
        if isinstance(cause, SSLError):
            return CERTIFICATE
        if isinstance(cause, IncompleteRead):
            return CUT_OFF
    return NO_ANSWER


def _rejected(error: PartnerRejectedError) -> Problem:
    if error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return REFUSED
    if any(isinstance(cause, ForbiddenAddressError) for cause in causes(error)):
        return FORBIDDEN_ADDRESS
    return MOVED if error.status is None else REQUEST_REFUSED


def causes(error: BaseException) -> Iterator[BaseException]:
    """Walk down what led to an error, also through the wrappers of requests and urllib3."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]


def no_file(answer: Answer) -> None:
    """Refuse an answer that is no file.

    Raises:
        RetrieveError: it is a redirect, nothing, or packed although that was not asked for.
    """
    if answer.status == HTTPStatus.NOT_FOUND:
        raise RetrieveError(GONE)
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        raise RetrieveError(MOVED)
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise RetrieveError(REQUEST_REFUSED)


def parsed(body: bytes) -> Any:
    """Read JSON.

    Raises:
        RetrieveError: it is none.
    """
    try:
        return json.loads(body)
    except ValueError as error:
        raise RetrieveError(NO_LIST) from error
