"""Middleware of the whole project."""

import re
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

Handler = Callable[[HttpRequest], HttpResponse]
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestIdMiddleware:
    """Give each request an id, bind it to every log line, and answer with ``X-Request-ID``.

    An id sent by a proxy is kept when it looks like one.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-ID", "")
        request_id = sent if REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex
        request.META["REQUEST_ID"] = request_id  # error pages show it
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class InlineStylesMiddleware:
    """Allow inline styles on the pages of ``INLINE_STYLE_PATHS``: others' templates need them."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(settings.INLINE_STYLE_PATHS):
            wanted = getattr(response, "_csp_update", None) or {}
            styles = [*wanted.get("style-src", []), "'unsafe-inline'"]
            # django-csp has no public way to do this outside a view.
            response._csp_update = {**wanted, "style-src": styles}  # type: ignore[attr-defined]
        return response


class DeliveryMiddleware:
    """Take a partner's delivery straight to its view.

    It brings a key and JSON, no cookie, form or page: what follows here has nothing to do for it.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/hooks/"):
            return self.get_response(request)
        try:
            found = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        request.get_host()  # refuses a host that is not ours
        answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
        answer.headers.setdefault("Content-Length", str(len(answer.content)))
        return answer
