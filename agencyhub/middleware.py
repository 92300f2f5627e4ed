"""Middleware of the whole project."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, resolve

Handler = Callable[[HttpRequest], HttpResponse]
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
# Values of Sec-Fetch-Site: a page of ours asked, or somebody typed the address.
OWN_REQUESTS = ("same-origin", "none")


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


class SafetyHeadersMiddleware:
    """Tell browsers to keep nothing, to lend nothing to other sites, and to ask for no device.

    Every answer may show health data, so that none is stored unless its view says how long.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.headers = {
            "Permissions-Policy": settings.PERMISSIONS_POLICY,
            "Cross-Origin-Resource-Policy": "same-origin",
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        if not request.path_info.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class CompressedPagesMiddleware(GZipMiddleware):
    """Send pages with gzip, but not to whom another site sent here.

    A page that repeats what somebody chose, compressed together with what they want to know, tells
    by its length whether they guessed right (BREACH). ``SameSite=Lax`` does not keep another site
    from opening pages of ours with the session's cookie, one after the other in a window of its
    own; browsers say so (``Sec-Fetch-Site``), and such an answer is as long as it is. Against what
    is left there is Django's random padding. Only HTML: what the API answers keeps its strong
    ``ETag``.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        """Compress HTML as Django does, and leave everything else alone."""
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if not is_page or request.headers.get("Sec-Fetch-Site", "none") not in OWN_REQUESTS:
            return response
        return super().process_response(request, response)


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
        if isinstance(answer, SimpleTemplateResponse):  # REST framework's answer to OPTIONS
            answer.render()
        answer.headers.setdefault("Content-Length", str(len(answer.content)))
        return answer
