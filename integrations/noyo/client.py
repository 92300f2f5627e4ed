"""Calls to Noyo's two APIs with one token: pages, versions, and a log without people."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import Any, NoReturn, Self

import jwt
from django.utils.translation import gettext_noop

from integrations.errors import (
    FieldProblem,
    PartnerContractError,
    PartnerRejectedError,
    PartnerUnavailableError,
)
from integrations.http import Answer, Client, Patience, split_address
from integrations.noyo.models import Account, Credentials
from integrations.noyo.reader import named, texts

PARTNER = "noyo"
PAGE_SIZE = 100
PATIENCE = Patience(retries=4, first_seconds=0.5, longest_seconds=30.0)
TOKEN_PATIENCE = Patience(retries=4, first_seconds=0.5, longest_seconds=30.0, repeats_posts=True)
TOKEN_SECONDS = 9 * 60
"""Noyo's tokens live about ten minutes; what ``expires_in`` counts, its texts disagree on."""
TOKEN_MARGIN = 30
TOKEN_AT_LEAST = 60
LONGEST_SAID = 300
MOST_FIELDS = 10
IN_CONFLICT = gettext_noop("what was asked for is being changed there (409)")
READ = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
"""Refusals whose texts are read."""
Record = dict[str, Any]
Query = Mapping[str, str]
Fields = Sequence[tuple[str, str]]


class NoyoRefusedError(PartnerRejectedError):
    """Noyo says no. ``said`` is its own text: show it only where it cannot be about people.

    ``fields`` are the fields that it names, with what it says of each.
    """

    def __init__(self, status: int, said: str, fields: Fields = ()) -> None:
        message = gettext_noop("Noyo refused the request (%(status)s).") % {"status": status}
        super().__init__(status, message)
        self.said, self.fields = said, fields


class MissingError(NoyoRefusedError):
    """There is no such record, or the account may not see it."""


class ConflictError(NoyoRefusedError):
    """Another version than the one sent is the latest: read it again, then decide."""


