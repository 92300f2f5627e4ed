"""Requests, answers and routes: the little a WSGI site needs, without a framework."""

import json
import logging
import re
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]
Environ = dict[str, Any]
StartResponse = Callable[..., Any]

MAX_BODY_BYTES = 1_000_000
SECURITY_HEADERS = (
    (
        "Content-Security-Policy",
        (
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
            "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
    ),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)

log = logging.getLogger("sandbox.web")


class HttpError(Exception):
    """Stop handling a request and answer with this status and words."""

    def __init__(self, status: int, title: str, detail: str, *, errors: Sequence[Json] = ()):
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail
        self.errors = list(errors)


@dataclass(frozen=True)
class Request:
    """One request, its body already read."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    base_url: str

    def form(self) -> dict[str, str]:
        """Read a form-urlencoded body as sent, spaces and blanks kept; the first value wins.

        Raises:
            HttpError: 415 for another content type, 400 for bytes that are no UTF-8.
        """
        kind = self.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            detail = "Send the fields as application/x-www-form-urlencoded."
            raise HttpError(415, "This form cannot be read", detail)
        return _pairs(self.body.decode("latin-1"))

    def json(self) -> Json:
        """Read a JSON object; an empty body is an empty object.

        Raises:
            HttpError: 415 for another content type, 400 for anything but an object.
        """
        if not self.headers.get("content-type", "").startswith("application/json"):
            raise HttpError(415, "Not JSON", "Send a JSON object as application/json.")
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            raise HttpError(400, "Not JSON", "The body is not readable JSON.") from None
        if not isinstance(value, dict):
            raise HttpError(400, "Not an object", "The body must be one JSON object.")
        return value


@dataclass(frozen=True)
class Response:
    """An answer, complete in memory; one whose ``length`` says more breaks off."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    is_cacheable: bool = False
    length: int | None = None


Handler = Callable[..., Response]


@dataclass(frozen=True)
class Route:
    """A method and a path such as ``/things/{token}`` with the function that answers.

    A slash at the end of an address makes no difference.

    A POST is refused when a browser says that another origin sent it, except on routes marked
    ``is_cross_site``: the doors that partners' pages post to. Errors of a route for
    machines are JSON, those of others a page.
    """

    method: str
    path: str
    handler: Handler
    is_cross_site: bool = False
    is_for_machines: bool = False
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        """Compile the path once."""
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path)
        object.__setattr__(self, "pattern", re.compile(f"{pattern}/?"))


def page(body: str, status: int = 200) -> Response:
    """Answer with an HTML page."""
    return Response(body.encode(), status)


def json_answer(value: Any, status: int = 200) -> Response:
    """Answer with JSON."""
    return Response(json.dumps(value).encode(), status, "application/json")


def see_other(location: str) -> Response:
    """Send the browser on with a GET."""
    return Response(b"", 303, headers=(("Location", location),))


class App:
    """The WSGI application: finds the route, answers errors as pages or JSON, logs one line."""

    def __init__(self, routes: Sequence[Route], error_page: Callable[[HttpError], str]):
        self._routes = routes
        self._error_page = error_page

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        started = time.monotonic()
        method = environ["REQUEST_METHOD"]
        path = environ.get("PATH_INFO", "/") or "/"
        response = self._answer(environ, method, path)
        shown_path = re.sub(r"[^\x21-\x7e]", "?", path)[:200]
        milliseconds = (time.monotonic() - started) * 1000
        log.info("%s %s %d %.0fms", method, shown_path, response.status, milliseconds)
        body = b"" if method == "HEAD" else response.body
        start_response(_status_line(response.status), _headers(response))
        return [body]

    def _answer(self, environ: Environ, method: str, path: str) -> Response:
        route: Route | None = None
        try:
            route, values = self._find(method, path)
            request = _read(environ, method, path)
            if method == "POST" and not route.is_cross_site:
                _refuse_other_origins(request)
            return route.handler(request, **values)
        except HttpError as error:
            return self._error(error, route)
        except Exception as error:  # noqa: BLE001 - the last line of defence
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = (type(error).__name__, frame.filename, frame.lineno)
            log.error("%s at %s:%s", *where)  # noqa: TRY400 - a trace could hold personal data
            broken = HttpError(500, "The sandbox broke", "Its log says where. Try again.")
            return self._error(broken, route)

    def _find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        allowed = []
        for route in self._routes:
            found = route.pattern.fullmatch(path)
            if found and (route.method == method or (method, route.method) == ("HEAD", "GET")):
                return route, found.groupdict()
            if found:
                allowed.append(route.method)
        if allowed:
            detail = f"This address takes {' and '.join(allowed)}, not {method[:10]}."
            raise HttpError(405, "Wrong method", detail)
        raise HttpError(404, "Page not found", "Nothing lives at this address.")

    def _error(self, error: HttpError, route: Route | None) -> Response:
        if route is None or not route.is_for_machines:
            return page(self._error_page(error), error.status)
        problem = {"title": error.title, "status": error.status, "detail": error.detail}
        return json_answer(problem | {"errors": error.errors}, error.status)


def _read(environ: Environ, method: str, path: str) -> Request:
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise HttpError(400, "Bad length", "Content-Length is not a number.") from None
    if not 0 <= length <= MAX_BODY_BYTES:
        raise HttpError(413, "Too large", "The sandbox reads at most 1 MB.")
    body = environ["wsgi.input"].read(length) if length else b""
    host = headers.get("host") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    base_url = f"{environ['wsgi.url_scheme']}://{host}"
    return Request(method, path, _pairs(environ.get("QUERY_STRING", "")), headers, body, base_url)


def _pairs(text: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=500)
    except ValueError:
        raise HttpError(400, "Unreadable fields", "The fields are not UTF-8 text.") from None
    return dict(reversed(pairs))


def _refuse_other_origins(request: Request) -> None:
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        detail = "This form can only be sent from the sandbox's own pages."
        raise HttpError(403, "Sent from another site", detail)


def _status_line(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"


def _headers(response: Response) -> list[tuple[str, str]]:
    cache = "max-age=300" if response.is_cacheable else "no-store"
    length = len(response.body) if response.length is None else response.length
    return [
        ("Content-Type", response.content_type),
        ("Content-Length", str(length)),
        ("Cache-Control", cache),
        *SECURITY_HEADERS,
        *response.headers,
    ]
