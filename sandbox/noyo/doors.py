"""What every address of Noyo's has in common: tokens, manners, pages, errors in its words."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from sandbox.noyo.manners import Behaviour
from sandbox.noyo.records import Json, NoyoError, Records
from sandbox.noyo.tokens import Tokens
from sandbox.web import HttpError, Request, Response, Route, json_answer

HERE = "/noyo/"
FULFILLMENT, TRACKING = f"{HERE}fulfillment/api/v1", f"{HERE}tracking/api/v1"
PAGE, MOST = 20, 100
Handler = Callable[..., Any]


class Doors:
    """Makes routes of functions that answer JSON, or a status with it."""

    def __init__(self, records: Records, tokens: Tokens, behaviour: Behaviour):
        self.records, self._tokens, self._behaviour = records, tokens, behaviour

    def takes(self, manner: str) -> bool:
        """Whether a counted manner happens now."""
        return self._behaviour.takes(manner)

    def route(self, method: str, path: str, handler: Handler) -> Route:
        """A route that asks for a token."""
        what = f"{method} {path.removeprefix(HERE)}"

        def answer(request: Request, **values: str) -> Response:
            try:
                self._behaviour.meet(what, is_change=method in ("PUT", "DELETE"))
                self._tokens.check(request.headers.get("authorization", ""))
                told = handler(request, **values)
            except NoyoError as error:
                return refused(error)
            status, body = told if isinstance(told, tuple) else (200, told)
            return Response(b"", status) if status == 204 else json_answer(public(body), status)  # noqa: PLR2004

        return Route(method, path, answer, is_cross_site=True, is_for_machines=True)


def refused(error: NoyoError) -> Response:
    """Say what is wrong as Noyo does."""
    told: Json = {"message": error.message, "status": error.status}
    if error.errors:
        told["errors"] = error.errors
    body = json.dumps(told).encode()
    headers = () if error.retry_after is None else (("Retry-After", str(error.retry_after)),)
    return Response(body, error.status, "application/json", headers=headers)


def public(value: Any) -> Any:
    """Leave out what the sandbox knows for itself."""
    if isinstance(value, list):
        return [public(one) for one in value]
    if isinstance(value, dict):
        return {key: public(one) for key, one in value.items() if not key.startswith("_")}
    return value


def body_of(request: Request, *required: str) -> Json:
    """The JSON that was sent.

    Raises:
        NoyoError: 400, something is missing or it is no JSON.
    """
    try:
        sent = request.json()
    except HttpError as error:
        raise NoyoError(400, error.detail) from None
    missing = [name for name in required if sent.get(name) in (None, "")]
    if missing:
        raise NoyoError(400, f"Missing data for required field: {', '.join(missing)}.")
    return sent


def paging(request: Request) -> tuple[int, int]:
    """Where a page begins and how long it is.

    Raises:
        NoyoError: 400, they are no numbers.
    """
    try:
        offset = int(request.query.get("offset", 0))
        size = int(request.query.get("page_size", PAGE))
    except ValueError:
        raise NoyoError(400, "offset and page_size are numbers.") from None
    if offset < 0 or size < 1:
        raise NoyoError(400, "offset is at least 0, page_size at least 1.")
    return offset, min(size, MOST)


def enveloped(rows: Sequence[Json], *, offset: int, size: int, total: int) -> Json:
    """A page in its envelope."""
    meta = {"offset": offset, "page_num": offset // size + 1, "page_size": size}
    return {"meta": meta | {"total_records": total}, "response": list(rows)}


def paged(request: Request, rows: Sequence[Json]) -> Json:
    """The page that was asked for of a list at hand."""
    offset, size = paging(request)
    return enveloped(rows[offset : offset + size], offset=offset, size=size, total=len(rows))


def whole(rows: Sequence[Json]) -> Json:
    """A list that has an envelope and no pages."""
    return enveloped(rows, offset=0, size=max(len(rows), PAGE), total=len(rows))


def matching(request: Request, rows: Sequence[Json], *names: str) -> list[Json]:
    """Those that are as the query says."""
    wanted = {name: request.query[name] for name in names if request.query.get(name)}
    return [one for one in rows if all(str(one.get(key)) == wanted[key] for key in wanted)]