class Noyo:
    """An open connection to both APIs; use it as a context manager, by one thread.

    ``calls`` counts every request that was answered or given up, tokens included.
    """

    def __init__(self, account: Account, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.calls = 0
        self._token = ""
        self._token_until = 0.0
        base, self._token_path = split_address(account.token_url)
        self._tokens = Client(
            partner=PARTNER,
            base_url=base,
            auth=_sign_in(account.credentials),
            patience=TOKEN_PATIENCE,
            sleep=sleep,
        )
        self._fulfillment, self._tracking = (
            Client(partner=PARTNER, base_url=url, patience=PATIENCE, sleep=sleep)
            for url in (account.fulfillment_url, account.tracking_url)
        )

    def __enter__(self) -> Self:
        """Keep the connections between calls."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the connections."""
        for client in (self._tokens, self._fulfillment, self._tracking):
            client.__exit__(*error)

    def pages(
        self, path: str, query: Query | None = None, *, tracking: bool = False, offset: int = 0
    ) -> Iterator[list[Record]]:
        """Every page of a list, also of one that comes bare, without an envelope.

        ``path`` begins behind ``/api/v1``. Every call below raises the errors of ``http.Client``
        and those of this module.
        """
        before: list[Record] = []
        while True:
            asked = {**(query or {}), "page_size": str(PAGE_SIZE), "offset": str(offset)}
            page = _page(self._call("GET", path, query=asked, tracking=tracking))
            # The same again: the list is not one that comes in pages.
            if not page.rows or page.rows == before:
                return
            yield page.rows
            offset += len(page.rows)
            if page.is_last(offset):
                return
            before = page.rows

    def listed(
        self, path: str, query: Query | None = None, *, tracking: bool = False
    ) -> Iterator[Record]:
        """Every record of a list that comes in pages."""
        for page in self.pages(path, query, tracking=tracking):
            yield from page

    def whole(self, path: str, query: Query | None = None) -> list[Record]:
        """A list that Noyo never pages: bare, or with an envelope around it."""
        return _page(self._call("GET", path, query=query)).rows

    def get(self, path: str, *, tracking: bool = False) -> Record:
        """One record."""
        return _record(self._call("GET", path, tracking=tracking))

    def create(self, path: str, body: object) -> Record:
        """Make a record. Never repeated by itself: what became of a lost answer, a list tells."""
        return _record(self._call("POST", path, body=body))

    def change(self, path: str, body: object, *, tracking: bool = False) -> Record:
        """Change a record; answers with it, or with nothing in it where Noyo answers nothing.

        Raises:
            ConflictError: the version in the path is not the latest.
        """
        return _record(self._call("PUT", path, body=body, tracking=tracking))

    def remove(self, path: str) -> None:
        """Delete a record.

        Raises:
            ConflictError: the version in the path is not the latest.
        """
        self._call("DELETE", path)

    def check(self) -> None:
        """Ask for a token, and for one group, to see whether the settings are right."""
        self._call("GET", "/groups", query={"page_size": "1", "offset": "0"})

    def _call(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        query: Query | None = None,
        tracking: bool = False,
    ) -> Answer:
        """One call; a token that is not taken any more is renewed once."""
        client = self._tracking if tracking else self._fulfillment
        for is_again in (False, True):
            self.calls += 1
            answer = client.call(
                method, f"/api/v1{path}", body=body, query=query,
                headers={"Authorization": f"Bearer {self._current_token()}"}, accepts=READ,
            )  # fmt: skip
            if answer.status != HTTPStatus.UNAUTHORIZED or is_again:
                break
            self._token = ""
        if answer.status == HTTPStatus.CONFLICT and method == "GET":
            # Nothing was sent that could be in conflict: the record changes just now.
            raise PartnerUnavailableError(IN_CONFLICT)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            _refuse(answer)
        return answer

    def _current_token(self) -> str:
        if not self._token or time.monotonic() >= self._token_until:
            self._token = self._new_token()
        return self._token

    def _new_token(self) -> str:
        self.calls += 1
        asked = {"grant_type": "client_credentials"}
        told = _record(self._tokens.call("POST", self._token_path, body=asked)).get("access_token")
        if not isinstance(told, str) or not told:
            raise _broken("access_token", gettext_noop("No access token is in the answer."))
        self._token_until = time.monotonic() + token_seconds(told, now=time.time())
        return told


@dataclass(frozen=True)
class _Page:
    """Some rows of a list; ``total`` and ``size`` as far as they are told."""

    rows: list[Record]
    total: int | None
    size: int | None

    def is_last(self, offset: int) -> bool:
        """Whether nothing can come from ``offset`` on."""
        if self.total is not None:
            return offset >= self.total
        if self.size is not None:
            return len(self.rows) < self.size
        return len(self.rows) != PAGE_SIZE


def token_seconds(token: str, *, now: float) -> float:
    """How long to use a token: nine minutes, or less where it can be read and says so.

    A clock that is wrong must not cost a token for every call: a minute at least.
    """
    try:
        told = jwt.decode(token, options={"verify_signature": False}).get("exp")
    except jwt.InvalidTokenError:
        told = None
    if not isinstance(told, int | float):
        return TOKEN_SECONDS
    return min(TOKEN_SECONDS, max(told - now - TOKEN_MARGIN, TOKEN_AT_LEAST))


def _sign_in(credentials: Credentials) -> tuple[str, str]:
    if credentials.client_id is None or credentials.client_secret is None:
        msg = gettext_noop("Enter Noyo’s client ID and secret under Settings, Integrations.")
        raise PartnerRejectedError(None, msg)
    return credentials.client_id.reveal(), credentials.client_secret.reveal()


def _page(answer: Answer) -> _Page:
    """Some lists come bare, others in an envelope, and of one the texts say both."""
    told = answer.json()
    if isinstance(told, list):
        return _Page(_objects(told), None, None)
    if not isinstance(told, dict) or not isinstance(told.get("response"), list):
        raise _broken("response", gettext_noop("Neither a list nor a page of one."))
    meta = told.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    return _Page(
        _objects(told["response"]), _number(meta, "total_records"), _number(meta, "page_size")
    )


def _objects(rows: list[Any]) -> list[Record]:
    if not all(isinstance(row, dict) for row in rows):
        raise _broken("response", gettext_noop("A row that is no object."))
    return rows


def _number(meta: Record, name: str) -> int | None:
    value = meta.get(name)
    return value if isinstance(value, int) else None


def _record(answer: Answer) -> Record:
    if not answer.body:
        return {}
    told = answer.json()
    if not isinstance(told, dict):
        raise _broken("", gettext_noop("The answer is no object."))
    return told


def _refuse(answer: Answer) -> NoReturn:
    status = answer.status
    if status == HTTPStatus.UNAUTHORIZED:
        msg = gettext_noop("Noyo does not take a token that it has just given.")
        raise PartnerRejectedError(status, msg)
    kind = {HTTPStatus.NOT_FOUND: MissingError, HTTPStatus.CONFLICT: ConflictError}.get(
        HTTPStatus(status), NoyoRefusedError
    )
    raise kind(status, *_said(answer))


def _said(answer: Answer) -> tuple[str, Fields]:
    """Noyo's sentence: ``message``, or every text below ``errors``, or the body; and its fields."""
    try:
        told = answer.json()
    except PartnerContractError:
        return answer.body.decode("utf-8", errors="replace")[:LONGEST_SAID], ()
    fields: Fields = ()
    if isinstance(told, dict):
        fields = list(islice(named(told.get("errors")), MOST_FIELDS))
        told = told.get("message") or told.get("errors") or ""
    return " ".join(texts(told))[:LONGEST_SAID], fields


def _broken(field: str, detail: str) -> PartnerContractError:
    return PartnerContractError([FieldProblem(field, "invalid", detail)])
