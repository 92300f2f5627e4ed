"""Aetna's API: a bearer token, pages of JSON, and a limit of requests in a second."""

import hmac
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from sandbox.carriers.office import Office
from sandbox.carriers.portal import file_answer
from sandbox.carriers.shelf import Ready
from sandbox.web import HttpError, Request, Response, Route, json_answer

HERE = "/carriers/aetna/api/v1"
PAGE = 2
MOST_PER_SECOND = 4


@dataclass
class Throttle:
    """Counts requests of the running second."""

    clock: Callable[[], float] = time.monotonic
    most: int = MOST_PER_SECOND
    _second: int = 0
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def is_over(self) -> bool:
        """Count a request; say whether it is one too many."""
        with self._lock:
            second = int(self.clock())
            self._count = self._count + 1 if second == self._second else 1
            self._second = second
            return self._count > self.most


@dataclass(frozen=True)
class Api:
    """The doors of the API."""

    office: Office
    token: str
    ready: Callable[[], list[Ready]]
    throttle: Throttle = field(default_factory=Throttle)

    def routes(self) -> list[Route]:
        """The addresses of the API."""
        files = f"{HERE}/files"
        return [
            Route("GET", files, self._guarded(self.list_files), is_for_machines=True),
            Route("GET", f"{files}/{{name}}", self._guarded(self.download), is_for_machines=True),
        ]

    def list_files(self, request: Request) -> Response:
        """List the files that changed within the days asked for, a page at a time."""
        first, last = request.query.get("from", ""), request.query.get("to", "9999-12-31")
        start = request.query.get("cursor", "0")
        at = int(start) if start.isdecimal() else 0
        found = [one for one in self.ready() if first <= one.changed_at.date().isoformat() <= last]
        following = None
        if at + PAGE < len(found):
            query = urlencode({"from": first, "to": last, "cursor": at + PAGE})
            following = f"{HERE}/files?{query}"
        return json_answer(
            {
                "files": [
                    {
                        "name": one.name,
                        "type": one.kind,
                        "size": len(one.content),
                        "version": one.tag,
                        "modified": one.changed_at.isoformat(),
                        "url": f"{HERE}/files/{one.name}",
                    }
                    for one in found[at : at + PAGE]
                ],
                "next": following,
            }
        )

    def download(self, _request: Request, name: str) -> Response:
        """Hand out a file."""
        found = next((one for one in self.ready() if one.name == name), None)
        if found is None:
            raise HttpError(404, "No such file", "The list names what there is.")
        return file_answer(found, is_half=self.office.misbehaviour("aetna") == "half")

    def _guarded(self, door: Callable[..., Response]) -> Callable[..., Response]:
        def checked(request: Request, **values: str) -> Response:
            how = self.office.misbehaviour("aetna")
            if how == "down":
                raise HttpError(503, "Unavailable", "Try again later.")
            given = request.headers.get("authorization", "").removeprefix("Bearer ")
            is_right = hmac.compare_digest(given.encode(), self.token.encode())
            if not self.token or not is_right or how == "refuses":
                raise HttpError(401, "Unauthorized", "The token is not known.")
            if self.throttle.is_over():
                problem = {"title": "Too many requests", "status": 429}
                answer = json_answer(problem, 429)
                return Response(
                    answer.body, 429, answer.content_type, headers=(("Retry-After", "1"),)
                )
            return door(request, **values)

        return checked
