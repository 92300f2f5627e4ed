"""Pages that belong to no partner: home, errors, health, and the files pages need."""

import mimetypes
from collections.abc import Sequence
from pathlib import Path

from sandbox.html import Markup, fill, join, render
from sandbox.partner import Partner
from sandbox.web import HttpError, Request, Response, Route, json_answer, page

STATIC = Path(__file__).parent / "static"
NAVIGATION = (
    ("/plancompare/", "PlanCompare"),
    ("/healthsherpa/", "HealthSherpa"),
    ("/carriers/", "Carriers"),
    ("/premier/", "Premier Partners"),
    ("/noyo/", "Noyo"),
    ("/eoi/", "EOI decisions"),
    ("/webhooks/", "Webhooks"),
    ("/control", "Control"),
)


def routes(partners: Sequence[Partner]) -> list[Route]:
    """The addresses of this module."""

    def home(request: Request) -> Response:
        cards = join(partner.card(request.base_url) for partner in partners)
        return page(document("Home", render("home.html", cards=cards), "/"))

    return [
        Route("GET", "/", home),
        Route("GET", "/healthz", _health),
        Route("GET", "/favicon.ico", _favicon),
        Route("GET", "/static/{name}", _static),
    ]


def document(title: str, body: Markup, here: str = "") -> Markup:
    """Put a page's content into the frame all pages share; ``here`` marks the menu entry."""
    links = join(
        fill(
            '<a href="$url"$current>$words</a>',
            url=url,
            words=words,
            current=Markup(' aria-current="page"') if url == here else "",
        )
        for url, words in NAVIGATION
    )
    return render("layout.html", title=title, nav=links, body=body)


def error_page(error: HttpError) -> str:
    """Say what went wrong."""
    body = render("error.html", status=error.status, title=error.title, detail=error.detail)
    return document(error.title, body)


def _health(_request: Request) -> Response:
    return json_answer({"status": "ok"})


def _favicon(request: Request) -> Response:
    return _static(request, "icon.svg")


def _static(_request: Request, name: str) -> Response:
    files = {path.name: path for path in STATIC.iterdir()}
    if name not in files:
        raise HttpError(404, "Page not found", "Nothing lives at this address.")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(files[name].read_bytes(), content_type=kind, is_cacheable=True)
